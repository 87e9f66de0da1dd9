//! The sequence diagram of a trace, live: the core says where everything stands.

mod svg;

pub use svg::{Diagram, diagram, row_id};
