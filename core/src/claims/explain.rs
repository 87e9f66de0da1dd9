//! Explains a token: what it looks like, what each claim means, whether its time is right.

use super::confidence::{Confidence, Evidence};
use super::dictionary::{self, Entry, Shape};
use super::entra_issuer::EntraIssuer;
use super::guid::is_guid;
use super::kind::{Assignment, TokenKind};
use super::lint;
use super::opaque_values::{ComparableClaims, DecodedValue, decode_entra, decode_github_subject};
use super::platform::Platform;
use super::recognition::recognise;
use super::section::Section;
use super::validity::{Times, Validity};
use super::well_known_ids::well_known_id;
use crate::jose::{Role, Token, TokenForm};
use crate::text::json::Value;
use crate::text::{Diagnostic, Span};

/// What a token looks like, what each of its claims means, and what is odd about it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Explanation {
    /// What kind of token it looks like.
    pub kind: TokenKind,
    /// The reasons for kind and issuer, the strongest first.
    pub evidence: Vec<Evidence>,
    /// What the issuer tells, where it is one of Entra ID.
    pub issuer: Option<EntraIssuer>,
    /// The platform that issued it; `None` for an unknown one.
    pub platform: Option<&'static Platform>,
    /// The type of the managed identity; `None` for other tokens, and where the token does not tell.
    pub assignment: Option<Assignment>,
    /// The parameters of the protected header, in their order.
    pub header: Vec<Claim>,
    /// The parameters of unprotected headers (RFC 7515 §7.2, RFC 7516 §7.2): anybody can change them.
    pub unprotected: Vec<Claim>,
    /// The claims of the payload, in their order; empty for an encrypted token.
    pub claims: Vec<Claim>,
    /// How its times stand at the moment it is explained for.
    pub validity: Validity,
    /// What [`lint`](super::lint()) finds odd about it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Explanation {
    /// The words for the token in a sentence: `a GitHub Actions token`.
    #[must_use]
    pub fn title(&self) -> &str {
        match (self.kind, self.platform) {
            (TokenKind::Workload, Some(platform)) => &platform.token,
            (kind, _) => kind.title(),
        }
    }
}

/// One claim or header parameter, explained. Texts are empty where the dictionary has none.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Claim {
    /// Its name, such as `aud`.
    pub name: String,
    /// Its value: a string without quotes, anything else as JSON.
    pub value: String,
    /// What it means; empty for an unknown claim.
    pub meaning: String,
    /// What not to rely on.
    pub caution: String,
    /// Who sets the value, where that is not the issuer.
    pub set_by: String,
    /// What a number counts: `seconds since 1970-01-01 UTC`.
    pub unit: String,
    /// Where the meaning is written.
    pub source: String,
    /// How sure the meaning is; `None` for an unknown claim.
    pub confidence: Option<Confidence>,
    /// What kind of id the value is, with its name where it is a well-known one: `client ID: Azure CLI`.
    pub label: Option<String>,
    /// How sure the name in the label is; `None` where the label has no name.
    pub label_confidence: Option<Confidence>,
    /// The moment in seconds since 1970, for a claim that is a time.
    pub time: Option<i64>,
    /// What stands inside the value, where it looks opaque.
    pub decoded: Vec<DecodedValue>,
    /// Where name and value stand in the text that holds the token, in bytes.
    pub span: Span,
}

/// Explains a token at the moment `now` (seconds since 1970).
///
/// The signature is not looked at: a token that is explained may still be forged.
///
/// ```
/// use fedcred_core::claims::{TokenKind, Validity, explain};
/// use fedcred_core::jose::parse;
///
/// // A token, or only its claims as JSON.
/// let parsed = parse(
///     r#"{
///         "iss": "https://token.actions.githubusercontent.com",
///         "sub": "repo:octo-org/octo-repo:environment:production",
///         "aud": "api://AzureADTokenExchange",
///         "exp": 1795448640
///     }"#,
/// );
/// let explanation = explain(&parsed.tokens[0], 1795448000);
///
/// assert_eq!(explanation.title(), "a GitHub Actions token");
/// assert_eq!(explanation.kind, TokenKind::Workload);
/// assert_eq!(explanation.validity, Validity::Within(1795448640));
/// for claim in &explanation.claims {
///     println!("{} = {}: {} ({})", claim.name, claim.value, claim.meaning, claim.source);
/// }
/// ```
#[must_use]
pub fn explain(token: &Token, now: i64) -> Explanation {
    let recognition = recognise(token);
    let diagnostics = lint::findings(token, &recognition, now);
    let comparable = ComparableClaims::from_payload(Section::payload(token));
    let claims = |role, groups: &[&str]| explain_members(token, role, groups, &comparable);
    Explanation {
        header: claims(Role::Header, header_groups(token)),
        unprotected: claims(Role::UnprotectedHeader, header_groups(token)),
        claims: claims(Role::Payload, &recognition.groups),
        validity: Times::from_token(token).at(now),
        diagnostics,
        kind: recognition.kind,
        evidence: recognition.evidence,
        issuer: recognition.issuer,
        platform: recognition.platform,
        assignment: recognition.assignment,
    }
}

