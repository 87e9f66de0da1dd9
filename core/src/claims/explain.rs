//! Explains a token: what it looks like, what each claim means, whether its time is right.

use serde::Serialize;

use super::cloud::EntraIssuer;
use super::dictionary::{self, Entry, Shape};
use super::kind::{self, Assignment, TokenKind};
use super::lint;
use super::platform::Platform;
use super::readings::{self, Others, Reading};
use super::section::Section;
use super::{Confidence, Evidence, Times, is_guid, known_id};
use crate::jose::{Kind as Form, Role, Token};
use crate::text::json::Value;
use crate::text::{Diagnostic, Span};

/// What a token says, explained.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What it looks like.
    pub kind: TokenKind,
    /// What speaks for it, the strongest first.
    pub evidence: Vec<Evidence>,
    /// Its issuer, where that is Entra ID.
    pub issuer: Option<EntraIssuer>,
    /// The platform that issued it, where it is known.
    pub platform: Option<&'static Platform>,
    /// How the managed identity belongs to its host, where the token tells.
    pub assignment: Option<Assignment>,
    /// The parameters of the header.
    pub header: Vec<Claim>,
    /// Those that stand outside of what is protected: anybody can change them.
    pub unprotected: Vec<Claim>,
    /// The claims of the payload.
    pub claims: Vec<Claim>,
    /// How its times stand.
    pub validity: Validity,
    /// Warnings about its content.
    pub diagnostics: Vec<Diagnostic>,
}

impl Explanation {
    /// The words for what it looks like: `a GitHub Actions token`.
    #[must_use]
    pub fn title(&self) -> &str {
        match (self.kind, self.platform) {
            (TokenKind::Workload, Some(platform)) => &platform.token,
            (kind, _) => kind.title(),
        }
    }
}

/// One claim or header parameter, explained.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// Its value: a string as it is, anything else as JSON.
    pub value: String,
    /// What it means; empty for an unknown claim.
    pub meaning: String,
    /// What never to rely on; may be empty.
    pub never: String,
    /// Who sets it, where that is not simply the issuer; may be empty.
    pub by: String,
    /// What a number counts; may be empty.
    pub unit: String,
    /// Where that is written.
    pub source: String,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// What kind of id the value is, and its name where it is a well-known one.
    pub label: Option<String>,
    /// How sure that name is.
    pub label_confidence: Option<Confidence>,
    /// The moment in seconds, for a claim that is a time.
    pub time: Option<i64>,
    /// What can be read inside the value.
    pub readings: Vec<Reading>,
    /// Where in the text that holds the token.
    pub span: Span,
}

/// How the times of a token stand at a moment. It says nothing of its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// Between `nbf` and `exp`; the seconds of `exp`.
    Within(i64),
    /// Past `exp`.
    Expired(i64),
    /// Before `nbf`.
    NotYet(i64),
    /// There is no `exp`.
    NoExpiry,
}

impl Validity {
    pub(super) fn of(times: Times, now: i64) -> Self {
        match (times.not_before, times.expires) {
            (Some(nbf), _) if now < nbf => Self::NotYet(nbf),
            (_, Some(exp)) if now >= exp => Self::Expired(exp),
            (_, Some(exp)) => Self::Within(exp),
            (_, None) => Self::NoExpiry,
        }
    }
}

/// Explains a token at the moment `now` (seconds).
#[must_use]
pub fn explain(token: &Token, now: i64) -> Explanation {
    let recognition = kind::recognise(token);
    let diagnostics = lint::findings(token, &recognition, now);
    let others = Others::of(Section::payload(token));
    let claims = |role, groups: &[&str]| claims_of(token, role, groups, &others);
    Explanation {
        header: claims(Role::Header, header_groups(token)),
        unprotected: claims(Role::UnprotectedHeader, header_groups(token)),
        claims: claims(Role::Payload, &recognition.groups),
        validity: Validity::of(Times::of(token), now),
        diagnostics,
        kind: recognition.kind,
        evidence: recognition.evidence,
        issuer: recognition.issuer,
        platform: recognition.platform,
        assignment: recognition.assignment,
    }
}

