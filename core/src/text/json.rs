//! JSON (RFC 8259) read without losing anything: order, duplicate names, exact numbers and places, at any depth.
//!
//! The reader is iterative and keeps one small node per value, so memory is linear in the text and a million
//! nested brackets are as good as any other input. Damaged text is read up to the damage.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Diagnostic, MAX_INPUT, Span, too_large};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, kept as its text.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A JSON text and what was read of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    source: String,
    /// Values in the order of their first byte; the children of a value follow it.
    nodes: Vec<Node>,
    diagnostics: Vec<Diagnostic>,
    complete: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    kind: Kind,
    start: u32,
    end: u32,
    /// Index after the last descendant.
    next: u32,
}

impl Node {
    fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

impl Document {
    /// Reads a text; never fails.
    #[must_use]
    pub fn parse(source: impl Into<String>) -> Self {
        let source = source.into();
        let mut reader = Reader::new(&source);
        reader.document();
        let (nodes, diagnostics) = (reader.nodes, reader.diagnostics);
        Self::of(source, nodes, diagnostics)
    }

    /// Reads the one value that a text begins with, whatever comes after it; gives the byte where reading
    /// stopped as well.
    #[must_use]
    pub fn first(text: &str) -> (Self, usize) {
        let mut reader = Reader::new(text);
        reader.first();
        let (nodes, diagnostics, end) = (reader.nodes, reader.diagnostics, reader.at);
        let source = text.get(..end).unwrap_or_default().to_owned();
        (Self::of(source, nodes, diagnostics), end)
    }

    fn of(source: String, nodes: Vec<Node>, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            nodes,
            complete: !diagnostics
                .iter()
                .any(|d| d.severity == super::Severity::Error),
            diagnostics,
            source,
        }
    }

    /// The outermost value; `None` where the text holds none.
    #[must_use]
    pub fn root(&self) -> Option<Value<'_>> {
        (!self.nodes.is_empty()).then_some(Value {
            document: self,
            index: 0,
        })
    }

    /// The outermost value if it is an object.
    #[must_use]
    pub fn object(&self) -> Option<Value<'_>> {
        self.root().filter(|root| root.kind() == Kind::Object)
    }

    /// The member of the outermost object with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.root()?.get(name)
    }

    /// The values of the outermost array; none where it is no array.
    #[must_use]
    pub fn items(&self) -> Items<'_> {
        self.root().map(Value::items).unwrap_or_default()
    }

    /// Names and values of the outermost object; none where it is no object.
    #[must_use]
    pub fn members(&self) -> Members<'_> {
        self.root().map(Value::members).unwrap_or_default()
    }

    /// All strings at any depth, names included.
    pub fn texts(&self) -> impl Iterator<Item = Value<'_>> {
        self.nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.kind == Kind::String)
            .map(|(index, _)| Value {
                document: self,
                index,
            })
    }

    /// The objects that fit, at any depth, without those inside of another one.
    pub fn outermost(&self, fits: fn(Value<'_>) -> bool) -> impl Iterator<Item = Value<'_>> {
        let mut index = 0;
        std::iter::from_fn(move || {
            while let Some(node) = self.nodes.get(index) {
                let value = Value {
                    document: self,
                    index,
                };
                if node.kind == Kind::Object && fits(value) {
                    index = node.next as usize;
                    return Some(value);
                }
                index += 1;
            }
            None
        })
    }

    /// The outermost value that begins at this byte.
    #[must_use]
    pub fn value_at(&self, start: usize) -> Option<Value<'_>> {
        let index = self
            .nodes
            .iter()
            .position(|node| node.start as usize == start)?;
        Some(Value {
            document: self,
            index,
        })
    }

    /// The text as it was given.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What is wrong with the text; spans count from its start.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether the whole text is JSON.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

/// One value of a [`Document`].
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    document: &'a Document,
    index: usize,
}

