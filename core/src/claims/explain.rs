//! Explains a token: what it looks like, what each claim means, whether its time is right.

use serde::Serialize;

use super::cloud::EntraIssuer;
use super::dictionary::{self, Entry, Shape};
use super::kind::{self, TokenKind};
use super::{Confidence, Times, well_known_id};
use crate::jose::{Part, Role, Token};
use crate::text::json::{Document, Kind, Value};
use crate::text::{Diagnostic, Span, time};

/// What a token says, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What it looks like.
    pub kind: TokenKind,
    /// What speaks for it.
    pub evidence: Vec<String>,
    /// Its issuer, where that is Entra ID.
    pub issuer: Option<EntraIssuer>,
    /// The parameters of the header.
    pub header: Vec<Claim>,
    /// The claims of the payload.
    pub claims: Vec<Claim>,
    /// How its times stand.
    pub validity: Validity,
    /// Warnings about its content.
    pub diagnostics: Vec<Diagnostic>,
}

/// One claim or header parameter, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// Its value: a string as it is, anything else as JSON.
    pub value: String,
    /// What it means; empty for an unknown claim.
    pub meaning: String,
    /// Where that is written.
    pub source: String,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// What kind of id the value is, or the name of a well-known id.
    pub label: Option<String>,
    /// The moment in seconds, for a claim that is a time.
    pub time: Option<i64>,
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

/// Explains a token at the moment `now` (seconds).
#[must_use]
pub fn explain(token: &Token, now: i64) -> Explanation {
    let empty = Document::default();
    let payload = token.payload().unwrap_or(&empty);
    let issuer = payload
        .get("iss")
        .and_then(Value::as_str)
        .and_then(|iss| EntraIssuer::of(&iss));
    let groups: &[&str] = match issuer {
        Some(_) => &["entra", "registered"],
        None => &["registered"],
    };
    let (kind, evidence) = kind::recognise(payload, issuer.as_ref());
    let validity = validity(Times::of(token), now);
    Explanation {
        kind,
        evidence,
        issuer,
        header: claims_of(token.part(Role::Header), &["header"]),
        claims: claims_of(token.part(Role::Payload), groups),
        validity,
        diagnostics: time_findings(token, validity, now),
    }
}

fn claims_of(part: Option<&Part>, groups: &[&str]) -> Vec<Claim> {
    let Some((part, object)) = part.and_then(|part| Some((part, part.json.as_ref()?.object()?)))
    else {
        return Vec::new();
    };
    object
        .members()
        .map(|(name, value)| claim(part, name, value, groups))
        .collect()
}

fn claim(part: &Part, name: Value<'_>, value: Value<'_>, groups: &[&str]) -> Claim {
    let text = name.to_text().into_owned();
    let entry = dictionary::look_up(&text, groups);
    let span = Span::new(name.span().start, value.span().end);
    Claim {
        value: value.to_text().into_owned(),
        label: entry.and_then(|entry| label(entry, value)),
        time: entry
            .filter(|entry| entry.shape == Shape::Time)
            .and_then(|_| value.as_seconds()),
        confidence: entry.map(|entry| entry.confidence),
        meaning: entry.map_or_else(String::new, |entry| entry.meaning.clone()),
        source: entry.map_or_else(String::new, |entry| entry.source.clone()),
        span: part.span_of(span),
        name: text,
    }
}

fn label(entry: &Entry, value: Value<'_>) -> Option<String> {
    let text = value.as_str()?;
    let of_shape = || entry.shape.label().filter(|_| is_guid(&text));
    well_known_id(&text).or_else(of_shape).map(str::to_owned)
}

/// Whether a text has the form 8-4-4-4-12 of hexadecimal digits.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn validity(times: Times, now: i64) -> Validity {
    match (times.not_before, times.expires) {
        (Some(nbf), _) if now < nbf => Validity::NotYet(nbf),
        (_, Some(exp)) if now >= exp => Validity::Expired(exp),
        (_, Some(exp)) => Validity::Within(exp),
        (_, None) => Validity::NoExpiry,
    }
}

