//! Any text: reading it does not panic, reading it twice gives the same, and every place lies inside it.
#![no_main]

use fedcred_core::jose::parse;
use fedcred_core::text::Span;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let check = |span: Span| assert!(text.get(span.start()..span.end()).is_some(), "{span:?}");
    let parsed = parse(text);
    assert_eq!(parse(text), parsed);
    let findings = parsed.tokens.iter().flat_map(|token| &token.diagnostics);
    let findings = findings.chain(&parsed.diagnostics);
    findings.filter_map(|finding| finding.span).for_each(check);
    parsed
        .skipped
        .iter()
        .for_each(|skipped| check(skipped.span));
    for (number, token) in parsed.tokens.iter().enumerate() {
        check(token.span);
        assert!(token.inside.is_none_or(|outer| outer < number));
        assert!(token.compact().starts_with(token.without_signature()));
        for part in &token.parts {
            check(part.span);
            check(part.span_of(Span::new(0, part.bytes.len())));
            for value in part.json.iter().flat_map(|json| json.texts()) {
                check(part.span_of(value.span()));
            }
        }
    }
});
