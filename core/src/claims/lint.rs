//! Findings about the content of a token: what will surprise somebody, where it stands, what to do.

use std::borrow::Cow;

use super::cloud::{EntraIssuer, Version};
use super::explain::Validity;
use super::kind::{self, Recognition, TokenKind, is_exchange};
use super::section::Section;
use super::{TOKEN_EXCHANGE_APP, Times, is_guid, shortened, well_known_id};
use crate::jose::{Kind as Form, Token};
use crate::text::json::{Kind, Value};
use crate::text::{Diagnostic, Severity, Span, time};

/// Above this, a time in seconds lies beyond the year 5138: it was meant as milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// 28 h, the longest life that Entra ID documents (continuous access evaluation), and the 5 min that
/// its tokens are dated back.
const LONGEST_LIFE: i64 = 28 * 3600 + 300;

/// A client assertion should last 5 to 10 min (Entra: certificate credentials).
const LONGEST_ASSERTION: i64 = 600;

/// Clocks differ by less; RFC 7519 §4.1.4 speaks of a few minutes.
const CLOCK_SKEW: i64 = 300;

/// What is to be said about the content of a token at the moment `now` (seconds). It says nothing of
/// the signature, and a token without findings need not be worth anything.
#[must_use]
pub fn lint(token: &Token, now: i64) -> Vec<Diagnostic> {
    findings(token, &kind::recognise(token), now)
}

/// The findings about a token that was recognised already.
pub(super) fn findings(token: &Token, recognition: &Recognition, now: i64) -> Vec<Diagnostic> {
    let mut lint = Lint {
        token,
        recognition,
        header: Section::header(token),
        payload: Section::payload(token),
        now,
        found: Vec::new(),
    };
    if lint.payload.json().is_some() {
        lint.times();
        lint.parties();
        lint.entra();
    }
    if lint.header.json().is_some() && token.kind != Form::Jwe {
        lint.header();
    }
    lint.found
}

struct Lint<'a> {
    token: &'a Token,
    recognition: &'a Recognition,
    header: Section<'a>,
    payload: Section<'a>,
    now: i64,
    found: Vec<Diagnostic>,
}

/// Reporting.
impl Lint<'_> {
    /// A finding about the whole token.
    fn warn(
        &mut self,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        self.report(Severity::Warning, None, code, message.into(), help);
    }

    /// A finding at a claim of the payload.
    fn warn_at(
        &mut self,
        name: &str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        let place = self.payload.place_of_value(name);
        self.report(Severity::Warning, place, code, message.into(), help);
    }

    /// Something worth knowing at a claim of the payload.
    fn info_at(
        &mut self,
        name: &str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        let place = self.payload.place_of_value(name);
        self.report(Severity::Info, place, code, message.into(), help);
    }

    /// A finding at a parameter of the header.
    fn header_at(
        &mut self,
        severity: Severity,
        name: &str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        let place = self.header.place_of_value(name);
        self.report(severity, place, code, message.into(), help);
    }

    fn report(
        &mut self,
        severity: Severity,
        span: Option<Span>,
        code: &'static str,
        message: Cow<'static, str>,
        help: &'static str,
    ) {
        self.found.push(Diagnostic {
            severity,
            span,
            ..Diagnostic::warning(code, message).help(help)
        });
    }

    /// Whether a claim can be missing because the token was cut.
    fn is_whole(&self) -> bool {
        self.payload.json().is_some_and(|json| json.is_complete())
    }
}

