//! Compares a token with credentials: which matches, and where the nearest one differs.

use serde::Serialize;

use super::credential::Credential;
use super::github::{GithubSubject, GithubTrigger, twins};
use super::rules::Rules;
use crate::claims::{Audience, Claims, Confidence, EntraIssuer, Version};
use crate::errors::AadstsCode;
use crate::expression::{
    ClaimTexts, ClaimsMatchingExpression, Expression, TermMatch, build_terms, lint_expression,
};
use crate::text::{CheckVerdict, Diagnostic, Difference, distance};

/// What comes of comparing a token with a list of credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether one of them matches.
    pub matched: bool,
    /// The AADSTS code that Entra ID answers.
    pub code: Option<AadstsCode>,
    /// Its text.
    pub message: Option<String>,
    /// How sure that is.
    pub confidence: Option<Confidence>,
    /// The credentials, the nearest first.
    pub matches: Vec<Match>,
    /// The nearest as it would match; `None` where one matches, or where the token itself is the problem.
    pub corrected: Option<Credential>,
    /// How many more there are, further away.
    #[serde(skip)]
    pub further: usize,
}

/// One credential compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Its name.
    pub name: String,
    /// Its place in the list, from 0.
    pub index: usize,
    /// Whether all fields match.
    pub matched: bool,
    /// The code that Entra ID would answer if it were the only one.
    pub code: Option<AadstsCode>,
    /// Issuer, subject or expression, and audience.
    pub fields: Vec<FieldMatch>,
}

/// The fields that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// `iss` with issuer.
    Issuer,
    /// `sub` with subject.
    Subject,
    /// The claims with the expression that a flexible credential has in place of a subject.
    Expression,
    /// `aud` with audience.
    Audience,
}

/// One field compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldMatch {
    /// Which.
    pub field: Field,
    /// Whether it matches.
    pub verdict: CheckVerdict,
    /// The value of the token; beside an expression its `sub`.
    pub presented: String,
    /// The value of the credential.
    pub configured: String,
    /// Where they differ; absent where they match, and of an expression, whose terms have it.
    pub diff: Option<Difference>,
    /// Why it matches or not, where the values alone do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What came of each term of an expression.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermMatch>,
    /// What is wrong with an expression; places are bytes of `configured`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
}

/// Compares a token with credentials under the given rules, and tells of each how it differs.
#[must_use]
pub fn match_all(claims: &Claims, credentials: &[Credential], rules: Rules) -> Verdict {
    match_nearest(claims, credentials, rules, usize::MAX)
}

/// Compares a token with credentials under the given rules, and tells of the `most` nearest how they differ.
///
/// Values are compared as they are, character by character. The one exception is Entra's own: its tokens
/// for the exchange carry the id of an app where the credential holds the app's URI (observed). An expression
/// takes the place of the subject, whatever the rules: there was none in 2022.
#[must_use]
pub fn match_nearest(
    claims: &Claims,
    credentials: &[Credential],
    rules: Rules,
    most: usize,
) -> Verdict {
    let comparison = Comparison::new(claims, rules);
    let mut ranked: Vec<_> = credentials
        .iter()
        .enumerate()
        .map(|(index, credential)| comparison.rank(index, credential))
        .collect();
    ranked.sort_unstable_by_key(|ranked| (ranked.failing, ranked.distance, ranked.index));
    let matched = ranked.first().is_some_and(|nearest| nearest.failing == 0);
    let code = (!matched).then(|| comparison.code(&ranked));
    Verdict {
        matched,
        code,
        message: code.and_then(|code| comparison.message(code)),
        confidence: code
            .and_then(AadstsCode::entry)
            .map(|entry| entry.confidence),
        matches: ranked
            .iter()
            .take(most)
            .map(|ranked| comparison.compare(ranked))
            .collect(),
        corrected: ranked
            .first()
            .filter(|_| !matched)
            .and_then(|nearest| comparison.corrected(nearest.credential)),
        further: ranked.len().saturating_sub(most),
    }
}

