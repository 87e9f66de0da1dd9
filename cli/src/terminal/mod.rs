//! Text for a terminal: 80 columns wide, and without anything that could control the terminal.

mod difference;
mod escape;

use std::borrow::Cow;

use fedcred_core::text::{Diagnostic, Severity};
use serde::Serialize;

use escape::truncate_value;
pub(crate) use escape::{escape, truncate};

/// Columns of a line.
const WIDTH: usize = 80;
/// At most this many findings about one input or token are shown.
pub(crate) const MAX_FINDINGS: usize = 40;

/// Lines of text. Everything that is written to it is escaped.
#[derive(Debug, Default)]
pub(crate) struct TerminalText {
    text: String,
}

impl TerminalText {
    /// The text so far.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Writes an empty line.
    pub(crate) fn blank_line(&mut self) {
        self.text.push('\n');
    }

    /// Writes a text in lines of 80 columns: the first after `indent` spaces, the others two more.
    pub(crate) fn paragraph(&mut self, indent: usize, text: &str) {
        let text = escape(text);
        let mut column = indent;
        self.text.push_str(&" ".repeat(indent));
        for (index, word) in text.split(' ').enumerate() {
            let length = word.chars().count();
            if index > 0 && column + 1 + length > WIDTH {
                column = indent + 2;
                self.text.push('\n');
                self.text.push_str(&" ".repeat(column));
            } else if index > 0 {
                column += 1;
                self.text.push(' ');
            }
            column += length;
            self.text.push_str(word);
        }
        self.text.push('\n');
    }

    /// Writes a label and a value on one line, so that the value can be copied.
    pub(crate) fn value(&mut self, indent: usize, label: &str, value: &str) {
        let (indent, label) = (" ".repeat(indent), escape(label));
        let value = match value {
            "" => Cow::Borrowed("(empty)"),
            value => truncate_value(value),
        };
        self.text
            .push_str(&format!("{indent}{label}  {}\n", value.trim_end()));
    }

    /// Writes a text on one line; a very long one is cut.
    pub(crate) fn line(&mut self, indent: usize, text: &str) {
        self.text
            .push_str(&format!("{:indent$}{}\n", "", truncate_value(text)));
    }

    /// Writes a value as JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        self.block(&text);
    }

    /// Writes a text of several lines.
    pub(crate) fn block(&mut self, text: &str) {
        for line in text.lines() {
            self.text.push_str(&escape(line));
            self.text.push('\n');
        }
    }

    /// Writes diagnostics, at most [`MAX_FINDINGS`] of them.
    pub(crate) fn findings(&mut self, indent: usize, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics.iter().take(MAX_FINDINGS) {
            self.finding(indent, diagnostic);
        }
        if let Some(more @ 1..) = diagnostics.len().checked_sub(MAX_FINDINGS) {
            let more = format!("and {more} more messages; --format json shows all");
            self.paragraph(indent, &more);
        }
    }

    /// Writes a diagnostic.
    fn finding(&mut self, indent: usize, diagnostic: &Diagnostic) {
        let mark = match diagnostic.severity {
            Severity::Error => '×',
            Severity::Warning => '!',
            Severity::Info => 'i',
        };
        let place = diagnostic.span.map_or_else(String::new, |span| {
            format!(" (bytes {} to {})", span.start(), span.end())
        });
        self.paragraph(indent, &format!("{mark} {}{place}", diagnostic.message));
        if !diagnostic.help.is_empty() {
            self.paragraph(indent + 2, &diagnostic.help);
        }
    }
}

/// The word for an enum value in JSON.
pub(crate) fn json_word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped() {
        let mut out = TerminalText::default();
        out.paragraph(2, &"word ".repeat(40));
        assert!(out.as_str().lines().all(|line| line.chars().count() <= 80));
        let mut long = TerminalText::default();
        long.paragraph(0, &format!("a {} b", "x".repeat(100)));
        assert_eq!(long.as_str().lines().count(), 3);
    }
}
