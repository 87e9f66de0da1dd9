//! The elements of a diagram: what is drawn, and where.

use super::shape::{Point, Rect};
use super::text::TextBlock;

/// The radius of the circle around a step's number.
pub const NUMBER_RADIUS: i32 = 9;

/// How far the arrow of a check goes out from its lifeline.
pub(super) const LOOP_WIDTH: i32 = 34;

/// A whole diagram.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layout {
    /// The width of the drawing.
    pub width: i32,
    /// The height of the drawing.
    pub height: i32,
    /// The participants, from left to right.
    pub heads: Vec<Head>,
    /// Where the lifelines begin; they end at the bottom of the drawing.
    pub top: i32,
    /// The steps and remarks, from top to bottom.
    pub items: Vec<Item>,
}

/// A participant at the head of its lifeline.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Head {
    /// The box around the texts.
    pub frame: Rect,
    /// The participant's name.
    pub title: TextBlock,
    /// What tells it from others, in smaller type.
    pub note: TextBlock,
    /// The lifeline.
    pub x: i32,
}

/// One thing below the heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A step.
    Row(Row),
    /// What the client holds from here on, beside its lifeline.
    Note {
        /// The box around the text.
        frame: Rect,
        /// The text.
        text: TextBlock,
    },
    /// A line across the drawing: no step below it was reached.
    End {
        /// The height of the line.
        y: i32,
        /// What stands on the line.
        text: TextBlock,
    },
}

/// A step, as an arrow with a label.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The number of the step; `None` if it was not reached.
    pub number: Option<usize>,
    /// How the step went.
    pub status: StepStatus,
    /// The arrow.
    pub arrow: Arrow,
    /// What happens in the step.
    pub label: TextBlock,
    /// The mark of a check or of a failure.
    pub mark: Option<Mark>,
    /// What the step covers.
    pub ground: Rect,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepStatus {
    /// It succeeded.
    Done,
    /// It failed.
    Failed,
    /// The exchange ended before it.
    NotReached,
}

/// An arrow, from the circle of its step's number to its tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arrow {
    /// Where it begins.
    pub from: Point,
    /// Where it ends.
    pub to: Point,
    /// Which way it takes.
    pub shape: ArrowShape,
    /// Whether it is a response.
    pub dashed: bool,
}

/// Which way an arrow takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrowShape {
    /// A straight line between two participants.
    Straight,
    /// Out of a lifeline and back to it.
    Loop {
        /// Whether it goes out to the right; to the left otherwise.
        right: bool,
    },
}

/// The mark of a check: ✓ or ×, 8 units wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mark {
    /// The middle of the mark.
    pub at: Point,
    /// Whether it is ✓.
    pub passes: bool,
}

impl Arrow {
    /// The line as the `d` of an SVG path.
    #[must_use]
    pub fn line(&self) -> String {
        let (from, to) = (self.from, self.to);
        match self.shape {
            ArrowShape::Straight => format!("M{} {}H{}", from.x, from.y, to.x),
            ArrowShape::Loop { right } => {
                let edge = to.x + if right { LOOP_WIDTH } else { -LOOP_WIDTH };
                format!("M{} {}H{edge}V{}H{}", from.x, from.y, to.y, to.x)
            }
        }
    }

    /// The tip as the `d` of an SVG path.
    #[must_use]
    pub fn tip(&self) -> String {
        let to = self.to;
        let points_right = match self.shape {
            ArrowShape::Straight => to.x > self.from.x,
            ArrowShape::Loop { right } => !right,
        };
        let (tip, back) = if points_right {
            (to.x + 1, -7)
        } else {
            (to.x - 1, 7)
        };
        format!("M{tip} {}l{back} -4v8z", to.y)
    }

    /// The centre of the circle around the step's number.
    #[must_use]
    pub fn number_center(&self) -> Point {
        let goes_right = match self.shape {
            ArrowShape::Straight => self.to.x > self.from.x,
            ArrowShape::Loop { right } => right,
        };
        let distance = if goes_right {
            -NUMBER_RADIUS
        } else {
            NUMBER_RADIUS
        };
        Point {
            x: self.from.x + distance,
            y: self.from.y,
        }
    }
}

impl Mark {
    /// The mark as the `d` of an SVG path.
    #[must_use]
    pub fn path(&self) -> String {
        let Point { x, y } = self.at;
        if self.passes {
            format!("M{} {}l3 3 6 -7", x - 4, y + 1)
        } else {
            format!("M{} {}l8 8m0 -8l-8 8", x - 4, y - 4)
        }
    }
}
