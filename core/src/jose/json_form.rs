//! JWS and JWE in JSON serialization (RFC 7515 §7.2, RFC 7516 §7.2): a token for each signature or recipient.

use super::parse::{
    MAX_TOKENS, decode_part, detached, encrypted, json_findings, payload_without_claims,
    plain_part, unknown_algorithm,
};
use super::token::{Kind, Part, Place, Role, Serialization, Token, is_encoded};
use crate::text::json::{Document, Kind as JsonKind, Value};
use crate::text::{Span, shifted};

/// The tokens of a text that is a JSON serialization; none where it is something else.
pub(super) fn tokens(text: &str) -> Vec<Token> {
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
    let whole = Whole {
        text,
        start,
        object,
    };
    let mut tokens = match () {
        // A token that a program has decoded.
        () if is_object(object, "payload") => Vec::new(),
        () if is_text(object, "ciphertext") => whole.each("recipients", Whole::jwe),
        () if is_text(object, "signature") || is_list(object, "signatures") => {
            whole.each("signatures", Whole::jws)
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

fn is_text(object: Value<'_>, name: &str) -> bool {
    object.text_of(name).is_some()
}

fn is_object(object: Value<'_>, name: &str) -> bool {
    object
        .get(name)
        .is_some_and(|value| value.kind() == JsonKind::Object)
}

fn is_list(object: Value<'_>, name: &str) -> bool {
    object
        .get(name)
        .is_some_and(|value| value.kind() == JsonKind::Array)
}

/// The JSON object that holds the tokens.
#[derive(Clone, Copy)]
struct Whole<'a> {
    text: &'a str,
    /// Where it starts in the text.
    start: usize,
    object: Value<'a>,
}

impl<'a> Whole<'a> {
    /// A token for each entry of the list with this name, or for the object itself.
    fn each(self, list: &str, read: fn(Self, Value<'a>, &mut Token)) -> Vec<Token> {
        let span = self.object.span().shifted(self.start);
        let read_one = |entry, serialization| {
            let mut token = Token::of(serialization, span, Vec::new());
            read(self, entry, &mut token);
            token
        };
        match self.object.get(list) {
            Some(entries) if entries.kind() == JsonKind::Array => entries
                .items()
                .take(MAX_TOKENS)
                .map(|entry| read_one(entry, Serialization::General))
                .collect(),
            _ => vec![read_one(self.object, Serialization::Flattened)],
        }
    }

    fn jws(self, entry: Value<'a>, token: &mut Token) {
        let header = self.encoded(entry, "protected", Role::Header, token);
        self.unprotected(entry, "header", token);
        let payload = self.payload(token);
        let signature = self.encoded(entry, "signature", Role::Signature, token);
        token.diagnostics.extend(unknown_algorithm(&token.parts));
        let finding = payload_without_claims(token);
        token.diagnostics.extend(finding);
        token.compact = format!("{header}.{payload}.{signature}");
    }

    fn jwe(self, entry: Value<'a>, token: &mut Token) {
        token.kind = Kind::Jwe;
        token.diagnostics.push(encrypted(token.span));
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
        let (part, findings) = decode_part(role, self.inner(value), self.text);
        token.parts.push(part);
        token.diagnostics.extend(findings);
        value.as_str().unwrap_or_default().into_owned()
    }

    /// The payload, base64url or as it is; gives its text.
    fn payload(self, token: &mut Token) -> String {
        let value = self.object.get("payload");
        let text = value.and_then(Value::as_str).unwrap_or_default();
        if text.is_empty() {
            token.diagnostics.push(detached(token.span));
        } else if is_encoded(token.header()) {
            return self.encoded(self.object, "payload", Role::Payload, token);
        } else if let Some(value) = value {
            let json = Document::parse(text.as_ref());
            token.parts.push(Part {
                role: Role::Payload,
                span: self.inner(value),
                bytes: text.as_bytes().to_vec(),
                json: json.object().is_some().then_some(json),
                place: Place::Whole,
            });
        }
        text.into_owned()
    }

    /// Adds a header that no signature covers.
    fn unprotected(self, object: Value<'a>, name: &str, token: &mut Token) {
        if let Some(value) = object.get(name) {
            let start = self.start + value.span().start;
            let part = plain_part(Role::UnprotectedHeader, Document::parse(value.raw()), start);
            token.diagnostics.extend(json_findings(&part));
            token.parts.push(part);
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
        Span::new(span.start + 1, span.start + 1 + text.len())
    }
}
