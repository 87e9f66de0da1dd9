//! The sequence diagram of an exchange: a trace becomes positions, and positions become SVG.
//!
//! [`svg`] writes a whole file. To draw the diagram in another way, take the positions of a [`Layout`]; they are in
//! the units of [`Layout::width`] and [`Layout::height`], with the origin at the top left.
//!
//! ```
//! use fedcred_core::diagram::{Theme, svg};
//! use fedcred_core::flow::{Scenario, run, shipped_scenarios};
//!
//! let scenario = Scenario::parse(shipped_scenarios()[0].json).scenario;
//! let file = svg(&scenario, &run(&scenario), Theme::Auto);
//! assert!(file.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
//! ```

mod elements;
mod layout;
mod participants;
mod shape;
mod svg;
mod text;

pub use elements::{Arrow, ArrowShape, Head, Item, Layout, Mark, NUMBER_RADIUS, Row, StepStatus};
pub use participants::{Participant, Participants};
pub use shape::{Point, Rect};
pub use svg::{Theme, svg};
pub use text::{Anchor, LINE_HEIGHT, TextBlock};
