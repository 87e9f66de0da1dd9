//! Any text as JSON: reading it does not panic, gives the same twice, and every place lies inside it.
#![no_main]

use fedcred_core::text::Span;
use fedcred_core::text::json::{Document, Value};
use libfuzzer_sys::fuzz_target;

fn check(text: &str, span: Span) {
    assert!(text.get(span.start()..span.end()).is_some(), "{span:?}");
}

fn walk(text: &str, value: Value<'_>, depth: usize) {
    check(text, value.span());
    let _ = (
        value.to_text(),
        value.as_i64(),
        value.as_bool(),
        value.as_seconds(),
    );
    if depth < 100 {
        value.items().for_each(|item| walk(text, item, depth + 1));
        for (name, member) in value.members() {
            check(text, name.span());
            walk(text, member, depth + 1);
        }
    }
}

fn check_document(text: &str, document: &Document) {
    for finding in document.diagnostics() {
        finding.span.into_iter().for_each(|span| check(text, span));
    }
    document.texts().for_each(|value| check(text, value.span()));
    document
        .root()
        .into_iter()
        .for_each(|root| walk(text, root, 0));
}

fuzz_target!(|text: &str| {
    let document = Document::parse(text);
    assert_eq!(document, Document::parse(text));
    check_document(text, &document);
    let (first, length) = Document::first(text);
    assert!(text.get(..length).is_some());
    check_document(text, &first);
});
