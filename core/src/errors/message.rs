//! Reads the values in the message of an error, by the template of the catalogue.

use super::catalogue::is_wording;

/// Longer values are no values, in bytes.
const LONGEST_VALUE: usize = 1024;

/// The values of a template's parameters in a message, as far as the message follows the template; where it does to
/// the end, the length of the message too.
pub(super) fn parameters(template: &str, message: &str) -> (Vec<(String, String)>, Option<usize>) {
    let mut found = Vec::new();
    let (literal, mut template) = template.split_once('{').unwrap_or((template, ""));
    let Some(mut at) = length_of(literal, message) else {
        return (found, None);
    };
    while let Some((name, after)) = template.split_once('}') {
        let (literal, next) = after.split_once('{').unwrap_or((after, ""));
        let rest = message.get(at..).unwrap_or_default();
        let Some(length) = value_before(literal, rest) else {
            return (found, None);
        };
        let (value, rest) = rest.split_at_checked(length).unwrap_or_default();
        if !is_wording(name) {
            found.push((name.to_owned(), value.to_owned()));
        }
        let Some(literal) = length_of(literal, rest) else {
            return (found, None);
        };
        (at, template) = (at + length + literal, next);
    }
    (found, Some(at))
}

/// The length of the value that comes before a literal; its beginning is enough, as the end differs over the years.
fn value_before(literal: &str, text: &str) -> Option<usize> {
    let literal = beginning(literal, 12);
    let end = place_of(literal, text)?;
    let value = text.get(..end)?;
    (value.len() <= LONGEST_VALUE && !value.contains(['\r', '\n'])).then_some(end)
}

/// Where a literal stands for the first time. Of several blanks only the first can begin it.
pub(super) fn place_of(literal: &str, text: &str) -> Option<usize> {
    let mut blank = false;
    for (at, character) in text.char_indices() {
        let further = blank && literal.starts_with(' ');
        blank = character.is_whitespace();
        if !further && length_of(literal, text.get(at..).unwrap_or_default()).is_some() {
            return Some(at);
        }
    }
    length_of(literal, "").map(|_| text.len())
}

/// The length of a literal at the beginning of a text. A blank stands for any blanks and line breaks, and for the end.
fn length_of(literal: &str, text: &str) -> Option<usize> {
    let mut rest = text;
    for (index, word) in literal.split(' ').enumerate() {
        if index > 0 {
            let next = rest.trim_start();
            if next.len() == rest.len() && !rest.is_empty() {
                return None;
            }
            rest = next;
        }
        rest = rest.strip_prefix(word)?;
    }
    Some(text.len() - rest.len())
}

/// At most so many bytes.
pub(super) fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most))
        .unwrap_or_default()
}

fn after<'t>(label: &str, text: &'t str) -> Option<&'t str> {
    let rest = text.get(place_of(label, text)?..)?;
    rest.get(length_of(label, rest)?..).map(str::trim_start)
}

pub(super) fn labelled(text: &str, label: &str) -> Option<String> {
    let end = |c: char| c.is_whitespace() || "\"',<\\".contains(c);
    let value = after(label, text)?.split(end).next()?;
    (!value.is_empty()).then(|| beginning(value, LONGEST_VALUE).to_owned())
}

/// A date, a blank and a time that ends with `Z`.
pub(super) fn timestamp(text: &str) -> Option<String> {
    let mut words = after("Timestamp:", text)?.split_whitespace();
    let (date, time) = (words.next()?, words.next()?.split_inclusive('Z').next()?);
    (date.len() == 10 && time.len() == 9).then(|| format!("{date} {time}"))
}