/// Times.
impl Lint<'_> {
    fn times(&mut self) {
        self.validity();
        for name in ["exp", "nbf", "iat"] {
            self.form_of_time(name);
        }
        self.order_of_times();
        self.length_of_life();
        self.issued_in_future();
    }

    fn validity(&mut self) {
        let now = self.now;
        match Validity::of(Times::of(self.token), now) {
            Validity::Expired(exp) => {
                let (ago, at) = (time::relative(exp, now), time::rfc3339(exp));
                self.warn_at(
                    "exp",
                    "expired",
                    format!("It expired {ago}, at {at}."),
                    "Everybody must refuse it now. Get a new one.",
                );
            }
            Validity::NotYet(nbf) => {
                let (ahead, at) = (time::relative(nbf, now), time::rfc3339(nbf));
                self.warn_at(
                    "nbf",
                    "not-yet-valid",
                    format!("It is not valid before {at}, {ahead}."),
                    "Compare the clocks of the issuer and of this machine.",
                );
            }
            Validity::NoExpiry if self.is_whole() && !self.payload.has("exp") => self.warn(
                "expiry-missing",
                "It has no `exp`: it never expires.",
                "Whoever finds it can use it for ever. Entra ID writes `exp` into every token; ask the issuer for one.",
            ),
            Validity::NoExpiry | Validity::Within(_) => {}
        }
    }

    fn form_of_time(&mut self, name: &str) {
        let Some(value) = self.payload.get(name) else {
            return;
        };
        if value.kind() != Kind::Number {
            self.warn_at(
                name,
                "time-not-a-number",
                format!("`{name}` is not a number."),
                "RFC 7519 §2 wants seconds since 1970 as a JSON number.",
            );
        } else if let Some(read) = value.as_seconds() {
            self.milliseconds(name, read);
        } else {
            self.warn_at(
                name,
                "time-out-of-range",
                format!("`{name}` is no moment that can be told."),
                "RFC 7519 §2 wants seconds since 1970.",
            );
        }
    }

    fn milliseconds(&mut self, name: &str, read: i64) {
        if read < MILLISECONDS {
            return;
        }
        let (seconds, milliseconds) = (time::rfc3339(read), time::rfc3339(read / 1000));
        self.warn_at(
            name,
            "time-in-milliseconds",
            format!(
                "`{name}` looks like milliseconds. As seconds it is {seconds}, as milliseconds {milliseconds}."
            ),
            "RFC 7519 §2 wants seconds, and everybody reads it so. Divide by 1000 where the token is made.",
        );
    }

    fn order_of_times(&mut self) {
        let Some(exp) = self.payload.seconds("exp") else {
            return;
        };
        for (name, code) in [("nbf", "expiry-before-nbf"), ("iat", "expiry-before-iat")] {
            if self.payload.seconds(name).is_some_and(|start| exp <= start) {
                self.warn_at(
                    "exp",
                    code,
                    format!("`exp` does not lie after `{name}`: there is no moment at which it is valid."),
                    "The issuer must put the expiry after it.",
                );
            }
        }
    }

    fn length_of_life(&mut self) {
        let start = self.payload.seconds("iat").or(self.payload.seconds("nbf"));
        let (Some(start), Some(exp)) = (start, self.payload.seconds("exp")) else {
            return;
        };
        let life = exp.saturating_sub(start);
        let assertion = self.recognition.kind == TokenKind::ClientAssertion;
        if exp >= MILLISECONDS {
            return;
        }
        if assertion && life > LONGEST_ASSERTION {
            self.info_at(
                "exp",
                "lifetime-long",
                format!("It lasts {}.", time::duration(life)),
                "A client assertion should last 5 to 10 minutes (Entra: certificate credentials). Make a new one for each request.",
            );
        } else if life > LONGEST_LIFE {
            self.warn_at(
                "exp",
                "lifetime-long",
                format!("It lasts {}.", time::duration(life)),
                "Entra ID documents at most 28 hours (continuous access evaluation). Whoever finds a token can use it until then: keep its life short.",
            );
        }
    }

    fn issued_in_future(&mut self) {
        let iat = self
            .payload
            .seconds("iat")
            .filter(|iat| *iat < MILLISECONDS);
        let Some(iat) = iat.filter(|iat| iat.saturating_sub(CLOCK_SKEW) > self.now) else {
            return;
        };
        let (at, ahead) = (time::rfc3339(iat), time::relative(iat, self.now));
        self.warn_at(
            "iat",
            "issued-in-future",
            format!("It says that it was issued {ahead}, at {at}."),
            "Compare the clocks of the issuer and of this machine.",
        );
    }
}