/// The groups of the dictionary for a header: the parameters of an encrypted token mean something else.
fn header_groups(token: &Token) -> &'static [&'static str] {
    match token.form {
        TokenForm::Jwe => &["jwe", "header"],
        _ => &["header"],
    }
}

fn explain_members(
    token: &Token,
    role: Role,
    groups: &[&str],
    comparable: &ComparableClaims<'_>,
) -> Vec<Claim> {
    Section::members(token, role)
        .map(|(section, name, value)| {
            let name_text = name.to_text().into_owned();
            Claim {
                span: section.span_of_member(name, value),
                decoded: decode(&name_text, value, groups, comparable),
                ..from_dictionary(name_text, value, groups)
            }
        })
        .collect()
}

fn from_dictionary(name: String, value: Value<'_>, groups: &[&str]) -> Claim {
    let entry = dictionary::look_up(&name, groups);
    let text = |field: fn(&Entry) -> &String| entry.map_or_else(String::new, |e| field(e).clone());
    let (label, label_confidence) = label(entry, value);
    let is_time = entry.is_some_and(|entry| entry.shape == Shape::Time);
    Claim {
        meaning: text(|entry| &entry.meaning),
        caution: text(|entry| &entry.caution),
        set_by: text(|entry| &entry.set_by),
        unit: text(|entry| &entry.unit),
        source: text(|entry| &entry.source),
        confidence: entry.and_then(|entry| entry.confidence),
        label,
        label_confidence,
        time: value.as_seconds().filter(|_| is_time),
        value: value.to_text().into_owned(),
        decoded: Vec::new(),
        span: Span::default(),
        name,
    }
}

/// `client ID: Azure CLI`, with how sure the name is.
fn label(entry: Option<&Entry>, value: Value<'_>) -> (Option<String>, Option<Confidence>) {
    let Some(id) = value.as_str().filter(|text| is_guid(text)) else {
        return (None, None);
    };
    let shape = entry.and_then(|entry| entry.shape.label());
    let known = well_known_id(&id);
    let label = match (shape, known) {
        (Some(shape), Some(known)) => Some(format!("{shape}: {}", known.name)),
        (Some(shape), None) => Some(shape.to_owned()),
        (None, Some(known)) => Some(known.name.clone()),
        (None, None) => None,
    };
    (label, known.map(|known| known.confidence))
}

