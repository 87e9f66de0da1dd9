//! Makes text from outside safe to show: escapes control characters, and cuts long values.

use std::borrow::Cow;

/// At most this many characters of a value are shown.
pub(super) const MAX_VALUE: usize = 2000;

/// Escapes control, bidirectional, invisible and combining characters, for example as `\u{202e}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            ' '..='~' => out.push(character),
            _ => out.extend(character.escape_debug()),
        }
    }
    Cow::Owned(out)
}

pub(super) fn truncate_value(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(MAX_VALUE) {
        None => escape(value),
        Some((end, _)) => {
            let beginning = value.get(..end).unwrap_or_default();
            let length = value.chars().count();
            Cow::Owned(format!(
                "{}… ({length} characters; --format json shows all)",
                escape(beginning)
            ))
        }
    }
}

/// Cuts a text from outside to this many characters, to be part of a sentence.
pub(crate) fn truncate(count: usize, text: &str) -> String {
    match text.char_indices().nth(count) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_escaped(text: &str, shown: &str) {
        assert_eq!(escape(text), shown);
    }

    #[test]
    fn what_drives_a_terminal_is_escaped() {
        check_escaped("plain \"text\" 'a' \\ ~", "plain \"text\" 'a' \\ ~");
        check_escaped("äöü → ✓ 日本", "äöü → ✓ 日本");
        check_escaped("\u{1b}[31m", "\\u{1b}[31m");
        check_escaped("a\nb\r\t\0", "a\\nb\\r\\t\\0");
        check_escaped("\u{202e}\u{2066}\u{200f}", "\\u{202e}\\u{2066}\\u{200f}");
        check_escaped("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}");
        check_escaped("\u{200b}\u{feff}\u{ad}", "\\u{200b}\\u{feff}\\u{ad}");
        check_escaped("a\u{301}\u{2028}", "a\\u{301}\\u{2028}");
    }
}
