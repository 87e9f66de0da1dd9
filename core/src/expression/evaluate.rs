//! Evaluates expressions against the claims of a token.

use std::borrow::Cow;

use serde::Serialize;

use super::parse::Expression;
use super::pattern::match_pattern;
use super::term::{Operator, Term};
use crate::text::json::{Document, Value};
use crate::text::{CheckVerdict, Difference, DifferenceKind, Span, distance};

/// What came of one term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermMatch {
    /// The name of the claim.
    pub claim: String,
    /// How it is compared.
    pub operator: Operator,
    /// Whether it holds.
    pub verdict: CheckVerdict,
    /// The claim as text; of another value than a text its JSON, `None` where it is missing.
    pub presented: Option<String>,
    /// What the expression compares it with.
    pub configured: String,
    /// Where they differ; of a pattern the part that is reached is the same, and the rest differs.
    pub diff: Option<Difference>,
    /// Why it does not hold, where the values alone do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The term's place in the expression, in bytes.
    pub span: Span,
}

impl Expression<'_> {
    /// What comes of each term with these claims. It matches where all hold and the expression has no error.
    #[must_use]
    pub fn evaluate(&self, payload: &Document) -> Vec<TermMatch> {
        self.compare(&ClaimTexts::new(payload))
    }

    pub(crate) fn compare(&self, claims: &ClaimTexts<'_>) -> Vec<TermMatch> {
        self.terms.iter().map(|term| term.compare(claims)).collect()
    }

    /// How far the claims are from what it demands, in characters at most; 0 where it matches.
    pub(crate) fn distance(&self, claims: &ClaimTexts<'_>) -> usize {
        let terms = self.terms.iter().map(|term| term.distance(claims));
        terms.sum::<usize>() + usize::from(!self.is_valid())
    }
}

/// The claims of a payload by name, to evaluate many expressions.
#[derive(Debug)]
pub(crate) struct ClaimTexts<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> ClaimTexts<'a> {
    pub(crate) fn new(payload: &'a Document) -> Self {
        Self(
            payload
                .members()
                .map(|(name, value)| (name.to_text(), value))
                .collect(),
        )
    }

    /// Of duplicates the last, as everywhere.
    fn value(&self, name: &str) -> Option<Value<'a>> {
        let found = self.0.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| *value)
    }

    pub(crate) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.value(name)?.as_str()
    }
}

impl Term<'_> {
    fn distance(&self, claims: &ClaimTexts<'_>) -> usize {
        let Some(text) = claims.text(&self.claim) else {
            return self.comparand.len().max(1);
        };
        match self.operator {
            Operator::Eq => distance(&text, &self.comparand),
            Operator::Matches => match_pattern(&self.comparand, &text).map_or_else(
                |(pattern, fits)| (self.comparand.len() - pattern).max(text.len() - fits),
                |()| 0,
            ),
        }
    }

    fn compare(&self, claims: &ClaimTexts<'_>) -> TermMatch {
        let value = claims.value(&self.claim);
        let text = value.and_then(Value::as_str);
        let holds = text.as_deref().is_some_and(|text| self.holds(text));
        let note = match (&text, value) {
            (None, None) => Some(format!("The token has no `{}`.", self.claim)),
            (None, Some(_)) => Some(format!(
                "`{}` is not text. Whether Entra ID compares it is not known.",
                self.claim
            )),
            _ => None,
        };
        TermMatch {
            claim: self.claim.as_ref().to_owned(),
            operator: self.operator,
            verdict: holds.into(),
            diff: text
                .filter(|_| !holds)
                .map(|text| self.difference(text.as_ref())),
            presented: value.map(|value| value.to_text().into_owned()),
            configured: self.comparand.as_ref().to_owned(),
            note,
            span: self.span,
        }
    }

    fn difference(&self, text: &str) -> Difference {
        let comparand = self.comparand.as_ref();
        let misfit = match_pattern(comparand, text).err();
        let (Operator::Matches, Some((pattern, fits))) = (self.operator, misfit) else {
            return Difference::between(text, comparand);
        };
        let without_case = |text: &str| text.to_ascii_lowercase();
        let case = match_pattern(&without_case(comparand), &without_case(text)).is_ok();
        let kind = if case {
            DifferenceKind::LetterCase
        } else {
            DifferenceKind::Pattern
        };
        Difference::from_pattern(kind, (text, fits), (comparand, pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_term(claims: &str, term: &str, presented: Option<&str>, kind: Option<DifferenceKind>) {
        let document = Document::parse(claims);
        let read = Expression::parse(term);
        assert!(read.is_valid(), "{term}");
        let found = read.evaluate(&document);
        let [one] = found.as_slice() else {
            panic!("{term}");
        };
        assert_eq!(one.presented.as_deref(), presented, "{term}");
        let pass = one.verdict == CheckVerdict::Pass;
        assert_eq!(one.diff.as_ref().and_then(|diff| diff.kind), kind, "{term}");
        assert_eq!(pass, kind.is_none() && one.note.is_none(), "{term}");
        assert_eq!(
            read.distance(&ClaimTexts::new(&document)) == 0,
            pass,
            "{term}"
        );
    }

    #[test]
    fn claims_are_compared_as_text() {
        let claims =
            r#"{"sub":"Repo","id":74,"list":["a"],"twice":"a","twice":"b","empty":"","nul":null}"#;
        check_term(claims, "claims['sub'] eq 'Repo'", Some("Repo"), None);
        check_term(
            claims,
            "claims['sub'] eq 'repo'",
            Some("Repo"),
            Some(DifferenceKind::LetterCase),
        );
        check_term(
            claims,
            "claims['sub'] matches 'r*'",
            Some("Repo"),
            Some(DifferenceKind::LetterCase),
        );
        check_term(
            claims,
            "claims['sub'] matches 'Re?'",
            Some("Repo"),
            Some(DifferenceKind::Pattern),
        );
        check_term(
            claims,
            "claims['sub'] eq 'Re*'",
            Some("Repo"),
            Some(DifferenceKind::Other),
        );
        check_term(claims, "claims['twice'] eq 'b'", Some("b"), None);
        check_term(
            claims,
            "claims['twice'] eq 'a'",
            Some("b"),
            Some(DifferenceKind::Other),
        );
        check_term(claims, "claims['empty'] matches '*'", Some(""), None);
        check_term(
            claims,
            "claims['id'] eq '74'",
            Some("74"),
            None::<DifferenceKind>,
        );
        check_term(claims, "claims['list'] matches '*'", Some("[\"a\"]"), None);
        check_term(claims, "claims['nul'] matches '*'", Some("null"), None);
        check_term(claims, "claims['none'] matches '*'", None, None);
        check_term("[]", "claims['sub'] matches '*'", None, None);
    }
}
