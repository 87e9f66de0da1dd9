//! Strings and their escapes (RFC 8259 §7).

use std::borrow::Cow;

/// The text between the quotes with escapes replaced; a lone surrogate becomes U+FFFD.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
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
pub(super) fn escape(after: &str) -> (char, usize) {
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
