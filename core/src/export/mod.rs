//! A credential as the commands, templates and programs that create or use it. A data file holds them.

mod format;
mod literal;
mod section;
mod values;
mod writer;

pub use format::{Export, ExportGroup};
#[cfg(feature = "mock")]
pub(crate) use literal::literal;
pub use values::ExportValues;