/// Issuer, subject and audience.
impl Lint<'_> {
    fn parties(&mut self) {
        for (name, code, help) in [
            (
                "iss",
                "issuer-missing",
                "Nobody can tell who made it, and nobody can find the keys.",
            ),
            (
                "sub",
                "subject-missing",
                "It does not say whom it is about. A federated credential cannot match it.",
            ),
            (
                "aud",
                "audience-missing",
                "It does not say whom it is for. Everybody should refuse it.",
            ),
        ] {
            self.party(name, code, help);
        }
        for name in ["iss", "sub", "aud", "tid", "oid", "azp", "appid"] {
            self.spelling(name);
        }
        self.several_audiences();
        self.address_of_issuer();
    }

    fn party(&mut self, name: &str, code: &'static str, help: &'static str) {
        let Some(value) = self.payload.get(name) else {
            if self.is_whole() {
                self.warn(code, format!("It has no `{name}`."), help);
            }
            return;
        };
        let list = name == "aud" && value.kind() == Kind::Array;
        let mut texts = value.items().map(Value::as_str);
        if list && texts.any(|text| text.is_none()) || !list && value.as_str().is_none() {
            self.warn_at(
                name,
                "claim-not-text",
                format!("`{name}` is no text."),
                "RFC 7519 §4.1 wants a string here, or for `aud` a list of strings.",
            );
        } else if is_empty(value) {
            self.warn_at(name, "claim-empty", format!("`{name}` is empty."), help);
        }
    }

    /// Values are compared character by character: what nobody sees makes them differ.
    fn spelling(&mut self, name: &str) {
        let Some(text) = self.payload.text(name) else {
            return;
        };
        let padded = text.trim().len() != text.len();
        if padded || text.chars().any(is_invisible) {
            self.warn_at(
                name,
                "claim-invisible-characters",
                format!("`{name}` begins or ends with white space, or holds a character that nobody sees."),
                "It is compared character by character and will match nothing that looks the same.",
            );
        }
    }

    fn several_audiences(&mut self) {
        let Some(value) = self.payload.get("aud") else {
            return;
        };
        let count = value.items().count();
        if count > 1 {
            self.info_at(
                "aud",
                "audience-several",
                format!("It is for {count} audiences."),
                "Each of them can use it at the others. One audience is best (SPIFFE: JWT-SVID §6.2).",
            );
        }
    }

    fn address_of_issuer(&mut self) {
        let Some(issuer) = self.payload.text("iss") else {
            return;
        };
        let in_cluster = issuer.starts_with("https://kubernetes.default.svc")
            || issuer == "kubernetes/serviceaccount";
        if in_cluster {
            self.warn_at(
                "iss",
                "issuer-not-public",
                "The issuer is an address inside a cluster.",
                "Nobody outside can fetch its keys. Give the cluster a public issuer (`--service-account-issuer`).",
            );
        } else if issuer.starts_with("http://") {
            self.warn_at(
                "iss",
                "issuer-not-https",
                "The issuer is no `https` address.",
                "OpenID Connect Core §2 wants `https`; without it the keys can be exchanged on the way.",
            );
        }
    }
}

