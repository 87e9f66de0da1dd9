//! Finds the tokens in any text and takes them apart, as far as they go.

mod bare_claims;
mod candidates;
mod compact;
mod findings;
mod json_serialization;
mod nested;
mod part;

use serde::Serialize;

pub(super) use candidates::begins_like_json;

use super::token::{MAX_TOKENS, Token};
use crate::text::{Diagnostic, MAX_INPUT, Span, too_large};

/// What [`parse`] found in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parsed {
    /// The tokens in the order of the text, at most [`MAX_TOKENS`]. A token inside another one comes after it,
    /// with [`Token::inside`] set.
    pub tokens: Vec<Token>,
    /// The text between, before and after the tokens.
    pub skipped: Vec<Skipped>,
    /// What is wrong with the text as a whole: `input-too-large`, `tokens-left-out` or `no-token`. What is
    /// wrong with one token is in [`Token::diagnostics`].
    pub diagnostics: Vec<Diagnostic>,
}

/// A stretch of text that belongs to no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Skipped {
    /// Its place in the text, without the white space around it.
    pub span: Span,
    /// Its beginning, at most 80 characters.
    pub text: String,
}

/// Finds the tokens in any text: a log, a URL, an HTTP header, JSON, a wrapped terminal copy, or a token alone.
///
/// It finds compact and JSON serializations, tokens in claims of other tokens, tokens that were base64-encoded
/// once more, and, where there is no token, JSON objects with claims. Damaged tokens are decoded up to the
/// damage. A text of more than [`MAX_INPUT`] bytes is not read.
///
/// # Errors
///
/// None: any text gives a value, and [`Parsed::diagnostics`] and [`Token::diagnostics`] say what is wrong.
///
/// # Examples
///
/// ```
/// use fedcred_core::jose::{TokenForm, parse};
///
/// let text = "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIn0.c2ln";
/// let parsed = parse(text);
/// assert_eq!(parsed.skipped[0].text, "Authorization: Bearer");
///
/// let token = &parsed.tokens[0];
/// assert_eq!(token.form, TokenForm::Jws);
/// assert_eq!(token.payload().and_then(|claims| claims.get("iss")).unwrap().to_text(), "https://issuer.example");
/// ```
///
/// A text without a token gives a diagnostic:
///
/// ```
/// let parsed = fedcred_core::jose::parse("nothing here");
/// assert!(parsed.tokens.is_empty());
/// assert_eq!(parsed.diagnostics[0].code, "no-token");
/// ```
#[must_use]
pub fn parse(text: &str) -> Parsed {
    if text.len() > MAX_INPUT {
        return Parsed {
            diagnostics: vec![too_large()],
            ..Parsed::default()
        };
    }
    let mut tokens = outermost(text);
    let left_out = tokens.get(MAX_TOKENS).map(|token| token.span);
    tokens.truncate(MAX_TOKENS);
    let skipped = skipped(text, &tokens);
    let nested_left_out = nested::unfold(&mut tokens);
    let left_out = left_out.or(nested_left_out);
    let nothing_found = tokens.is_empty() && !text.trim().is_empty();
    Parsed {
        tokens,
        skipped,
        diagnostics: left_out
            .map(too_many)
            .into_iter()
            .chain(nothing_found.then(no_token))
            .collect(),
    }
}

/// The tokens that no other holds, in the first of these ways that finds any; one more than are shown.
fn outermost(text: &str) -> Vec<Token> {
    let ways: [fn(&str) -> Vec<Token>; 5] = [
        json_serialization::decode,
        |text| Vec::from_iter(compact::decode_unencoded(text)),
        in_compact_form,
        bare_claims::find,
        damaged,
    ];
    ways.into_iter()
        .map(|find| find(text))
        .find(|tokens| !tokens.is_empty())
        .unwrap_or_default()
}

