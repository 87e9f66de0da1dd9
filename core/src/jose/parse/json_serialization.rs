//! Tokens in JSON serialization: one for each signature or recipient (RFC 7515 §7.2, RFC 7516 §7.2).

use super::{findings, part};
use crate::jose::token::{
    MAX_TOKENS, Role, Serialization, SourceMap, Token, TokenForm, is_encoded,
};
use crate::text::json::{Document, Value, ValueKind};
use crate::text::{Span, shifted};

/// The tokens of a text that is a JSON serialization; none where it is something else.
pub(super) fn decode(text: &str) -> Vec<Token> {
    let body = text.trim_start().trim_start_matches('\u{feff}');
    let marked = ["\"payload\"", "\"signature", "\"ciphertext\""];
    if !body.starts_with('{') || !marked.iter().any(|mark| body.contains(mark)) {
        return Vec::new();
    }
    let start = text.len() - body.len();
    let document = Document::parse(body.trim_end());
    let Some(object) = document.object() else {
        return Vec::new();
    };
    let form = JsonForm {
        text,
        start,
        object,
    };
    let kind_of = |name| object.get(name).map(Value::kind);
    let mut tokens = match () {
        // A token that a program has decoded.
        () if kind_of("payload") == Some(ValueKind::Object) => Vec::new(),
        () if kind_of("ciphertext") == Some(ValueKind::String) => {
            form.tokens("recipients", JsonForm::jwe)
        }
        () if kind_of("signature") == Some(ValueKind::String)
            || kind_of("signatures") == Some(ValueKind::Array) =>
        {
            form.tokens("signatures", JsonForm::jws)
        }
        () => Vec::new(),
    };
    if let Some(first) = tokens.first_mut() {
        first
            .diagnostics
            .extend(shifted(document.diagnostics(), start));
    }
    tokens
}

/// The JSON object that holds the tokens.
#[derive(Clone, Copy)]
struct JsonForm<'a> {
    text: &'a str,
    /// Where it starts in the text.
    start: usize,
    object: Value<'a>,
}

impl<'a> JsonForm<'a> {
    /// A token for each entry of the list with this name, or for the object itself.
    fn tokens(self, list: &str, decode: fn(Self, Value<'a>, &mut Token)) -> Vec<Token> {
        let span = self.object.span().shifted(self.start);
        let decode_one = |entry, serialization| {
            let mut token = Token::new(serialization, span);
            decode(self, entry, &mut token);
            token
        };
        match self.object.get(list) {
            Some(entries) if entries.kind() == ValueKind::Array => entries
                .items()
                .take(MAX_TOKENS)
                .map(|entry| decode_one(entry, Serialization::General))
                .collect(),
            _ => vec![decode_one(self.object, Serialization::Flattened)],
        }
    }

    fn jws(self, entry: Value<'a>, token: &mut Token) {
        let header = self.encoded(entry, "protected", Role::Header, token);
        self.unprotected(entry, "header", token);
        let payload = self.payload(token);
        let signature = self.encoded(entry, "signature", Role::Signature, token);
        let findings = [
            findings::unknown_algorithm(token),
            findings::payload_without_claims(token),
        ];
        token.diagnostics.extend(findings.into_iter().flatten());
        token.compact = format!("{header}.{payload}.{signature}");
    }

    fn jwe(self, entry: Value<'a>, token: &mut Token) {
        token.form = TokenForm::Jwe;
        token.diagnostics.push(findings::encrypted(token.span));
        let parts = [
            (self.object, "protected", Role::Header),
            (entry, "encrypted_key", Role::EncryptedKey),
            (self.object, "iv", Role::InitializationVector),
            (self.object, "ciphertext", Role::Ciphertext),
            (self.object, "tag", Role::AuthenticationTag),
        ];
        let texts: Vec<String> = parts
            .into_iter()
            .map(|(object, name, role)| self.encoded(object, name, role, token))
            .collect();
        self.unprotected(self.object, "unprotected", token);
        self.unprotected(entry, "header", token);
        token.compact = texts.join(".");
    }

    /// Adds a base64url part, where it is there; gives its text.
    fn encoded(self, object: Value<'a>, name: &str, role: Role, token: &mut Token) -> String {
        let Some(value) = object.get(name) else {
            return String::new();
        };
        token.add(part::decode(role, self.inner(value), self.text));
        value.as_str().unwrap_or_default().into_owned()
    }

    /// The payload, base64url or as it is; gives its text.
    fn payload(self, token: &mut Token) -> String {
        let value = self.object.get("payload");
        let text = value.and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            token.diagnostics.push(findings::detached(token.span));
        } else if is_encoded(token.header()) {
            return self.encoded(self.object, "payload", Role::Payload, token);
        } else if let Some(value) = value {
            let part = part::unencoded_payload(&text, self.inner(value), SourceMap::WholePart);
            token.parts.push(part);
        }
        text.into_owned()
    }

    /// Adds a header that no signature covers.
    fn unprotected(self, object: Value<'a>, name: &str, token: &mut Token) {
        if let Some(value) = object.get(name) {
            let start = self.start + value.span().start();
            let header = Document::parse(value.raw());
            token.add(part::from_json(Role::UnprotectedHeader, header, start));
        }
    }

    /// Where the text between the quotes is, or the value where there are none.
    fn inner(self, value: Value<'a>) -> Span {
        let span = value.span().shifted(self.start);
        let Some(text) = value.raw().strip_prefix('"') else {
            return span;
        };
        // A text that was cut has no second quote.
        let text = text.strip_suffix('"').unwrap_or(text);
        Span::new(span.start() + 1, span.start() + 1 + text.len())
    }
}