impl<'a> Value<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node().map_or(Kind::Null, |node| node.kind)
    }

    /// Its place in the document's text.
    #[must_use]
    pub fn span(self) -> Span {
        self.node().map(Node::span).unwrap_or_default()
    }

    /// Its text in the document, quotes and all.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.span().of(&self.document.source)
    }

    /// Whether the text ends within the value.
    #[must_use]
    pub fn is_cut(self) -> bool {
        let raw = self.raw();
        let closed = match self.kind() {
            Kind::String => raw.len() > 1 && raw.ends_with('"') && !raw.ends_with("\\\""),
            Kind::Array => raw.ends_with(']'),
            Kind::Object => raw.ends_with('}'),
            _ => false,
        };
        !closed && self.span().end == self.document.source.len()
    }

    /// The string without quotes and escapes; `None` where it is no string.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::String).then(|| unescape(self.raw()))
    }

    /// A string without its quotes, anything else as its text.
    #[must_use]
    pub fn to_text(self) -> Cow<'a, str> {
        self.as_str().unwrap_or(Cow::Borrowed(self.raw()))
    }

    /// The integer, where it is one and fits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        (self.kind() == Kind::Number).then(|| self.raw().parse().ok())?
    }

    /// The boolean, where it is one.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.raw() == "true")
    }

    /// A NumericDate (RFC 7519 §2) in whole seconds; a fraction is cut, a time beyond `i64` is none.
    #[must_use]
    pub fn as_seconds(self) -> Option<i64> {
        (self.kind() == Kind::Number).then(|| whole_part(self.raw()))?
    }

    /// The values of an array; none where it is no array.
    #[must_use]
    pub fn items(self) -> Items<'a> {
        self.children(Kind::Array)
    }

    /// Names and values of an object in their order, duplicates included; none where it is no object.
    #[must_use]
    pub fn members(self) -> Members<'a> {
        Members(self.children(Kind::Object))
    }

    /// The member with this name; of duplicates the last, as RFC 7519 §4 allows.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'a>> {
        self.members()
            .filter(|(key, _)| key.as_str().is_some_and(|key| key == name))
            .map(|(_, value)| value)
            .last()
    }

    /// The string member with this name.
    #[must_use]
    pub fn text_of(self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name)?.as_str()
    }

    /// The string member with this name; empty where it is missing or no string.
    #[must_use]
    pub fn string_of(self, name: &str) -> String {
        self.text_of(name).unwrap_or_default().into_owned()
    }

    /// The values of the array with this name; none where it is missing or no array.
    #[must_use]
    pub fn items_of(self, name: &str) -> Items<'a> {
        self.get(name).map(Value::items).unwrap_or_default()
    }

    /// Names and values of the object with this name; none where it is missing or no object.
    #[must_use]
    pub fn members_of(self, name: &str) -> Members<'a> {
        self.get(name).map(Value::members).unwrap_or_default()
    }

    fn node(self) -> Option<&'a Node> {
        self.document.nodes.get(self.index)
    }

    /// What is in it, where it is of this kind.
    fn children(self, kind: Kind) -> Items<'a> {
        let end = self
            .node()
            .filter(|node| node.kind == kind)
            .map_or(0, |node| node.next as usize);
        Items {
            document: Some(self.document),
            next: self.index + 1,
            end,
        }
    }
}

/// The values of an array, or names and values of an object by turns.
#[derive(Debug, Clone, Default)]
pub struct Items<'a> {
    document: Option<&'a Document>,
    next: usize,
    end: usize,
}

/// The names of an object with their values.
#[derive(Debug, Clone, Default)]
pub struct Members<'a>(Items<'a>);

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let value = Value {
            document: self.document?,
            index: self.next,
        };
        let node = value.node().filter(|_| self.next < self.end)?;
        self.next = (node.next as usize).max(self.next + 1);
        Some(value)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (Value<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?, self.0.next()?))
    }
}

