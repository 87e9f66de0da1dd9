//! What goes wrong, in words: the catalogue of errors, errors recognised in any text, the rules for credentials.

mod catalogue;
mod code;
mod escapes;
mod mention;
mod message;
mod recognise;
mod rules;

pub use catalogue::{CatalogueEntry, Reason, catalogue};
pub use code::AadstsCode;
pub use recognise::{ExplainedError, MAX_ERRORS, explain_errors};
pub use rules::CredentialRule;
pub(crate) use rules::finding;
