//! Reads JSON without recursion, up to the first damage (RFC 8259 §2 to §8).

use std::collections::HashSet;

use super::node::{Node, ValueKind};
use super::number::{beyond_doubles, is_number};
use super::string::{escape, unescape};
use crate::text::{Diagnostic, MAX_INPUT, Span, too_large};

/// What was read of a text.
pub(super) struct Outcome {
    /// The values in the order of their first byte; the children of a value follow it.
    pub(super) nodes: Vec<Node>,
    /// What is wrong; spans count from the start of the text.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The byte where reading stopped.
    pub(super) end: usize,
}

/// Reads a text that is one value.
pub(super) fn whole(source: &str) -> Outcome {
    let mut reader = Reader::new(source);
    reader.document();
    reader.outcome()
}

/// Reads the value that a text begins with, whatever comes after it.
pub(super) fn first(source: &str) -> Outcome {
    let mut reader = Reader::new(source);
    reader.first();
    reader.outcome()
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Name,
    NameOrEnd,
    CommaOrEnd,
}

/// Reads a text byte by byte, without recursion.
struct Reader<'a> {
    source: &'a str,
    at: usize,
    nodes: Vec<Node>,
    /// Containers that are open, outermost first.
    open: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            source,
            at: 0,
            nodes: Vec::new(),
            open: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    fn outcome(self) -> Outcome {
        Outcome {
            nodes: self.nodes,
            diagnostics: self.diagnostics,
            end: self.at,
        }
    }

    /// Reads the whole text, of which one value must be all.
    fn document(&mut self) {
        let whole = self.first();
        self.white();
        if whole.is_some() && self.at < self.source.len() {
            self.fail("there is text after the JSON value", "Remove it.");
        }
    }

    /// Reads one value; `None` where the text is damaged.
    fn first(&mut self) -> Option<()> {
        if self.source.len() > MAX_INPUT {
            let end = self.source.len();
            self.diagnostics.push(too_large().at(Span::new(end, end)));
            return None;
        }
        if self.source.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            self.diagnostics.push(
                Diagnostic::warning("json-bom", "The JSON starts with a byte order mark.")
                    .help("RFC 8259 §8.1 forbids writing one. Strict parsers reject it.")
                    .at(Span::new(0, self.at)),
            );
        }
        let whole = self.values();
        self.close_all();
        whole
    }

    /// Reads one value with all it contains; `None` where the text is damaged.
    fn values(&mut self) -> Option<()> {
        let mut expect = Expect::Value;
        loop {
            self.white();
            expect = match (expect, self.peek()?) {
                (Expect::ValueOrEnd, b']') | (Expect::NameOrEnd, b'}') => self.close(),
                (Expect::CommaOrEnd, byte) => self.comma_or_end(byte)?,
                (Expect::Name | Expect::NameOrEnd, _) => self.name()?,
                (Expect::Value | Expect::ValueOrEnd, byte) => self.value(byte)?,
            };
            if self.open.is_empty() && expect == Expect::CommaOrEnd {
                return Some(());
            }
        }
    }

    fn value(&mut self, byte: u8) -> Option<Expect> {
        match byte {
            b'{' => Some(self.begin(ValueKind::Object, Expect::NameOrEnd)),
            b'[' => Some(self.begin(ValueKind::Array, Expect::ValueOrEnd)),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn begin(&mut self, kind: ValueKind, expect: Expect) -> Expect {
        self.open.push(self.nodes.len());
        self.push(kind, self.at, self.at + 1);
        self.at += 1;
        expect
    }

    fn comma_or_end(&mut self, byte: u8) -> Option<Expect> {
        let object = self.innermost() == Some(ValueKind::Object);
        match byte {
            b',' => {
                self.at += 1;
                Some(if object { Expect::Name } else { Expect::Value })
            }
            b'}' if object => Some(self.close()),
            b']' if !object => Some(self.close()),
            _ => self.unexpected(if object { "`,` or `}`" } else { "`,` or `]`" }),
        }
    }

    fn name(&mut self) -> Option<Expect> {
        if self.peek()? != b'"' {
            return self.unexpected("a name in double quotes");
        }
        self.string()?;
        self.white();
        if self.peek()? != b':' {
            return self.unexpected("`:`");
        }
        self.at += 1;
        Some(Expect::Value)
    }

    fn string(&mut self) -> Option<Expect> {
        let start = self.at;
        let bytes = self.source.as_bytes();
        let mut end = start + 1;
        loop {
            match bytes.get(end) {
                None => {
                    self.push(ValueKind::String, start, end.min(self.source.len()));
                    self.at = self.source.len();
                    return self.truncated("a string is not closed");
                }
                Some(b'"') => break,
                Some(b'\\') => end += 1 + self.escaped(end),
                Some(0..=0x1f) => {
                    self.control_character(end);
                    end += 1;
                }
                Some(_) => end += 1,
            }
        }
        self.at = end + 1;
        self.push(ValueKind::String, start, self.at);
        Some(Expect::CommaOrEnd)
    }

    /// Checks the escape whose backslash is at `at`; gives its length after the backslash.
    fn escaped(&mut self, at: usize) -> usize {
        let after = self.source.get(at + 1..).unwrap_or_default();
        let (character, length) = escape(after);
        if after.is_empty() {
            return 0;
        }
        let known = after.starts_with(['"', '\\', '/', 'b', 'f', 'n', 'r', 't']) || length >= 5;
        if !known {
            let span = Span::new(at, at + 1 + length);
            self.diagnostics.push(
                Diagnostic::error("json-escape", "This escape sequence is not valid JSON.")
                    .help("Valid escapes: \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX.")
                    .at(span),
            );
        } else if character == '\u{fffd}'
            && !after.starts_with("ufffd")
            && !after.starts_with("uFFFD")
        {
            self.diagnostics.push(
                Diagnostic::warning(
                    "json-surrogate",
                    "This is half of a surrogate pair, without the other half.",
                )
                .help("It represents no character and is shown as U+FFFD.")
                .at(Span::new(at, at + 1 + length)),
            );
        }
        length
    }

    fn control_character(&mut self, at: usize) {
        self.diagnostics.push(
            Diagnostic::error(
                "json-control-character",
                "A string contains a control character.",
            )
            .help("RFC 8259 §7 requires an escape. The token was probably wrapped or edited.")
            .at(Span::new(at, at + 1)),
        );
    }

    fn number(&mut self) -> Option<Expect> {
        let start = self.at;
        let rest = self.rest();
        let length = rest
            .bytes()
            .position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default();
        if !is_number(text) {
            return self.unexpected("a number");
        }
        self.at += length;
        self.push(ValueKind::Number, start, self.at);
        if beyond_doubles(text) {
            self.diagnostics.push(
                Diagnostic::warning("json-big-number", format!("{text} is beyond 2^53."))
                    .help("Fedcred keeps it exactly. JavaScript and many other languages round it.")
                    .at(Span::new(start, self.at)),
            );
        }
        Some(Expect::CommaOrEnd)
    }

    fn word(&mut self) -> Option<Expect> {
        let words = [
            ("true", ValueKind::Bool),
            ("false", ValueKind::Bool),
            ("null", ValueKind::Null),
        ];
        let found = words.iter().find(|(word, _)| self.rest().starts_with(word));
        let Some((word, kind)) = found else {
            return self.unexpected("a value");
        };
        self.push(*kind, self.at, self.at + word.len());
        self.at += word.len();
        Some(Expect::CommaOrEnd)
    }

    fn push(&mut self, kind: ValueKind, start: usize, end: usize) {
        let next = short(self.nodes.len() + 1);
        self.nodes.push(Node {
            kind,
            start: short(start),
            end: short(end),
            next,
        });
    }

    fn close(&mut self) -> Expect {
        self.at += 1;
        self.close_innermost();
        Expect::CommaOrEnd
    }

    fn close_innermost(&mut self) {
        let Some(index) = self.open.pop() else { return };
        let (end, next) = (short(self.at), short(self.nodes.len()));
        if let Some(node) = self.nodes.get_mut(index) {
            (node.end, node.next) = (end, next);
            if node.kind == ValueKind::Object {
                self.report_duplicates(index);
            }
        }
    }

    /// Ends what damage left open, and notes a text that simply stops.
    fn close_all(&mut self) {
        let stopped = self.nodes.is_empty() || !self.open.is_empty();
        if self
            .diagnostics
            .iter()
            .all(|d| !matches!(d.code, "json-syntax" | "json-truncated"))
            && stopped
        {
            let message = if self.nodes.is_empty() {
                "there is no JSON value"
            } else {
                "it ends before it is complete"
            };
            self.truncated::<()>(message);
        }
        while !self.open.is_empty() {
            self.close_innermost();
        }
    }

    fn report_duplicates(&mut self, index: usize) {
        let mut seen = HashSet::new();
        let end = self.nodes.get(index).map_or(0, |node| node.next as usize);
        let mut at = index + 1;
        let mut is_name = true;
        while let Some(node) = self.nodes.get(at).filter(|_| at < end) {
            let span = node.span();
            at = node.next as usize;
            if is_name && let Some(name) = seen.replace(unescape(span.slice(self.source))) {
                self.diagnostics.push(
                    Diagnostic::warning(
                        "json-duplicate-name",
                        format!("The name `{name}` appears twice in this object."),
                    )
                    .help(
                        "Parsers differ in which value they use. RFC 7519 §4 lets them reject it.",
                    )
                    .at(span),
                );
            }
            is_name = !is_name;
        }
    }

    fn innermost(&self) -> Option<ValueKind> {
        let index = *self.open.last()?;
        self.nodes.get(index).map(|node| node.kind)
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    fn white(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn unexpected<T>(&mut self, wanted: &str) -> Option<T> {
        let found = self.rest().chars().next()?;
        self.fail(
            &format!("expected {wanted}, found `{found}`"),
            "Everything before it was read.",
        );
        None
    }

    fn fail(&mut self, message: &str, help: &'static str) {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        self.diagnostics.push(
            Diagnostic::error("json-syntax", format!("This is not valid JSON: {message}."))
                .help(help)
                .at(Span::new(self.at, self.at + length)),
        );
    }

    fn truncated<T>(&mut self, message: &str) -> Option<T> {
        self.diagnostics.push(
            Diagnostic::error("json-truncated", format!("The JSON is cut off: {message}."))
                .help("Copy the whole text from its source.")
                .at(Span::new(self.source.len(), self.source.len())),
        );
        None
    }
}

/// Texts are at most [`MAX_INPUT`] long, checked once at the start.
fn short(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
