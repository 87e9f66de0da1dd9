//! What a dropped or opened file holds, and which box it belongs in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fedcred_core::jose::{Keys, TokenForm, parse};

/// The text of a file for one of the two boxes.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    Token(String),
    Keys(String),
}

/// Finds out by the content, not by the name: keys are what is read as keys and holds no token.
pub fn content(bytes: &[u8]) -> Content {
    // DER, as in a `.cer` file: the keys box takes its base64.
    if matches!(bytes, [0x30, length, ..] if *length >= 0x80) {
        return Content::Keys(STANDARD.encode(bytes));
    }
    let text = fedcred_core::text::from_bytes(bytes);
    let parsed = parse(&text);
    let has_token = parsed
        .tokens
        .iter()
        .any(|token| token.form != TokenForm::Claims);
    if !has_token && Keys::parse(&text, "").are_recognized() {
        Content::Keys(text)
    } else {
        Content::Token(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_are_told_apart() {
        let jwk = r#"{"kty":"oct","k":"AAEC"}"#;
        assert_eq!(content(jwk.as_bytes()), Content::Keys(jwk.to_owned()));
        assert_eq!(
            content(&[0x30, 0x82, 1, 2]),
            Content::Keys("MIIBAg==".to_owned())
        );
        for text in [
            "eyJhbGciOiJub25lIn0.e30.",
            r#"{"iss":"x"}"#,
            "hush",
            "",
            "0a",
        ] {
            assert_eq!(content(text.as_bytes()), Content::Token(text.to_owned()));
        }
    }

    #[test]
    fn utf16_is_read() {
        let bytes = [0xff, 0xfe, b'h', 0, b'i', 0];
        assert_eq!(content(&bytes), Content::Token("hi".to_owned()));
    }
}
