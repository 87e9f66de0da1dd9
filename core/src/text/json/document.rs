//! A JSON text that was read, and its values.

use std::borrow::Cow;

use super::node::{Node, ValueKind};
use super::number::whole_part;
use super::reader::{self, Outcome};
use super::string::unescape;
use crate::text::{Diagnostic, Severity, Span};

/// A JSON text with its values, each at its place.
///
/// ```
/// use fedcred_core::text::json::Document;
///
/// let document = Document::parse(r#"{"aud": "api", "exp": 1795447440}"#);
/// assert!(document.is_complete());
/// assert_eq!(document.get("aud").unwrap().as_str().unwrap(), "api");
/// assert_eq!(document.get("exp").unwrap().as_seconds(), Some(1_795_447_440));
///
/// let cut = Document::parse(r#"{"aud": "api", "ex"#);
/// assert_eq!(cut.diagnostics()[0].code, "json-truncated");
/// assert_eq!(cut.get("aud").unwrap().span().slice(cut.source()), "\"api\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    source: String,
    /// Values in the order of their first byte; the children of a value follow it.
    nodes: Vec<Node>,
    diagnostics: Vec<Diagnostic>,
    complete: bool,
}

impl Document {
    /// Parses a text. Damaged JSON gives the values before the damage, and a diagnostic.
    #[must_use]
    pub fn parse(source: impl Into<String>) -> Self {
        let source = source.into();
        let outcome = reader::whole(&source);
        Self::new(source, outcome)
    }

    /// Parses the value that a text begins with, whatever comes after it. The number is the offset of the byte
    /// where reading stopped.
    #[must_use]
    pub fn parse_prefix(text: &str) -> (Self, usize) {
        let outcome = reader::first(text);
        let end = outcome.end;
        let source = text.get(..end).unwrap_or_default().to_owned();
        (Self::new(source, outcome), end)
    }

    fn new(source: String, outcome: Outcome) -> Self {
        let is_error = |finding: &Diagnostic| finding.severity == Severity::Error;
        Self {
            source,
            nodes: outcome.nodes,
            complete: !outcome.diagnostics.iter().any(is_error),
            diagnostics: outcome.diagnostics,
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

    /// The outermost value, where it is an object.
    #[must_use]
    pub fn object(&self) -> Option<Value<'_>> {
        self.root().filter(|root| root.kind() == ValueKind::Object)
    }

    /// The member of the outermost object with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        self.root()?.get(name)
    }

    /// The items of the outermost array; none where it is something else.
    #[must_use]
    pub fn items(&self) -> Items<'_> {
        self.root().map(Value::items).unwrap_or_default()
    }

    /// The names and values of the outermost object; none where it is something else.
    #[must_use]
    pub fn members(&self) -> Members<'_> {
        self.root().map(Value::members).unwrap_or_default()
    }

    /// All strings at any depth, member names included.
    pub fn strings(&self) -> impl Iterator<Item = Value<'_>> {
        self.nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.kind == ValueKind::String)
            .map(|(index, _)| Value {
                document: self,
                index,
            })
    }

    /// The objects at any depth that `fits` accepts, without those inside an accepted one.
    pub fn outermost(&self, fits: fn(Value<'_>) -> bool) -> impl Iterator<Item = Value<'_>> {
        let mut index = 0;
        std::iter::from_fn(move || {
            while let Some(node) = self.nodes.get(index) {
                let value = Value {
                    document: self,
                    index,
                };
                if node.kind == ValueKind::Object && fits(value) {
                    index = node.next as usize;
                    return Some(value);
                }
                index += 1;
            }
            None
        })
    }

    /// The outermost value that begins at this byte offset.
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

    /// What is wrong with the text; spans count bytes from its start.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether the whole text is valid JSON. Warnings, such as a duplicate name, do not count.
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
    /// Its type.
    #[must_use]
    pub fn kind(self) -> ValueKind {
        self.node().map_or(ValueKind::Null, |node| node.kind)
    }

    /// Its place in the document's text.
    #[must_use]
    pub fn span(self) -> Span {
        self.node().map(Node::span).unwrap_or_default()
    }

    /// Its text in the document, including quotes and escapes.
    #[must_use]
    pub fn raw(self) -> &'a str {
        self.span().slice(&self.document.source)
    }

    /// Whether the document ends before the value does.
    #[must_use]
    pub fn is_cut(self) -> bool {
        let raw = self.raw();
        let closed = match self.kind() {
            ValueKind::String => raw.len() > 1 && raw.ends_with('"') && !raw.ends_with("\\\""),
            ValueKind::Array => raw.ends_with(']'),
            ValueKind::Object => raw.ends_with('}'),
            _ => false,
        };
        !closed && self.span().end() == self.document.source.len()
    }

    /// The string without quotes and escapes; `None` for another type.
    #[must_use]
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        (self.kind() == ValueKind::String).then(|| unescape(self.raw()))
    }

    /// A string as [`as_str`](Self::as_str) gives it, anything else as [`raw`](Self::raw) text.
    #[must_use]
    pub fn to_text(self) -> Cow<'a, str> {
        self.as_str().unwrap_or(Cow::Borrowed(self.raw()))
    }

    /// The number, where it is an integer that fits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        (self.kind() == ValueKind::Number).then(|| self.raw().parse().ok())?
    }

    /// `true` or `false`; `None` for another type.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == ValueKind::Bool).then(|| self.raw() == "true")
    }

    /// A NumericDate (RFC 7519 §2) in whole seconds. A fraction is cut towards the past; `None` beyond `i64`.
    #[must_use]
    pub fn as_seconds(self) -> Option<i64> {
        (self.kind() == ValueKind::Number).then(|| whole_part(self.raw()))?
    }

    /// The items of an array; none where it is something else.
    #[must_use]
    pub fn items(self) -> Items<'a> {
        self.children(ValueKind::Array)
    }

    /// The names and values of an object in their order, duplicates included; none where it is something else.
    #[must_use]
    pub fn members(self) -> Members<'a> {
        Members(self.children(ValueKind::Object))
    }

    /// The member with this name, compared after its escapes; of duplicates the last, as RFC 7519 §4 allows.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'a>> {
        self.members()
            .filter(|(key, _)| key.as_str().is_some_and(|key| key == name))
            .map(|(_, value)| value)
            .last()
    }

    /// The string with this name; `None` where it is missing or of another type.
    #[must_use]
    pub fn text_of(self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name)?.as_str()
    }

    /// The string with this name; empty where it is missing or of another type.
    #[must_use]
    pub fn string_of(self, name: &str) -> String {
        self.text_of(name).unwrap_or_default().into_owned()
    }

    /// The items of the array with this name; none where it is missing or of another type.
    #[must_use]
    pub fn items_of(self, name: &str) -> Items<'a> {
        self.get(name).map(Value::items).unwrap_or_default()
    }

    /// The names and values of the object with this name; none where it is missing or of another type.
    #[must_use]
    pub fn members_of(self, name: &str) -> Members<'a> {
        self.get(name).map(Value::members).unwrap_or_default()
    }

    fn node(self) -> Option<&'a Node> {
        self.document.nodes.get(self.index)
    }

    /// Its children, where it is of this type.
    fn children(self, kind: ValueKind) -> Items<'a> {
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
