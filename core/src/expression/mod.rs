//! The language of flexible federated credentials: expressions read, checked for an issuer, evaluated and built.

mod claims_matching;
mod flexible;
mod parse;

pub use claims_matching::ClaimsMatchingExpression;
pub use flexible::{FlexibleIssuer, flexible_issuer};
pub(crate) use flexible::{built, expression_findings, issuer_finding, joined};
pub(crate) use parse::Members;
pub use parse::{Expression, Operator, Term, TermMatch};