/// Rules of Entra ID.
impl Lint<'_> {
    fn entra(&mut self) {
        let Some(issuer) = &self.recognition.issuer else {
            self.exchange_id_elsewhere();
            return;
        };
        self.tenant(issuer);
        self.version(issuer);
        self.audience(issuer);
        self.swapped_ids();
        self.capitals();
        self.scopes();
        if self.is_app() {
            self.roles();
        }
    }

    fn is_app(&self) -> bool {
        matches!(
            self.recognition.kind,
            TokenKind::AppOnly | TokenKind::ManagedIdentity
        )
    }

    fn tenant(&mut self, issuer: &EntraIssuer) {
        let Some(tid) = self.payload.text("tid") else {
            return;
        };
        if is_guid(&tid) && is_guid(&issuer.tenant) && tid != issuer.tenant {
            self.warn_at(
                "tid",
                "tenant-mismatch",
                "`tid` is another tenant than the one in `iss`.",
                "Entra ID writes the same tenant into both. The token was changed or made by hand.",
            );
        }
    }

    fn version(&mut self, issuer: &EntraIssuer) {
        let Some(ver) = self.payload.text("ver") else {
            return;
        };
        if ver != issuer.version.number() {
            let form = issuer.version.number();
            self.warn_at(
                "ver",
                "version-mismatch",
                format!(
                    "`ver` is `{}`, but `iss` has the form of v{form}.",
                    shortened(&ver)
                ),
                "The issuer's form decides where the keys are. A v2.0 token with the v1.0 issuer was seen once, in a sample.",
            );
        }
    }

    fn audience(&mut self, issuer: &EntraIssuer) {
        let audience = self.payload.text("aud").unwrap_or_default();
        if is_exchange(&audience) && issuer.version == Version::V1 {
            self.warn_at(
                "iss",
                "exchange-needs-v2",
                "It is for the token exchange, but it has the v1.0 issuer.",
                "The exchange takes the v2.0 issuer, `https://login.microsoftonline.com/{tenant}/v2.0`; with the v1.0 one AADSTS700227 is reported.",
            );
        }
        if is_exchange(&audience) && audience != TOKEN_EXCHANGE_APP {
            self.warn_at(
                "aud",
                "exchange-audience-as-uri",
                format!("`aud` is the URI `{audience}`."),
                "Tokens of Entra ID for the exchange carry the app's id, fb60f99c-7a34-4190-8149-302f77469936. The URI belongs into the federated credential.",
            );
        } else if issuer.version == Version::V2 && !audience.is_empty() && !is_guid(&audience) {
            self.info_at(
                "aud",
                "audience-as-uri",
                "`aud` is no id.",
                "In v2.0 tokens it is always the client id of the API (Entra: access token claims reference).",
            );
        }
    }

    /// Other issuers write the URI that the credential holds; the app's id matches nothing.
    fn exchange_id_elsewhere(&mut self) {
        if self.payload.has("iss") && self.payload.is("aud", TOKEN_EXCHANGE_APP) {
            self.warn_at(
                "aud",
                "exchange-audience-as-id",
                "`aud` is the id of Entra's token exchange.",
                "Tokens of other issuers need the URI, `api://AzureADTokenExchange` in the global cloud. Ask the issuer for that audience.",
            );
        }
    }

    fn swapped_ids(&mut self) {
        let client = ["azp", "appid"];
        let is_client = |name| client.iter().any(|other| self.payload.same(name, other));
        let swapped = ["sub", "oid"].into_iter().find(|name| is_client(*name));
        if let Some(name) = swapped.filter(|_| self.is_app()) {
            self.warn_at(
                name,
                "client-id-as-object-id",
                format!("`{name}` is the client id."),
                "Entra ID writes the object id of the service principal there, another id. A credential made of this will not match.",
            );
        }
        if self.payload.same("sub", "tid") || self.payload.same("oid", "tid") {
            self.warn_at(
                "tid",
                "tenant-id-as-object-id",
                "The subject is the tenant's id.",
                "Entra ID writes the object id of the user or service principal there.",
            );
        }
    }

    fn capitals(&mut self) {
        for name in ["sub", "oid", "tid"] {
            let text = self.payload.text(name).unwrap_or_default();
            if is_guid(&text) && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                self.warn_at(
                    name,
                    "id-in-capitals",
                    format!("`{name}` has capital letters."),
                    "Entra ID writes ids in small letters, and federated credentials compare letter by letter.",
                );
            }
        }
    }

    fn scopes(&mut self) {
        let delegated = self.recognition.kind == TokenKind::Delegated;
        if delegated && self.payload.is("idtyp", "app") {
            self.warn_at(
                "scp",
                "scopes-without-user",
                "`scp` says that a user takes part, `idtyp` that none does.",
                "Entra ID writes `scp` for users only (access token claims reference). The token was changed or made by hand.",
            );
        }
    }

    /// A token is issued without roles too: an API that does not look lets everybody in.
    fn roles(&mut self) {
        let audience = self.payload.text("aud").unwrap_or_default();
        let own_api = (is_guid(&audience) && well_known_id(&audience).is_none())
            || (audience.starts_with("api://") && !is_exchange(&audience));
        let roles = self.payload.get("roles");
        if own_api && roles.is_none_or(|roles| roles.items().next().is_none()) {
            self.warn(
                "roles-missing",
                "It has no `roles`: the application was granted none for this API.",
                "Entra ID issues the token all the same (client credentials flow), so the API must check roles or subject. Grant an app role to the identity.",
            );
        }
    }
}

