//! Header or payload of a token, with look-ups by name.

use std::borrow::Cow;

use crate::jose::{Part, Role, Token};
use crate::text::Span;
use crate::text::json::{Document, Value};

/// One part of a token with the JSON in it; a missing part has no members.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    part: Option<&'a Part>,
}

impl<'a> Section<'a> {
    pub(super) fn header(token: &'a Token) -> Self {
        Self::new(token, Role::Header)
    }

    pub(super) fn payload(token: &'a Token) -> Self {
        Self::new(token, Role::Payload)
    }

    fn new(token: &'a Token, role: Role) -> Self {
        let part = token.part(role).filter(|part| part.json.is_some());
        Self { part }
    }

    /// The members of all parts with this role, each with its section: an encrypted token may have two
    /// unprotected headers (RFC 7516 §7.2.1).
    pub(super) fn members(
        token: &'a Token,
        role: Role,
    ) -> impl Iterator<Item = (Self, Value<'a>, Value<'a>)> {
        let parts = token.parts.iter().filter(move |part| part.role == role);
        parts.flat_map(|part| {
            let section = Self { part: Some(part) };
            let members = section.json().map(Document::members).unwrap_or_default();
            members.map(move |(name, value)| (section, name, value))
        })
    }

    pub(super) fn json(self) -> Option<&'a Document> {
        self.part?.json.as_ref()
    }

    /// The value with this name; `None` where the text ends within it, because the rest could be anything.
    pub(super) fn get(self, name: &str) -> Option<Value<'a>> {
        self.json()?.get(name).filter(|value| !value.is_cut())
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The string with this name.
    pub(super) fn text(self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name)?.as_str()
    }

    /// Whether the string with this name is `text`.
    pub(super) fn is(self, name: &str, text: &str) -> bool {
        self.text(name).is_some_and(|found| found == text)
    }

    /// Whether two names stand for the same string that is not empty.
    pub(super) fn same(self, one: &str, other: &str) -> bool {
        let one = self.text(one).filter(|text| !text.is_empty());
        one.is_some() && one == self.text(other)
    }

    pub(super) fn seconds(self, name: &str) -> Option<i64> {
        self.get(name)?.as_seconds()
    }

    /// Where the value with this name is in the text that contains the token.
    pub(super) fn span_of_value(self, name: &str) -> Option<Span> {
        let value = self.get(name)?;
        Some(self.part?.span_of(value.span()))
    }

    /// Where name and value of a member are in that text.
    pub(super) fn span_of_member(self, name: Value<'_>, value: Value<'_>) -> Span {
        let span = Span::new(name.span().start(), value.span().end());
        self.part
            .map_or_else(Span::default, |part| part.span_of(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;

    #[test]
    fn a_value_that_is_cut_says_nothing() {
        let has = |claims: &str, name: &str| {
            let token = &parse(claims).tokens[0];
            Section::payload(token).has(name)
        };
        for (claims, name, there) in [
            (r#"{"iss":"https://login"}"#, "iss", true),
            (r#"{"iss":"https://login"#, "iss", false),
            (r#"{"iss":"a","sub":"b\""#, "sub", false),
            (r#"{"iss":"a","sub":"b""#, "sub", true),
            (r#"{"iss":"a","sub":"b"#, "iss", true),
            (r#"{"iss":"a","sub":""#, "sub", false),
            (r#"{"iss":"a","exp":17"#, "exp", false),
            (r#"{"iss":"a","exp":17,"#, "exp", true),
            (r#"{"iss":"a","exp":17}"#, "exp", true),
            (r#"{"iss":"a","aud":["b""#, "aud", false),
            (r#"{"iss":"a","aud":["b"]"#, "aud", true),
            (r#"{"iss":"a","cnf":{"b":1"#, "cnf", false),
        ] {
            assert_eq!(has(claims, name), there, "{name} of {claims}");
        }
    }
}
