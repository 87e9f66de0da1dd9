//! A token taken apart: its parts with their bytes, JSON and places.

use std::borrow::Cow;

use serde::Serialize;

use crate::text::json::{Document, Value};
use crate::text::{Diagnostic, Span, base64url};

/// The most tokens that [`parse`](super::parse) takes from one text. Further ones are left out, with the
/// diagnostic `tokens-left-out`.
pub const MAX_TOKENS: usize = 1000;

/// The form of a token: what its parts say it is, whatever is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenForm {
    /// A signed token: header, payload, signature (RFC 7515).
    Jws,
    /// An encrypted token, in five parts (RFC 7516).
    Jwe,
    /// Claims as a JSON object, without header and signature.
    Claims,
    /// A token that was cut, or has a number of parts that no form has.
    Partial,
}

/// How a token is written down (RFC 7515 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Serialization {
    /// Parts with dots between them (RFC 7515 §7.1).
    Compact,
    /// A JSON object with one signature or recipient (RFC 7515 §7.2.2).
    Flattened,
    /// A JSON object with a list of signatures or recipients (RFC 7515 §7.2.1).
    General,
}

/// What a part of a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The JOSE header that the signature or the authentication tag protects.
    Header,
    /// A JOSE header of a JSON serialization that nothing protects (RFC 7515 §7.2.1).
    UnprotectedHeader,
    /// The payload of a JWS, or the claims by themselves.
    Payload,
    /// The signature of a JWS.
    Signature,
    /// The encrypted content encryption key of a JWE.
    EncryptedKey,
    /// The initialization vector of a JWE.
    InitializationVector,
    /// The ciphertext of a JWE.
    Ciphertext,
    /// The authentication tag of a JWE.
    AuthenticationTag,
    /// A part beyond those that the form has.
    Surplus,
}

/// One token of a text, decoded part by part. [`parse`](super::parse) makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token {
    /// Whether it is signed, encrypted, mere claims or a piece.
    pub form: TokenForm,
    /// Whether it is written in compact or JSON serialization.
    pub serialization: Serialization,
    /// The place of the whole token in the text. A token inside another one has the place of the part that
    /// holds it.
    pub span: Span,
    /// Its parts in the order of the text.
    pub parts: Vec<Part>,
    /// What is wrong with the token; spans count bytes from the start of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The index in [`Parsed::tokens`](super::Parsed::tokens) of the token whose part holds this one.
    pub inside: Option<usize>,
    pub(super) compact: String,
    /// A payload that came beside the token.
    pub(super) detached: Option<Vec<u8>>,
}

/// One part of a token: its text, its bytes, and the JSON in them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// What the part is for.
    pub role: Role,
    /// The place of the encoded part in the text, without the dots around it.
    pub span: Span,
    /// The decoded bytes, up to the first character that cannot be decoded.
    pub bytes: Vec<u8>,
    /// The bytes as JSON: always for a header, and for a payload that is a JSON object.
    pub json: Option<Document>,
    pub(super) source_map: SourceMap,
}

/// How a span of a part's bytes becomes a span of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SourceMap {
    /// The text holds the bytes as they are.
    Identity,
    /// The text holds them as base64url; where white space was left out of it: (offset in the part
    /// without it, bytes left out so far).
    Base64url(Vec<(usize, usize)>),
    /// Nothing finer is known than the span of the whole part.
    WholePart,
}

impl Token {
    /// A signed token without parts and findings.
    pub(super) fn new(serialization: Serialization, span: Span) -> Self {
        Self {
            form: TokenForm::Jws,
            serialization,
            span,
            parts: Vec::new(),
            diagnostics: Vec::new(),
            inside: None,
            compact: String::new(),
            detached: None,
        }
    }

    /// Adds a decoded part and what is wrong with it.
    pub(super) fn add(&mut self, (part, findings): (Part, Vec<Diagnostic>)) {
        self.parts.push(part);
        self.diagnostics.extend(findings);
    }

    /// The first part with this role.
    #[must_use]
    pub fn part(&self, role: Role) -> Option<&Part> {
        self.parts.iter().find(|part| part.role == role)
    }

    /// The protected JOSE header as JSON; also where the JSON is damaged.
    #[must_use]
    pub fn header(&self) -> Option<&Document> {
        self.json(Role::Header)
    }

    /// The payload as JSON; `None` where there is no payload, or it is not a JSON object.
    #[must_use]
    pub fn payload(&self) -> Option<&Document> {
        self.json(Role::Payload)
    }

