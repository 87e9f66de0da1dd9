//! Finds the places of a text where compact tokens may stand.

use crate::text::Span;

/// Beginnings of base64url of `{`, with what may stand before the first name.
const BEGINNINGS: [&str; 5] = ["eyJ", "eyA", "ewo", "ew0", "ewk"];

/// Base64 of `eyJ`: a token that was encoded once more, as in a Kubernetes Secret.
pub(super) const ENCODED_AGAIN: &str = "ZXlK";

/// A text that is one token with white space strewn in, as copies from a terminal or a PDF are.
pub(super) fn wrapped_token(text: &str) -> Option<Span> {
    let body = text.trim();
    let mut words = body.split_ascii_whitespace();
    let one = begins_like_json(body)
        && words.clone().count() > 1
        && body.bytes().filter(|byte| *byte == b'.').count() == 2
        && words.all(is_token_text);
    let start = text.len() - text.trim_start().len();
    one.then(|| Span::new(start, start + body.len()))
}

/// A text that has the form of a token, though its header cannot be read.
pub(super) fn damaged_token(text: &str) -> Option<Span> {
    let trimmed = text.trim();
    let body = trimmed
        .split_once(char::is_whitespace)
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or(trimmed, |(_, token)| token.trim_start());
    let long_parts = body.split('.').filter(|part| part.len() > 3).count();
    let form = is_token_text(body) && body.matches('.').count() >= 2;
    let start = text.len() - text.trim_start().len() + (trimmed.len() - body.len());
    (form && long_parts >= 2).then(|| Span::new(start, start + body.len()))
}

/// The stretches of a text that may be compact tokens, in their order.
pub(super) fn stretches(text: &str) -> impl Iterator<Item = Span> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = next_beginning(text, from)?;
        let end = end_of_stretch(text, start);
        from = end;
        Some(Span::new(start, end))
    })
}

/// Whether a text begins as the base64url of a JSON object does.
pub(in crate::jose) fn begins_like_json(text: &str) -> bool {
    BEGINNINGS
        .iter()
        .any(|beginning| text.starts_with(beginning))
}

/// Whether all of a text could stand in a compact token, damaged ones included.
fn is_token_text(text: &str) -> bool {
    text.bytes().all(is_token_byte)
}

/// The alphabet of base64url and, because tokens get damaged, that of base64.
fn is_token_byte(byte: u8) -> bool {
    is_strict(byte) || matches!(byte, b'.' | b'+' | b'/' | b'=')
}

fn is_strict(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn next_beginning(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (from..bytes.len()).find_map(|at| match bytes.get(at) {
        Some(b'e') => beginning_at(text, from, at),
        Some(b'Z') => {
            (text.get(at..)?.starts_with(ENCODED_AGAIN) && fresh(bytes, at)).then_some(at)
        }
        _ => None,
    })
}

/// Where the token starts that has one of the beginnings at `at`.
fn beginning_at(text: &str, from: usize, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if !text.get(at..).is_some_and(begins_like_json) {
        return None;
    }
    if fresh(bytes, at) {
        return Some(at);
    }
    // A payload behind a dot: the header before it is damaged.
    let dot = at
        .checked_sub(1)
        .filter(|dot| bytes.get(*dot) == Some(&b'.'))?;
    let header = bytes.get(from..dot)?.iter().rev();
    let length = header.take_while(|byte| is_strict(**byte)).count();
    (length >= 8).then_some(dot - length)
}

/// Whether nothing before `at` belongs to the same word.
fn fresh(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    match before {
        // URL-encoded: `%3D`.
        [.., b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        // An escape of JSON or of a shell: `\n`, `"\u0022`.
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., b'\\', b'u', b'0', b'0', _, _] => true,
        [.., b'm'] => ends_in_colour(before),
        [.., last] => !(is_strict(*last) || *last == b'.'),
        [] => true,
    }
}

/// Whether a text ends in a terminal's colour code, `ESC [ 0 m`.
fn ends_in_colour(before: &[u8]) -> bool {
    let codes = before.iter().rev().skip(1);
    let length = codes
        .take_while(|b| b.is_ascii_digit() || **b == b';')
        .count();
    let start = before.len().saturating_sub(length + 3);
    before
        .get(start..)
        .is_some_and(|end| end.starts_with(b"\x1b["))
}

/// The end of the token that begins at `start`: over token characters, and over a line break where the
/// next line can only be the token's continuation.
fn end_of_stretch(text: &str, start: usize) -> usize {
    let mut end = end_of_run(text, start, start);
    while let Some(next) = continuation(text, start, end) {
        end = end_of_run(text, start, next);
    }
    without_full_stop(text, start, end)
}

/// The end of the run of token characters; a token in the path of a URL ends at the next slash.
fn end_of_run(text: &str, start: usize, from: usize) -> usize {
    let in_path = start.checked_sub(1).and_then(|at| text.as_bytes().get(at)) == Some(&b'/');
    let rest = text.as_bytes().iter().skip(from);
    let run = rest.take_while(|byte| is_token_byte(**byte) && !(in_path && **byte == b'/'));
    from + run.count()
}

/// Where the token goes on after a line break at `end`.
fn continuation(text: &str, start: usize, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let line = rest.trim_start_matches([' ', '\t', '\r', '\n']);
    let broken = rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
    let length = line.bytes().take_while(|b| is_token_byte(*b)).count();
    let alone = line
        .get(length..)
        .is_some_and(|after| after.is_empty() || after.starts_with(['\r', '\n', '"', '\'']));
    let another = begins_like_json(line) && text.get(start..end)?.matches('.').count() >= 2;
    let looks_like_more = length >= 16 || line.get(..length)?.contains('.');
    (broken && alone && !another && looks_like_more).then(|| end + rest.len() - line.len())
}

/// A full stop that ends a sentence is not part of the token before it.
fn without_full_stop(text: &str, start: usize, end: usize) -> usize {
    let run = Span::new(start, end).slice(text);
    let surplus = run.ends_with('.') && run.matches('.').count() == 3;
    end - usize::from(surplus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = stretches(text).map(|span| span.slice(text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_token_begins_where_a_word_begins() {
        check("eyJh.eyJi.c", &["eyJh.eyJi.c"]);
        check("a=eyJh.eyJi.c&b", &["eyJh.eyJi.c"]);
        check("token%3DeyJh.eyJi.c%26x", &["eyJh.eyJi.c"]);
        check(r#"{"log":"token:\neyJh.eyJi.c\n"}"#, &["eyJh.eyJi.c"]);
        check("\\u0022eyJh.eyJi.c\\u0022", &["eyJh.eyJi.c"]);
        check("\x1b[1;32meyJh.eyJi.c\x1b[0m", &["eyJh.eyJi.c"]);
        check("\u{feff}eyJh.eyJi.c", &["eyJh.eyJi.c"]);
        check("https://h/eyJh.eyJi.c/next", &["eyJh.eyJi.c"]);
        check("monkeyJh", &[]);
        check("xmeyJh", &[]);
        check("www.eyJh", &[]);
    }

    #[test]
    fn a_damaged_header_is_part_of_the_token() {
        check("is x0eXAiOiJ.eyJi.c!", &["x0eXAiOiJ.eyJi.c"]);
        check("eyJh.eyJi.c eyJh.eyJi.c", &["eyJh.eyJi.c", "eyJh.eyJi.c"]);
    }
}
