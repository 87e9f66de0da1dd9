//! The expression of a flexible credential as Graph stores it.

use serde::Serialize;

use super::term::Term;
use crate::text::json::Value;

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
pub(crate) const LANGUAGE_VERSION: i64 = 1;

impl From<&str> for ClaimsMatchingExpression {
    fn from(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            language_version: LANGUAGE_VERSION,
        }
    }
}

impl ClaimsMatchingExpression {
    /// The expression that joins these terms with `and`.
    pub(crate) fn from_terms(terms: &[Term<'_>]) -> Self {
        let terms: Vec<_> = terms.iter().map(Term::to_string).collect();
        terms.join(" and ").as_str().into()
    }

    /// The expression in Graph's JSON object; `None` if that has no `value`.
    #[must_use]
    pub fn from_json(object: Value<'_>) -> Option<Self> {
        let version = object.get("languageVersion").and_then(Value::as_i64);
        Some(Self {
            value: object.text_of("value")?.into_owned(),
            language_version: version.unwrap_or(LANGUAGE_VERSION),
        })
    }
}