/// Header.
impl Lint<'_> {
    fn header(&mut self) {
        self.algorithm();
        self.key_id();
        self.type_of_token();
        for name in ["jwk", "jku", "x5u", "x5c"] {
            self.key_in_header(name);
        }
        self.critical();
        self.nonce();
    }

    fn algorithm(&mut self) {
        let Some(algorithm) = self.token.header_text("alg") else {
            self.warn(
                "alg-missing",
                "The header has no `alg`.",
                "RFC 7515 §4.1.1 demands it. Nobody can check the signature.",
            );
            return;
        };
        if algorithm.eq_ignore_ascii_case("none") {
            self.header_at(
                Severity::Error,
                "alg",
                "alg-none",
                format!("`alg` is `{algorithm}`: the token is not signed."),
                "Anybody can write it. Refuse it (RFC 8725 §3.2).",
            );
        } else if algorithm.starts_with("HS") {
            self.header_at(
                Severity::Warning,
                "alg",
                "alg-symmetric",
                format!("{} is signed with a shared secret.", shortened(&algorithm)),
                "Whoever can check it can also make it. Entra ID takes RS256 for federated credentials.",
            );
        }
    }

    /// Whether a header has it, protected or not.
    fn has_parameter(&self, name: &str) -> bool {
        self.token.header_value(name).is_some()
    }

    /// A certificate's thumbprint names the key as well; the keys of a secret and of no key have no name.
    fn key_id(&mut self) {
        let algorithm = self.token.header_text("alg").unwrap_or_default();
        let signed = !algorithm.starts_with("HS") && !algorithm.eq_ignore_ascii_case("none");
        let names = ["kid", "x5t", "x5t#S256"];
        if signed && !names.iter().any(|name| self.has_parameter(name)) {
            self.warn(
                "kid-missing",
                "The header does not say which key signed it (`kid`).",
                "Entra ID refuses such an assertion (AADSTS5002723). Others must try every key of the issuer.",
            );
        }
    }

    fn type_of_token(&mut self) {
        let Some(typ) = self.header.text("typ") else {
            return;
        };
        let short = typ.strip_prefix("application/").unwrap_or(&typ);
        let known = ["JWT", "JOSE", "at+jwt"];
        if known.iter().any(|word| short.eq_ignore_ascii_case(word)) {
            return;
        }
        let help = match short.to_ascii_lowercase().as_str() {
            "dpop+jwt" => {
                "It is a proof that somebody holds a key (RFC 9449), not a token for access."
            }
            "logout+jwt" => {
                "It ends a session (OpenID Connect Back-Channel Logout), it gives no access."
            }
            "secevent+jwt" => "It reports an event (RFC 8417), it gives no access.",
            _ => {
                "Usual are `JWT` and `at+jwt`. Look up what this type is for before you take it as a token."
            }
        };
        self.header_at(
            Severity::Warning,
            "typ",
            "typ-unusual",
            format!("The header's type is `{}`.", shortened(&typ)),
            help,
        );
    }

    fn key_in_header(&mut self, name: &str) {
        if self.has_parameter(name) {
            self.header_at(
                Severity::Warning,
                name,
                "key-in-header",
                format!("The header brings its own key (`{name}`)."),
                "The sender chose it, so it proves nothing, and Fedcred never contacts it. Check with the keys that the issuer publishes.",
            );
        }
    }

    fn critical(&mut self) {
        if self.header.has("crit") {
            self.header_at(
                Severity::Warning,
                "crit",
                "crit-present",
                "The header demands extensions (`crit`).",
                "Who does not know them all must refuse the token (RFC 7515 §4.1.11).",
            );
        }
    }

    fn nonce(&mut self) {
        if self.recognition.issuer.is_some() && self.header.has("nonce") {
            self.header_at(
                Severity::Info,
                "nonce",
                "nonce-in-header",
                "It is made for Microsoft Graph or another API of Microsoft.",
                "Its signature covers a changed header, so others cannot check it (reported). Ask for a token for your own API.",
            );
        }
    }
}

