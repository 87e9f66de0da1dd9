//! What holds for any text: it is read without a panic, places lie inside it, nothing becomes valid by itself.

use std::sync::LazyLock;

use fedcred_core::jose::{Keys, Parsed, SignatureState, parse, verify};
use fedcred_core::text::json::Document;
use fedcred_core::text::{Diagnostic, Span, base64url};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::fixtures;

type Outcome = Result<(), TestCaseError>;

/// The tokens of the fixtures and their keys.
static SIGNED: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let tokens = fixtures::list("tokens-jose.json", "tokens").into_iter();
    tokens
        .map(|t| {
            (
                t["token"].as_str().unwrap().to_owned(),
                t["jwk"].to_string(),
            )
        })
        .collect()
});

fn check_span(text: &str, span: Span) -> Outcome {
    prop_assert!(
        text.get(span.start()..span.end()).is_some(),
        "{:?} in {:?}",
        span,
        text
    );
    Ok(())
}

fn check_findings(text: &str, findings: &[Diagnostic]) -> Outcome {
    for finding in findings {
        prop_assert!(!finding.message.is_empty(), "{}", finding.code);
        finding.span.map_or(Ok(()), |span| check_span(text, span))?;
    }
    Ok(())
}

fn check_parsed(text: &str, parsed: &Parsed) -> Outcome {
    check_findings(text, &parsed.diagnostics)?;
    for skipped in &parsed.skipped {
        check_span(text, skipped.span)?;
    }
    for (number, token) in parsed.tokens.iter().enumerate() {
        check_span(text, token.span)?;
        check_findings(text, &token.diagnostics)?;
        prop_assert!(token.inside.is_none_or(|outer| outer < number));
        prop_assert!(token.compact().starts_with(token.without_signature()));
        for part in &token.parts {
            check_span(text, part.span)?;
            for value in part.json.iter().flat_map(Document::strings) {
                check_span(text, part.span_of(value.span()))?;
            }
            let end = part.bytes.len();
            for at in [Span::new(0, end), Span::new(end, end), Span::new(0, 0)] {
                check_span(text, part.span_of(at))?;
            }
        }
    }
    Ok(())
}

fn check_text(text: &str) -> Outcome {
    let parsed = parse(text);
    check_parsed(text, &parsed)?;
    prop_assert_eq!(&parse(text), &parsed);
    let keys = Keys::parse(text, "text");
    check_findings(text, keys.diagnostics())?;
    let document = Document::parse(text);
    check_findings(text, document.diagnostics())?;
    for value in document.strings() {
        check_span(text, value.span())?;
    }
    let (first, length) = Document::parse_prefix(text);
    check_findings(text, first.diagnostics())?;
    prop_assert!(text.get(..length).is_some(), "{} of {:?}", length, text);
    for token in &parsed.tokens {
        for keys in [&keys, &Keys::embedded_in(token), &Keys::default()] {
            let signature = verify(token, keys);
            prop_assert!(!signature.reason.is_empty());
            prop_assert!(signature.state != SignatureState::Valid || signature.key.is_some());
        }
        let detached = token.clone().with_payload(text.as_bytes());
        prop_assert!(verify(&detached, &Keys::default()).state != SignatureState::Valid);
    }
    Ok(())
}

/// Pieces of what is looked for: tokens, JSON, keys, borders, escapes.
fn fragment() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "eyJ",
        "eyJhbGciOiJIUzI1NiJ9",
        "eyJhbGciOiJub25lIn0",
        "e30",
        "eyJzdWIiOiJ4In0",
        "ZXlK",
        ".",
        "..",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ",",
        ":",
        "\\u00e9",
        "\\ud800",
        "\"payload\":",
        "\"protected\":",
        "\"header\":",
        "\"signature\":",
        "\"signatures\":",
        "\"ciphertext\":",
        "\"recipients\":",
        "\"alg\":",
        "\"HS256\"",
        "\"none\"",
        "\"b64\":false",
        "\"crit\":[\"b64\"]",
        "\"kty\":",
        "\"oct\"",
        "\"RSA\"",
        "\"keys\":",
        "\"k\":",
        "\"n\":",
        "\"e\":\"AQAB\"",
        "\"x5c\":",
        "\"jwk\":",
        "-----BEGIN ",
        "-----END ",
        "PUBLIC KEY",
        "CERTIFICATE",
        "EC PARAMETERS",
        "-----",
        "MIIB",
        "%3D",
        "\n",
        "\r\n",
        " ",
        "\t",
        "\u{feff}",
        "\u{1b}[0m",
        "é",
        "💥",
        "\u{2028}",
        "=",
        "-_",
        "+/",
        "Bearer ",
        "null",
        "1e9",
        "-0",
    ]);
    prop_oneof![
        8 => piece.prop_map(str::to_owned),
        2 => "[ -~]{0,6}",
        1 => "\\PC{0,3}",
        1 => any::<Vec<u8>>().prop_map(|bytes| base64url::encode(&bytes)),
    ]
}