/// The parameters of an encrypted token mean something else.
fn header_groups(token: &Token) -> &'static [&'static str] {
    match token.kind {
        Form::Jwe => &["jwe", "header"],
        _ => &["header"],
    }
}

fn claims_of(token: &Token, role: Role, groups: &[&str], others: &Others<'_>) -> Vec<Claim> {
    Section::members(token, role)
        .map(|(section, name, value)| Claim {
            span: section.place_of(name, value),
            readings: readings_of(&name.to_text(), value, groups, others),
            ..claim(name, value, groups)
        })
        .collect()
}

fn claim(name: Value<'_>, value: Value<'_>, groups: &[&str]) -> Claim {
    let name = name.to_text().into_owned();
    let entry = dictionary::look_up(&name, groups);
    let text = |field: fn(&Entry) -> &String| entry.map_or_else(String::new, |e| field(e).clone());
    let (label, label_confidence) = label(entry, value);
    let is_time = entry.is_some_and(|entry| entry.shape == Shape::Time);
    Claim {
        meaning: text(|entry| &entry.meaning),
        never: text(|entry| &entry.never),
        by: text(|entry| &entry.by),
        unit: text(|entry| &entry.unit),
        source: text(|entry| &entry.source),
        confidence: entry.map(|entry| entry.confidence),
        label,
        label_confidence,
        time: value.as_seconds().filter(|_| is_time),
        value: value.to_text().into_owned(),
        readings: Vec::new(),
        span: Span::default(),
        name,
    }
}

/// `client id: Azure CLI`, with how sure the name is.
fn label(entry: Option<&Entry>, value: Value<'_>) -> (Option<String>, Option<Confidence>) {
    let Some(id) = value.as_str().filter(|text| is_guid(text)) else {
        return (None, None);
    };
    let shape = entry.and_then(|entry| entry.shape.label());
    let known = known_id(&id);
    let label = match (shape, known) {
        (Some(shape), Some(known)) => Some(format!("{shape}: {}", known.name)),
        (Some(shape), None) => Some(shape.to_owned()),
        (None, Some(known)) => Some(known.name.clone()),
        (None, None) => None,
    };
    (label, known.map(|known| known.confidence))
}

fn readings_of(name: &str, value: Value<'_>, groups: &[&str], others: &Others<'_>) -> Vec<Reading> {
    if groups.contains(&"entra") {
        readings::readings(name, value, others)
    } else if groups.contains(&"github") && name == "sub" {
        value
            .as_str()
            .and_then(|text| readings::github_subject(&text))
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
        assert_eq!(oid.label.as_deref(), Some("object id"));
        assert_eq!(
            (made_up.value.as_str(), made_up.meaning.as_str()),
            ("[1]", "")
        );
        assert_eq!(
            (exp.time, exp.span.of(&text)),
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
            ("client id: Azure CLI".into(), Some(Confidence::Documented))
        );
        assert_eq!(label(&format!(r#""made_up":"{cli}""#)).0, "Azure CLI");
        assert_eq!(
            label(r#""tid":"c135c981-5d8e-4b80-84ea-d616a6a8167c""#),
            ("tenant id".into(), None)
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
                assert!(claim.span.of(text).ends_with(&format!("{}\"", claim.value)));
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
        assert!(sub.meaning.contains("repo:") && sub.readings.len() == 1);
        assert_eq!(tid.meaning, "");
        assert_eq!(exp.source, "RFC 7519 §4.1.4");
    }

    #[test]
    fn readings_are_for_tokens_of_entra_only() {
        let uti = r#""uti":"OQZCL2CY80uXMgjZyL4OAA""#;
        let readings = |claims: &str| at(claims, 0).claims.pop().unwrap().readings.len();
        assert_eq!(readings(&format!("{{{V2},{uti}}}")), 1);
        assert_eq!(readings(&format!(r#"{{"iss":"x",{uti}}}"#)), 0);
        assert_eq!(readings(&format!("{{{uti}}}")), 0);
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
