//! Claims without a signature: JSON objects, alone, in a log, or in what a program made of a token.

use std::borrow::Cow;

use super::part;
use crate::jose::token::{MAX_TOKENS, Role, Serialization, Token, TokenForm};
use crate::text::json::{Document, Value};
use crate::text::{Span, time};

const PARTIES: [&str; 3] = ["iss", "sub", "aud"];

/// The registered claims of RFC 7519 §4.1.
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The claims in a text; one more than are shown.
pub(super) fn find(text: &str) -> Vec<Token> {
    let text = &*without_times(text);
    let body = text.trim_start().trim_start_matches('\u{feff}');
    let start = text.len() - body.len();
    let whole = body
        .starts_with('{')
        .then(|| Document::parse(body.trim_end()))
        .filter(|json| json.members().next().is_some() || json.is_complete());
    let is_claims = |json: &Document| {
        json.is_complete() && REGISTERED.iter().any(|name| json.get(name).is_some())
    };
    let mut found = match &whole {
        Some(json) if is_claims(json) => Vec::new(),
        _ => objects_with_claims(text),
    };
    if found.is_empty() {
        found.extend(whole.map(|json| token(json, start)));
    }
    found
}

/// The JSON objects in a text that are whole and have claims of a JWT, at any depth.
fn objects_with_claims(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((before, rest)) = text
        .get(from..)
        .and_then(|rest| Some(rest.split_at(rest.find('{')?)))
    {
        let start = from + before.len();
        from = start + 1;
        // Any number of brackets may stand in a text that is no JSON.
        if !text
            .get(from..)
            .is_some_and(|inner| inner.trim_start().starts_with('"'))
        {
            continue;
        }
        let (json, length) = Document::parse_prefix(rest);
        if json.is_complete() {
            let objects = json
                .outermost(names_a_party)
                .map(|object| token(Document::parse(object.raw()), start + object.span().start()));
            found.extend(objects.take(MAX_TOKENS + 1 - found.len()));
        }
        if found.len() > MAX_TOKENS {
            break;
        }
        from = text.ceil_char_boundary(start + length.max(1));
    }
    found
}

/// A text with spaces for the times that a log has before each line, so that JSON of several lines is JSON.
fn without_times(text: &str) -> Cow<'_, str> {
    let time = |line: &str| {
        let end = line.find(' ').filter(|end| *end >= 20)?;
        time::parse(line.get(..end)?).map(|_| end)
    };
    if !text.lines().any(|line| time(line).is_some()) {
        return text.into();
    }
    let lines = text.split_inclusive('\n').map(|line| {
        let (time, rest) = line.split_at(time(line).unwrap_or(0));
        " ".repeat(time.len()) + rest
    });
    lines.collect::<String>().into()
}

/// Whether an object has one of the claims that say whose token it was.
pub(super) fn names_a_party(object: Value<'_>) -> bool {
    PARTIES.iter().any(|name| object.get(name).is_some())
}

fn token(json: Document, start: usize) -> Token {
    let span = Span::new(start, start + json.source().len());
    let mut token = Token::new(Serialization::Compact, span);
    token.form = TokenForm::Claims;
    token.add(part::from_json(Role::Payload, json, start));
    token
}
