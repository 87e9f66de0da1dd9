//! Places of a text at which an error is named: by a code, or by the text of an error without one.

use super::catalogue::{CatalogueEntry, catalogue};
use super::code::AadstsCode;
use super::message::{beginning, parameters};
use crate::text::Span;

/// A place of the text at which an error is named.
pub(super) struct Mention {
    pub(super) span: Span,
    pub(super) code: Option<AadstsCode>,
    pub(super) entry: Option<&'static CatalogueEntry>,
    /// Whether the message of the error may follow.
    pub(super) has_message: bool,
    pub(super) parameters: Vec<(String, String)>,
}

impl Mention {
    fn of_code(span: Span, code: AadstsCode, has_message: bool) -> Self {
        Self {
            span,
            code: Some(code),
            entry: code.entry(),
            has_message,
            parameters: Vec::new(),
        }
    }
}

/// The texts of errors without a code and a name in them are not longer, in bytes.
const LONGEST_TEXT: usize = 256;

/// Codes have at least five digits.
const SMALLEST_CODE: AadstsCode = AadstsCode::new(10_000);

/// All mentions, in the order of the text.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let codes = ends_of_word(text, "AADSTS").filter_map(|at| {
        let (code, end) = code_at(text, at)?;
        let start = at - "AADSTS".len();
        Some(Mention::of_code(Span::new(start, end), code, true))
    });
    let bare_codes = ends_of_word(text, "code").flat_map(|at| bare_codes(text, at));
    let texts = catalogue()
        .filter(|entry| entry.code.is_none())
        .flat_map(|entry| texts(text, entry));
    let mut all: Vec<_> = codes
        .chain(bare_codes)
        .chain(lone_number(text))
        .chain(texts)
        .collect();
    all.sort_by_key(|mention| mention.span.start());
    all
}

/// Where a word ends, in any letter case.
fn ends_of_word<'t>(text: &'t str, word: &'static str) -> impl Iterator<Item = usize> + 't {
    let windows = text.as_bytes().windows(word.len()).enumerate();
    windows
        .filter(|(_, window)| window.eq_ignore_ascii_case(word.as_bytes()))
        .map(|(at, window)| at + window.len())
}

/// A code at a place, and where it ends.
fn code_at(text: &str, at: usize) -> Option<(AadstsCode, usize)> {
    let rest = text.get(at..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest.get(..digits)?.parse().ok()?;
    Some((AadstsCode::new(number), at + digits))
}

/// Codes without message, after `code`: `"error_codes":[700213]`, `error?code=700213`, `"code":"700213"`.
fn bare_codes(text: &str, after_code: usize) -> impl Iterator<Item = Mention> {
    let before = text.get(..after_code - "code".len()).unwrap_or_default();
    let own = before.ends_with("error_") || before.ends_with("error?");
    let mark = |c: char| c.is_ascii_whitespace() || "s\\\"':=[,".contains(c);
    let mut at = after_code;
    let numbers = std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.len() - rest.trim_start_matches(mark).len();
        let (code, end) = code_at(text, start).filter(|_| start > after_code)?;
        at = end;
        Some((Span::new(start, end), code))
    });
    numbers
        .filter(move |(_, code)| *code >= SMALLEST_CODE && (own || code.entry().is_some()))
        .map(|(span, code)| Mention::of_code(span, code, false))
}

/// The number that is all of the text.
fn lone_number(text: &str) -> Option<Mention> {
    let start = text.len() - text.trim_start().len();
    let (code, end) = code_at(text, start)?;
    let alone = end == text.trim_end().len() && code >= SMALLEST_CODE;
    alone.then(|| Mention::of_code(Span::new(start, end), code, false))
}

/// The places of an error without a code: its whole text, or its name where the text is not known.
fn texts(text: &str, entry: &'static CatalogueEntry) -> impl Iterator<Item = Mention> {
    let template = entry.template.as_deref().or(entry.error.as_deref());
    let places = template.into_iter().flat_map(move |template| {
        let head = template.split('{').next().unwrap_or_default();
        text.match_indices(head).map(move |(at, _)| (template, at))
    });
    places.filter_map(move |(template, at)| {
        let rest = beginning(text.get(at..).unwrap_or_default(), LONGEST_TEXT);
        let (parameters, length) = parameters(template, rest);
        // Names of credentials have no blanks.
        let names = parameters.iter().all(|(_, value)| !value.contains(' '));
        Some(Mention {
            span: Span::new(at, at + length.filter(|_| names)?),
            code: None,
            entry: Some(entry),
            has_message: false,
            parameters,
        })
    })
}