/// A credential with how far it is away: fields that fail, then characters that differ.
struct Ranked<'c> {
    index: usize,
    credential: &'c Credential,
    /// Whether issuer, subject or expression, and audience match.
    passes: [bool; 3],
    failing: usize,
    distance: usize,
}

struct Comparison<'a> {
    claims: &'a Claims,
    members: ClaimTexts<'a>,
    issuer: &'a str,
    subject: &'a str,
    entra: Option<EntraIssuer>,
    rules: Rules,
}

impl<'a> Comparison<'a> {
    fn new(claims: &'a Claims, rules: Rules) -> Self {
        let issuer = claims.issuer.as_ref().map_or("", |issuer| issuer.as_str());
        Self {
            claims,
            members: ClaimTexts::new(&claims.payload),
            issuer,
            subject: claims
                .subject
                .as_ref()
                .map_or("", |subject| subject.as_str()),
            entra: EntraIssuer::parse(issuer),
            rules,
        }
    }

    fn rank<'c>(&self, index: usize, credential: &'c Credential) -> Ranked<'c> {
        let far = |pass: bool, a: &str, b: &str| if pass { 0 } else { distance(a, b).max(1) };
        let issuer = self.same(self.issuer, credential.issuer.as_str());
        let configured = configured_audience(credential);
        let audience = self.audience_passes(configured);
        let away = match &credential.claims_matching_expression {
            Some(expression) => Expression::parse(&expression.value).distance(&self.members),
            None => {
                let configured = credential.subject.as_str();
                far(
                    self.same(self.subject, configured),
                    self.subject,
                    configured,
                )
            }
        };
        let passes = [issuer, away == 0, audience];
        Ranked {
            index,
            credential,
            passes,
            failing: passes.iter().filter(|pass| !**pass).count(),
            distance: far(issuer, self.issuer, credential.issuer.as_str())
                + away
                + far(audience, self.presented_audience(configured), configured),
        }
    }

    /// Case-sensitive since August 2024 (Entra: breaking changes); in the preview it was not.
    fn same(&self, presented: &str, configured: &str) -> bool {
        let same = match self.rules {
            Rules::Current => presented == configured,
            Rules::Preview2022 => presented.eq_ignore_ascii_case(configured),
        };
        same && !presented.is_empty()
    }

    fn audience_passes(&self, configured: &str) -> bool {
        let mut audiences = self.claims.audiences.iter();
        let literal = audiences.any(|audience| self.same(audience.as_str(), configured));
        let Some(entra) = &self.entra else {
            return literal;
        };
        let exchange = entra.assumed_cloud().exchange_audience();
        let for_exchange = configured == exchange && self.for_exchange();
        for_exchange || (literal && self.rules == Rules::Preview2022)
    }

    /// Whether the token was made for Entra's token exchange.
    fn for_exchange(&self) -> bool {
        let cloud = self.entra.as_ref().map(EntraIssuer::assumed_cloud);
        let mut audiences = self.claims.audiences.iter();
        cloud.is_some_and(|cloud| audiences.any(|aud| cloud.is_exchange(aud.as_str())))
    }

    /// Of several audiences the one nearest to the credential's.
    fn presented_audience(&self, configured: &str) -> &'a str {
        self.claims
            .audiences
            .iter()
            .map(Audience::as_str)
            .min_by_key(|audience| distance(audience, configured))
            .unwrap_or_default()
    }

    fn compare(&self, ranked: &Ranked<'_>) -> Match {
        let Ranked {
            credential,
            passes: [issuer, identity, audience],
            ..
        } = *ranked;
        let configured = configured_audience(credential);
        let presented = self.presented_audience(configured);
        let matched = ranked.failing == 0;
        Match {
            name: credential.name.clone(),
            index: ranked.index,
            matched,
            code: (!matched).then(|| self.code(std::slice::from_ref(ranked))),
            fields: vec![
                field(
                    Field::Issuer,
                    issuer,
                    self.issuer,
                    credential.issuer.as_str(),
                ),
                self.identity(identity, credential),
                FieldMatch {
                    note: self.audience_note(audience, presented, configured),
                    ..field(Field::Audience, audience, presented, configured)
                },
            ],
        }
    }

    /// The row of the subject, or of the expression in its place.
    fn identity(&self, pass: bool, credential: &Credential) -> FieldMatch {
        let Some(expression) = &credential.claims_matching_expression else {
            let configured = credential.subject.as_str();
            let note = subject_note(self.subject, configured).filter(|_| !pass);
            return FieldMatch {
                note: note.map(str::to_owned),
                ..field(Field::Subject, pass, self.subject, configured)
            };
        };
        FieldMatch {
            field: Field::Expression,
            verdict: pass.into(),
            presented: self.subject.to_owned(),
            configured: expression.value.clone(),
            diff: None,
            note: None,
            terms: Expression::parse(&expression.value).compare(&self.members),
            diagnostics: lint_expression(credential.issuer.as_str(), expression),
        }
    }

    /// The expression of a flexible credential as it would match. Who made it wanted it to match several tokens,
    /// so it stays one, and the terms that hold stay as they are: what they let in was chosen. Where no expression
    /// can match this token, `None`, and the exact subject takes its place.
    fn corrected_expression(&self, credential: &Credential) -> Option<ClaimsMatchingExpression> {
        let expression = credential.claims_matching_expression.as_ref()?;
        let mut read = Expression::parse(&expression.value);
        if !read.is_valid() {
            read.terms.clear();
        }
        let terms = build_terms(self.issuer, &self.claims.payload, &read.terms)?;
        Some(ClaimsMatchingExpression::from_terms(&terms))
    }

    /// A credential with the token's values; name and description stay.
    fn corrected(&self, credential: &Credential) -> Option<Credential> {
        let audience = match &self.entra {
            Some(entra) if self.rules == Rules::Current => {
                let usable = self.for_exchange() && entra.version == Version::V2;
                usable.then(|| entra.assumed_cloud().exchange_audience())?
            }
            _ => self.presented_audience(configured_audience(credential)),
        };
        let complete = ![self.issuer, self.subject, audience].contains(&"");
        let expression = self.corrected_expression(credential);
        let subject = expression.as_ref().map_or(self.subject, |_| "");
        complete.then(|| Credential {
            issuer: self.issuer.into(),
            subject: subject.into(),
            audiences: vec![audience.into()],
            claims_matching_expression: expression,
            ..credential.clone()
        })
    }

    fn audience_note(&self, pass: bool, presented: &str, configured: &str) -> Option<String> {
        let cloud = self.entra.as_ref()?.assumed_cloud();
        let exchange = cloud.exchange_audience();
        match pass {
            true if presented != configured => Some(format!(
                "Entra ID's tokens for {exchange} carry this id of its own app; it maps one to the other ({}).",
                cloud.exchange_app_confidence().word()
            )),
            false if self.rules == Rules::Current && self.for_exchange() => Some(format!(
                "For an Entra issuer the audience must be {exchange}. AADSTS700214 is reported for this as well; its text is not known."
            )),
            false if self.rules == Rules::Current => Some(format!(
                "A token of Entra ID serves as assertion only when it was asked for {exchange}."
            )),
            _ => None,
        }
    }

    /// The code for a token that none of the credentials matches: the first field, in Entra's
    /// order, that no credential gets past.
    fn code(&self, ranked: &[Ranked<'_>]) -> AadstsCode {
        if ranked.is_empty() {
            return AadstsCode::NO_CREDENTIALS;
        }
        if self.rules == Rules::Preview2022 {
            return AadstsCode::NO_MATCHING_CREDENTIAL;
        }
        let of_issuer = || ranked.iter().filter(|ranked| ranked.passes[0]);
        if of_issuer().next().is_none() {
            return AadstsCode::NO_MATCHING_ISSUER;
        }
        if of_issuer().any(|ranked| ranked.passes[1]) {
            let other_resource = self.entra.is_some() && !self.for_exchange();
            return if other_resource {
                AadstsCode::AUDIENCE_NOT_EXCHANGE
            } else {
                AadstsCode::NO_MATCHING_AUDIENCE
            };
        }
        // The condition is observed; that it comes before letter case is inferred.
        if of_issuer().any(|ranked| ranked.credential.claims_matching_expression.is_some()) {
            return AadstsCode::NO_MATCHING_EXPRESSION;
        }
        let subject = |ranked: &Ranked<'_>| {
            ranked
                .credential
                .subject
                .as_str()
                .eq_ignore_ascii_case(self.subject)
        };
        if of_issuer().any(subject) {
            AadstsCode::SUBJECT_CASE_DIFFERS
        } else {
            AadstsCode::NO_MATCHING_SUBJECT
        }
    }

    fn message(&self, code: AadstsCode) -> Option<String> {
        let audience = self.claims.audiences.first().map_or("", Audience::as_str);
        code.message(&[
            ("iss", self.issuer),
            ("sub", self.subject),
            ("aud", audience),
            // Which application it is, nobody has said.
            ("appId", "…"),
            ("appName", "…"),
        ])
    }
}