/// The text between the quotes with escapes replaced; a lone surrogate becomes U+FFFD.
fn unescape(raw: &str) -> Cow<'_, str> {
    let body = raw.strip_prefix('"').unwrap_or(raw);
    let body = body.strip_suffix('"').unwrap_or(body);
    if !body.contains('\\') {
        return Cow::Borrowed(body);
    }
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (character, length) = escape(after);
        out.push(character);
        rest = after.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that an escape stands for, and the escape's length after its backslash.
fn escape(after: &str) -> (char, usize) {
    let simple = |c| (c, 1);
    match after.as_bytes().first() {
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(b'n') => simple('\n'),
        Some(b'r') => simple('\r'),
        Some(b't') => simple('\t'),
        Some(b'u') => unicode_escape(after),
        Some(_) => {
            let character = after.chars().next().unwrap_or('\u{fffd}');
            (character, character.len_utf8())
        }
        None => ('\u{fffd}', 0),
    }
}

fn unicode_escape(after: &str) -> (char, usize) {
    let Some(first) = after.get(1..5).and_then(hex) else {
        return ('\u{fffd}', 1);
    };
    if let Some(character) = char::from_u32(first) {
        return (character, 5);
    }
    let second = after
        .get(5..7)
        .filter(|prefix| *prefix == "\\u")
        .and_then(|_| after.get(7..11))
        .and_then(hex)
        .filter(|low| (0xdc00..0xe000).contains(low) && first < 0xdc00);
    match second {
        Some(low) => {
            let scalar = 0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(scalar).unwrap_or('\u{fffd}'), 11)
        }
        None => ('\u{fffd}', 5),
    }
}

