//! Base64url without padding (RFC 7515 §2), read leniently: as far as it goes, with what is wrong and where.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};

use super::{Diagnostic, Span};

/// The bytes of a base64url text, and what is wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The bytes up to the first character that cannot be decoded.
    pub bytes: Vec<u8>,
    /// What is wrong; spans count bytes from the start of the text. Empty for canonical base64url.
    pub diagnostics: Vec<Diagnostic>,
}

/// Encodes bytes without padding.
///
/// ```
/// assert_eq!(fedcred_core::text::base64url::encode(br#"{"alg":"none"}"#), "eyJhbGciOiJub25lIn0");
/// ```
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes as a verifier must; `None` where the text is not canonical base64url.
///
/// ```
/// use fedcred_core::text::base64url::decode_strict;
///
/// assert_eq!(decode_strict("Zm9v").as_deref(), Some(&b"foo"[..]));
/// assert_eq!(decode_strict("Zg=="), None); // padding
/// ```
#[must_use]
pub fn decode_strict(text: &str) -> Option<Vec<u8>> {
    general_purpose::URL_SAFE_NO_PAD.decode(text).ok()
}

/// Decodes as far as the text goes, and takes padding, the alphabet of plain base64 and trailing bits.
///
/// ```
/// let decoded = fedcred_core::text::base64url::decode("Zg==");
/// assert_eq!(decoded.bytes, b"f");
/// assert_eq!(decoded.diagnostics[0].code, "base64url-padding");
/// ```
#[must_use]
pub fn decode(text: &str) -> Decoded {
    match decode_strict(text) {
        Some(bytes) => Decoded {
            bytes,
            diagnostics: Vec::new(),
        },
        None => decode_damaged(text),
    }
}

fn decode_damaged(text: &str) -> Decoded {
    let mut diagnostics = Vec::new();
    let body = without_padding(text, &mut diagnostics);
    let body = as_url_alphabet(body, &mut diagnostics);
    let readable = readable_prefix(&body, &mut diagnostics);
    Decoded {
        bytes: decode_prefix(readable, &mut diagnostics),
        diagnostics,
    }
}

fn without_padding<'a>(text: &'a str, diagnostics: &mut Vec<Diagnostic>) -> &'a str {
    let body = text.trim_end_matches('=');
    if body.len() != text.len() {
        diagnostics.push(
            Diagnostic::warning("base64url-padding", "The part ends with `=` padding.")
                .help("RFC 7515 §2 omits padding. Strict parsers reject this token.")
                .at(Span::new(body.len(), text.len())),
        );
    }
    body
}

fn as_url_alphabet(body: &str, diagnostics: &mut Vec<Diagnostic>) -> String {
    if let Some(at) = body.find(['+', '/']) {
        diagnostics.push(
            Diagnostic::warning(
                "base64url-alphabet",
                "The part uses `+` or `/`, which belong to plain base64.",
            )
            .help("Base64url uses `-` and `_` instead. Strict parsers reject this token.")
            .at(Span::new(at, at + 1)),
        );
    }
    body.replace('+', "-").replace('/', "_")
}

fn readable_prefix<'a>(body: &'a str, diagnostics: &mut Vec<Diagnostic>) -> &'a str {
    let alien = body
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_alphanumeric() || *c == '-' || *c == '_'));
    let Some((at, character)) = alien else {
        return body;
    };
    diagnostics.push(
        Diagnostic::error(
            "base64url-character",
            format!("The character `{character}` is not base64url. The part is decoded up to it."),
        )
        .help("Base64url uses A–Z, a–z, 0–9, `-` and `_`. Copy the token again from its source.")
        .at(Span::new(at, at + character.len_utf8())),
    );
    body.get(..at).unwrap_or_default()
}

fn decode_prefix(body: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<u8> {
    let whole = body.len() - usize::from(body.len() % 4 == 1);
    if whole != body.len() {
        diagnostics.push(
            Diagnostic::error(
                "base64url-length",
                format!(
                    "Base64url is never {} characters long. The last one is ignored.",
                    body.len()
                ),
            )
            .help(
                "A character is missing, or there is one too many. The token was probably cut off.",
            )
            .at(Span::new(whole, body.len())),
        );
    }
    let body = body.get(..whole).unwrap_or_default();
    let bytes = lenient().decode(body).unwrap_or_default();
    if diagnostics.is_empty() {
        diagnostics.push(trailing_bits(body));
    }
    bytes
}

fn trailing_bits(body: &str) -> Diagnostic {
    Diagnostic::warning(
        "base64url-trailing-bits",
        "The last character has bits that belong to no byte.",
    )
    .help("Another text decodes to the same bytes (RFC 4648 §3.5). Strict parsers reject this one.")
    .at(Span::new(body.len().saturating_sub(1), body.len()))
}

/// Takes trailing bits that a strict reader refuses.
fn lenient() -> GeneralPurpose {
    GeneralPurpose::new(
        &alphabet::URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, bytes: &[u8], codes: &[&str]) {
        let decoded = decode(text);
        assert_eq!(decoded.bytes, bytes);
        let found: Vec<_> = decoded.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(found, codes);
        for diagnostic in &decoded.diagnostics {
            assert!(diagnostic.span.is_some_and(|span| span.end() <= text.len()));
        }
    }

    #[test]
    fn canonical_text_has_no_findings() {
        check("", b"", &[]);
        check("Zg", b"f", &[]);
        check("Zm8", b"fo", &[]);
        check("Zm9v", b"foo", &[]);
        check("-_-_", &[0xfb, 0xff, 0xbf], &[]);
    }

    #[test]
    fn damage_is_named_and_the_rest_is_read() {
        check("Zg==", b"f", &["base64url-padding"]);
        check("+/+/", &[0xfb, 0xff, 0xbf], &["base64url-alphabet"]);
        check("Zm9v!Zm9v", b"foo", &["base64url-character"]);
        check("Zm9vZ", b"foo", &["base64url-length"]);
        check("Zh", b"f", &["base64url-trailing-bits"]);
        check("Zm9v\u{202e}", b"foo", &["base64url-character"]);
        check("=", b"", &["base64url-padding"]);
    }
}
