//! The catalogue of errors: data files with code, text, cause, fix and source.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::code::{AadstsCode, CATALOGUE};
use crate::claims::Confidence;
use crate::text::fill;

const REASONS: &str = include_str!("../../data/error-words.json");

static ENTRIES: LazyLock<Vec<CatalogueEntry>> = LazyLock::new(|| {
    let rows: Vec<Row> = serde_json::from_str(CATALOGUE).unwrap_or_default();
    rows.into_iter().map(CatalogueEntry::from).collect()
});

static WORDS: LazyLock<Words> = LazyLock::new(|| serde_json::from_str(REASONS).unwrap_or_default());

/// What is known of one error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogueEntry {
    /// The code; `None` for errors of Microsoft Graph and of identity endpoints, which have none.
    pub code: Option<AadstsCode>,
    /// The OAuth error (RFC 6749 §5.2): `invalid_client`. `None` if it is not known.
    pub error: Option<String>,
    /// The HTTP status; `None` if it is not known.
    pub status: Option<u16>,
    /// A short name: `No federated credential has this subject`.
    pub title: String,
    /// The text after `AADSTS…: `, with parameters in curly brackets; `None` if it is not known.
    pub template: Option<String>,
    /// Why it happens.
    pub cause: String,
    /// What to do.
    pub fix: String,
    /// Whether a retry helps.
    pub retry: Reason,
    /// Why the mock never answers with it; `None` if it does.
    pub unsent: Option<Reason>,
    /// Where it is written or was seen.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether responses with it carry `error_uri`.
    pub error_uri: bool,
}

/// A reason that many errors share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A word in kebab-case that stays the same: `new-assertion`.
    pub word: String,
    /// A sentence for the reader.
    pub text: String,
}

/// A row of the data file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Row {
    code: Option<AadstsCode>,
    error: Option<String>,
    status: Option<u16>,
    title: String,
    template: Option<String>,
    cause: String,
    fix: String,
    #[serde(default = "no_retry")]
    retry: String,
    unsent: Option<String>,
    source: String,
    confidence: Confidence,
    #[serde(default)]
    error_uri: bool,
}

/// The reasons by their words, and what is worded differently from year to year.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    retry: BTreeMap<String, String>,
    unsent: BTreeMap<String, String>,
    wording: BTreeMap<String, String>,
}

fn no_retry() -> String {
    "no".to_owned()
}

/// All errors of the catalogue: codes of Entra ID first, then errors without a code.
pub fn catalogue() -> impl Iterator<Item = &'static CatalogueEntry> {
    ENTRIES.iter()
}

impl AadstsCode {
    /// What the catalogue knows of the code; `None` if it has no row for it.
    ///
    /// ```
    /// use fedcred_core::errors::AadstsCode;
    ///
    /// let entry = AadstsCode::NO_MATCHING_SUBJECT.entry().expect("a row");
    /// assert_eq!(entry.error.as_deref(), Some("invalid_client"));
    /// assert!(AadstsCode::new(1).entry().is_none());
    /// ```
    #[must_use]
    pub fn entry(self) -> Option<&'static CatalogueEntry> {
        catalogue().find(|entry| entry.code == Some(self))
    }

    /// The text of the error, `AADSTS…: …`, with its parameters filled in. The words that Entra ID has changed over
    /// the years (`check`, `doc`) are those of today, unless they are among the parameters.
    ///
    /// `None` if the code or its text is not known.
    ///
    /// ```
    /// use fedcred_core::errors::AadstsCode;
    ///
    /// let message = AadstsCode::MISSING_CLAIM.message(&[("field", "iss")]).expect("a text");
    /// assert!(message.starts_with("AADSTS90014: The required field 'iss' is missing"));
    /// ```
    #[must_use]
    pub fn message(self, parameters: &[(&str, &str)]) -> Option<String> {
        let template = self.entry()?.template.as_deref()?;
        let wording = WORDS.wording.iter();
        let wording = wording.map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<_> = parameters.iter().copied().chain(wording).collect();
        Some(format!("{self}: {}", fill(template, &all)))
    }
}

/// Whether a parameter of a template is only a matter of wording.
pub(super) fn is_wording(name: &str) -> bool {
    WORDS.wording.contains_key(name)
}

impl From<Row> for CatalogueEntry {
    fn from(row: Row) -> Self {
        Self {
            code: row.code,
            error: row.error,
            status: row.status,
            title: row.title,
            template: row.template,
            cause: row.cause,
            fix: row.fix,
            retry: Reason::new(&WORDS.retry, row.retry),
            unsent: row.unsent.map(|word| Reason::new(&WORDS.unsent, word)),
            source: row.source,
            confidence: row.confidence,
            error_uri: row.error_uri,
        }
    }
}

impl Reason {
    fn new(texts: &BTreeMap<String, String>, word: String) -> Self {
        Self {
            text: texts.get(&word).cloned().unwrap_or_default(),
            word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete() {
        let _: Words = serde_json::from_str(REASONS).unwrap();
        let rows: Vec<Row> = serde_json::from_str(CATALOGUE).unwrap();
        assert_eq!(rows.len(), catalogue().count());
        for entry in catalogue() {
            let title = &entry.title;
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
        for word in WORDS.retry.keys() {
            assert!(catalogue().any(|entry| entry.retry.word == *word), "{word}");
        }
        for word in WORDS.unsent.keys() {
            let mut reasons = catalogue().filter_map(|entry| entry.unsent.as_ref());
            assert!(reasons.any(|reason| reason.word == *word), "{word}");
        }
    }

    #[test]
    fn a_text_that_is_not_known_gives_no_message() {
        assert_eq!(AadstsCode::new(700_214).message(&[]), None);
    }
}
