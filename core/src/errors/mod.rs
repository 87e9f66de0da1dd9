//! What goes wrong, in words: the catalogue of errors, errors recognised in any text, the rules for credentials.

mod catalogue;
mod code;
mod recognise;
mod rules;

pub use catalogue::{CatalogueEntry, Reason, catalogue};
pub use code::AadstsCode;
pub use recognise::{ExplainedError, MAX_ERRORS, explain_errors};
pub(crate) use rules::broken;
pub use rules::{Rule, credential_rule};
