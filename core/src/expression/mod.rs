//! The language of flexible federated credentials: expressions are parsed, checked, evaluated and built.

mod build;
mod claims_matching;
mod evaluate;
mod issuer;
mod lint;
mod parse;
mod pattern;
mod term;

pub(crate) use build::build_terms;
pub use claims_matching::ClaimsMatchingExpression;
pub(crate) use evaluate::ClaimTexts;
pub use evaluate::TermMatch;
pub use issuer::FlexibleIssuer;
pub use lint::lint_expression;
pub(crate) use lint::lint_issuer;
pub use parse::Expression;
pub use term::{Operator, Term};