fn in_compact_form(text: &str) -> Vec<Token> {
    if let Some(span) = candidates::wrapped_token(text) {
        return Vec::from_iter(compact::decode(text, span));
    }
    candidates::stretches(text)
        .filter_map(|span| {
            nested::encoded_again(text, span).or_else(|| compact::decode(text, span))
        })
        .take(MAX_TOKENS + 1)
        .collect()
}

fn damaged(text: &str) -> Vec<Token> {
    let span = candidates::damaged_token(text);
    span.map(|span| compact::decode_damaged(text, span))
        .into_iter()
        .collect()
}

/// The text between the tokens, without the white space around it.
fn skipped(text: &str, tokens: &[Token]) -> Vec<Skipped> {
    let gap_starts = tokens.iter().map(|token| token.span.end());
    let gap_ends = tokens.iter().map(|token| token.span.start());
    std::iter::once(0)
        .chain(gap_starts)
        .zip(gap_ends.chain([text.len()]))
        .filter_map(|(start, end)| gap(text, start, end))
        .collect()
}

fn gap(text: &str, start: usize, end: usize) -> Option<Skipped> {
    let gap = Span::new(start, end).slice(text);
    let body = gap.trim();
    let start = start + gap.len() - gap.trim_start().len();
    (!body.is_empty()).then(|| Skipped {
        span: Span::new(start, start + body.len()),
        text: body.chars().take(80).collect(),
    })
}

fn too_many(span: Span) -> Diagnostic {
    Diagnostic::warning(
        "tokens-left-out",
        format!("The text contains more than {MAX_TOKENS} tokens. The rest was ignored."),
    )
    .help("Use a smaller part of the text.")
    .at(span)
}

