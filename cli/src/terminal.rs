//! Text for a terminal: 80 columns, and nothing in it that could drive the terminal.

use std::borrow::Cow;

use fedcred_core::text::{Diagnostic, Difference, Segment, Severity};
use serde::Serialize;

const WIDTH: usize = 80;
/// Longer values are cut.
const LONGEST_VALUE: usize = 2000;
/// More findings about one thing are only counted.
pub(crate) const MAX_FINDINGS: usize = 40;
/// Columns of a value in a comparison.
const COMPARED: usize = 60;

/// Lines of text; every text that is put in is escaped.
#[derive(Debug, Default)]
pub(crate) struct TerminalText {
    out: String,
}

impl TerminalText {
    /// What was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.out
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) {
        self.out.push('\n');
    }

    /// A text in lines of 80 columns: the first after `indent` spaces, the next ones two further in.
    pub(crate) fn prose(&mut self, indent: usize, text: &str) {
        let text = escape(text);
        let mut column = indent;
        self.out.push_str(&" ".repeat(indent));
        for (index, word) in text.split(' ').enumerate() {
            let length = word.chars().count();
            if index > 0 && column + 1 + length > WIDTH {
                column = indent + 2;
                self.out.push('\n');
                self.out.push_str(&" ".repeat(column));
            } else if index > 0 {
                column += 1;
                self.out.push(' ');
            }
            column += length;
            self.out.push_str(word);
        }
        self.out.push('\n');
    }

    /// A label and a value on one line, which can be copied whole.
    pub(crate) fn value(&mut self, indent: usize, label: &str, value: &str) {
        let (indent, label) = (" ".repeat(indent), escape(label));
        let value = match value {
            "" => Cow::Borrowed("(empty)"),
            value => shortened(value),
        };
        self.out
            .push_str(&format!("{indent}{label}  {}\n", value.trim_end()));
    }

    /// A text on one line, however long; cut as values are.
    pub(crate) fn line(&mut self, indent: usize, text: &str) {
        self.out
            .push_str(&format!("{:indent$}{}\n", "", shortened(text)));
    }

    /// A value as JSON, to be copied whole.
    pub(crate) fn json(&mut self, value: &impl Serialize) {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        self.block(&text);
    }

    /// A text of several lines, to be copied whole; what could drive the terminal is escaped.
    pub(crate) fn block(&mut self, text: &str) {
        for line in text.lines() {
            self.out.push_str(&escape(line));
            self.out.push('\n');
        }
    }

    /// Diagnostics; of very many only the first.
    pub(crate) fn findings(&mut self, indent: usize, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics.iter().take(MAX_FINDINGS) {
            self.finding(indent, diagnostic);
        }
        if let Some(more @ 1..) = diagnostics.len().checked_sub(MAX_FINDINGS) {
            let more = format!("and {more} more findings; --format json has them all");
            self.prose(indent, &more);
        }
    }

    /// A diagnostic.
    fn finding(&mut self, indent: usize, diagnostic: &Diagnostic) {
        let mark = match diagnostic.severity {
            Severity::Error => '×',
            Severity::Warning => '!',
            Severity::Info => 'i',
        };
        let place = diagnostic.span.map_or_else(String::new, |span| {
            format!(" (bytes {} to {})", span.start, span.end)
        });
        self.prose(indent, &format!("{mark} {}{place}", diagnostic.message));
        if !diagnostic.help.is_empty() {
            self.prose(indent + 2, &diagnostic.help);
        }
    }

    /// Two values one above the other, with carets under the characters that differ.
    /// The first label belongs to what was presented, the second to what it is compared with.
    pub(crate) fn difference(&mut self, indent: usize, labels: [&str; 2], difference: &Difference) {
        let [upper_label, lower_label] = labels;
        let (upper, lower) = (&difference.presented, &difference.configured);
        if is_empty(upper) || is_empty(lower) || is_long(upper) || is_long(lower) {
            self.without_carets(indent, upper_label, upper);
            self.without_carets(indent, lower_label, lower);
            return;
        }
        let (upper, lower) = (cells(upper), cells(lower));
        let (mut upper_rows, mut lower_rows) = (upper.chunks(COMPARED), lower.chunks(COMPARED));
        loop {
            let (upper, lower) = (upper_rows.next(), lower_rows.next());
            if upper.is_none() && lower.is_none() {
                return;
            }
            let (upper, lower) = (upper.unwrap_or_default(), lower.unwrap_or_default());
            let below = carets(lower);
            self.compared(indent, upper_label, upper);
            if carets(upper) != below {
                self.carets(indent, &carets(upper));
            }
            self.compared(indent, lower_label, lower);
            self.carets(indent, &below);
        }
    }

    /// Without carets: all of a value differs from nothing, and long values are cut.
    fn without_carets(&mut self, indent: usize, label: &str, segments: &[Segment]) {
        let value: String = segments
            .iter()
            .map(|segment| segment.text.as_str())
            .collect();
        self.value(
            indent,
            &format!("{label:<width$}", width = LABEL - 2),
            &value,
        );
    }

    fn compared(&mut self, indent: usize, label: &str, cells: &[Cell]) {
        if !cells.is_empty() {
            let text: String = cells.iter().map(|cell| cell.character).collect();
            self.out
                .push_str(&format!("{:indent$}{label:<LABEL$}{text}\n", ""));
        }
    }

    fn carets(&mut self, indent: usize, carets: &str) {
        if !carets.is_empty() {
            self.out
                .push_str(&format!("{:width$}{carets}\n", "", width = indent + LABEL));
        }
    }
}

