//! JSON (RFC 8259) read without losing anything: order, duplicate names, exact numbers and places, at any depth.
//!
//! The reader is iterative and keeps one small node per value, so memory is linear in the text and a million
//! nested brackets are as good as any other input. Damaged text is read up to the damage.

mod document;
mod node;
mod number;
mod reader;
mod string;

pub use document::{Document, Items, Members, Value};
pub use node::ValueKind;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MAX_INPUT;

    #[track_caller]
    fn check(text: &str, codes: &[&str]) -> Document {
        let document = Document::parse(text);
        let found: Vec<_> = document.diagnostics().iter().map(|d| d.code).collect();
        assert_eq!(found, codes, "{text:.80}");
        for diagnostic in document.diagnostics() {
            let span = diagnostic.span.expect("every finding has a place");
            assert!(
                text.get(span.start()..span.end()).is_some(),
                "{span:?} of {text}"
            );
        }
        document
    }

    #[test]
    fn sound_texts() {
        for text in [
            "{}",
            "[]",
            " null ",
            "true",
            "0",
            "-0.5e+3",
            r#""a""#,
            r#"{"a":[1,{"b":null}],"c":""}"#,
        ] {
            assert!(check(text, &[]).is_complete());
        }
    }

    #[test]
    fn order_places_and_exact_numbers_are_kept() {
        let document = check(
            r#"{"b":1,"a":12345678901234567890,"b":2}"#,
            &["json-big-number", "json-duplicate-name"],
        );
        let names: Vec<_> = document
            .object()
            .unwrap()
            .members()
            .map(|(k, v)| (k.to_text(), v.raw()))
            .collect();
        assert_eq!(
            names,
            [
                ("b".into(), "1"),
                ("a".into(), "12345678901234567890"),
                ("b".into(), "2")
            ]
        );
        assert_eq!(document.get("b").unwrap().as_i64(), Some(2));
        assert_eq!(
            document.get("a").unwrap().span().slice(document.source()),
            "12345678901234567890"
        );
    }

    #[test]
    fn a_value_is_found_by_its_place() {
        let document = check(r#"{"a": [1]}"#, &[]);
        let at = |start| document.value_at(start).map(Value::raw);
        assert_eq!((at(0), at(6)), (Some(r#"{"a": [1]}"#), Some("[1]")));
        assert_eq!((at(7), at(5), at(99)), (Some("1"), None, None));
    }

    #[test]
    fn escapes() {
        let text = r#"["\u0041\n\"\\\/","\ud83d\ude00","\u00e9x"]"#;
        let document = check(text, &[]);
        let items: Vec<_> = document
            .root()
            .unwrap()
            .items()
            .map(|v| v.as_str().unwrap())
            .collect();
        assert_eq!(items, ["A\n\"\\/", "\u{1f600}", "\u{e9}x"]);
        check(r#""\ud83d""#, &["json-surrogate"]);
        check(r#""\ude00\ud83d""#, &["json-surrogate", "json-surrogate"]);
        check(r#""\x""#, &["json-escape"]);
        check("\"\\\u{e9}\"", &["json-escape"]);
        check(r#""\u12""#, &["json-escape"]);
    }

    #[test]
    fn damage_keeps_what_stands_before_it() {
        let document = check(r#"{"iss":"x","aud":["a","b"#, &["json-truncated"]);
        assert_eq!(document.get("iss").unwrap().as_str().unwrap(), "x");
        assert_eq!(document.get("aud").unwrap().items().count(), 2);
        assert!(!document.is_complete());
        let document = check(r#"{"a":1,"b":}"#, &["json-syntax"]);
        assert_eq!(document.object().unwrap().members().count(), 1);
        for text in ["{", "[1,", "{\"a\"", "{\"a\":", "\"a", "\"a\\", "", " "] {
            check(text, &["json-truncated"]);
        }
        for text in [
            "{a:1}",
            "[1 2]",
            "nul",
            "01",
            "1.",
            "+1",
            "--1",
            "[1,]",
            "{\"a\":1,}",
            "[}",
            "{]",
            "é",
            "1 2",
        ] {
            check(text, &["json-syntax"]);
        }
        check("\"a\u{1}\"", &["json-control-character"]);
        check("\u{feff}1", &["json-bom"]);
        check(&" ".repeat(MAX_INPUT + 1), &["input-too-large"]);
    }

    #[test]
    fn numeric_dates() {
        let seconds = |text: &str| Document::parse(text).root().unwrap().as_seconds();
        for (text, value) in [
            ("0", 0),
            ("1795521900", 1_795_521_900),
            ("1.9", 1),
            ("-1.5", -2),
            ("-1.0", -1),
            ("1.7955219e9", 1_795_521_900),
            ("17955219E+2", 1_795_521_900),
            ("15e-1", 1),
            ("1e-400", 0),
            ("0e9", 0),
        ] {
            assert_eq!(seconds(text), Some(value), "{text}");
        }
        for text in ["1e999", "9223372036854775808", "1e19", "\"1\"", "null"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn any_depth() {
        let depth = 1_000_000;
        check(&"[".repeat(depth), &["json-truncated"]);
        let text = "[".repeat(depth) + &"]".repeat(depth);
        let document = check(&text, &[]);
        assert_eq!(document.clone(), document);
        check(&r#"{"a":"#.repeat(100_000), &["json-truncated"]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_agrees_with_serde_json(text in r#"[\[\]{},:"a0-9.eE+\-\\u tnrlfs]{0,40}"#) {
            let ours = Document::parse(text.as_str());
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok();
            proptest::prop_assert_eq!(ours.is_complete(), theirs, "{}", text);
        }

        #[test]
        fn any_text_has_places_inside_it(text in ".{0,60}") {
            for diagnostic in Document::parse(text.as_str()).diagnostics() {
                proptest::prop_assert!(diagnostic.span.is_some_and(|s| s.end() <= text.len()));
            }
        }
    }
}