fn fragments() -> impl Strategy<Value = String> {
    prop::collection::vec(fragment(), 0..24).prop_map(|pieces| pieces.concat())
}

/// A JSON serialization of any parts, cut anywhere.
fn json_form() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "payload",
        "protected",
        "header",
        "signature",
        "ciphertext",
        "iv",
        "tag",
        "encrypted_key",
    ]);
    let values = prop_oneof![
        fragments().prop_map(|text| format!("\"{}\"", text.replace(['"', '\\', '\n', '\r'], ""))),
        fragments().prop_map(|text| format!("{{{text}}}")),
        fragments(),
    ];
    let members = prop::collection::vec((names, values), 1..6);
    (members, any::<prop::sample::Index>()).prop_map(|(members, cut)| {
        let members: Vec<_> = members
            .iter()
            .map(|(n, v)| format!("\"{n}\":{v}"))
            .collect();
        let text = format!("{{{}}}", members.join(","));
        let mut end = cut.index(text.len() * 2).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].to_owned()
    })
}

#[track_caller]
fn check(text: &str) {
    check_text(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
}

#[test]
fn places_do_not_end_within_a_character() {
    check("{\"signature\":\"\u{e9}");
    check("{\"payload\":\"\u{1f4a5}\\\"");
    check("\"\\\u{a850}");
    check("\"\\\u{1f4a5}\"");
    check("\"\\u\u{e9}\"");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check_text(&text)?;
    }

    #[test]
    fn any_fragments_are_read(text in fragments()) {
        check_text(&text)?;
    }

    #[test]
    fn any_json_serialization_is_read(text in json_form()) {
        check_text(&text)?;
    }

    /// Header and payload of any text: what is between the dots is decoded again.
    #[test]
    fn any_token_is_read(header in fragments(), payload in fragments(), signature in any::<Vec<u8>>()) {
        let parts = [header.as_bytes(), payload.as_bytes(), &signature].map(base64url::encode);
        check_text(&parts.join("."))?;
        let object = format!("{{{header}}}");
        let parts = [object.as_bytes(), payload.as_bytes(), &signature].map(base64url::encode);
        let text = parts.join(".");
        check_text(&text)?;
        for token in parse(&text).tokens.iter().filter(|token| token.inside.is_none()) {
            prop_assert_eq!(&token.parts[0].bytes[..], object.as_bytes());
        }
    }

    /// A token in any surroundings, damaged anywhere, with any of the keys: only the right one verifies it.
    #[test]
    fn a_damaged_token_is_read(
        which in 0_usize..13, key in 0_usize..13,
        before in fragments(), inserted in fragment(), after in fragments(), at in any::<prop::sample::Index>(),
    ) {
        let (token, _) = &SIGNED[which];
        let keys = Keys::parse(&SIGNED[key].1, "key");
        let (start, end) = token.split_at(at.index(token.len()));
        let text = format!("{before}{start}{inserted}{end}{after}");
        let parsed = parse(&text);
        check_parsed(&text, &parsed)?;
        for found in &parsed.tokens {
            if verify(found, &keys).state == SignatureState::Valid {
                prop_assert_eq!(&SIGNED[which].1, &SIGNED[key].1);
                prop_assert_eq!(found.compact(), token);
            }
        }
    }

    /// Keys with text around and in them.
    #[test]
    fn a_damaged_key_is_read(
        which in 0_usize..13, before in fragment(), inserted in fragment(), at in any::<prop::sample::Index>(),
    ) {
        let key = &SIGNED[which].1;
        let (start, end) = key.split_at(at.index(key.len()));
        check_text(&format!("{before}{start}{inserted}{end}"))?;
    }
}