const ONLY_IDS: &str = "Only the ids differ: subjects of repositories that were made, renamed or moved since 15 July 2026 have them (documented).";
const ENVIRONMENT: &str = "A job with `environment:` has that in its subject, one without it the branch, tag or `pull_request` (documented).";

/// In what two subjects of one repository of GitHub differ (GitHub: OIDC reference).
fn subject_note(presented: &str, configured: &str) -> Option<&'static str> {
    let token = GithubSubject::read(presented)?;
    let own = GithubSubject::read(configured)?;
    let environment = |one: &GithubSubject| one.trigger == GithubTrigger::Environment;
    let same = (&token.owner, &token.repository) == (&own.owner, &own.repository);
    if twins(&token, &own) {
        Some(ONLY_IDS)
    } else {
        (same && environment(&token) != environment(&own)).then_some(ENVIRONMENT)
    }
}

fn configured_audience(credential: &Credential) -> &str {
    credential.audiences.first().map_or("", Audience::as_str)
}

fn field(field: Field, pass: bool, presented: &str, configured: &str) -> FieldMatch {
    FieldMatch {
        field,
        verdict: pass.into(),
        presented: presented.to_owned(),
        configured: configured.to_owned(),
        diff: (!pass).then(|| Difference::between(presented, configured)),
        note: None,
        terms: Vec::new(),
        diagnostics: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::TOKEN_EXCHANGE_APP;
    use crate::text::json::Document;
    use crate::text::{DifferenceKind, Segment};

    const ISSUER: &str =
        "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
    const EXCHANGE: &str = "api://AzureADTokenExchange";

    fn claims(iss: &str, sub: &str, aud: &str) -> Claims {
        Claims::from_payload(&Document::parse(format!(
            r#"{{"iss":"{iss}","sub":"{sub}","aud":{aud}}}"#
        )))
    }

    fn credential(issuer: &str, subject: &str, audience: &str) -> Credential {
        Credential {
            name: format!("{issuer} {subject}"),
            issuer: issuer.into(),
            subject: subject.into(),
            audiences: vec![audience.into()],
            ..Credential::default()
        }
    }

    #[track_caller]
    fn check(
        claims: &Claims,
        credentials: &[Credential],
        rules: Rules,
        code: Option<AadstsCode>,
    ) -> Verdict {
        let verdict = match_all(claims, credentials, rules);
        assert_eq!((verdict.code, verdict.matched), (code, code.is_none()));
        verdict
    }

    fn exchange_token() -> Claims {
        claims(ISSUER, "c135", &format!(r#""{TOKEN_EXCHANGE_APP}""#))
    }

    #[test]
    fn the_corrected_credential_matches() {
        let external = claims("https://i.example/", "s", r#"["a","b"]"#);
        for (token, other) in [
            (
                exchange_token(),
                credential(&format!("{ISSUER}/"), "C135", TOKEN_EXCHANGE_APP),
            ),
            (external, credential("https://i.example", "S", "B")),
        ] {
            for rules in [Rules::Current, Rules::Preview2022] {
                let corrected = match_all(&token, std::slice::from_ref(&other), rules)
                    .corrected
                    .unwrap();
                assert_eq!(corrected.name, other.name);
                let verdict = check(&token, &[corrected], rules, None);
                assert_eq!(verdict.corrected, None);
            }
        }
    }

    #[test]
    fn what_no_credential_can_help_is_not_corrected() {
        let v1 = claims(
            "https://sts.windows.net/t/",
            "c135",
            &format!(r#""{EXCHANGE}""#),
        );
        let other_resource = claims(ISSUER, "c135", r#""api://own""#);
        let without_subject = claims(ISSUER, "", &format!(r#""{EXCHANGE}""#));
        for token in [v1, other_resource, without_subject] {
            let verdict = match_all(&token, &[credential("i", "s", "a")], Rules::Current);
            assert_eq!(verdict.corrected, None);
        }
        assert_eq!(
            match_all(&exchange_token(), &[], Rules::Current).corrected,
            None
        );
    }

    #[test]
    fn the_exchange_audience_matches_by_id_and_by_uri() {
        let credentials = [credential(ISSUER, "c135", EXCHANGE)];
        check(&exchange_token(), &credentials, Rules::Current, None);
        check(
            &claims(ISSUER, "c135", &format!(r#""{EXCHANGE}""#)),
            &credentials,
            Rules::Current,
            None,
        );
    }

    #[track_caller]
    fn check_note(subject: &str, configured: &str, note: Option<&str>) {
        let issuer = "https://token.actions.githubusercontent.com";
        let token = claims(issuer, subject, &format!(r#""{EXCHANGE}""#));
        let verdict = match_all(
            &token,
            &[credential(issuer, configured, EXCHANGE)],
            Rules::Current,
        );
        assert_eq!(verdict.matches[0].fields[1].note.as_deref(), note);
    }

    #[test]
    fn what_subjects_of_github_differ_in_is_told() {
        let (names, ids) = ("repo:o/r", "repo:o@1/r@2");
        let (main, production) = ("ref:refs/heads/main", "environment:production");
        for other in [main, production, "pull_request"] {
            let (names, ids) = (format!("{names}:{other}"), format!("{ids}:{other}"));
            check_note(&ids, &names, Some(ONLY_IDS));
            check_note(&names, &ids, Some(ONLY_IDS));
            check_note(&names, &names, None);
        }
        for other in [main, "ref:refs/tags/v1", "pull_request"] {
            let (one, two) = (format!("{names}:{production}"), format!("{names}:{other}"));
            check_note(&one, &two, Some(ENVIRONMENT));
            check_note(&two, &one, Some(ENVIRONMENT));
        }
        for (token, configured) in [
            ("repo:o/r:pull_request", "repo:o/r:ref:refs/heads/main"),
            ("repo:o/r:environment:a", "repo:o/r:environment:b"),
            ("repo:o/r:environment:a", "repo:o/x:ref:refs/heads/main"),
            ("repo:o@1/r@2:pull_request", "repo:o@1/r@3:pull_request"),
            ("repo:o@1/r@2:pull_request", "repo:O/r:pull_request"),
            ("repo:o@1/r:pull_request", "repo:o/r:pull_request"),
            ("repo:o/r:pull_request", "x"),
            ("x", "y"),
            ("", ""),
        ] {
            check_note(token, configured, None);
        }
    }

    #[test]
    fn each_field_has_its_code() {
        let token = exchange_token();
        let other = |issuer: &str, subject: &str, audience: &str, code| {
            check(
                &token,
                &[credential(issuer, subject, audience)],
                Rules::Current,
                Some(code),
            );
        };
        let none = check(
            &token,
            &[],
            Rules::Current,
            Some(AadstsCode::NO_CREDENTIALS),
        );
        assert!(none.message.unwrap().contains("The client '…'(…) has no"));
        other(
            &format!("{ISSUER}/"),
            "c135",
            EXCHANGE,
            AadstsCode::NO_MATCHING_ISSUER,
        );
        other(
            &ISSUER.to_uppercase(),
            "c135",
            EXCHANGE,
            AadstsCode::NO_MATCHING_ISSUER,
        );
        other(ISSUER, "c136", EXCHANGE, AadstsCode::NO_MATCHING_SUBJECT);
        other(ISSUER, "c135 ", EXCHANGE, AadstsCode::NO_MATCHING_SUBJECT);
        other(ISSUER, "C135", EXCHANGE, AadstsCode::SUBJECT_CASE_DIFFERS);
        other(
            ISSUER,
            "c135",
            TOKEN_EXCHANGE_APP,
            AadstsCode::NO_MATCHING_AUDIENCE,
        );
        other(
            ISSUER,
            "c135",
            "api://azureadtokenexchange",
            AadstsCode::NO_MATCHING_AUDIENCE,
        );
        let custom = claims(ISSUER, "c135", r#""api://own""#);
        check(
            &custom,
            &[credential(ISSUER, "c135", "api://own")],
            Rules::Current,
            Some(AadstsCode::AUDIENCE_NOT_EXCHANGE),
        );
        check(
            &custom,
            &[credential(ISSUER, "c135", "api://own")],
            Rules::Preview2022,
            None,
        );
        check(
            &custom,
            &[credential(ISSUER, "c136", "api://own")],
            Rules::Preview2022,
            Some(AadstsCode::NO_MATCHING_CREDENTIAL),
        );
        check(
            &custom,
            &[credential(ISSUER, "C135", "api://own")],
            Rules::Preview2022,
            None,
        );
        check(
            &Claims::default(),
            &[credential("", "", "")],
            Rules::Current,
            Some(AadstsCode::NO_MATCHING_ISSUER),
        );
    }

    #[test]
    fn other_issuers_are_compared_literally() {
        let github = "https://token.actions.githubusercontent.com";
        let token = claims(
            github,
            "repo:o/r:pull_request",
            r#"["a","api://AzureADTokenExchange"]"#,
        );
        check(
            &token,
            &[credential(github, "repo:o/r:pull_request", EXCHANGE)],
            Rules::Current,
            None,
        );
        check(
            &token,
            &[credential(github, "repo:o/r:pull_request", "b")],
            Rules::Current,
            Some(AadstsCode::NO_MATCHING_AUDIENCE),
        );
        let by_id = claims(github, "s", &format!(r#""{TOKEN_EXCHANGE_APP}""#));
        check(
            &by_id,
            &[credential(github, "s", EXCHANGE)],
            Rules::Current,
            Some(AadstsCode::NO_MATCHING_AUDIENCE),
        );
    }

    #[test]
    fn the_nearest_comes_first_and_its_difference_is_marked() {
        let list = [
            credential("https://other.example", "x", "y"),
            credential(&format!("{ISSUER}/"), "c135", EXCHANGE),
            credential(ISSUER, "zzzz", "y"),
        ];
        let verdict = check(
            &exchange_token(),
            &list,
            Rules::Current,
            Some(AadstsCode::NO_MATCHING_SUBJECT),
        );
        assert_eq!(
            verdict.matches.iter().map(|m| m.index).collect::<Vec<_>>(),
            [1, 2, 0]
        );
        let issuer = &verdict.matches[0].fields[0];
        let diff = issuer.diff.as_ref().unwrap();
        assert_eq!(diff.kind, Some(DifferenceKind::TrailingSlash));
        assert_eq!(
            diff.configured.last().map(|run| run.text.as_str()),
            Some("/")
        );
        assert!(verdict.message.unwrap().contains("subject 'c135'"));
    }

    #[test]
    fn what_is_further_away_is_counted_and_decides_as_well() {
        let mut list = vec![credential(ISSUER, "c136", EXCHANGE); 5];
        list.push(credential(ISSUER, "C135", EXCHANGE));
        let token = exchange_token();
        let all = match_all(&token, &list, Rules::Current);
        assert_eq!((all.matches.len(), all.further), (6, 0));
        let two = match_nearest(&token, &list, Rules::Current, 2);
        assert_eq!(
            (two.matches.as_slice(), two.further),
            (&all.matches[..2], 4)
        );
        assert_eq!(two.code, all.code);
        let none = match_nearest(&token, &list, Rules::Current, 0);
        assert_eq!(
            (none.code, none.further),
            (Some(AadstsCode::SUBJECT_CASE_DIFFERS), 6)
        );
        assert_eq!(match_nearest(&token, &[], Rules::Current, 2).further, 0);
    }

    const GITHUB: &str = "https://token.actions.githubusercontent.com";

    fn flexible(issuer: &str, expression: &str) -> Credential {
        Credential {
            name: expression.to_owned(),
            claims_matching_expression: Some(expression.into()),
            ..credential(issuer, "", EXCHANGE)
        }
    }

    fn github_token(sub: &str) -> Claims {
        Claims::from_payload(&Document::parse(format!(
            r#"{{"iss":"{GITHUB}","sub":"{sub}","aud":"{EXCHANGE}","repository_id":"74"}}"#
        )))
    }

    #[test]
    fn an_expression_takes_the_place_of_the_subject() {
        let main = github_token("repo:o/r:ref:refs/heads/main");
        let id = "claims['repository_id'] eq '74'";
        let heads = format!("claims['sub'] matches 'repo:o/r:ref:refs/heads/*' and {id}");
        let check = |expression: &str, code| {
            check(&main, &[flexible(GITHUB, expression)], Rules::Current, code)
        };
        let verdict = check(&heads, None);
        let row = &verdict.matches[0].fields[1];
        assert_eq!(
            (row.field, row.verdict),
            (Field::Expression, CheckVerdict::Pass)
        );
        assert_eq!((row.terms.len(), row.diagnostics.as_slice()), (2, &[][..]));
        for expression in [
            &heads.replace("'74'", "'75'"),
            &heads.replace("/r:", "/R:"),
            &heads.replace(" eq", "  eq"),
            &heads.replace(" and ", " or "),
            &heads.replace("repository_id", "repository_owner_id"),
            "claims['sub'] eq 'repo:o/r:ref:refs/heads/*'",
            "",
        ] {
            let verdict = check(expression, Some(AadstsCode::NO_MATCHING_EXPRESSION));
            assert_eq!(verdict.confidence, Some(Confidence::Observed));
            assert!(
                verdict
                    .message
                    .unwrap()
                    .contains("no federated identity credential expression")
            );
        }
        let unread = check(
            "claims['sub'] = 'x'",
            Some(AadstsCode::NO_MATCHING_EXPRESSION),
        );
        let found = &unread.matches[0].fields[1].diagnostics[0];
        assert_eq!(
            (found.code, found.span.unwrap().start()),
            ("expression-operator", 14)
        );
    }

    #[test]
    fn codes_beside_an_expression() {
        let main = github_token("repo:o/r:ref:refs/heads/main");
        let other = flexible(GITHUB, "claims['sub'] matches 'repo:p/*'");
        let exact = |subject: &str| credential(GITHUB, subject, EXCHANGE);
        let check = |list: &[Credential], code| check(&main, list, Rules::Current, code);
        check(
            &[exact("x"), other.clone()],
            Some(AadstsCode::NO_MATCHING_EXPRESSION),
        );
        check(
            &[exact("Repo:o/r:ref:refs/heads/main"), other.clone()],
            Some(AadstsCode::NO_MATCHING_EXPRESSION),
        );
        check(
            &[exact("repo:o/r:ref:refs/heads/main"), other.clone()],
            None,
        );
        // A flexible credential for another issuer changes nothing.
        let elsewhere = flexible("https://gitlab.com", "claims['sub'] matches '*'");
        check(
            &[exact("x"), elsewhere.clone()],
            Some(AadstsCode::NO_MATCHING_SUBJECT),
        );
        check(&[elsewhere], Some(AadstsCode::NO_MATCHING_ISSUER));
        let fits = flexible(GITHUB, "claims['sub'] matches 'repo:o/*'");
        let audience = Credential {
            audiences: vec!["b".into()],
            ..fits
        };
        check(&[audience, other], Some(AadstsCode::NO_MATCHING_AUDIENCE));
    }

    #[test]
    fn the_nearest_expression_comes_first() {
        let main = github_token("repo:o/r:ref:refs/heads/main");
        let list = [
            credential(GITHUB, "something else altogether", EXCHANGE),
            flexible(GITHUB, "claims['sub'] matches 'repo:other/*'"),
            flexible(
                GITHUB,
                "claims['sub'] matches 'repo:o/r:ref:refs/heads/man*'",
            ),
        ];
        let verdict = match_all(&main, &list, Rules::Current);
        let order: Vec<_> = verdict.matches.iter().map(|found| found.index).collect();
        assert_eq!(order, [2, 1, 0]);
        let term = &verdict.matches[0].fields[1].terms[0];
        let diff = term.diff.as_ref().unwrap();
        let marked = |runs: &[Segment]| runs.last().map(|run| (run.text.clone(), run.differs));
        assert_eq!(marked(&diff.presented), Some(("in".to_owned(), true)));
        assert_eq!(marked(&diff.configured), Some(("n*".to_owned(), true)));
    }

    #[track_caller]
    fn check_corrected(token: &Claims, other: &Credential, expression: Option<&str>) {
        let corrected = match_all(token, std::slice::from_ref(other), Rules::Current).corrected;
        let corrected = corrected.unwrap();
        let made = corrected.claims_matching_expression.as_ref();
        assert_eq!(made.map(|made| made.value.as_str()), expression);
        check(token, &[corrected], Rules::Current, None);
    }

    #[test]
    fn a_flexible_credential_stays_flexible() {
        let main = github_token("repo:o/r:ref:refs/heads/main");
        let id = "claims['repository_id'] eq '74'";
        let heads = format!("claims['sub'] matches 'repo:o/r:ref:refs/heads/*' and {id}");
        let check =
            |old: &str, new: &str| check_corrected(&main, &flexible(GITHUB, old), Some(new));
        // What holds stays as it was written.
        check(
            "claims['sub'] matches 'repo:o/*' and claims['repository_id'] eq '1'",
            &format!("claims['sub'] matches 'repo:o/*' and {id}"),
        );
        check("claims['sub'] matches 'repo:p/*'", &heads);
        check(
            &format!("claims['sub'] eq 'x' and {id}"),
            &format!("claims['sub'] eq 'repo:o/r:ref:refs/heads/main' and {id}"),
        );
        check(id.replace('4', "5").as_str(), &heads);
        check("not to be read", &heads);
        // The token lacks what is asked for, or its issuer may have no expression.
        let owner = flexible(GITHUB, "claims['repository_owner_id'] eq '65'");
        check_corrected(&main, &owner, None);
        let other = claims("https://issuer.example", "s", &format!("\"{EXCHANGE}\""));
        check_corrected(&other, &flexible(GITHUB, "claims['sub'] eq 'x'"), None);
    }
}
