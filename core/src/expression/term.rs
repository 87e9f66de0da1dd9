//! One comparison of an expression.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::pattern::match_pattern;
use crate::text::Span;

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<'a> {
    /// The name of the claim, without escapes.
    pub claim: Cow<'a, str>,
    /// How it is compared.
    pub operator: Operator,
    /// With what, without escapes.
    pub comparand: Cow<'a, str>,
    /// Its place in the expression.
    pub span: Span,
}

/// How a claim is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// The same text.
    Eq,
    /// A pattern: `?` is one character, `*` any number of them, `/` and `:` among them. That is documented but
    /// for `/` and `:`, which is inferred from examples. Nothing says how to write a literal `?` or `*`.
    Matches,
}

impl Operator {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Eq, Self::Matches];

    /// The word in expressions.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Matches => "matches",
        }
    }
}

impl<'a> Term<'a> {
    /// A comparison that stands in no expression yet.
    pub(crate) fn new(claim: &str, operator: Operator, comparand: String) -> Self {
        Self {
            claim: claim.to_owned().into(),
            operator,
            comparand: comparand.into(),
            span: Span::default(),
        }
    }

    /// Whether a claim with this text satisfies it.
    pub(crate) fn holds(&self, text: &str) -> bool {
        match self.operator {
            Operator::Eq => text == self.comparand,
            Operator::Matches => match_pattern(&self.comparand, text).is_ok(),
        }
    }
}

/// The term as it stands in an expression.
impl fmt::Display for Term<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |text: &str| text.replace('\'', "''");
        let (claim, comparand) = (escaped(&self.claim), escaped(&self.comparand));
        write!(
            f,
            "claims['{claim}'] {} '{comparand}'",
            self.operator.name()
        )
    }
}
