//! A federated identity credential as Graph stores it, and its limits.

use serde::Serialize;

use crate::claims::{Audience, Issuer, Subject};
use crate::text::json::{Document, Kind, Value};
use crate::text::{Diagnostic, shifted};

/// Longest name (Graph: federatedIdentityCredential; checked 2026-11).
pub(super) const NAME_LIMIT: usize = 120;
/// Longest issuer, subject, audience and description.
pub(super) const TEXT_LIMIT: usize = 600;
/// Most credentials of one application or identity.
const LIST_LIMIT: usize = 20;

/// A federated identity credential, with Graph's property names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// 3 to 120 characters: letters, digits, `-`, `_`, the first a letter or digit. It cannot be changed.
    pub name: String,
    /// Must be the token's `iss`.
    pub issuer: Issuer,
    /// Must be the token's `sub`; empty, `null` in JSON, where an expression takes its place.
    #[serde(serialize_with = "null_if_empty")]
    pub subject: Subject,
    /// Exactly one; must be in the token's `aud`.
    pub audiences: Vec<Audience>,
    /// Free text.
    pub description: String,
    /// What the claims must satisfy, in place of a subject: a flexible credential (preview).
    pub claims_matching_expression: Option<ClaimsMatchingExpression>,
}

/// The expression of a flexible credential as Graph stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimsMatchingExpression {
    /// `claims['sub'] matches 'repo:contoso/*'`
    pub value: String,
    /// The version of its language; 1 is the only one.
    pub language_version: i64,
}

/// The only version of the language of expressions (Entra: flexible federated credentials; checked 2026-11).
pub(super) const LANGUAGE_VERSION: i64 = 1;

impl From<&str> for ClaimsMatchingExpression {
    fn from(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            language_version: LANGUAGE_VERSION,
        }
    }
}

/// Credentials that were read from a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CredentialList {
    /// The credentials in their order.
    pub credentials: Vec<Credential>,
    /// What is wrong with the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Credential {
    /// What Entra ID would refuse to save, or what will surprise later.
    #[must_use]
    pub fn lint(&self) -> Vec<Diagnostic> {
        let texts = [
            ("issuer", self.issuer.as_str()),
            ("subject", self.subject.as_str()),
        ];
        let texts = texts
            .into_iter()
            .chain(self.audiences.iter().map(|a| ("audience", a.as_str())));
        name_finding(&self.name)
            .into_iter()
            .chain(texts.flat_map(|(field, text)| text_findings(field, text)))
            .chain(too_long("description", &self.description, TEXT_LIMIT))
            .chain(audience_count(self.audiences.len()))
            .collect()
    }

    /// Reads one credential of Graph's shape.
    #[must_use]
    pub fn read(value: Value<'_>) -> Self {
        let text = |name| value.text_of(name).unwrap_or_default();
        let audiences = value.get("audiences").into_iter().flat_map(Value::items);
        Self {
            name: text("name").into_owned(),
            issuer: text("issuer").into(),
            subject: text("subject").into(),
            audiences: audiences
                .filter_map(Value::as_str)
                .map(Audience::from)
                .collect(),
            description: text("description").into_owned(),
            claims_matching_expression: value
                .get("claimsMatchingExpression")
                .filter(|value| value.kind() == Kind::Object)
                .map(read_expression),
        }
    }
}

fn read_expression(value: Value<'_>) -> ClaimsMatchingExpression {
    let version = value.get("languageVersion").and_then(Value::as_i64);
    ClaimsMatchingExpression {
        value: value.text_of("value").unwrap_or_default().into_owned(),
        language_version: version.unwrap_or(LANGUAGE_VERSION),
    }
}

fn null_if_empty<S: serde::Serializer>(subject: &Subject, to: S) -> Result<S::Ok, S::Error> {
    Some(subject)
        .filter(|subject| !subject.as_str().is_empty())
        .serialize(to)
}

impl CredentialList {
    /// Reads a list (`az ad app federated-credential list`), Graph's `{"value": […]}` or one credential.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let body = text.trim_start();
        let document = Document::parse(body.trim_end());
        let mut list = Self {
            credentials: Vec::new(),
            diagnostics: shifted(document.diagnostics(), text.len() - body.len()),
        };
        let Some(root) = document.root() else {
            return list;
        };
        let values = root
            .get("value")
            .filter(|value| value.kind() == Kind::Array)
            .unwrap_or(root);
        let found: Vec<_> = match values.kind() {
            Kind::Array => values.items().collect(),
            _ => vec![values],
        };
        let (credentials, others): (Vec<_>, Vec<_>) = found
            .into_iter()
            .partition(|value| value.get("issuer").is_some());
        list.credentials
            .extend(credentials.into_iter().map(Credential::read));
        if document.is_complete() && !others.is_empty() {
            list.diagnostics.push(no_credentials(others.len()));
        }
        list.diagnostics.extend(list_findings(&list.credentials));
        list
    }
}

fn no_credentials(count: usize) -> Diagnostic {
    let message = match count {
        1 => "One value here is no federated credential: it has no `issuer`.".to_owned(),
        _ => format!("{count} values here are no federated credentials: they have no `issuer`."),
    };
    Diagnostic::error("no-credentials", message)
        .help("Give the output of `az ad app federated-credential list`, or one credential.")
}

