//! Changes of a JSON text at one place: everything else stays as it is written.

use super::Span;
use super::json::{Document, Value};

/// Writes a text as a JSON string, quotes and escapes included.
#[must_use]
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Replaces the bytes of `place` with another text.
#[must_use]
pub fn replaced(source: &str, place: Span, with: &str) -> String {
    let before = source.get(..place.start()).unwrap_or_default();
    let after = source.get(place.end()..).unwrap_or_default();
    format!("{before}{with}{after}")
}

/// Repeats the last item of a list behind it, with the white space before it. An empty list stays as it is.
#[must_use]
pub fn with_last_item_repeated(document: &Document, list: Value<'_>) -> String {
    let source = document.source();
    let Some(last) = list.items().last() else {
        return source.to_owned();
    };
    let (start, end) = (last.span().start(), last.span().end());
    let more = format!(",{}{}", white_before(source, start), last.raw());
    replaced(source, Span::new(end, end), &more)
}

/// Removes the item with this index from a list, and the comma with it. Without such an item nothing changes.
#[must_use]
pub fn without_item(document: &Document, list: Value<'_>, index: usize) -> String {
    let source = document.source();
    let items: Vec<_> = list.items().collect();
    let Some(item) = items.get(index) else {
        return source.to_owned();
    };
    let before = index.checked_sub(1).and_then(|index| items.get(index));
    let place = match (before, items.get(index + 1)) {
        (_, Some(next)) => Span::new(item.span().start(), next.span().start()),
        (Some(before), None) => Span::new(before.span().end(), item.span().end()),
        (None, None) => return replaced(source, list.span(), "[]"),
    };
    replaced(source, place, "")
}

/// Sets a member of the outermost object to this JSON, in place of the one with that name or before the others.
/// A text that is not an object stays as it is.
///
/// ```
/// use fedcred_core::text::{edit, json::Document};
///
/// let document = Document::parse(r#"{"a": 1}"#);
/// assert_eq!(edit::with_member(&document, "a", "[2]"), r#"{"a": [2]}"#);
/// ```
#[must_use]
pub fn with_member(document: &Document, name: &str, json: &str) -> String {
    let source = document.source();
    let Some(object) = document.object() else {
        return source.to_owned();
    };
    if let Some(value) = object.get(name) {
        return replaced(source, value.span(), json);
    }
    let at = object.span().start() + 1;
    let (white, comma) = match object.members().next() {
        Some((first, _)) => (white_before(source, first.span().start()), ","),
        None => ("", ""),
    };
    let member = format!("{white}{}: {json}{comma}", quoted(name));
    replaced(source, Span::new(at, at), &member)
}

/// The white space that ends here.
fn white_before(source: &str, end: usize) -> &str {
    let before = source.get(..end).unwrap_or_default();
    let kept = before.trim_end_matches(|c: char| c.is_ascii_whitespace());
    before.get(kept.len()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, change: impl Fn(&Document) -> String, expected: &str) {
        let changed = change(&Document::parse(text));
        assert_eq!(changed, expected, "{text}");
    }

    fn list(document: &Document) -> Value<'_> {
        document.get("a").unwrap_or(document.root().unwrap())
    }

    #[test]
    fn another_item_looks_like_the_last() {
        let more = |document: &Document| with_last_item_repeated(document, list(document));
        check("[]", more, "[]");
        check("[1]", more, "[1,1]");
        check("[1, {\"b\": 2}]", more, "[1, {\"b\": 2}, {\"b\": 2}]");
        check("[\n  1,\n  2\n]", more, "[\n  1,\n  2,\n  2\n]");
        check("[ 1 , 2 ]", more, "[ 1 , 2, 2 ]");
        check(r#"{"a":["x"],"b":1}"#, more, r#"{"a":["x","x"],"b":1}"#);
        check("1", more, "1");
    }

    #[test]
    fn an_item_goes_with_its_comma() {
        let less = |index| move |document: &Document| without_item(document, list(document), index);
        check("[1]", less(0), "[]");
        check("[ 1 ]", less(0), "[]");
        check("[1, 2, 3]", less(0), "[2, 3]");
        check("[1, 2, 3]", less(1), "[1, 3]");
        check("[\n  1,\n  2\n]", less(1), "[\n  1\n]");
        check("[1]", less(1), "[1]");
        check("{}", less(0), "{}");
    }

    #[test]
    fn a_member_is_replaced_or_comes_first() {
        let set = |document: &Document| with_member(document, "n", "[7]");
        check(r#"{"n": 1}"#, set, r#"{"n": [7]}"#);
        check("{\n  \"a\": 1\n}", set, "{\n  \"n\": [7],\n  \"a\": 1\n}");
        check("{}", set, r#"{"n": [7]}"#);
        check(r#"{"n":1,"n":2}"#, set, r#"{"n":1,"n":[7]}"#);
        for none in ["", "[1]", "1", "x"] {
            check(none, set, none);
        }
    }

    proptest! {
        #[test]
        fn a_value_stands_where_it_was_put(text in r#"\{"a": ?(\[( ?[0-9],){0,3} ?"b" ?\]|1), "c": \{\}\}"#, with: String) {
            let document = Document::parse(text.as_str());
            let value = document.get("a").unwrap();
            let changed = Document::parse(replaced(&text, value.span(), &quoted(&with)));
            prop_assert!(changed.is_complete());
            prop_assert_eq!(changed.get("a").unwrap().as_str().unwrap(), with.as_str());
            let count = value.items().count();
            let more = Document::parse(with_last_item_repeated(&document, value));
            prop_assert!(more.is_complete());
            prop_assert_eq!(more.get("a").unwrap().items().count(), if count == 0 { 0 } else { count + 1 });
            for index in 0..count {
                let less = Document::parse(without_item(&document, value, index));
                prop_assert!(less.is_complete());
                prop_assert_eq!(less.get("a").unwrap().items().count(), count - 1);
            }
        }
    }
}