fn decode(
    name: &str,
    value: Value<'_>,
    groups: &[&str],
    comparable: &ComparableClaims<'_>,
) -> Vec<DecodedValue> {
    if groups.contains(&"entra") {
        decode_entra(name, value, comparable)
    } else if groups.contains(&"github") && name == "sub" {
        let subject = value.as_str();
        subject
            .and_then(|text| decode_github_subject(&text))
            .into_iter()
            .collect()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;

    const V2: &str = r#""iss":"https://login.microsoftonline.com/t/v2.0""#;

    fn at(claims: &str, now: i64) -> Explanation {
        explain(&parse(claims).tokens[0], now)
    }

    #[test]
    fn claims_have_meaning_source_and_place() {
        let text = format!(
            r#"{{{V2},"oid":"c135c981-5d8e-4b80-84ea-d616a6a8167c","made_up":[1],"exp":2000}}"#
        );
        let explanation = at(&text, 1_000);
        let [iss, oid, made_up, exp] = &explanation.claims[..] else {
            panic!("four claims")
        };
        assert!(iss.meaning.contains("slash") && !iss.source.is_empty());
        assert_eq!(oid.label.as_deref(), Some("object ID"));
        assert_eq!(
            (made_up.value.as_str(), made_up.meaning.as_str()),
            ("[1]", "")
        );
        assert_eq!(
            (exp.time, exp.span.slice(&text)),
            (Some(2_000), r#""exp":2000"#)
        );
        assert!(exp.unit.starts_with("seconds"));
    }

    #[test]
    fn ids_have_a_label() {
        let label = |claim: &str| {
            let claim = at(&format!("{{{V2},{claim}}}"), 0).claims.pop().unwrap();
            (claim.label.unwrap_or_default(), claim.label_confidence)
        };
        let cli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
        assert_eq!(
            label(&format!(r#""azp":"{cli}""#)),
            ("client ID: Azure CLI".into(), Some(Confidence::Documented))
        );
        assert_eq!(label(&format!(r#""made_up":"{cli}""#)).0, "Azure CLI");
        assert_eq!(
            label(r#""tid":"c135c981-5d8e-4b80-84ea-d616a6a8167c""#),
            ("tenant ID".into(), None)
        );
        for claim in [
            r#""aud":"api://x""#,
            r#""azp":""#.trim_end_matches('"'),
            r#""azp":7"#,
            r#""roles":["04b07795-8ddb-461a-bbee-02f9e1bf7b46"]"#,
        ] {
            assert_eq!(label(claim).0, "", "{claim}");
        }
    }

    #[test]
    fn what_nothing_protects_is_explained() {
        let signed = r#"{"header":{"alg":"RS256","kid":"k"},"payload":"e30","signature":"AA"}"#;
        let encrypted =
            r#"{"unprotected":{"enc":"A128GCM"},"header":{"alg":"dir"},"ciphertext":"AA"}"#;
        for (text, expected) in [(signed, ["alg", "kid"]), (encrypted, ["enc", "alg"])] {
            let token = &parse(text).tokens[0];
            let claims = explain(token, 0).unprotected;
            let names: Vec<_> = claims.iter().map(|claim| claim.name.as_str()).collect();
            assert_eq!(names, expected);
            for claim in claims {
                assert!(!claim.meaning.is_empty());
                assert!(
                    claim
                        .span
                        .slice(text)
                        .ends_with(&format!("{}\"", claim.value))
                );
                assert!(token.header_text(&claim.name).is_some());
            }
        }
    }

    #[test]
    fn a_platform_explains_its_claims() {
        let explanation = at(
            r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:o/r:pull_request","tid":"x","exp":9}"#,
            1,
        );
        assert_eq!(explanation.title(), "a GitHub Actions token");
        let [_, sub, tid, exp] = &explanation.claims[..] else {
            panic!("four claims")
        };
        assert!(sub.meaning.contains("repo:") && sub.decoded.len() == 1);
        assert_eq!(tid.meaning, "");
        assert_eq!(exp.source, "RFC 7519 §4.1.4");
    }

    #[test]
    fn only_values_of_entra_are_decoded() {
        let uti = r#""uti":"OQZCL2CY80uXMgjZyL4OAA""#;
        let decoded = |claims: &str| at(claims, 0).claims.pop().unwrap().decoded.len();
        assert_eq!(decoded(&format!("{{{V2},{uti}}}")), 1);
        assert_eq!(decoded(&format!(r#"{{"iss":"x",{uti}}}"#)), 0);
        assert_eq!(decoded(&format!("{{{uti}}}")), 0);
    }

    #[test]
    fn hostile_input_ends() {
        let long = "A".repeat(300_000);
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let many = r#""rh":"1.AVkB.","#.repeat(20_000);
        for claims in [
            format!(r#""sub":"{long}","uti":"{long}","xms_ftd":"{long}","rh":"1.{long}.""#),
            format!(r#""sub":"/eid1/c/pub/t/{long}/a/{long}","xms_idrel":"{long}""#),
            format!(
                r#""xms_mirid":"/subscriptions/{}","wids":{deep}"#,
                "/".repeat(300_000)
            ),
            format!(r#"{many}"tid":"x""#),
            format!(r#""exp":{},"xms_tcdt":-9{}"#, i64::MIN, "0".repeat(100_000)),
        ] {
            for now in [i64::MIN, 0, i64::MAX] {
                assert!(!at(&format!("{{{V2},{claims}}}"), now).claims.is_empty());
            }
        }
    }

    #[test]
    fn validity_at_a_moment() {
        assert_eq!(at(r#"{"exp":10}"#, 9).validity, Validity::Within(10));
        assert_eq!(at(r#"{"exp":10}"#, 10).validity, Validity::Expired(10));
        assert_eq!(at(r#"{"exp":10,"nbf":5}"#, 4).validity, Validity::NotYet(5));
        assert_eq!(at(r#"{"iat":1}"#, 4).validity, Validity::NoExpiry);
        assert_eq!(at(r#"{"exp":10.9}"#, 10).validity, Validity::Expired(10));
        assert_eq!(at(r#"{"exp":1e999}"#, 9).validity, Validity::NoExpiry);
    }
}
