//! The catalogue of AADSTS errors: a data file with code, text, cause, fix and source.

use std::sync::LazyLock;

use crate::claims::Confidence;
use crate::text::json::{Document, Value};

/// One error of Entra ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The number after `AADSTS`.
    pub code: u32,
    /// The OAuth error (RFC 6749 §5.2); `None` where it is not known.
    pub error: Option<String>,
    /// The HTTP status; `None` where it is not known.
    pub status: Option<u16>,
    /// A short name.
    pub title: String,
    /// The text after `AADSTS…: ` with parameters in curly brackets; `None` where it is not known,
    /// and then the mock never sends it.
    pub template: Option<String>,
    /// Why it happens.
    pub cause: String,
    /// What to do.
    pub fix: String,
    /// Where it was written or seen.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether responses with it carry `error_uri`.
    pub error_uri: bool,
}

static CATALOGUE: LazyLock<Vec<CatalogueEntry>> = LazyLock::new(|| {
    let document = Document::parse(include_str!("../../data/errors.json"));
    let entries = document.root().into_iter().flat_map(Value::items);
    entries.filter_map(read).collect()
});

/// All entries.
pub fn catalogue() -> impl Iterator<Item = &'static CatalogueEntry> {
    CATALOGUE.iter()
}

/// The entry of a code.
#[must_use]
pub fn error_entry(code: u32) -> Option<&'static CatalogueEntry> {
    catalogue().find(|entry| entry.code == code)
}

/// The text of an error, `AADSTS…: …`, with its parameters filled in.
///
/// `None` where the code or its text is not known.
#[must_use]
pub fn error_message(code: u32, parameters: &[(&str, &str)]) -> Option<String> {
    let template = error_entry(code)?.template.as_deref()?;
    Some(format!("AADSTS{code}: {}", fill(template, parameters)))
}

/// Puts parameters into `{name}`; once over the template, so that a value is never read as a name.
pub(super) fn fill(template: &str, parameters: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = parameters.iter().find(|(known, _)| *known == name)?;
            Some((value, tail))
        });
        rest = match value {
            Some((value, tail)) => {
                out.push_str(value);
                tail
            }
            None => {
                out.push('{');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

fn read(entry: Value<'_>) -> Option<CatalogueEntry> {
    let text = |name| entry.text_of(name).map(|text| text.into_owned());
    let number = |name| entry.get(name).and_then(Value::as_i64);
    Some(CatalogueEntry {
        code: number("code").and_then(|code| u32::try_from(code).ok())?,
        error: text("error"),
        status: number("status").and_then(|status| u16::try_from(status).ok()),
        title: text("title").unwrap_or_default(),
        template: text("template"),
        cause: text("cause").unwrap_or_default(),
        fix: text("fix").unwrap_or_default(),
        source: text("source").unwrap_or_default(),
        confidence: Confidence::from_word(&text("confidence").unwrap_or_default()),
        error_uri: entry
            .get("errorUri")
            .and_then(Value::as_bool)
            .unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete() {
        let document = Document::parse(include_str!("../../data/errors.json"));
        assert!(document.is_complete());
        assert_eq!(
            document.root().unwrap().items().count(),
            CATALOGUE.len(),
            "a code is no number"
        );
        for entry in catalogue() {
            assert_eq!(
                catalogue().filter(|other| other.code == entry.code).count(),
                1,
                "{}",
                entry.code
            );
            for text in [&entry.title, &entry.cause, &entry.fix, &entry.source] {
                assert!(!text.is_empty(), "{}", entry.code);
            }
            assert_eq!(
                entry.template.is_some(),
                entry.status.is_some() && entry.error.is_some(),
                "{}",
                entry.code
            );
        }
    }

    #[test]
    fn parameters_are_filled_in_once() {
        assert_eq!(
            fill("a {x} b {y} {", &[("x", "{y}"), ("y", "1")]),
            "a {y} b 1 {"
        );
        assert_eq!(error_message(700_214, &[]), None);
        let text = error_message(90_014, &[("field", "iss")]).unwrap();
        assert!(text.starts_with("AADSTS90014: The required field 'iss' is missing"));
    }
}
