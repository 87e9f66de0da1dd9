//! How wide a text will be, and where its lines break.

use super::shape::{Point, Rect};

/// From one line of text to the next; the text is 12.5 units high.
pub const LINE_HEIGHT: i32 = 15;
/// From the top of a line to its baseline.
const BASELINE: i32 = 12;
const PADDING: i32 = 4;
/// Sizes of type in tenths: of labels and titles, and of what stands below a title.
const FULL: i32 = 125;
const SMALL: i32 = 110;

/// Which part of a text is at its point; the values of `text-anchor` in SVG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The text begins at the point.
    Start,
    /// The point is in the middle of the text.
    Middle,
    /// The text ends at the point.
    End,
}

impl Anchor {
    /// The value of `text-anchor` in SVG.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Some lines of text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextBlock {
    /// The text, broken into lines; a long word is shortened in the middle.
    pub lines: Vec<String>,
    /// Which part of each line is at the `x` of `first`.
    pub anchor: Anchor,
    /// The point of the first line, on its baseline. Each further line is [`LINE_HEIGHT`] lower.
    pub first: Point,
    /// What the text covers at most; filled, it keeps lines of the drawing from striking through the text.
    pub ground: Rect,
}

impl TextBlock {
    /// Lines at most `width` wide, from `top` down, on one side of `x`.
    pub(super) fn new(text: &str, at: (i32, i32), width: i32, anchor: Anchor) -> Self {
        Self::sized(text, at, width, anchor, FULL)
    }

    /// The same in a smaller type, of which more goes into a line.
    pub(super) fn small(text: &str, at: (i32, i32), width: i32, anchor: Anchor) -> Self {
        Self::sized(text, at, width, anchor, SMALL)
    }

    fn sized(text: &str, (x, top): (i32, i32), width: i32, anchor: Anchor, size: i32) -> Self {
        let room = width * FULL / size;
        let mut lines = Vec::new();
        text.lines().for_each(|line| lines.extend(wrap(line, room)));
        let widest = lines.iter().map(|line| width_of(line)).max().unwrap_or(0);
        let wide = widest * size / FULL;
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2,
            Anchor::End => x - wide,
        };
        let ground = Rect {
            x: left - PADDING,
            y: top,
            width: wide + 2 * PADDING,
            height: height_of(lines.len()),
        };
        let first = Point {
            x,
            y: top + BASELINE,
        };
        Self {
            lines,
            anchor,
            first,
            ground,
        }
    }

    pub(super) fn height(&self) -> i32 {
        self.ground.height
    }

    /// The same lines lower down.
    pub(super) fn moved(mut self, down: i32) -> Self {
        self.first.y += down;
        self.ground.y += down;
        self
    }
}

fn height_of(lines: usize) -> i32 {
    i32::try_from(lines).unwrap_or_default() * LINE_HEIGHT
}

/// An upper estimate: the faces of systems differ, and the widest common one is taken.
pub(super) fn width_of(text: &str) -> i32 {
    text.chars().map(advance).sum::<i32>() / 10
}

/// What a character takes, in tenths; measured in DejaVu Sans.
const fn advance(c: char) -> i32 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | 'I' => 42,
        'f' | 't' | 'r' | '(' | ')' | '-' | '/' => 52,
        'c' | 's' | 'v' | 'x' | 'y' | 'z' | 'k' => 74,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 125,
        'A'..='Z' => 95,
        '\0'..='~' => 79,
        _ => 125,
    }
}

/// Breaks at spaces; a word that is too long is shortened in the middle, for a picture shows no whole ids.
fn wrap(text: &str, width: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = shortened(word, width);
        match lines.last_mut() {
            Some(line) if width_of(line) + width_of(" ") + width_of(&word) <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

fn shortened(word: &str, width: i32) -> String {
    let mut keep = word.chars().count();
    let mut short = word.to_owned();
    while width_of(&short) > width && keep > 2 {
        keep -= 1;
        let start: String = word.chars().take(keep.div_ceil(2)).collect();
        let skip = word.chars().count() - keep / 2;
        short = format!("{start}…{}", word.chars().skip(skip).collect::<String>());
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: i32, expected: &[&str]) {
        assert_eq!(wrap(text, width), expected);
    }

    #[test]
    fn lines_break_at_spaces() {
        check("Issuer configured?", 300, &["Issuer configured?"]);
        check(
            "Subject and audience match the registration?",
            150,
            &["Subject and audience", "match the", "registration?"],
        );
        check("", 100, &[]);
        check("a", 0, &["a"]);
    }

    #[test]
    fn a_long_word_is_shortened_in_the_middle() {
        check(
            "orders.contoso.example.internal",
            120,
            &["orders.c…internal"],
        );
        for line in wrap("wwwwwwwwwwwwwwwwwwwwwwwwwwww", 100) {
            assert!(width_of(&line) <= 100, "{line}");
        }
    }
}