fn name_finding(name: &str) -> Option<Diagnostic> {
    let sound = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && (3..=NAME_LIMIT).contains(&name.len());
    (!sound).then(|| {
        Diagnostic::error(
            "name-form",
            format!("The name needs 3 to {NAME_LIMIT} letters, digits, `-` or `_`, the first a letter or digit."),
        )
        .help("Choose it well: it cannot be changed later.")
    })
}

fn text_findings(field: &str, text: &str) -> impl Iterator<Item = Diagnostic> {
    let empty = text.is_empty().then(|| {
        Diagnostic::error("field-empty", format!("The {field} is empty."))
            .help("It must be the value of the token.")
    });
    let spaced = (text.trim() != text).then(|| {
        Diagnostic::warning(
            "field-white-space",
            format!("The {field} begins or ends with white space."),
        )
        .help("It is compared character by character and will not match.")
    });
    empty
        .into_iter()
        .chain(spaced)
        .chain(too_long(field, text, TEXT_LIMIT))
}

fn too_long(field: &str, text: &str, limit: usize) -> Option<Diagnostic> {
    let length = text.chars().count();
    (length > limit).then(|| {
        Diagnostic::error(
            "field-too-long",
            format!("The {field} has {length} characters, {limit} are allowed."),
        )
        .help("Entra ID refuses to save it.")
    })
}

fn audience_count(count: usize) -> Option<Diagnostic> {
    (count != 1).then(|| {
        Diagnostic::error(
            "audience-count",
            format!("There are {count} audiences; it must be exactly one."),
        )
        .help("Make one credential for each audience.")
    })
}

fn list_findings(credentials: &[Credential]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if credentials.len() > LIST_LIMIT {
        findings.push(
            Diagnostic::warning(
                "too-many-credentials",
                format!(
                    "There are {} credentials; one object holds at most {LIST_LIMIT}.",
                    credentials.len()
                ),
            )
            .help("They probably belong to several applications."),
        );
    }
    let mut seen = std::collections::HashSet::new();
    for credential in credentials {
        if !seen.insert((&credential.issuer, &credential.subject)) {
            findings.push(
                Diagnostic::warning(
                    "pair-taken",
                    format!(
                        "`{}` repeats issuer and subject of another credential.",
                        credential.name
                    ),
                )
                .help("The pair must be unique within one application."),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Credential {
        Credential {
            name: "mi-billing".into(),
            issuer: "https://issuer.example".into(),
            subject: "somebody".into(),
            audiences: vec!["api://AzureADTokenExchange".into()],
            ..Credential::default()
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Credential), codes: &[&str]) {
        let mut credential = sound();
        change(&mut credential);
        let found: Vec<_> = credential.lint().iter().map(|d| d.code).collect();
        assert_eq!(found, codes);
    }

    #[test]
    fn limits() {
        check(|_| {}, &[]);
        check(|c| c.name = "a".repeat(120), &[]);
        for name in ["ab", "-ab", "_ab", "a b", "ä-name", &"a".repeat(121), ""] {
            check(|c| c.name = name.to_owned(), &["name-form"]);
        }
        check(|c| c.issuer = "x".repeat(600).into(), &[]);
        check(|c| c.issuer = "x".repeat(601).into(), &["field-too-long"]);
        check(|c| c.subject = " x".into(), &["field-white-space"]);
        check(|c| c.subject = "".into(), &["field-empty"]);
        check(|c| c.description = "é".repeat(601), &["field-too-long"]);
        check(|c| c.audiences.clear(), &["audience-count"]);
        check(|c| c.audiences.push("b".into()), &["audience-count"]);
    }

    #[test]
    fn lists_of_every_shape() {
        let one = r#"{"name":"a","issuer":"i","subject":"s","audiences":["x"]}"#;
        for text in [
            one.to_owned(),
            format!("[{one}]"),
            format!(r#"{{"value":[{one}]}}"#),
        ] {
            let list = CredentialList::read(&text);
            assert_eq!((list.credentials.len(), list.diagnostics.len()), (1, 0));
            assert_eq!(list.credentials[0].audiences, ["x".into()]);
        }
        let codes = |text: &str| {
            CredentialList::read(text)
                .diagnostics
                .iter()
                .map(|d| d.code)
                .collect::<Vec<_>>()
        };
        assert_eq!(codes(&format!("[{one},{one}]")), ["pair-taken"]);
        assert_eq!(codes("7"), ["no-credentials"]);
        assert_eq!(codes("{}"), ["no-credentials"]);
        assert_eq!(codes(r#"[{"name":"a"},7]"#), ["no-credentials"]);
        assert_eq!(codes("[]"), [""; 0]);
        assert_eq!(codes("[{"), ["json-truncated", "no-credentials"][..1]);
        assert_eq!(codes(""), ["json-truncated"]);
    }

    #[test]
    fn places_count_from_the_start_of_the_text() {
        let place = |text: &str| CredentialList::read(text).diagnostics[0].span.unwrap();
        let (plain, indented) = (place("[}"), place("\n\n  [}"));
        assert_eq!(indented, plain.shifted(4));
    }
}
