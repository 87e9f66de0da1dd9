//! Points and areas of a diagram.

/// A point, in the units of the drawing; `y` grows downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The distance from the left edge.
    pub x: i32,
    /// The distance from the top edge.
    pub y: i32,
}

/// A rectangle, in the units of the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// The left edge.
    pub x: i32,
    /// The top edge.
    pub y: i32,
    /// How far it extends to the right.
    pub width: i32,
    /// How far it extends downwards.
    pub height: i32,
}

impl Rect {
    /// The edge below.
    pub(super) const fn bottom(&self) -> i32 {
        self.y + self.height
    }
}
