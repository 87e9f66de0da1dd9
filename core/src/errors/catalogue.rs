//! The catalogue of errors: a data file with code, text, cause, fix and source.

use std::sync::LazyLock;

use serde::Serialize;

use super::code::{AadstsCode, CATALOGUE};
use crate::claims::Confidence;
use crate::text::fill;
use crate::text::json::{Document, Value};

/// One error of Entra ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The code; `None` for errors of other endpoints, which have none.
    pub code: Option<AadstsCode>,
    /// The OAuth error (RFC 6749 §5.2); `None` where it is not known.
    pub error: Option<String>,
    /// The HTTP status; `None` where it is not known.
    pub status: Option<u16>,
    /// A short name.
    pub title: String,
    /// The text after `AADSTS…: ` with parameters in curly brackets; `None` where it is not known.
    pub template: Option<String>,
    /// Why it happens.
    pub cause: String,
    /// What to do.
    pub fix: String,
    /// Whether a retry helps.
    pub retry: Reason,
    /// Why the mock never answers with it; `None` where it does.
    pub unsent: Option<Reason>,
    /// Where it was written or seen.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether responses with it carry `error_uri`.
    pub error_uri: bool,
}

/// A reason that many errors share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A word in kebab-case.
    pub word: String,
    /// A sentence for people.
    pub text: String,
}

/// The word of `retry` where an entry has none.
const NO_RETRY: &str = "no";

static ENTRIES: LazyLock<Vec<CatalogueEntry>> = LazyLock::new(|| {
    let document = Document::parse(CATALOGUE);
    document.items().map(read).collect()
});

static WORDS: LazyLock<Document> =
    LazyLock::new(|| Document::parse(include_str!("../../data/error-words.json")));

/// All entries.
pub fn catalogue() -> impl Iterator<Item = &'static CatalogueEntry> {
    ENTRIES.iter()
}

impl AadstsCode {
    /// What the catalogue knows of the code; `None` where it has no row for it.
    #[must_use]
    pub fn entry(self) -> Option<&'static CatalogueEntry> {
        catalogue().find(|entry| entry.code == Some(self))
    }

    /// The text of the error, `AADSTS…: …`, with its parameters filled in. What is worded otherwise from year to
    /// year (`check`, `doc`) has today's wording where it is not among the parameters.
    ///
    /// `None` where the code or its text is not known.
    #[must_use]
    pub fn message(self, parameters: &[(&str, &str)]) -> Option<String> {
        let template = self.entry()?.template.as_deref()?;
        let wording: Vec<_> = wording()
            .map(|(name, value)| (name.to_text(), value.to_text()))
            .collect();
        let wording = wording.iter().map(|(name, value)| (&**name, &**value));
        let all: Vec<_> = parameters.iter().copied().chain(wording).collect();
        Some(format!("{self}: {}", fill(template, &all)))
    }
}

/// Whether a parameter of a template is only a matter of wording.
pub(super) fn is_wording(name: &str) -> bool {
    wording().any(|(known, _)| known.to_text() == name)
}

fn wording() -> impl Iterator<Item = (Value<'static>, Value<'static>)> {
    let wording = WORDS.get("wording");
    wording.map(Value::members).unwrap_or_default()
}

fn read(entry: Value<'_>) -> CatalogueEntry {
    let text = |name| entry.text_of(name).map(|text| text.into_owned());
    let number = |name| entry.get(name).and_then(Value::as_i64);
    CatalogueEntry {
        code: number("code")
            .and_then(|code| u32::try_from(code).ok())
            .map(AadstsCode::new),
        error: text("error"),
        status: number("status").and_then(|status| u16::try_from(status).ok()),
        title: entry.string_of("title"),
        template: text("template"),
        cause: entry.string_of("cause"),
        fix: entry.string_of("fix"),
        retry: reason(
            "retry",
            text("retry").unwrap_or_else(|| NO_RETRY.to_owned()),
        ),
        unsent: text("unsent").map(|word| reason("unsent", word)),
        source: entry.string_of("source"),
        confidence: Confidence::from_word(&entry.string_of("confidence")),
        error_uri: entry
            .get("errorUri")
            .and_then(Value::as_bool)
            .unwrap_or_default(),
    }
}

fn reason(kind: &str, word: String) -> Reason {
    let words = WORDS.get(kind);
    let text = words.and_then(|words| words.text_of(&word));
    Reason {
        text: text.unwrap_or_default().into_owned(),
        word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete() {
        let document = Document::parse(CATALOGUE);
        assert!(document.is_complete() && WORDS.is_complete());
        for (entry, read) in catalogue().zip(document.root().unwrap().items()) {
            let title = &entry.title;
            assert_eq!(entry.code.is_some(), read.get("code").is_some(), "{title}");
            let text = entry.template.clone().or(entry.error.clone());
            let same = catalogue().filter(|other| match entry.code {
                Some(code) => other.code == Some(code),
                None => other.template.clone().or(other.error.clone()) == text,
            });
            assert_eq!(same.count(), 1, "{title}");
            let unsent = entry.unsent.as_ref().map_or(title, |reason| &reason.text);
            for text in [
                title,
                &entry.cause,
                &entry.fix,
                &entry.source,
                &entry.retry.text,
                unsent,
            ] {
                assert!(!text.is_empty(), "{title}");
            }
            let named = entry.error.is_some() || entry.code.is_none();
            let whole = entry.template.is_some() && entry.status.is_some() && named;
            assert!(whole || entry.unsent.is_some(), "{title} can be sent");
            assert!(
                entry.code.is_some() || text.is_some(),
                "{title} cannot be recognised"
            );
        }
    }

    #[test]
    fn every_reason_is_used() {
        for (kind, of) in [
            (
                "retry",
                (|entry| Some(&entry.retry)) as fn(&CatalogueEntry) -> Option<&Reason>,
            ),
            ("unsent", |entry| entry.unsent.as_ref()),
        ] {
            for (word, _) in WORDS.get(kind).unwrap().members() {
                let word = word.to_text();
                let used = catalogue().filter_map(of).any(|reason| reason.word == word);
                assert!(used, "{kind}: {word}");
            }
        }
    }

    #[test]
    fn messages_have_their_parameters() {
        assert_eq!(AadstsCode::new(700_214).message(&[]), None);
        let text = AadstsCode::MISSING_CLAIM
            .message(&[("field", "iss")])
            .unwrap();
        assert!(text.starts_with("AADSTS90014: The required field 'iss' is missing"));
    }
}
