//! Which issuers may have expressions, and about which claims: a data file.

use std::sync::LazyLock;

use serde::Deserialize;

use super::pattern::match_pattern;
use super::term::{Operator, Term};
use crate::claims::Confidence;

const FILE: &str = include_str!("../../data/flexible.json");

static LANGUAGE: LazyLock<Language> =
    LazyLock::new(|| serde_json::from_str(FILE).unwrap_or_default());

/// What is known of the language apart from its grammar.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Language {
    max_length: usize,
    issuers: Vec<FlexibleIssuer>,
}

/// A platform whose tokens expressions may be about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct FlexibleIssuer {
    /// The platform: `GitHub`.
    pub title: String,
    /// Its issuers; `*` stands for any text.
    pub issuers: Vec<String>,
    /// The claims that an expression may compare, each with its operators.
    pub claims: Vec<(String, Vec<Operator>)>,
    /// An expression must compare at least one of these claims; empty if any will do.
    pub one_of: Vec<String>,
    /// The month in which this was looked up: `2026-11`.
    pub checked: String,
    /// Where it is written.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// The part of its subjects whose value differs from one run to the next: `ref`.
    pub(super) varies: String,
}

/// The most characters of an expression. Inferred from the other texts of a credential: no document has it.
pub(super) fn max_length() -> usize {
    LANGUAGE.max_length
}

impl FlexibleIssuer {
    /// All platforms, in the order of the data file.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        LANGUAGE.issuers.iter()
    }

    /// The platform with this issuer; `None` if expressions cannot be about its tokens.
    ///
    /// ```
    /// use fedcred_core::expression::FlexibleIssuer;
    ///
    /// let github = FlexibleIssuer::for_issuer("https://token.actions.githubusercontent.com");
    /// assert_eq!(github.map(|issuer| issuer.title.as_str()), Some("GitHub"));
    /// assert!(FlexibleIssuer::for_issuer("https://issuer.example").is_none());
    /// ```
    #[must_use]
    pub fn for_issuer(issuer: &str) -> Option<&'static Self> {
        let has = |known: &String| match_pattern(known, issuer).is_ok();
        Self::all().find(|platform| platform.issuers.iter().any(has))
    }

    /// Whether one of the terms compares a claim that the issuer requires.
    pub(super) fn has_required_claim(&self, terms: &[Term<'_>]) -> bool {
        let required = |term: &Term<'_>| self.one_of.iter().any(|name| *name == term.claim);
        self.one_of.is_empty() || terms.iter().any(required)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_complete() {
        let language: Language = serde_json::from_str(FILE).unwrap();
        assert_eq!(language.max_length, 600);
        for known in FlexibleIssuer::all() {
            for text in [&known.title, &known.source, &known.checked, &known.varies] {
                assert!(!text.is_empty(), "{}", known.title);
            }
            let listed = |name| known.claims.iter().any(|(claim, _)| claim == name);
            assert!(known.one_of.iter().all(listed), "{}", known.title);
            let secure = |issuer: &String| issuer.starts_with("https://");
            assert!(known.issuers.iter().all(secure), "{}", known.title);
        }
    }
}
