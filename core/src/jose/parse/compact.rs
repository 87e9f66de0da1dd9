//! Tokens in compact serialization: parts with dots between them (RFC 7515 §7.1, RFC 7516 §7.1).

use super::bare_claims::names_a_party;
use super::candidates::begins_like_json;
use super::{findings, part};
use crate::jose::algorithm::is_registered;
use crate::jose::token::{Part, Role, Serialization, SourceMap, Token, TokenForm, is_encoded};
use crate::text::json::Document;
use crate::text::{Diagnostic, Span, base64url};

/// The parts of an encrypted token behind its header.
const JWE_PARTS: [Role; 4] = [
    Role::EncryptedKey,
    Role::InitializationVector,
    Role::Ciphertext,
    Role::AuthenticationTag,
];

/// The parts of any other token behind its header.
const JWS_PARTS: [Role; 2] = [Role::Payload, Role::Signature];

/// Decodes the token in a stretch of text; `None` where the stretch turns out to be something else.
pub(super) fn decode(text: &str, span: Span) -> Option<Token> {
    let token = decode_damaged(text, span);
    let has_members =
        |json: Option<&Document>| json.is_some_and(|json| json.members().next().is_some());
    let has_header = token.header().and_then(Document::object).is_some();
    let plausible = match token.parts.len() {
        1 => has_members(token.header()) || has_members(token.payload()),
        _ => has_header || has_members(token.payload()),
    };
    plausible.then_some(token)
}

/// Decodes a token whose header says that the payload is not base64url (RFC 7797 §5.2), and so may hold dots.
pub(super) fn decode_unencoded(text: &str) -> Option<Token> {
    let body = text.trim();
    let start = text.len() - text.trim_start().len();
    let header_end = begins_like_json(body).then(|| body.find('.'))??;
    let header = base64url::decode_strict(body.get(..header_end)?)?;
    let header = Document::parse(String::from_utf8(header).ok()?);
    let has_signature = header_end < body.rfind('.')?;
    (has_signature && !is_encoded(Some(&header)))
        .then(|| decode_damaged(text, Span::new(start, start + body.len())))
}

/// Decodes a stretch of text as a token, whatever it is.
pub(super) fn decode_damaged(text: &str, span: Span) -> Token {
    let raw = span.slice(text);
    let (header, rest) = match raw.split_once('.') {
        Some((header, rest)) => (header, Some(rest)),
        None => (raw, None),
    };
    let header_span = Span::new(span.start(), span.start() + header.len());
    let mut spans = rest.map_or_else(Vec::new, |rest| part_spans(rest, header_span.end() + 1));
    let header = part::decode(Role::Header, header_span, text);
    let is_unencoded = !is_encoded(header.0.json.as_ref()) && spans.len() > 1;
    if is_unencoded {
        spans = around_last_dot(&spans);
    }
    let mut token = Token::new(Serialization::Compact, span);
    token.form = kind(header.0.json.as_ref(), spans.len());
    token.compact = if is_unencoded {
        raw.trim().to_owned()
    } else {
        raw.split_ascii_whitespace().collect()
    };
    token
        .diagnostics
        .extend(part_count(token.form, spans.len() + 1, span));
    token.add(header);
    for (role, part_span) in roles(token.form).zip(spans) {
        let decoded = match role {
            Role::Payload if is_unencoded => (unencoded_payload(part_span, text), Vec::new()),
            Role::Payload if part_span.is_empty() && token.form == TokenForm::Jws => (
                unencoded_payload(part_span, text),
                vec![findings::detached(span)],
            ),
            _ => part::decode(role, part_span, text),
        };
        token.add(decoded);
    }
    if token.form == TokenForm::Jws {
        let finding = findings::unknown_algorithm(&token);
        token.diagnostics.extend(finding);
    }
    let finding = findings::payload_without_claims(&token);
    token.diagnostics.extend(finding);
    if let [only] = &mut token.parts[..]
        && only.json.as_ref().is_some_and(is_payload)
    {
        only.role = Role::Payload;
    }
    token
}

/// Where the parts between the dots are.
fn part_spans(raw: &str, mut start: usize) -> Vec<Span> {
    raw.split('.')
        .map(|piece| {
            let span = Span::new(start, start + piece.len());
            start = span.end() + 1;
            span
        })
        .collect()
}

/// An unencoded payload may hold dots; the signature comes after the last.
fn around_last_dot(spans: &[Span]) -> Vec<Span> {
    match spans {
        [first, .., last_but_one, last] => {
            vec![Span::new(first.start(), last_but_one.end()), *last]
        }
        _ => spans.to_vec(),
    }
}

fn kind(header: Option<&Document>, parts_behind: usize) -> TokenForm {
    match parts_behind {
        2 => TokenForm::Jws,
        4 if !is_signed(header) => TokenForm::Jwe,
        _ => TokenForm::Partial,
    }
}

/// Whether a header is that of a signature: five parts are then surplus, two tokens without space for example.
fn is_signed(header: Option<&Document>) -> bool {
    let alg = header.and_then(|header| header.get("alg"));
    alg.is_some_and(|alg| is_registered(&alg.to_text()))
}

/// The roles of the parts behind the header, without end.
fn roles(kind: TokenForm) -> impl Iterator<Item = Role> {
    let known: &[Role] = match kind {
        TokenForm::Jwe => &JWE_PARTS,
        _ => &JWS_PARTS,
    };
    known
        .iter()
        .copied()
        .chain(std::iter::repeat(Role::Surplus))
}

fn unencoded_payload(span: Span, text: &str) -> Part {
    part::unencoded_payload(span.slice(text), span, SourceMap::Identity)
}

/// Whether the only part of a token is its payload: it has claims and names no algorithm.
fn is_payload(json: &Document) -> bool {
    json.get("alg").is_none() && json.object().is_some_and(names_a_party)
}

fn part_count(kind: TokenForm, count: usize, span: Span) -> Option<Diagnostic> {
    let (message, help) = match count {
        3 => return None,
        5 if kind == TokenForm::Jwe => return Some(findings::encrypted(span)),
        1 => (
            "The token has only one part.",
            "It was cut off: the payload and the signature are missing.",
        ),
        2 => (
            "The token has two parts: the signature is missing.",
            "You can read it, but no verifier can accept it.",
        ),
        _ => (
            "The token has too many or too few dots.",
            "A signed token has three parts, an encrypted token has five.",
        ),
    };
    Some(
        Diagnostic::warning("token-parts", message)
            .help(help)
            .at(span),
    )
}