    /// A parameter of the JOSE header, protected or not (RFC 7515 §4). The protected one wins.
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<Value<'_>> {
        let is_header = |part: &&Part| matches!(part.role, Role::Header | Role::UnprotectedHeader);
        self.parts
            .iter()
            .filter(is_header)
            .find_map(|part| part.json.as_ref()?.get(name))
    }

    /// A parameter of the JOSE header as text; `None` where it is missing or not a string.
    #[must_use]
    pub fn header_text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.header_value(name)?.as_str()
    }

    /// The token in compact serialization, without the white space of a wrapped text. A JSON serialization
    /// loses its unprotected header this way. Empty for [`TokenForm::Claims`].
    #[must_use]
    pub fn compact(&self) -> &str {
        &self.compact
    }

    /// The compact token up to and including its last dot: readable, and worthless to a thief.
    #[must_use]
    pub fn without_signature(&self) -> &str {
        let end = self.compact.rfind('.').map_or(0, |dot| dot + 1);
        self.compact.get(..end).unwrap_or_default()
    }

    /// The bytes that the signature covers: header, dot, payload (RFC 7515 §5.1 step 5, RFC 7797 §3).
    #[must_use]
    pub fn signing_input(&self) -> Cow<'_, [u8]> {
        let Some(payload) = &self.detached else {
            let input = self.compact.rsplit_once('.').map_or("", |(input, _)| input);
            return Cow::Borrowed(input.as_bytes());
        };
        let header = self.compact.split('.').next().unwrap_or_default();
        let mut input = format!("{header}.").into_bytes();
        if self.payload_is_encoded() {
            input.extend(base64url::encode(payload).bytes());
        } else {
            input.extend(payload);
        }
        Cow::Owned(input)
    }

    /// Whether a signed token has no payload of its own, so that you must supply it with
    /// [`with_payload`](Self::with_payload) (RFC 7515 appendix F).
    #[must_use]
    pub fn is_detached(&self) -> bool {
        let empty = |part: &Part| part.bytes.is_empty();
        self.form == TokenForm::Jws && self.part(Role::Payload).is_none_or(empty)
    }

    /// The token with a detached payload, byte by byte as it was signed. A token that has a payload of its own
    /// stays as it is.
    #[must_use]
    pub fn with_payload(mut self, payload: &[u8]) -> Self {
        if !self.is_detached() {
            return self;
        }
        let json = std::str::from_utf8(payload).ok().map(Document::parse);
        let part = Part {
            role: Role::Payload,
            span: self.span,
            bytes: payload.to_vec(),
            json: json.filter(|json| json.object().is_some()),
            source_map: SourceMap::WholePart,
        };
        match self.parts.iter_mut().find(|p| p.role == Role::Payload) {
            Some(empty) => *empty = part,
            None => self.parts.push(part),
        }
        self.detached = Some(payload.to_vec());
        self.diagnostics
            .retain(|finding| finding.code != "payload-detached");
        self
    }

    /// Whether the payload is base64url, as it is unless `b64` says otherwise (RFC 7797 §3).
    pub(super) fn payload_is_encoded(&self) -> bool {
        is_encoded(self.header())
    }

    fn json(&self, role: Role) -> Option<&Document> {
        self.part(role)?.json.as_ref()
    }
}

/// Whether a payload under this header is base64url.
pub(super) fn is_encoded(header: Option<&Document>) -> bool {
    let b64 = header.and_then(|header| header.get("b64"));
    b64.and_then(Value::as_bool) != Some(false)
}

impl Part {
    /// The place in the text that the bytes `decoded` of this part come from. For base64url that is the
    /// characters that carry at least one of their bits.
    #[must_use]
    pub fn span_of(&self, decoded: Span) -> Span {
        match self.source_map {
            SourceMap::Identity => decoded.shifted(self.span.start()),
            SourceMap::WholePart => self.span,
            // What comes after the bytes could not be decoded and may be any character.
            SourceMap::Base64url(_) if self.bytes.is_empty() => {
                Span::new(self.span.start(), self.span.start())
            }
            SourceMap::Base64url(_) => {
                let end = self.bytes.len();
                let first = decoded.start().min(end) * 4 / 3;
                let last = (decoded.end().min(end) * 4).div_ceil(3).max(1) - 1;
                self.span_of_text(first, last)
            }
        }
    }

    /// The place in the text of the characters `first` to `last` of the part without white space.
    pub(super) fn span_of_text(&self, first: usize, last: usize) -> Span {
        if self.source_map == SourceMap::WholePart {
            return self.span;
        }
        let (start, end) = (self.offset(first), self.offset(last) + 1);
        Span::new(start.min(self.span.end()), end.min(self.span.end()))
    }

    fn offset(&self, offset: usize) -> usize {
        let left_out = match &self.source_map {
            SourceMap::Base64url(wraps) => wraps.iter().take_while(|(at, _)| *at <= offset).last(),
            _ => None,
        };
        self.span.start() + offset + left_out.map_or(0, |(_, left_out)| *left_out)
    }
}