fn time_findings(token: &Token, validity: Validity, now: i64) -> Vec<Diagnostic> {
    let Some(part) = token.part(Role::Payload) else {
        return Vec::new();
    };
    let place = |name: &str| {
        let value = part.json.as_ref()?.get(name)?;
        Some(part.span_of(value.span()))
    };
    let finding = match validity {
        Validity::Expired(exp) => Diagnostic::warning(
            "expired",
            format!(
                "It expired {}, at {}.",
                time::relative(exp, now),
                time::rfc3339(exp)
            ),
        )
        .help("Everybody must refuse it now. Get a new one."),
        Validity::NotYet(nbf) => Diagnostic::warning(
            "not-yet-valid",
            format!(
                "It is not valid before {}, {}.",
                time::rfc3339(nbf),
                time::relative(nbf, now)
            ),
        )
        .help("Compare the clocks of the issuer and of this machine."),
        Validity::NoExpiry | Validity::Within(_) => return wrong_times(part),
    };
    let span = place(if matches!(validity, Validity::Expired(_)) {
        "exp"
    } else {
        "nbf"
    });
    vec![Diagnostic { span, ..finding }]
}

/// Times that are no numbers.
fn wrong_times(part: &Part) -> Vec<Diagnostic> {
    let json = part.json.iter();
    json.flat_map(|json| ["exp", "nbf", "iat"].map(|name| (name, json.get(name))))
        .filter_map(|(name, value)| Some((name, value.filter(|v| v.kind() != Kind::Number)?)))
        .map(|(name, value)| {
            Diagnostic::warning("time-not-a-number", format!("`{name}` is not a number."))
                .help("RFC 7519 §2 wants seconds since 1970 as a JSON number.")
                .at(part.span_of(value.span()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;

    #[track_caller]
    fn check(claims: &str, kind: TokenKind) -> Explanation {
        let parsed = parse(claims);
        let explanation = explain(&parsed.tokens[0], 1_000);
        assert_eq!(explanation.kind, kind, "{claims}");
        assert!(!explanation.evidence.is_empty());
        explanation
    }

    const V2: &str = r#""iss":"https://login.microsoftonline.com/t/v2.0""#;
    const V1: &str = r#""iss":"https://sts.windows.net/t/""#;

    #[test]
    fn kinds() {
        check(
            &format!(r#"{{{V2},"idtyp":"app","aud":"fb60f99c-7a34-4190-8149-302f77469936"}}"#),
            TokenKind::ManagedIdentity,
        );
        check(
            &format!(r#"{{{V1},"xms_mirid":"/subscriptions/x"}}"#),
            TokenKind::ManagedIdentity,
        );
        check(
            &format!(r#"{{{V2},"idtyp":"app","aud":"x"}}"#),
            TokenKind::AppOnly,
        );
        check(
            &format!(r#"{{{V1},"sub":"a","oid":"a"}}"#),
            TokenKind::AppOnly,
        );
        check(
            &format!(r#"{{{V2},"sub":"a","oid":"b","scp":"x"}}"#),
            TokenKind::Delegated,
        );
        check(
            &format!(r#"{{{V2},"sub":"a","oid":"b","preferred_username":"x"}}"#),
            TokenKind::IdToken,
        );
        check(
            &format!(r#"{{{V2},"sub":"a","oid":"b"}}"#),
            TokenKind::Unknown,
        );
        check(
            r#"{"iss":"https://token.actions.githubusercontent.com"}"#,
            TokenKind::Other,
        );
        check(
            r#"{"idtyp":"app","aud":"fb60f99c-7a34-4190-8149-302f77469936"}"#,
            TokenKind::Unknown,
        );
    }

    #[test]
    fn claims_have_meaning_source_and_place() {
        let text = format!(
            r#"{{{V2},"oid":"c135c981-5d8e-4b80-84ea-d616a6a8167c","made_up":[1],"exp":2000}}"#
        );
        let explanation = explain(&parse(&text).tokens[0], 1_000);
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
    }

    #[test]
    fn validity_at_a_moment() {
        let at = |claims: &str, now| explain(&parse(claims).tokens[0], now);
        assert_eq!(at(r#"{"exp":10}"#, 9).validity, Validity::Within(10));
        assert_eq!(at(r#"{"exp":10}"#, 10).validity, Validity::Expired(10));
        assert_eq!(at(r#"{"exp":10,"nbf":5}"#, 4).validity, Validity::NotYet(5));
        assert_eq!(at(r#"{"iat":1}"#, 4).validity, Validity::NoExpiry);
        assert_eq!(at(r#"{"exp":10.9}"#, 10).diagnostics[0].code, "expired");
        assert_eq!(
            at(r#"{"exp":"10"}"#, 9).diagnostics[0].code,
            "time-not-a-number"
        );
        assert_eq!(at(r#"{"exp":1e999}"#, 9).validity, Validity::NoExpiry);
    }
}
