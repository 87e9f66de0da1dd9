//! A credential as the commands, templates and code that create or use it.

mod literal;
mod template;

#[cfg(feature = "mock")]
pub(crate) use literal::literal;
pub use template::{Export, ExportGroup, ExportValues, export, exports};
