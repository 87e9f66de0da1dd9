//! Decodes one part of a token: base64url to bytes, and bytes to JSON.

use std::borrow::Cow;

use crate::jose::token::{Part, Role, SourceMap};
use crate::text::json::{Document, ValueKind};
use crate::text::{Diagnostic, Span, base64url};

/// Decodes a part from base64url, and header and payload from JSON.
pub(super) fn decode(role: Role, span: Span, text: &str) -> (Part, Vec<Diagnostic>) {
    let (clean, wraps) = without_white_space(span.slice(text));
    let decoded = base64url::decode(&clean);
    let white_space = (!wraps.is_empty()).then(|| white_space(span, &wraps));
    let mut part = Part {
        role,
        span,
        bytes: decoded.bytes,
        json: None,
        source_map: SourceMap::Base64url(wraps),
    };
    let mut findings = decoded.diagnostics;
    for finding in &mut findings {
        finding.span = finding
            .span
            .map(|s| part.span_of_text(s.start(), s.end().max(1) - 1));
    }
    findings.extend(white_space);
    if matches!(role, Role::Header | Role::Payload) {
        findings.extend(parse_json(&mut part));
    }
    (part, findings)
}

/// A part that stands in the text as JSON, from `start` on.
pub(super) fn from_json(role: Role, json: Document, start: usize) -> (Part, Vec<Diagnostic>) {
    let part = Part {
        role,
        span: Span::new(start, start + json.source().len()),
        bytes: json.source().as_bytes().to_vec(),
        json: Some(json),
        source_map: SourceMap::Identity,
    };
    let findings = json_findings(&part);
    (part, findings)
}

/// A payload that is not base64url (RFC 7797). Its text need not be JSON.
pub(super) fn unencoded_payload(text: &str, span: Span, source_map: SourceMap) -> Part {
    let json = Document::parse(text);
    Part {
        role: Role::Payload,
        span,
        bytes: text.as_bytes().to_vec(),
        json: json.object().is_some().then_some(json),
        source_map,
    }
}

fn white_space(span: Span, wraps: &[(usize, usize)]) -> Diagnostic {
    let at = span.start() + wraps.first().map_or(0, |(offset, _)| *offset);
    Diagnostic::info("white-space", "White space in the token was ignored.")
        .help("It probably came from copying. Programs require the token in one piece.")
        .at(Span::new(at, at + 1))
}

/// The text without white space, and where that was: (offset in the result, bytes left out so far).
fn without_white_space(raw: &str) -> (Cow<'_, str>, Vec<(usize, usize)>) {
    if !raw.bytes().any(|byte| byte.is_ascii_whitespace()) {
        return (raw.into(), Vec::new());
    }
    let mut clean = String::with_capacity(raw.len());
    let mut wraps = Vec::new();
    for (at, character) in raw.char_indices() {
        if character.is_ascii_whitespace() {
            let left_out = at + 1 - clean.len();
            match wraps.last_mut() {
                Some((offset, so_far)) if *offset == clean.len() => *so_far = left_out,
                _ => wraps.push((clean.len(), left_out)),
            }
        } else {
            clean.push(character);
        }
    }
    (clean.into(), wraps)
}

fn parse_json(part: &mut Part) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let text = match std::str::from_utf8(&part.bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let at = error.valid_up_to();
            let invalid = Span::new(at, at + error.error_len().unwrap_or(1));
            findings.push(not_utf8(part.span_of(invalid)));
            String::from_utf8_lossy(&part.bytes).into_owned()
        }
    };
    let json = Document::parse(text);
    let is_object = json
        .root()
        .is_some_and(|root| root.kind() == ValueKind::Object);
    part.json = (is_object || part.role == Role::Header).then_some(json);
    findings.extend(json_findings(part));
    if !is_object && part.role == Role::Header {
        findings.push(not_an_object("The header is not a JSON object.", part.span));
    }
    findings
}

fn not_utf8(span: Span) -> Diagnostic {
    Diagnostic::error("utf8", "The part contains bytes that are not UTF-8.")
        .help("JSON must be UTF-8 (RFC 8259 §8.1). These bytes are shown as U+FFFD.")
        .at(span)
}

/// What the reader of JSON found, with places in the text that holds the token.
fn json_findings(part: &Part) -> Vec<Diagnostic> {
    part.json
        .iter()
        .flat_map(Document::diagnostics)
        .map(|finding| Diagnostic {
            span: finding.span.map(|span| part.span_of(span)),
            ..finding.clone()
        })
        .collect()
}

pub(super) fn not_an_object(message: &'static str, span: Span) -> Diagnostic {
    Diagnostic::error("not-an-object", message)
        .help("A JWT requires a JSON object here (RFC 7519 §7.2).")
        .at(span)
}
