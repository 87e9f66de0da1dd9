//! Tokens inside tokens: in a claim, as the payload of a signed token, or encoded once more.

use std::borrow::Cow;

use super::candidates::{ENCODED_AGAIN, begins_like_json};
use super::compact;
use crate::jose::token::{MAX_TOKENS, Part, Role, SourceMap, Token, TokenForm};
use crate::text::json::Document;
use crate::text::{Diagnostic, Span, base64url};

/// Tokens are looked for this deep.
const MAX_DEPTH: usize = 8;

/// Adds the tokens that those of the text hold, each after the one it is in; gives the place of the first that
/// is left out because there would be more than [`MAX_TOKENS`].
pub(super) fn unfold(tokens: &mut Vec<Token>) -> Option<Span> {
    let mut first_left_out = None;
    let mut at = 0;
    while let Some(outer) = tokens.get(at) {
        let mut inner = if depth(tokens, at) < MAX_DEPTH {
            inner(outer)
        } else {
            Vec::new()
        };
        let room = MAX_TOKENS.saturating_sub(tokens.len());
        first_left_out = first_left_out.or(inner.get(room).map(|token| token.span));
        inner.truncate(room);
        for token in &mut inner {
            token.inside = Some(at);
        }
        shift_numbers(tokens, at, inner.len());
        at += 1;
        tokens.splice(at..at, inner);
    }
    first_left_out
}

fn depth(tokens: &[Token], at: usize) -> usize {
    let outer = |at: usize| tokens.get(at).and_then(|token| token.inside);
    std::iter::successors(outer(at), |at| outer(*at)).count()
}

/// The tokens behind `at` move on by `count`.
fn shift_numbers(tokens: &mut [Token], at: usize, count: usize) {
    for token in tokens {
        token.inside = token
            .inside
            .map(|outer| if outer > at { outer + count } else { outer });
    }
}

/// The tokens in the parts of another; one more than are taken.
fn inner(outer: &Token) -> Vec<Token> {
    outer
        .parts
        .iter()
        .flat_map(|part| texts_of(part, outer.form))
        .filter_map(|(text, at)| whole_token(&text, at))
        .take(MAX_TOKENS + 1)
        .collect()
}

/// The strings of a part's JSON, or a payload as a whole, each with its place.
fn texts_of(part: &Part, kind: TokenForm) -> impl Iterator<Item = (Cow<'_, str>, Span)> {
    let readable = matches!(part.role, Role::Header | Role::Payload) && kind != TokenForm::Claims;
    let json = part.json.as_ref().filter(|_| readable);
    let payload = (json.is_none() && part.role == Role::Payload)
        .then(|| (String::from_utf8_lossy(&part.bytes), part.span));
    json.into_iter()
        .flat_map(Document::strings)
        .map(|value| (value.to_text(), part.span_of(value.span())))
        .chain(payload)
}

/// The token that a text is, if it is one with all its parts.
fn whole_token(text: &str, at: Span) -> Option<Token> {
    begins_like_json(text)
        .then(|| compact::decode(text, Span::new(0, text.len())))?
        .filter(|token| token.form != TokenForm::Partial)
        .map(|token| moved(token, at))
}

/// A token that was base64-encoded as a whole.
pub(super) fn encoded_again(text: &str, span: Span) -> Option<Token> {
    let stretch = span.slice(text);
    let bytes = stretch
        .starts_with(ENCODED_AGAIN)
        .then(|| base64url::decode(stretch).bytes)?;
    let text = String::from_utf8(bytes).ok()?;
    let inner = text.trim_end();
    let mut token = moved(compact::decode(inner, Span::new(0, inner.len()))?, span);
    token.diagnostics.push(
        Diagnostic::info(
            "encoded-again",
            "The token was base64-encoded a second time.",
        )
        .help("Kubernetes Secrets store tokens like this. Decode it once before you use it.")
        .at(span),
    );
    Some(token)
}

/// A token of which nothing finer is known than the place that holds all of it.
fn moved(mut token: Token, at: Span) -> Token {
    token.span = at;
    for part in &mut token.parts {
        (part.span, part.source_map) = (at, SourceMap::WholePart);
    }
    for finding in &mut token.diagnostics {
        finding.span = Some(at);
    }
    token
}