fn is_empty(value: Value<'_>) -> bool {
    match value.kind() {
        Kind::Array => value.items().all(|item| item.raw() == "\"\""),
        _ => value.raw() == "\"\"",
    }
}

/// Control characters, spaces without width, marks of direction, byte order mark.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
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
            assert!(text.get(span.start..span.end).is_some());
        }
        found
    }

    fn signed(header: &str, claims: &str) -> String {
        let part = |text: &str| base64url::encode(text.as_bytes());
        format!("{}.{}.c2ln", part(header), part(claims))
    }

    /// A good token of Entra ID with these members more.
    fn entra(members: &str) -> String {
        let issuer = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
        format!(
            r#"{{"iss":"{issuer}","exp":1795533840,"iat":1795447140,"aud":"{TOKEN_EXCHANGE_APP}","sub":"{IDENTITY}","idtyp":"app",{members}}}"#
        )
    }

    /// A good token of another issuer with these members more.
    fn other(members: &str) -> String {
        format!(r#"{{"iss":"https://issuer.example","sub":"a","aud":"b",{members}}}"#)
    }

    const GITHUB: &str = r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:octo-org/octo-repo:environment:prod","aud":"api://AzureADTokenExchange","nbf":1795446840,"iat":1795447440,"exp":1795447740,"jti":"x"}"#;
    const KUBERNETES: &str = r#"{"aud":["api://AzureADTokenExchange"],"exp":1795451040,"iat":1795447440,"nbf":1795447440,"iss":"https://eastus.oic.prod-aks.azure.com/t/g/","sub":"system:serviceaccount:ns:sa","kubernetes.io":{"namespace":"ns"}}"#;
    const GITLAB: &str = r#"{"namespace_path":"g","project_path":"g/p","pipeline_source":"push","ref_protected":"false","iss":"https://gitlab.example.com","iat":1795447440,"nbf":1795447435,"exp":1795451040,"sub":"project_path:g/p:ref_type:branch:ref:main","aud":"https://vault.example.com"}"#;
    const GOOGLE: &str = r#"{"iss":"https://accounts.google.com","aud":"api://AzureADTokenExchange","azp":"112179062720391305885","sub":"112179062720391305885","iat":1795447440,"exp":1795451040}"#;
    const SPIFFE: &str = r#"{"iss":"https://oidc.contoso.example","sub":"spiffe://contoso.example/ns/a/sa/b","aud":["api://AzureADTokenExchange"],"iat":1795447440,"exp":1795447740}"#;
    const ASSERTION: &str = r#"{"aud":"https://login.microsoftonline.com/t/oauth2/v2.0/token","exp":1795447740,"iss":"97e0a5b7-d745-40b6-94fe-5f77d35c6e05","jti":"x","nbf":1795447440,"sub":"97e0a5b7-d745-40b6-94fe-5f77d35c6e05","iat":1795447440}"#;

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
        assert_eq!(found[0].span.unwrap().of(&text), r#""x""#);
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