fn hex(digits: &str) -> Option<u32> {
    digits
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
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

    fn document(&mut self) {
        let read = self.first();
        self.white();
        if read.is_some() && self.at < self.source.len() {
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
                Diagnostic::warning("json-bom", "The JSON begins with a byte order mark.")
                    .help("RFC 8259 §8.1 forbids writing one. Strict readers refuse it.")
                    .at(Span::new(0, self.at)),
            );
        }
        let read = self.values();
        self.close_all();
        read
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
            b'{' => Some(self.begin(Kind::Object, Expect::NameOrEnd)),
            b'[' => Some(self.begin(Kind::Array, Expect::ValueOrEnd)),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn begin(&mut self, kind: Kind, expect: Expect) -> Expect {
        self.open.push(self.nodes.len());
        self.push(kind, self.at, self.at + 1);
        self.at += 1;
        expect
    }

    fn comma_or_end(&mut self, byte: u8) -> Option<Expect> {
        let object = self.innermost() == Some(Kind::Object);
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
                    self.push(Kind::String, start, end.min(self.source.len()));
                    self.at = self.source.len();
                    return self.truncated("a string has no end");
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
        self.push(Kind::String, start, self.at);
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
                Diagnostic::error("json-escape", "This escape is not JSON.")
                    .help("Known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX.")
                    .at(span),
            );
        } else if character == '\u{fffd}'
            && !after.starts_with("ufffd")
            && !after.starts_with("uFFFD")
        {
            self.diagnostics.push(
                Diagnostic::warning("json-surrogate", "Half of a surrogate pair stands alone.")
                    .help("It is no character; it is shown as U+FFFD.")
                    .at(Span::new(at, at + 1 + length)),
            );
        }
        length
    }

    fn control_character(&mut self, at: usize) {
        self.diagnostics.push(
            Diagnostic::error(
                "json-control-character",
                "A control character stands in a string.",
            )
            .help("RFC 8259 §7 wants it escaped. The token was probably wrapped or edited.")
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
        self.push(Kind::Number, start, self.at);
        if beyond_doubles(text) {
            self.diagnostics.push(
                Diagnostic::warning("json-big-number", format!("{text} is beyond 2^53."))
                    .help("It is kept exactly here; JavaScript and many others round it.")
                    .at(Span::new(start, self.at)),
            );
        }
        Some(Expect::CommaOrEnd)
    }

    fn word(&mut self) -> Option<Expect> {
        let words = [
            ("true", Kind::Bool),
            ("false", Kind::Bool),
            ("null", Kind::Null),
        ];
        let found = words.iter().find(|(word, _)| self.rest().starts_with(word));
        let Some((word, kind)) = found else {
            return self.unexpected("a value");
        };
        self.push(*kind, self.at, self.at + word.len());
        self.at += word.len();
        Some(Expect::CommaOrEnd)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
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
            if node.kind == Kind::Object {
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
            if is_name && let Some(name) = seen.replace(unescape(span.of(self.source))) {
                self.diagnostics.push(
                    Diagnostic::warning(
                        "json-duplicate-name",
                        format!("The name `{name}` stands here twice."),
                    )
                    .help("Readers differ in which they take; RFC 7519 §4 lets them refuse it.")
                    .at(span),
                );
            }
            is_name = !is_name;
        }
    }

    fn innermost(&self) -> Option<Kind> {
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
            &format!("{wanted} was expected, `{found}` stands here"),
            "What stands before it is shown.",
        );
        None
    }

    fn fail(&mut self, message: &str, help: &'static str) {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        self.diagnostics.push(
            Diagnostic::error("json-syntax", format!("This is not JSON: {message}."))
                .help(help)
                .at(Span::new(self.at, self.at + length)),
        );
    }

    fn truncated<T>(&mut self, message: &str) -> Option<T> {
        self.diagnostics.push(
            Diagnostic::error("json-truncated", format!("The JSON is cut: {message}."))
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

/// The grammar of RFC 8259 §6.
fn is_number(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let body = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

/// The integer at or below a number, by its digits: a float would round.
fn whole_part(number: &str) -> Option<i64> {
    let negative = number.starts_with('-');
    let body = number.trim_start_matches('-');
    let (mantissa, exponent) = body.split_once(['e', 'E']).unwrap_or((body, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().ok().filter(|e| (-400..=400).contains(e))?;
    let digits = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let before = usize::try_from(point).unwrap_or(0);
    let zeros = "0".repeat(before.saturating_sub(digits.len()));
    let kept = digits.get(..before.min(digits.len())).unwrap_or_default();
    let cut = digits.get(kept.len()..).unwrap_or_default();
    let value: i64 = format!("0{kept}{zeros}").parse().ok()?;
    let below = i64::from(negative && cut.bytes().any(|digit| digit != b'0'));
    Some(if negative { -value - below } else { value })
}

fn beyond_doubles(text: &str) -> bool {
    let digits = text.trim_start_matches('-');
    let integer = digits.bytes().all(|b| b.is_ascii_digit());
    integer && digits.parse::<u64>().map_or(true, |n| n > 1 << 53)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, codes: &[&str]) -> Document {
        let document = Document::parse(text);
        let found: Vec<_> = document.diagnostics().iter().map(|d| d.code).collect();
        assert_eq!(found, codes, "{text:.80}");
        for diagnostic in document.diagnostics() {
            let span = diagnostic.span.expect("every finding has a place");
            assert!(
                text.get(span.start..span.end).is_some(),
                "{span:?} of {text}"
            );
        }
        document
    }

    #[test]
    fn sound_texts() {
        for text in [
            "{}",
            "[]",
            " null ",
            "true",
            "0",
            "-0.5e+3",
            r#""a""#,
            r#"{"a":[1,{"b":null}],"c":""}"#,
        ] {
            assert!(check(text, &[]).is_complete());
        }
    }

    #[test]
    fn order_places_and_exact_numbers_are_kept() {
        let document = check(
            r#"{"b":1,"a":12345678901234567890,"b":2}"#,
            &["json-big-number", "json-duplicate-name"],
        );
        let names: Vec<_> = document
            .object()
            .unwrap()
            .members()
            .map(|(k, v)| (k.to_text(), v.raw()))
            .collect();
        assert_eq!(
            names,
            [
                ("b".into(), "1"),
                ("a".into(), "12345678901234567890"),
                ("b".into(), "2")
            ]
        );
        assert_eq!(document.get("b").unwrap().as_i64(), Some(2));
        assert_eq!(
            document.get("a").unwrap().span().of(document.source()),
            "12345678901234567890"
        );
    }

    #[test]
    fn a_value_is_found_by_its_place() {
        let document = check(r#"{"a": [1]}"#, &[]);
        let at = |start| document.value_at(start).map(Value::raw);
        assert_eq!((at(0), at(6)), (Some(r#"{"a": [1]}"#), Some("[1]")));
        assert_eq!((at(7), at(5), at(99)), (Some("1"), None, None));
    }

    #[test]
    fn escapes() {
        let text = r#"["\u0041\n\"\\\/","\ud83d\ude00","\u00e9x"]"#;
        let document = check(text, &[]);
        let items: Vec<_> = document
            .root()
            .unwrap()
            .items()
            .map(|v| v.as_str().unwrap())
            .collect();
        assert_eq!(items, ["A\n\"\\/", "\u{1f600}", "\u{e9}x"]);
        check(r#""\ud83d""#, &["json-surrogate"]);
        check(r#""\ude00\ud83d""#, &["json-surrogate", "json-surrogate"]);
        check(r#""\x""#, &["json-escape"]);
        check("\"\\\u{e9}\"", &["json-escape"]);
        check(r#""\u12""#, &["json-escape"]);
    }

    #[test]
    fn damage_keeps_what_stands_before_it() {
        let document = check(r#"{"iss":"x","aud":["a","b"#, &["json-truncated"]);
        assert_eq!(document.get("iss").unwrap().as_str().unwrap(), "x");
        assert_eq!(document.get("aud").unwrap().items().count(), 2);
        assert!(!document.is_complete());
        let document = check(r#"{"a":1,"b":}"#, &["json-syntax"]);
        assert_eq!(document.object().unwrap().members().count(), 1);
        for text in ["{", "[1,", "{\"a\"", "{\"a\":", "\"a", "\"a\\", "", " "] {
            check(text, &["json-truncated"]);
        }
        for text in [
            "{a:1}",
            "[1 2]",
            "nul",
            "01",
            "1.",
            "+1",
            "--1",
            "[1,]",
            "{\"a\":1,}",
            "[}",
            "{]",
            "é",
            "1 2",
        ] {
            check(text, &["json-syntax"]);
        }
        check("\"a\u{1}\"", &["json-control-character"]);
        check("\u{feff}1", &["json-bom"]);
        check(&" ".repeat(MAX_INPUT + 1), &["input-too-large"]);
    }

    #[test]
    fn numeric_dates() {
        let seconds = |text: &str| Document::parse(text).root().unwrap().as_seconds();
        for (text, value) in [
            ("0", 0),
            ("1795521900", 1_795_521_900),
            ("1.9", 1),
            ("-1.5", -2),
            ("-1.0", -1),
            ("1.7955219e9", 1_795_521_900),
            ("17955219E+2", 1_795_521_900),
            ("15e-1", 1),
            ("1e-400", 0),
            ("0e9", 0),
        ] {
            assert_eq!(seconds(text), Some(value), "{text}");
        }
        for text in ["1e999", "9223372036854775808", "1e19", "\"1\"", "null"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn any_depth() {
        let depth = 1_000_000;
        check(&"[".repeat(depth), &["json-truncated"]);
        let text = "[".repeat(depth) + &"]".repeat(depth);
        let document = check(&text, &[]);
        assert_eq!(document.clone(), document);
        check(&r#"{"a":"#.repeat(100_000), &["json-truncated"]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_agrees_with_serde_json(text in r#"[\[\]{},:"a0-9.eE+\-\\u tnrlfs]{0,40}"#) {
            let ours = Document::parse(text.as_str());
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            proptest::prop_assert_eq!(ours.is_complete(), theirs, "{}", text);
        }

        #[test]
        fn any_text_has_places_inside_it(text in ".{0,60}") {
            for diagnostic in Document::parse(text.as_str()).diagnostics() {
                proptest::prop_assert!(diagnostic.span.is_some_and(|s| s.end <= text.len()));
            }
        }
    }
}
