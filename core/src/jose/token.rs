//! A token taken apart: its parts with their bytes, JSON and places.

use std::borrow::Cow;

use serde::Serialize;

use crate::text::json::{Document, Value};
use crate::text::{Diagnostic, Span, base64url};

/// More tokens than this in one text are left out, with a diagnostic.
pub const MAX_TOKENS: usize = 1000;

/// What a token is by its outer form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenForm {
    /// Signed: header, payload, signature (RFC 7515).
    Jws,
    /// Encrypted: five parts (RFC 7516).
    Jwe,
    /// Claims as JSON, without header and signature.
    Claims,
    /// A piece of a token.
    Partial,
}

/// How the parts of a token are written down.
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

/// The role of a part of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// JOSE header, protected by the signature.
    Header,
    /// JOSE header of a JSON serialization that no signature covers.
    UnprotectedHeader,
    /// Payload of a JWS, or the claims.
    Payload,
    /// Signature of a JWS.
    Signature,
    /// Encrypted key of a JWE.
    EncryptedKey,
    /// Initialization vector of a JWE.
    InitializationVector,
    /// Ciphertext of a JWE.
    Ciphertext,
    /// Authentication tag of a JWE.
    AuthenticationTag,
    /// A part too many.
    Surplus,
}

/// One token of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its outer form.
    pub form: TokenForm,
    /// How it is written down.
    pub serialization: Serialization,
    /// Where in the text.
    pub span: Span,
    /// Its parts in order.
    pub parts: Vec<Part>,
    /// What is wrong with it; spans count in the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The token whose part holds this one, by its number among the tokens of the text.
    pub inside: Option<usize>,
    pub(super) compact: String,
    /// A payload that came beside the token.
    pub(super) detached: Option<Vec<u8>>,
}

/// One part of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub role: Role,
    /// Where in the text, without the dots.
    pub span: Span,
    /// What it decodes to, as far as it can be decoded.
    pub bytes: Vec<u8>,
    /// The bytes read as JSON, for header and payload.
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

    /// The part with this role.
    #[must_use]
    pub fn part(&self, role: Role) -> Option<&Part> {
        self.parts.iter().find(|part| part.role == role)
    }

    /// The JOSE header that the signature covers.
    #[must_use]
    pub fn header(&self) -> Option<&Document> {
        self.json(Role::Header)
    }

    /// The payload as JSON; `None` where it is none at all.
    #[must_use]
    pub fn payload(&self) -> Option<&Document> {
        self.json(Role::Payload)
    }

    /// A parameter of the JOSE header, protected or not (RFC 7515 §4).
    #[must_use]
    pub fn header_value(&self, name: &str) -> Option<Value<'_>> {
        let is_header = |part: &&Part| matches!(part.role, Role::Header | Role::UnprotectedHeader);
        self.parts
            .iter()
            .filter(is_header)
            .find_map(|part| part.json.as_ref()?.get(name))
    }

    /// A string of the JOSE header.
    #[must_use]
    pub fn header_text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.header_value(name)?.as_str()
    }

    /// The token without the white space that a wrapped text puts into it; a JSON serialization as the
    /// compact one that it would be without its unprotected header.
    #[must_use]
    pub fn compact(&self) -> &str {
        &self.compact
    }

    /// The token up to and with its last dot: readable, and worthless to a thief.
    #[must_use]
    pub fn without_signature(&self) -> &str {
        let end = self.compact.rfind('.').map_or(0, |dot| dot + 1);
        self.compact.get(..end).unwrap_or_default()
    }

    /// What the signature covers (RFC 7515 §5.1 step 5, RFC 7797 §3): header, dot, payload.
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

    /// Whether the payload is missing, to be given beside the token (RFC 7515 appendix F).
    #[must_use]
    pub fn is_detached(&self) -> bool {
        let empty = |part: &Part| part.bytes.is_empty();
        self.form == TokenForm::Jws && self.part(Role::Payload).is_none_or(empty)
    }

    /// The token with a payload that came beside it; as it is where it has one of its own.
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
    /// Where in the text the bytes `decoded` of this part come from.
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
