//! Findings about the content of a token: what is odd, where it is, and what to do about it.

mod entra;
mod header;
mod linter;
mod parties;
mod times;

use super::recognition::{Recognition, recognise};
use super::section::Section;
use crate::jose::{Token, TokenForm};
use crate::text::Diagnostic;
use linter::Linter;

/// Checks the content of a token at `now` (seconds): times, parties, header, and the rules of Entra ID.
///
/// The signature is not looked at, so a token without findings may still be forged.
///
/// ```
/// use fedcred_core::claims::lint;
/// use fedcred_core::jose::parse;
///
/// let parsed = parse(r#"{"iss":"https://issuer.example","sub":"a","aud":"b","exp":1000}"#);
/// let findings = lint(&parsed.tokens[0], 2000);
/// assert_eq!(findings[0].code, "expired");
/// ```
#[must_use]
pub fn lint(token: &Token, now: i64) -> Vec<Diagnostic> {
    findings(token, &recognise(token), now)
}

/// The findings about a token that is already recognised.
pub(super) fn findings(token: &Token, recognition: &Recognition, now: i64) -> Vec<Diagnostic> {
    let mut linter = Linter {
        token,
        recognition,
        header: Section::header(token),
        payload: Section::payload(token),
        now,
        findings: Vec::new(),
    };
    if linter.payload.json().is_some() {
        linter.times();
        linter.parties();
        linter.entra();
    }
    if linter.header.json().is_some() && token.form != TokenForm::Jwe {
        linter.header();
    }
    linter.findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::TOKEN_EXCHANGE_APP;
    use crate::jose::parse;
    use crate::text::base64url;

    const NOW: i64 = 1_795_447_440;
    const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
    const IDENTITY: &str = "aaaaaaaa-0000-4000-8000-000000000002";

    /// The codes found in claims without header and signature.
    #[track_caller]
    fn check(claims: &str, codes: &[&str]) -> Vec<Diagnostic> {
        check_text(claims, codes)
    }

    /// The codes found in the header of an otherwise good token.
    #[track_caller]
    fn check_header(header: &str, codes: &[&str]) -> Vec<Diagnostic> {
        check_text(&signed(header, GITHUB), codes)
    }

    #[track_caller]
    fn check_text(text: &str, codes: &[&str]) -> Vec<Diagnostic> {
        let found = lint(&parse(text).tokens[0], NOW);
        let found_codes: Vec<_> = found.iter().map(|d| d.code).collect();
        assert_eq!(found_codes, codes, "{text}");
        for finding in &found {
            assert!(!finding.help.is_empty() && finding.message.ends_with('.'));
            let span = finding.span.unwrap_or_default();
            assert!(text.get(span.start()..span.end()).is_some());
        }
        found
    }

    fn signed(header: &str, claims: &str) -> String {
        let part = |text: &str| base64url::encode(text.as_bytes());
        format!("{}.{}.c2ln", part(header), part(claims))
    }

    /// A valid token of Entra ID with additional members.
    fn entra(members: &str) -> String {
        let issuer = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
        format!(
            r#"{{"iss":"{issuer}","exp":1795533840,"iat":1795447140,"aud":"{TOKEN_EXCHANGE_APP}","sub":"{IDENTITY}",
                "idtyp":"app",{members}}}"#
        )
    }

    /// A valid token of another issuer with additional members.
    fn other(members: &str) -> String {
        format!(r#"{{"iss":"https://issuer.example","sub":"a","aud":"b",{members}}}"#)
    }

    const GITHUB: &str = r#"{"iss":"https://token.actions.githubusercontent.com",
        "sub":"repo:octo-org/octo-repo:environment:prod","aud":"api://AzureADTokenExchange","nbf":1795446840,
        "iat":1795447440,"exp":1795447740,"jti":"x"}"#;
    const KUBERNETES: &str = r#"{"aud":["api://AzureADTokenExchange"],"exp":1795451040,"iat":1795447440,
        "nbf":1795447440,"iss":"https://eastus.oic.prod-aks.azure.com/t/g/","sub":"system:serviceaccount:ns:sa",
        "kubernetes.io":{"namespace":"ns"}}"#;
    const GITLAB: &str = r#"{"namespace_path":"g","project_path":"g/p","pipeline_source":"push",
        "ref_protected":"false","iss":"https://gitlab.example.com","iat":1795447440,"nbf":1795447435,"exp":1795451040,
        "sub":"project_path:g/p:ref_type:branch:ref:main","aud":"https://vault.example.com"}"#;
    const GOOGLE: &str = r#"{"iss":"https://accounts.google.com","aud":"api://AzureADTokenExchange",
        "azp":"112179062720391305885","sub":"112179062720391305885","iat":1795447440,"exp":1795451040}"#;
    const SPIFFE: &str = r#"{"iss":"https://oidc.contoso.example","sub":"spiffe://contoso.example/ns/a/sa/b",
        "aud":["api://AzureADTokenExchange"],"iat":1795447440,"exp":1795447740}"#;
    const ASSERTION: &str = r#"{"aud":"https://login.microsoftonline.com/t/oauth2/v2.0/token","exp":1795447740,
        "iss":"97e0a5b7-d745-40b6-94fe-5f77d35c6e05","jti":"x","nbf":1795447440,
        "sub":"97e0a5b7-d745-40b6-94fe-5f77d35c6e05","iat":1795447440}"#;

    #[test]
    fn good_tokens_have_no_findings() {
        for claims in [GITHUB, KUBERNETES, GITLAB, GOOGLE, SPIFFE] {
            check(claims, &[]);
            check_text(
                &signed(r#"{"alg":"RS256","typ":"JWT","kid":"k"}"#, claims),
                &[],
            );
        }
        let certificate = r#"{"alg":"PS256","typ":"JWT","x5t#S256":"x"}"#;
        check_text(&signed(certificate, ASSERTION), &[]);
        check(&entra(r#""ver":"2.0""#), &[]);
        check(
            &entra(&format!(
                r#""oid":"{IDENTITY}","azp":"bbbbbbbb-0000-4000-8000-000000000002","tid":"{TENANT}""#
            )),
            &[],
        );
    }

    #[test]
    fn times() {
        let check = |times: &str, codes: &[&str]| check(&other(times), codes);
        check(r#""exp":1795447439"#, &["expired"]);
        check(r#""exp":1795447440"#, &["expired"]);
        check(r#""exp":1795447441"#, &[]);
        check(r#""nbf":1795447441,"exp":1795447450"#, &["not-yet-valid"]);
        check(r#""x":1"#, &["expiry-missing"]);
        check(r#""exp":"1795447450""#, &["time-not-a-number"]);
        check(r#""exp":null"#, &["time-not-a-number"]);
        check(r#""exp":1795447450,"iat":"now""#, &["time-not-a-number"]);
        check(r#""exp":1e999"#, &["time-out-of-range"]);
        check(r#""iat":1795447740,"exp":1795447750"#, &[]);
        check(
            r#""iat":1795447741,"exp":1795447750"#,
            &["issued-in-future"],
        );
        check(r#""iat":1795447440,"exp":1795548540"#, &[]);
        check(r#""iat":1795447440,"exp":1795548541"#, &["lifetime-long"]);
        check(r#""nbf":1795447440,"exp":1826983440"#, &["lifetime-long"]);
        check(
            r#""iat":1795447430,"nbf":1795447430,"exp":1795447430"#,
            &["expired", "expiry-before-nbf", "expiry-before-iat"],
        );
        check(
            r#""exp":9223372036854775807,"iat":-9223372036854775807"#,
            &["time-in-milliseconds"],
        );
        check(
            r#""exp":-9223372036854775807,"iat":9223372036854775807"#,
            &["expired", "time-in-milliseconds", "expiry-before-iat"],
        );
    }

    #[test]
    fn milliseconds_are_shown_both_ways() {
        let found = check(&other(r#""exp":1795447500000"#), &["time-in-milliseconds"]);
        let message = &found[0].message;
        assert!(message.contains("2026-11-23T15:25:00Z"), "{message}");
        assert!(message.contains("1795447500000"), "{message}");
        check(
            &other(r#""exp":1795447500000,"iat":1795447440000"#),
            &["time-in-milliseconds", "time-in-milliseconds"],
        );
    }

    #[test]
    fn client_assertions_are_short() {
        let long = ASSERTION.replace("1795447740", "1795448041");
        check(&long, &["lifetime-long"]);
        check(&ASSERTION.replace("1795447740", "1795448040"), &[]);
    }

    #[test]
    fn issuer_subject_and_audience() {
        let times = r#""exp":1795447450"#;
        let check = |claims: &str, codes: &[&str]| check(&format!("{{{claims},{times}}}"), codes);
        check(
            r#""x":1"#,
            &["issuer-missing", "subject-missing", "audience-missing"],
        );
        check(r#""iss":"a","sub":"b""#, &["audience-missing"]);
        check(r#""iss":"a","aud":"b""#, &["subject-missing"]);
        check(r#""sub":"a","aud":"b""#, &["issuer-missing"]);
        check(
            r#""iss":"","sub":"","aud":[""]"#,
            &["claim-empty", "claim-empty", "claim-empty"],
        );
        check(r#""iss":"a","sub":"b","aud":[]"#, &["claim-empty"]);
        check(
            r#""iss":7,"sub":["b"],"aud":["b",1]"#,
            &[
                "claim-not-text",
                "claim-not-text",
                "claim-not-text",
                "audience-several",
            ],
        );
        check(r#""iss":"a","sub":"b","aud":{"a":1}"#, &["claim-not-text"]);
        check(
            r#""iss":"a","sub":"b","aud":["c","d"]"#,
            &["audience-several"],
        );
        check(
            r#""iss":"a ","sub":"b\u200b","aud":"c\n""#,
            &["claim-invisible-characters"; 3],
        );
        check(
            r#""iss":"http://a","sub":"b","aud":"c""#,
            &["issuer-not-https"],
        );
        check(
            r#""iss":"https://kubernetes.default.svc.cluster.local","sub":"b","aud":"c""#,
            &["issuer-not-public"],
        );
    }

    #[test]
    fn a_cut_token_misses_nothing() {
        check(r#"{"iss":"https://issuer.example","su"#, &[]);
    }

    #[test]
    fn rules_of_entra() {
        let another = "dddddddd-0000-4000-8000-000000000001";
        for (members, code) in [
            (format!(r#""tid":"{another}""#), "tenant-mismatch"),
            (r#""ver":"1.0""#.to_owned(), "version-mismatch"),
            (format!(r#""azp":"{IDENTITY}""#), "client-id-as-object-id"),
            (
                format!(r#""oid":"{another}","appid":"{another}""#),
                "client-id-as-object-id",
            ),
            (
                format!(r#""oid":"{TENANT}","tid":"{TENANT}""#),
                "tenant-id-as-object-id",
            ),
            (
                format!(r#""oid":"{}""#, IDENTITY.to_uppercase()),
                "id-in-capitals",
            ),
            (
                r#""aud":"api://AzureADTokenExchange""#.to_owned(),
                "exchange-audience-as-uri",
            ),
            (format!(r#""aud":"{another}""#), "roles-missing"),
            (format!(r#""aud":"{another}","roles":[]"#), "roles-missing"),
        ] {
            check(&entra(&members), &[code]);
        }
        check(&entra(&format!(r#""aud":"{another}","roles":["a"]"#)), &[]);
        check(
            &entra(r#""aud":"api://own""#),
            &["audience-as-uri", "roles-missing"],
        );
        check(
            &entra(r#""aud":"api://own","scp":"a""#),
            &["audience-as-uri", "scopes-without-user"],
        );
        check(&entra(r#""idtyp":"user","scp":"a""#), &[]);
        check(&entra(r#""scp":"/""#), &[]);
        check(
            &entra(r#""aud":"797f4846-ba00-4fd7-ba43-dac1f8f63013""#),
            &[],
        );
        let v1 = entra(r#""ver":"1.0""#).replace("login.microsoftonline.com", "sts.windows.net");
        check(&v1.replace("/v2.0", "/"), &["exchange-needs-v2"]);
    }

    #[test]
    fn the_exchange_of_other_issuers() {
        let id = GITHUB.replace("api://AzureADTokenExchange", TOKEN_EXCHANGE_APP);
        check(&id, &["exchange-audience-as-id"]);
    }

    #[test]
    fn headers() {
        for (header, code) in [
            (r#"{"kid":"k"}"#, "alg-missing"),
            (r#"{"alg":"none"}"#, "alg-none"),
            (r#"{"alg":"nOnE"}"#, "alg-none"),
            (r#"{"alg":"HS256"}"#, "alg-symmetric"),
            (r#"{"alg":"RS256"}"#, "kid-missing"),
            (
                r#"{"alg":"RS256","kid":"k","typ":"dpop+jwt"}"#,
                "typ-unusual",
            ),
            (r#"{"alg":"RS256","kid":"k","jwk":{}}"#, "key-in-header"),
            (
                r#"{"alg":"RS256","kid":"k","jku":"https://x"}"#,
                "key-in-header",
            ),
            (
                r#"{"alg":"RS256","kid":"k","x5u":"https://x"}"#,
                "key-in-header",
            ),
            (r#"{"alg":"RS256","kid":"k","x5c":[]}"#, "key-in-header"),
            (r#"{"alg":"RS256","kid":"k","crit":["x"]}"#, "crit-present"),
        ] {
            check_header(header, &[code]);
        }
        for header in [
            r#"{"alg":"RS256","kid":"k"}"#,
            r#"{"alg":"ES256","x5t":"k"}"#,
            r#"{"alg":"RS256","kid":"k","typ":"at+jwt"}"#,
            r#"{"alg":"RS256","kid":"k","typ":"application/at+JWT"}"#,
            r#"{"alg":"RS256","kid":"k","typ":"jwt","nonce":"x"}"#,
        ] {
            check_header(header, &[]);
        }
        let graph = signed(
            r#"{"alg":"RS256","kid":"k","nonce":"x"}"#,
            &entra(r#""x":1"#),
        );
        check_text(&graph, &["nonce-in-header"]);
    }

    /// As in the example of RFC 7515 appendix A.6.
    #[test]
    fn parameters_outside_the_signature_are_there() {
        let json = |protected: &str, header: &str| {
            let [protected, payload] =
                [protected, GITHUB].map(|text| base64url::encode(text.as_bytes()));
            format!(
                r#"{{"protected":"{protected}","header":{header},"payload":"{payload}","signature":"AA"}}"#
            )
        };
        check_text(&json(r#"{"alg":"RS256"}"#, r#"{"kid":"k"}"#), &[]);
        check_text(&json("{}", r#"{"alg":"RS256","x5t":"k"}"#), &[]);
        check_text(&json("{}", r#"{"kid":"k"}"#), &["alg-missing"]);
        check_text(
            &json(r#"{"alg":"RS256"}"#, r#"{"x5c":[],"kid":"k"}"#),
            &["key-in-header"],
        );
    }

    #[test]
    fn places_are_those_of_the_value() {
        let text = other(r#""exp":"x""#);
        let found = check(&text, &["time-not-a-number"]);
        assert_eq!(found[0].span.unwrap().slice(&text), r#""x""#);
    }

    #[test]
    fn hostile_input_ends() {
        let long = "a".repeat(1_000_000);
        check(&other(&format!(r#""exp":1795447450,"x":"{long}""#)), &[]);
        let deep = "[".repeat(500_000) + &"]".repeat(500_000);
        let found = lint(
            &parse(&format!(r#"{{"iss":{deep},"aud":{deep}}}"#)).tokens[0],
            NOW,
        );
        assert!(!found.is_empty());
        let number = "9".repeat(100_000);
        check(
            &other(&format!(r#""exp":{number}"#)),
            &["time-out-of-range"],
        );
        for now in [i64::MIN, i64::MAX] {
            let _ = lint(&parse(GITHUB).tokens[0], now);
        }
        check_text("eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC", &[]);
        check_text("eyJhbGciOiJub25lIn0.bm8ganNvbg.AAAA", &["alg-none"]);
    }
}