/// Columns of the label in a comparison.
const LABEL: usize = 12;

/// One column of a value.
#[derive(Clone, Copy)]
struct Cell {
    character: char,
    differs: bool,
}

/// A value in columns. All but ASCII is escaped: what looks alike can be told apart and takes one column each.
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
        > LONGEST_VALUE
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

fn shortened(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(LONGEST_VALUE) {
        None => escape(value),
        Some((end, _)) => {
            let beginning = value.get(..end).unwrap_or_default();
            let length = value.chars().count();
            Cow::Owned(format!(
                "{}… ({length} characters, all with --format json)",
                escape(beginning)
            ))
        }
    }
}

/// At most `count` characters of a text that somebody else wrote, for a sentence.
pub(crate) fn shortened_to(count: usize, text: &str) -> String {
    match text.char_indices().nth(count) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// The text with control, bidirectional, invisible and combining characters escaped, `\u{202e}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' '..='~' => out.push(character),
            _ => out.extend(character.escape_debug()),
        }
    }
    Cow::Owned(out)
}

/// The word for a value in every JSON.
pub(crate) fn json_word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_escaped(text: &str, shown: &str) {
        assert_eq!(escape(text), shown);
    }

    #[test]
    fn what_drives_a_terminal_is_escaped() {
        check_escaped("plain \"text\" 'a' \\ ~", "plain \"text\" 'a' \\ ~");
        check_escaped("äöü → ✓ 日本", "äöü → ✓ 日本");
        check_escaped("\u{1b}[31m", "\\u{1b}[31m");
        check_escaped("a\nb\r\t\0", "a\\nb\\r\\t\\0");
        check_escaped("\u{202e}\u{2066}\u{200f}", "\\u{202e}\\u{2066}\\u{200f}");
        check_escaped("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}");
        check_escaped("\u{200b}\u{feff}\u{ad}", "\\u{200b}\\u{feff}\\u{ad}");
        check_escaped("a\u{301}\u{2028}", "a\\u{301}\\u{2028}");
    }

    #[test]
    fn prose_is_wrapped() {
        let mut out = TerminalText::default();
        out.prose(2, &"word ".repeat(40));
        assert!(out.as_str().lines().all(|line| line.chars().count() <= 80));
        let mut long = TerminalText::default();
        long.prose(0, &format!("a {} b", "x".repeat(100)));
        assert_eq!(long.as_str().lines().count(), 3);
    }

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
