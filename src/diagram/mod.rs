//! The sequence diagram of a trace: positions first, then SVG.

mod geometry;
mod svg;
mod text;

pub use geometry::{
    Arrow, Head, Item, Layout, Name, Names, Point, Rect, Row, Shape, Sign, Standing, layout,
};
pub use svg::{Diagram, diagram, row_id};
pub use text::{Anchor, TextBlock};