fn no_token() -> Diagnostic {
    Diagnostic::error("no-token", "There is no token in this text.").help(
        "A JWT has three parts separated by dots and starts with `eyJ`. \
         Claims as a JSON object, in curly brackets, work too.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::token::{Role, TokenForm};
    use crate::text::{Severity, base64url};

    fn jws(header: &str, payload: &str) -> String {
        let (header, payload) = (
            base64url::encode(header.as_bytes()),
            base64url::encode(payload.as_bytes()),
        );
        format!("{header}.{payload}.c2lnbmF0dXJl")
    }

    fn sample() -> String {
        jws(
            r#"{"alg":"RS256"}"#,
            r#"{"iss":"https://issuer.example","sub":"somebody"}"#,
        )
    }

    #[track_caller]
    fn check(text: &str, kinds: &[TokenForm], codes: &[&str]) -> Parsed {
        let parsed = parse(text);
        assert_eq!(
            parsed.tokens.iter().map(|t| t.form).collect::<Vec<_>>(),
            kinds
        );
        let findings = parsed
            .tokens
            .iter()
            .flat_map(|t| &t.diagnostics)
            .chain(&parsed.diagnostics);
        assert_eq!(findings.clone().map(|d| d.code).collect::<Vec<_>>(), codes);
        for span in findings.filter_map(|d| d.span) {
            assert!(
                text.get(span.start()..span.end()).is_some(),
                "{span:?} is no place of the text"
            );
        }
        parsed
    }

    #[test]
    fn a_token_in_any_surroundings() {
        let token = sample();
        for text in [
            token.clone(),
            format!("Authorization: Bearer {token}"),
            format!("\"{token}\""),
            format!("https://app.example/cb#access_token={token}&token_type=Bearer"),
            format!(r#"{{"access_token":"{token}","expires_in":"86399"}}"#),
            format!("The token is {token}."),
        ] {
            let parsed = check(&text, &[TokenForm::Jws], &[]);
            assert_eq!(parsed.tokens[0].span.slice(&text), token);
            assert_eq!(parsed.tokens[0].compact(), token);
        }
    }

    #[test]
    fn what_is_skipped_is_told() {
        let token = sample();
        let text = format!("first {token} then {token} end");
        let parsed = check(&text, &[TokenForm::Jws, TokenForm::Jws], &[]);
        let skipped: Vec<_> = parsed.skipped.iter().map(|s| s.span.slice(&text)).collect();
        assert_eq!(skipped, ["first", "then", "end"]);
    }

    #[test]
    fn a_wrapped_token_is_one_token_and_places_stay_right() {
        let token = sample();
        let (a, b) = token.split_at(token.len() / 2);
        let (b, c) = b.split_at(20);
        let text = format!("{a}\r\n  {b}\r\n  {c}\n");
        let parsed = check(&text, &[TokenForm::Jws], &["white-space"]);
        let token = &parsed.tokens[0];
        assert_eq!(token.compact(), sample());
        let part = token.part(Role::Payload).unwrap();
        let subject = token.payload().unwrap().get("sub").unwrap();
        let place: String = part
            .span_of(subject.span())
            .slice(&text)
            .split_whitespace()
            .collect();
        let encoded = base64url::encode(part.json.as_ref().unwrap().source().as_bytes());
        let span = subject.span();
        assert_eq!(
            place,
            encoded[span.start() * 4 / 3..(span.end() * 4).div_ceil(3)]
        );
    }

    #[test]
    fn two_tokens_on_two_lines_are_two() {
        check(
            &format!("{}\n{}", sample(), sample()),
            &[TokenForm::Jws, TokenForm::Jws],
            &[],
        );
    }

    #[test]
    fn claims_without_signature() {
        let parsed = check("\n {\"iss\":\"x\"} ", &[TokenForm::Claims], &[]);
        assert_eq!(parsed.tokens[0].span, Span::new(2, 13));
        check(
            r#"{"iss":"x","iss":"y"}"#,
            &[TokenForm::Claims],
            &["json-duplicate-name"],
        );
        check(r#"{"iss":"x""#, &[TokenForm::Claims], &["json-truncated"]);
    }

    #[test]
    fn all_claims_of_a_text_are_found() {
        let found = |text: &str, expected: &[&str]| {
            let parsed = check(text, &vec![TokenForm::Claims; expected.len()], &[]);
            let spans = parsed.tokens.iter().map(|token| token.span.slice(text));
            assert_eq!(spans.collect::<Vec<_>>(), expected, "{text}");
        };
        let (one, two) = (r#"{"iss":"x"}"#, r#"{"aud":["y"],"act":{"sub":"z"}}"#);
        found(&format!("{one}\n{two}"), &[one, two]);
        found(&format!("[{one}, {two}]"), &[one, two]);
        found(&format!("decoded: {one}.{two}"), &[one, two]);
        // A token that some program has decoded.
        found(
            &format!(r#"{{"header":{{"alg":"x"}},"payload":{one}}}"#),
            &[one],
        );
        found(
            &format!(r#"{{"header":{{"alg":"x"}},"payload":{two},"signature":"c2ln"}}"#),
            &[two],
        );
        found(
            &format!(r#"[{{"a":[{{"claims":{one}}},{two}]}}]"#),
            &[one, two],
        );
        // Claims of the object itself, or of no object.
        for whole in [
            r#"{"exp":1,"act":{"sub":"x"}}"#,
            r#"{"a":{"b":{"c":"iss"}}}"#,
            "{}",
        ] {
            found(whole, &[whole]);
        }
    }

    #[test]
    fn no_more_claims_are_found_than_tokens() {
        let text = r#"{"iss":"x"}"#.repeat(MAX_TOKENS + 1);
        check(
            &text,
            &[TokenForm::Claims; MAX_TOKENS],
            &["tokens-left-out"],
        );
        check(
            &format!("[{}]", text.replace("}{", "},{")),
            &[TokenForm::Claims; MAX_TOKENS],
            &["tokens-left-out"],
        );
    }

    #[test]
    fn claims_in_a_log_with_times_are_found() {
        let claims = ["{", r#"  "iss": "x","#, "", r#"  "aud": "y""#, "}"];
        for time in [
            "2026-11-23T15:24:00Z",
            "2026-11-23T15:24:00.1234567Z",
            "2026-11-23T15:24:00.123456789Z",
        ] {
            let lines: Vec<_> = claims.iter().map(|line| format!("{time} {line}")).collect();
            for text in [
                lines.join("\n"),
                lines.join("\r\n"),
                format!(
                    "\u{feff}{time} ##[group]Run\n{}\n{time} done",
                    lines.join("\n")
                ),
            ] {
                let parsed = check(&text, &[TokenForm::Claims], &[]);
                let token = &parsed.tokens[0];
                let payload = token.payload().unwrap().object().unwrap();
                assert_eq!(payload.text_of("aud").unwrap(), "y", "{text}");
                let place = token.span.slice(&text);
                assert!(place.starts_with('{') && place.ends_with('}'), "{text}");
            }
        }
        for text in [
            "2026-11-23T15:24:00 {\n2026-11-23T15:24:00 \"iss\":1}",
            "at 2026-11-23T15:24:00Z {\nat 2026-11-23T15:24:00Z \"iss\":1}",
            "2026-11-23T15:24:00Z{\n2026-11-23T15:24:00Z\"iss\":1}",
        ] {
            check(text, &[], &["no-token"]);
        }
    }

    #[test]
    fn five_parts_are_encrypted_unless_the_header_says_otherwise() {
        let token = sample();
        check(
            &format!("{token}{token}"),
            &[TokenForm::Partial],
            &["token-parts"],
        );
        check(
            &format!("{token}.eA.eA"),
            &[TokenForm::Partial],
            &["token-parts"],
        );
    }

    #[test]
    fn damage_is_read_as_far_as_it_goes() {
        let token = sample();
        let cut = &token[..token.rfind('.').unwrap() - 10];
        let parsed = check(
            cut,
            &[TokenForm::Partial],
            &["token-parts", "json-truncated"],
        );
        assert_eq!(
            parsed.tokens[0]
                .payload()
                .unwrap()
                .get("iss")
                .unwrap()
                .to_text(),
            "https://issuer.example"
        );
        check(
            &token[..15],
            &[TokenForm::Partial],
            &["token-parts", "json-truncated"],
        );
        check("eyJhbGciOiJub25lIn0.e30.", &[TokenForm::Jws], &[]);
        check(
            "eyJhbGciOiJub25lIn0.bm8ganNvbg.AAAA",
            &[TokenForm::Jws],
            &["not-an-object"],
        );
        check(
            "xxJhbGciOiJub25lIn0.eyJhIjoxfQ.AAAA",
            &[TokenForm::Jws],
            &["utf8", "json-syntax", "not-an-object"],
        );
        check(
            "eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC",
            &[TokenForm::Jwe],
            &["encrypted"],
        );
        check(
            &format!("{token}.x.y.z"),
            &[TokenForm::Partial],
            &[
                "token-parts",
                "base64url-length",
                "base64url-length",
                "base64url-length",
            ],
        );
    }

    #[test]
    fn a_payload_may_be_anything_unless_it_is_a_jwt() {
        let severity = |header: &str, payload: &str| {
            let text = jws(header, payload);
            let (protected, rest) = text.split_once('.').unwrap();
            let (payload, signature) = rest.split_once('.').unwrap();
            let json = format!(
                r#"{{"protected":"{protected}","payload":"{payload}","signature":"{signature}"}}"#
            );
            let of = |text: &str| {
                let findings = parse(text).tokens.remove(0).diagnostics;
                findings
                    .first()
                    .map(|finding| (finding.code, finding.severity))
            };
            assert_eq!(of(&text), of(&json));
            of(&text)
        };
        for (header, expected) in [
            (r#"{"alg":"RS256"}"#, Severity::Info),
            (r#"{"alg":"RS256","typ":"JOSE"}"#, Severity::Info),
            (r#"{"alg":"RS256","cty":"text/plain"}"#, Severity::Info),
            (r#"{"alg":"RS256","typ":"JWT"}"#, Severity::Warning),
            (
                r#"{"alg":"RS256","typ":"application/jwt"}"#,
                Severity::Warning,
            ),
            (r#"{"alg":"RS256","typ":"at+jwt"}"#, Severity::Warning),
        ] {
            for payload in ["It is a dangerous business", "[1]", "7"] {
                assert_eq!(severity(header, payload), Some(("not-an-object", expected)));
            }
            assert_eq!(severity(header, "{}"), None);
            assert_eq!(severity(header, &sample()), None);
        }
    }

    #[test]
    fn an_algorithm_that_nobody_knows() {
        let place = |header: &str| {
            let text = format!("token={}", jws(header, r#"{"sub":"x"}"#));
            let parsed = check(&text, &[TokenForm::Jws], &["alg-unknown"]);
            let span = parsed.tokens[0].diagnostics[0].span.unwrap();
            span.slice(&text).to_owned()
        };
        assert_eq!(place(r#"{"alg":"RS257"}"#), "iJSUzI1NyJ");
        for alg in ["", "rs256", "RS256 ", "nOnE", "RSA-OAEP", "A128KW", "ES257"] {
            place(&format!(r#"{{"alg":"{alg}"}}"#));
        }
        for alg in [
            "RS256",
            "none",
            "EdDSA",
            "Ed448",
            "ES256K",
            "HS1",
            "ML-DSA-44",
        ] {
            let header = format!(r#"{{"alg":"{alg}"}}"#);
            check(&jws(&header, r#"{"sub":"x"}"#), &[TokenForm::Jws], &[]);
        }
        let json = r#"{"payload":"e30","header":{"alg":"RS257"},"signature":"AAAA"}"#;
        let parsed = check(json, &[TokenForm::Jws], &["alg-unknown"]);
        let span = parsed.tokens[0].diagnostics[0].span.unwrap();
        assert_eq!(span.slice(json), "\"RS257\"");
        check(
            "eyJhbGciOiJkaXI3In0.AA.AA.AA.AA",
            &[TokenForm::Jwe],
            &["encrypted"],
        );
    }

    #[test]
    fn what_is_no_token() {
        check("", &[], &[]);
        check(" \n", &[], &[]);
        for text in [
            "garbage",
            "eyJ",
            "a.b.c",
            "1.2.3",
            "<html>",
            "[1]",
            "\u{0}\u{202e}",
            "www.example.com",
        ] {
            check(text, &[], &["no-token"]);
        }
        check(&"x".repeat(MAX_INPUT + 1), &[], &["input-too-large"]);
    }

    #[test]
    fn sizes_are_bounded() {
        let payload = "[".repeat(1_000_000);
        let parsed = parse(&jws(r#"{"alg":"RS256"}"#, &format!(r#"{{"a":{payload}"#)));
        assert_eq!(parsed.tokens[0].diagnostics[0].code, "json-truncated");
        let many = parse(&format!("{} ", sample()).repeat(MAX_TOKENS + 5));
        assert_eq!(
            (many.tokens.len(), many.diagnostics[0].code),
            (MAX_TOKENS, "tokens-left-out")
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_a_value_with_places_inside_it(text in r"(eyJ|ey|\.|[ -~]|\n|\PC|[{}\x22a-zA-Z0-9_]{1,12}){0,24}") {
            let parsed = parse(&text);
            let spans = parsed.tokens.iter().flat_map(|t| &t.diagnostics).chain(&parsed.diagnostics).filter_map(|d| d.span);
            for span in spans.chain(parsed.skipped.iter().map(|s| s.span)) {
                proptest::prop_assert!(text.get(span.start()..span.end()).is_some(), "{:?} in {:?}", span, text);
            }
        }
    }
}
