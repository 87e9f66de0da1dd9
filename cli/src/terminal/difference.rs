//! Two values one above the other, with carets under the characters that differ.

use fedcred_core::text::{Difference, Segment};

use super::TerminalText;
use super::escape::MAX_VALUE;

/// Columns of a label.
const LABEL_WIDTH: usize = 12;
/// Columns of a value; longer ones take more rows.
const VALUE_WIDTH: usize = 60;

impl TerminalText {
    /// Writes the presented value above the configured one, with carets under the characters that differ.
    pub(crate) fn difference(&mut self, indent: usize, labels: [&str; 2], difference: &Difference) {
        let [upper_label, lower_label] = labels;
        let (upper, lower) = (&difference.presented, &difference.configured);
        if is_empty(upper) || is_empty(lower) || is_long(upper) || is_long(lower) {
            self.without_carets(indent, upper_label, upper);
            self.without_carets(indent, lower_label, lower);
            return;
        }
        let (upper, lower) = (cells(upper), cells(lower));
        let (mut upper_rows, mut lower_rows) =
            (upper.chunks(VALUE_WIDTH), lower.chunks(VALUE_WIDTH));
        loop {
            let (upper, lower) = (upper_rows.next(), lower_rows.next());
            if upper.is_none() && lower.is_none() {
                return;
            }
            let (upper, lower) = (upper.unwrap_or_default(), lower.unwrap_or_default());
            let below = carets(lower);
            self.write_cells(indent, upper_label, upper);
            if carets(upper) != below {
                self.write_carets(indent, &carets(upper));
            }
            self.write_cells(indent, lower_label, lower);
            self.write_carets(indent, &below);
        }
    }

    /// Writes a value without carets, if one of the values is empty or too long.
    fn without_carets(&mut self, indent: usize, label: &str, segments: &[Segment]) {
        let value: String = segments
            .iter()
            .map(|segment| segment.text.as_str())
            .collect();
        self.value(
            indent,
            &format!("{label:<width$}", width = LABEL_WIDTH - 2),
            &value,
        );
    }

    fn write_cells(&mut self, indent: usize, label: &str, cells: &[Cell]) {
        if !cells.is_empty() {
            let text: String = cells.iter().map(|cell| cell.character).collect();
            self.text
                .push_str(&format!("{:indent$}{label:<LABEL_WIDTH$}{text}\n", ""));
        }
    }

    fn write_carets(&mut self, indent: usize, carets: &str) {
        if !carets.is_empty() {
            self.text.push_str(&format!(
                "{:width$}{carets}\n",
                "",
                width = indent + LABEL_WIDTH
            ));
        }
    }
}

/// One column of a value.
#[derive(Clone, Copy)]
struct Cell {
    character: char,
    differs: bool,
}

/// A value in columns. All but ASCII is escaped: look-alikes can be told apart, and a character has one column.
fn cells(segments: &[Segment]) -> Vec<Cell> {
    segments
        .iter()
        .flat_map(|segment| {
            let shown = segment.text.chars().flat_map(ascii);
            shown.map(|character| Cell {
                character,
                differs: segment.differs,
            })
        })
        .collect()
}

fn is_empty(segments: &[Segment]) -> bool {
    segments.iter().all(|segment| segment.text.is_empty())
}

fn is_long(segments: &[Segment]) -> bool {
    segments
        .iter()
        .map(|segment| segment.text.len())
        .sum::<usize>()
        > MAX_VALUE
}

fn ascii(character: char) -> impl Iterator<Item = char> {
    let as_it_is = character == ' ' || character.is_ascii_graphic();
    let escaped = (!as_it_is).then(|| character.escape_unicode());
    as_it_is
        .then_some(character)
        .into_iter()
        .chain(escaped.into_iter().flatten())
}

fn carets(cells: &[Cell]) -> String {
    let marks: String = cells
        .iter()
        .map(|cell| if cell.differs { '^' } else { ' ' })
        .collect();
    marks.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_comparison(a: &str, b: &str, shown: &str) {
        let mut out = TerminalText::default();
        out.difference(0, ["token", "credential"], &Difference::between(a, b));
        assert_eq!(out.as_str(), shown);
    }

    #[test]
    fn carets_stand_under_what_differs() {
        check_comparison(
            "api://a",
            "api://b",
            "token       api://a\ncredential  api://b\n                  ^\n",
        );
        check_comparison("x", "x/", "token       x\ncredential  x/\n             ^\n");
        check_comparison("x/", "x", "token       x/\n             ^\ncredential  x\n");
        check_comparison("", "x", "token       (empty)\ncredential  x\n");
        check_comparison(
            "a",
            "\u{430}",
            "token       a\n            ^\ncredential  \\u{430}\n            ^^^^^^^\n",
        );
    }

    #[test]
    fn long_values_are_compared_in_rows() {
        let (a, b) = ("x".repeat(70), format!("{}y", "x".repeat(70)));
        let mut out = TerminalText::default();
        out.difference(4, ["token", "credential"], &Difference::between(&a, &b));
        assert_eq!(out.as_str().lines().count(), 5);
        assert!(out.as_str().lines().all(|line| line.len() <= 80));
    }
}
