//! Takes back the escapes of JSON strings and the encoding of forms.

use std::borrow::Cow;

/// The text as it was before it was put into an address or a JSON string.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    let encoded = text
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("%3a"));
    if encoded {
        let end = |c: char| c.is_whitespace() || "&\"'<>#".contains(c);
        let value = text.split(end).next().unwrap_or_default();
        let form = format!("={value}");
        let mut pairs = form_urlencoded::parse(form.as_bytes());
        let value = pairs.next().map(|(_, value)| value.into_owned());
        return value.unwrap_or_default().into();
    }
    unescaped(text)
}

/// Escapes of JSON strings, also of strings inside strings, where the backslash is escaped itself.
fn unescaped(text: &str) -> Cow<'_, str> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let tail = after.trim_start_matches('\\');
        let (character, next) = escape(tail).unwrap_or(('\\', tail));
        out.push(character);
        rest = next;
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn escape(tail: &str) -> Option<(char, &str)> {
    let mut characters = tail.chars();
    let character = match characters.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let code = u32::from_str_radix(tail.get(1..5)?, 16).ok()?;
            return Some((char::from_u32(code)?, tail.get(5..)?));
        }
        quote @ ('"' | '\'' | '/') => quote,
        _ => return None,
    };
    Some((character, characters.as_str()))
}
