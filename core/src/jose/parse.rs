//! Finds the tokens in any text and takes them apart, as far as they go.

use std::borrow::Cow;

use serde::Serialize;

use super::algorithm::is_registered;
use super::json_form;
use super::nested;
use super::search::{begins_like_json, is_token_text, stretches};
use super::token::{Kind, Part, Place, Role, Serialization, Token, is_encoded};
use crate::text::json::{Document, Kind as JsonKind, Value};
use crate::text::{Diagnostic, MAX_INPUT, Severity, Span, base64url, time, too_large};

/// More tokens than this in one text are left out, with a diagnostic.
pub const MAX_TOKENS: usize = 1000;

/// What a text holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The tokens in the order of the text; one that another holds comes after it.
    pub tokens: Vec<Token>,
    /// Text that belongs to no token.
    pub skipped: Vec<Skipped>,
    /// Findings about the text as a whole; those about one token are with the token.
    pub diagnostics: Vec<Diagnostic>,
}

/// A stretch of text that belongs to no token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Where.
    pub span: Span,
    /// Its beginning, at most 80 characters.
    pub text: String,
}

/// Finds the tokens in any text; never fails.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    if text.len() > MAX_INPUT {
        return Parsed {
            diagnostics: vec![too_large()],
            ..Parsed::default()
        };
    }
    let mut parsed = Parsed {
        tokens: json_form::tokens(text),
        ..Parsed::default()
    };
    if parsed.tokens.is_empty() {
        parsed.tokens.extend(unencoded(text));
    }
    if parsed.tokens.is_empty() {
        find(text, &mut parsed);
    }
    if parsed.tokens.is_empty() {
        find_claims(text, &mut parsed);
    }
    if parsed.tokens.is_empty() {
        parsed.tokens.extend(damaged(text));
    }
    parsed.skipped = skipped(text, &parsed.tokens);
    nested::unfold(&mut parsed);
    parsed
        .diagnostics
        .extend(nothing_found(text, &parsed.tokens));
    parsed
}

fn find(text: &str, parsed: &mut Parsed) {
    if let Some(span) = spread(text) {
        parsed.tokens.extend(compact(text, span));
        return;
    }
    for span in stretches(text) {
        if parsed.tokens.len() == MAX_TOKENS {
            parsed.diagnostics.push(too_many(span));
            break;
        }
        parsed
            .tokens
            .extend(nested::encoded_again(text, span).or_else(|| compact(text, span)));
    }
}

pub(super) fn too_many(span: Span) -> Diagnostic {
    Diagnostic::warning(
        "tokens-left-out",
        format!("The text holds more than {MAX_TOKENS} tokens; the rest was not read."),
    )
    .help("Give a smaller part of the text.")
    .at(span)
}

fn nothing_found(text: &str, tokens: &[Token]) -> Option<Diagnostic> {
    (tokens.is_empty() && !text.trim().is_empty()).then(|| {
        Diagnostic::error("no-token", "There is no token in this text.").help(
            "A JWT has three parts with dots between them and begins with `eyJ`. \
             Claims as JSON, in curly brackets, can be read too.",
        )
    })
}

/// A text that is one token with white space strewn in, as copies from a terminal or a PDF are.
fn spread(text: &str) -> Option<Span> {
    let body = text.trim();
    let mut words = body.split_ascii_whitespace();
    let one = begins_like_json(body)
        && words.clone().count() > 1
        && body.bytes().filter(|byte| *byte == b'.').count() == 2
        && words.all(is_token_text);
    let start = text.len() - text.trim_start().len();
    one.then(|| Span::new(start, start + body.len()))
}

/// A compact token whose header says that the payload stands in it as it is (RFC 7797 §5.2).
fn unencoded(text: &str) -> Option<Token> {
    let body = text.trim();
    let start = text.len() - text.trim_start().len();
    let header_end = begins_like_json(body).then(|| body.find('.'))??;
    let header = base64url::decode_strict(body.get(..header_end)?)?;
    let header = Document::parse(String::from_utf8(header).ok()?);
    let signed = header_end < body.rfind('.')?;
    (signed && !is_encoded(Some(&header)))
        .then(|| take_apart(text, Span::new(start, start + body.len())))
}

/// Takes a compact token apart; `None` where the stretch turns out to be something else.
pub(super) fn compact(text: &str, span: Span) -> Option<Token> {
    let token = take_apart(text, span);
    let has_members = |json: Option<&Document>| {
        let object = json.and_then(Document::object);
        object.is_some_and(|object| object.members().next().is_some())
    };
    let header = token.header().and_then(Document::object).is_some();
    let plausible = match token.parts.len() {
        1 => has_members(token.header()) || has_members(token.payload()),
        _ => header || has_members(token.payload()),
    };
    plausible.then_some(token)
}

/// A text that has the form of a token, though its header cannot be read.
fn damaged(text: &str) -> Option<Token> {
    let trimmed = text.trim();
    let body = trimmed
        .split_once(char::is_whitespace)
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or(trimmed, |(_, token)| token.trim_start());
    let long_parts = body.split('.').filter(|part| part.len() > 3).count();
    let form = is_token_text(body) && body.matches('.').count() >= 2;
    let start = text.len() - text.trim_start().len() + (trimmed.len() - body.len());
    (form && long_parts >= 2).then(|| take_apart(text, Span::new(start, start + body.len())))
}

/// Claims without a signature: JSON objects, alone, in a log, or in what a program made of a token.
fn find_claims(text: &str, parsed: &mut Parsed) {
    let text = &*without_times(text);
    let body = text.trim_start().trim_start_matches('\u{feff}');
    let start = text.len() - body.len();
    let whole = body.starts_with('{').then(|| body.trim_end());
    let whole = whole.map(Document::parse).filter(|json| {
        let named = json.object().and_then(|object| object.members().next());
        named.is_some() || json.is_complete()
    });
    let is_claims = |json: &Document| {
        let names = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
        json.is_complete() && names.iter().any(|name| json.get(name).is_some())
    };
    let mut found = match &whole {
        Some(json) if is_claims(json) => Vec::new(),
        _ => claims_inside(text),
    };
    if found.is_empty() {
        found.extend(whole.map(|json| claims_of(json, start)));
    }
    if let Some(left_out) = found.get(MAX_TOKENS) {
        parsed.diagnostics.push(too_many(left_out.span));
    }
    found.truncate(MAX_TOKENS);
    parsed.tokens = found;
}

/// The JSON objects in a text that are whole and have claims of a JWT, at any depth; one more than are listed.
fn claims_inside(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((before, rest)) = text
        .get(from..)
        .and_then(|rest| Some(rest.split_at(rest.find('{')?)))
    {
        let start = from + before.len();
        from = start + 1;
        // Any number of brackets may stand in a text that is no JSON.
        if !text
            .get(from..)
            .is_some_and(|inner| inner.trim_start().starts_with('"'))
        {
            continue;
        }
        let (json, length) = Document::first(rest);
        if json.is_complete() {
            let objects = json.outermost(has_claims).map(|object| {
                claims_of(Document::parse(object.raw()), start + object.span().start)
            });
            found.extend(objects.take(MAX_TOKENS + 1 - found.len()));
        }
        if found.len() > MAX_TOKENS {
            break;
        }
        from = text.ceil_char_boundary(start + length.max(1));
    }
    found
}

/// A text with spaces for the times that a log has before each line, so that JSON of several lines is JSON.
fn without_times(text: &str) -> Cow<'_, str> {
    let time = |line: &str| {
        let end = line.find(' ').filter(|end| *end >= 20)?;
        time::parse(line.get(..end)?).map(|_| end)
    };
    if !text.lines().any(|line| time(line).is_some()) {
        return text.into();
    }
    let lines = text.split_inclusive('\n').map(|line| {
        let (time, rest) = line.split_at(time(line).unwrap_or(0));
        " ".repeat(time.len()) + rest
    });
    lines.collect::<String>().into()
}

/// Whether an object has one of the claims that say whose token it was.
fn has_claims(object: Value<'_>) -> bool {
    ["iss", "sub", "aud"]
        .iter()
        .any(|name| object.get(name).is_some())
}

fn claims_of(json: Document, start: usize) -> Token {
    let part = plain_part(Role::Payload, json, start);
    Token {
        kind: Kind::Claims,
        diagnostics: json_findings(&part),
        ..Token::of(Serialization::Compact, part.span, vec![part])
    }
}

/// A part that stands in the text as JSON.
pub(super) fn plain_part(role: Role, json: Document, start: usize) -> Part {
    Part {
        role,
        span: Span::new(start, start + json.source().len()),
        bytes: json.source().as_bytes().to_vec(),
        json: Some(json),
        place: Place::Plain,
    }
}

/// Takes the parts of a compact token apart.
pub(super) fn take_apart(text: &str, span: Span) -> Token {
    let raw = span.of(text);
    let mut token = Token::of(Serialization::Compact, span, Vec::new());
    token.compact = raw.split_ascii_whitespace().collect();
    let mut spans = spans_of_parts(raw, span.start);
    let (header, mut findings) = decode_part(Role::Header, spans.remove(0), text);
    let plain = !is_encoded(header.json.as_ref()) && spans.len() > 1;
    token.parts.push(header);
    if plain {
        raw.trim().clone_into(&mut token.compact);
        spans = around_last_dot(&spans);
    }
    token.kind = match spans.len() {
        2 => Kind::Jws,
        4 if !is_signed(token.header()) => Kind::Jwe,
        _ => Kind::Partial,
    };
    token
        .diagnostics
        .extend(count_finding(token.kind, spans.len() + 1, span));
    token.diagnostics.append(&mut findings);
    let roles = roles(token.kind)
        .iter()
        .chain(std::iter::repeat(&Role::Surplus));
    for (role, part_span) in roles.zip(spans) {
        let (part, findings) = match role {
            Role::Payload if plain => (unencoded_part(part_span, text), Vec::new()),
            Role::Payload if part_span.start == part_span.end && token.kind == Kind::Jws => {
                (empty_payload(part_span), vec![detached(span)])
            }
            _ => decode_part(*role, part_span, text),
        };
        token.diagnostics.extend(findings);
        token.parts.push(part);
    }
    if token.kind == Kind::Jws {
        token.diagnostics.extend(unknown_algorithm(&token.parts));
    }
    let finding = payload_without_claims(&token);
    token.diagnostics.extend(finding);
    if let [only] = &mut token.parts[..]
        && only
            .json
            .as_ref()
            .and_then(Document::object)
            .is_some_and(|json| json.get("alg").is_none() && has_claims(json))
    {
        only.role = Role::Payload;
    }
    token
}

/// Where the parts between the dots are; one at least.
fn spans_of_parts(raw: &str, mut start: usize) -> Vec<Span> {
    raw.split('.')
        .map(|piece| {
            let span = Span::new(start, start + piece.len());
            start = span.end + 1;
            span
        })
        .collect()
}

/// A payload as it is may hold dots; the signature comes after the last.
fn around_last_dot(spans: &[Span]) -> Vec<Span> {
    match spans {
        [first, .., before, last] => vec![Span::new(first.start, before.end), *last],
        _ => spans.to_vec(),
    }
}

fn unencoded_part(span: Span, text: &str) -> Part {
    let bytes = span.of(text).as_bytes().to_vec();
    let json = Document::parse(span.of(text));
    Part {
        role: Role::Payload,
        span,
        bytes,
        json: json.object().is_some().then_some(json),
        place: Place::Plain,
    }
}

fn empty_payload(span: Span) -> Part {
    Part {
        role: Role::Payload,
        span,
        bytes: Vec::new(),
        json: None,
        place: Place::Plain,
    }
}

pub(super) fn detached(span: Span) -> Diagnostic {
    Diagnostic::info(
        "payload-detached",
        "The payload is empty or detached: it is not in the token.",
    )
    .help("Give it beside the token to check the signature (RFC 7515 appendix F).")
    .at(span)
}

/// Whether a header is that of a signature: five parts are then surplus, two tokens without space for example.
fn is_signed(header: Option<&Document>) -> bool {
    let alg = header.and_then(|header| header.get("alg"));
    alg.is_some_and(|alg| is_registered(&alg.to_text()))
}

/// The parts behind the header.
fn roles(kind: Kind) -> &'static [Role] {
    match kind {
        Kind::Jwe => &[
            Role::EncryptedKey,
            Role::InitializationVector,
            Role::Ciphertext,
            Role::AuthenticationTag,
        ],
        _ => &[Role::Payload, Role::Signature],
    }
}

fn count_finding(kind: Kind, count: usize, span: Span) -> Option<Diagnostic> {
    let (message, help) = match count {
        3 => return None,
        5 if kind == Kind::Jwe => return Some(encrypted(span)),
        1 => (
            "The token has one part only.",
            "It was cut: payload and signature are missing.",
        ),
        2 => (
            "The token has two parts: the signature is missing.",
            "It can be read, but nobody can accept it.",
        ),
        _ => (
            "The token has too many or too few dots.",
            "A signed token has three parts, an encrypted one five.",
        ),
    };
    Some(
        Diagnostic::warning("token-parts", message)
            .help(help)
            .at(span),
    )
}

pub(super) fn encrypted(span: Span) -> Diagnostic {
    Diagnostic::info(
        "encrypted",
        "The token is encrypted (JWE): only its header can be read.",
    )
    .help("Its recipient has the key. Fedcred does not decrypt.")
    .at(span)
}

/// Decodes a part from base64url, and header and payload from JSON.
pub(super) fn decode_part(role: Role, span: Span, text: &str) -> (Part, Vec<Diagnostic>) {
    let (clean, wraps) = without_white_space(span.of(text));
    let decoded = base64url::decode(&clean);
    let white = (!wraps.is_empty()).then(|| white_space(span, &wraps));
    let mut part = Part {
        role,
        span,
        bytes: decoded.bytes,
        json: None,
        place: Place::Encoded(wraps),
    };
    let mut findings = decoded.diagnostics;
    for finding in &mut findings {
        finding.span = finding
            .span
            .map(|s| part.span_of_text(s.start, s.end.max(1) - 1));
    }
    findings.extend(white);
    if matches!(role, Role::Header | Role::Payload) {
        findings.extend(read_json(&mut part));
    }
    (part, findings)
}

fn white_space(span: Span, wraps: &[(usize, usize)]) -> Diagnostic {
    let at = span.start + wraps.first().map_or(0, |(offset, _)| *offset);
    Diagnostic::info("white-space", "White space in the token was left out.")
        .help("It came from copying. Programs want the token in one piece.")
        .at(Span::new(at, at + 1))
}

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

fn read_json(part: &mut Part) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let text = match std::str::from_utf8(&part.bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let at = error.valid_up_to();
            findings.push(
                Diagnostic::error("utf8", "The part holds bytes that are not UTF-8.")
                    .help("JSON is UTF-8 (RFC 8259 §8.1). The bytes are shown as U+FFFD.")
                    .at(part.span_of(Span::new(at, at + error.error_len().unwrap_or(1)))),
            );
            String::from_utf8_lossy(&part.bytes).into_owned()
        }
    };
    let json = Document::parse(text);
    let is_json = json
        .root()
        .is_some_and(|root| matches!(root.kind(), JsonKind::Object));
    part.json = (is_json || part.role == Role::Header).then_some(json);
    findings.extend(json_findings(part));
    if !is_json && part.role == Role::Header {
        findings.push(not_an_object("The header is not a JSON object.", part));
    }
    findings
}

/// The reader's findings, with their places in the text that holds the token.
pub(super) fn json_findings(part: &Part) -> Vec<Diagnostic> {
    part.json
        .iter()
        .flat_map(Document::diagnostics)
        .map(|finding| Diagnostic {
            span: finding.span.map(|span| part.span_of(span)),
            ..finding.clone()
        })
        .collect()
}

fn not_an_object(message: &'static str, part: &Part) -> Diagnostic {
    Diagnostic::error("not-an-object", message)
        .help("A JWT has a JSON object there (RFC 7519 §7.2).")
        .at(part.span)
}

/// A payload that is no claims: a JWS may sign anything, only a JWT must have them. One that is a token itself
/// is shown as such.
pub(super) fn payload_without_claims(token: &Token) -> Option<Diagnostic> {
    let part = token.part(Role::Payload)?;
    let encoded = matches!(part.place, Place::Encoded(_)) && !part.bytes.is_empty();
    if !encoded || part.json.is_some() || begins_like_json(&String::from_utf8_lossy(&part.bytes)) {
        return None;
    }
    let typ = token.header_text("typ").unwrap_or_default();
    let severity = if typ.to_ascii_lowercase().ends_with("jwt") {
        Severity::Warning
    } else {
        Severity::Info
    };
    Some(Diagnostic {
        severity,
        ..not_an_object("The payload is not a JSON object.", part)
    })
}

/// The name of a signature algorithm that the registry of JOSE does not have (RFC 7518 §7.1).
pub(super) fn unknown_algorithm(parts: &[Part]) -> Option<Diagnostic> {
    let (part, alg) = [Role::Header, Role::UnprotectedHeader]
        .into_iter()
        .filter_map(|role| parts.iter().find(|part| part.role == role))
        .find_map(|part| Some((part, part.json.as_ref()?.get("alg")?)))?;
    let name = alg.as_str()?;
    (!is_registered(&name)).then(|| {
        let name: String = name.chars().take(40).collect();
        Diagnostic::warning("alg-unknown", format!("`{name}` is no signature algorithm of JOSE."))
            .help("Names are compared letter by letter. RFC 7518 §3.1 has the usual ones, RS256 for example.")
            .at(part.span_of(alg.span()))
    })
}

/// The text between the tokens, without the white space around it.
fn skipped(text: &str, tokens: &[Token]) -> Vec<Skipped> {
    let gap_starts = tokens.iter().map(|token| token.span.end);
    let gap_ends = tokens.iter().map(|token| token.span.start);
    std::iter::once(0)
        .chain(gap_starts)
        .zip(gap_ends.chain([text.len()]))
        .filter_map(|(start, end)| gap(text, start, end))
        .collect()
}

fn gap(text: &str, start: usize, end: usize) -> Option<Skipped> {
    let gap = Span::new(start, end).of(text);
    let body = gap.trim();
    let start = start + gap.len() - gap.trim_start().len();
    (!body.is_empty()).then(|| Skipped {
        span: Span::new(start, start + body.len()),
        text: body.chars().take(80).collect(),
    })
}

impl Token {
    /// A signed token of these parts, without findings.
    pub(super) fn of(serialization: Serialization, span: Span, parts: Vec<Part>) -> Self {
        Self {
            kind: Kind::Jws,
            serialization,
            span,
            parts,
            diagnostics: Vec::new(),
            inside: None,
            compact: String::new(),
            detached: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn check(text: &str, kinds: &[Kind], codes: &[&str]) -> Parsed {
        let parsed = parse(text);
        assert_eq!(
            parsed.tokens.iter().map(|t| t.kind).collect::<Vec<_>>(),
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
                text.get(span.start..span.end).is_some(),
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
            let parsed = check(&text, &[Kind::Jws], &[]);
            assert_eq!(parsed.tokens[0].span.of(&text), token);
            assert_eq!(parsed.tokens[0].compact(), token);
        }
    }

    #[test]
    fn what_is_skipped_is_told() {
        let token = sample();
        let text = format!("first {token} then {token} end");
        let parsed = check(&text, &[Kind::Jws, Kind::Jws], &[]);
        let skipped: Vec<_> = parsed.skipped.iter().map(|s| s.span.of(&text)).collect();
        assert_eq!(skipped, ["first", "then", "end"]);
    }

    #[test]
    fn a_wrapped_token_is_one_token_and_places_stay_right() {
        let token = sample();
        let (a, b) = token.split_at(token.len() / 2);
        let (b, c) = b.split_at(20);
        let text = format!("{a}\r\n  {b}\r\n  {c}\n");
        let parsed = check(&text, &[Kind::Jws], &["white-space"]);
        let token = &parsed.tokens[0];
        assert_eq!(token.compact(), sample());
        let part = token.part(Role::Payload).unwrap();
        let subject = token.payload().unwrap().get("sub").unwrap();
        let place: String = part
            .span_of(subject.span())
            .of(&text)
            .split_whitespace()
            .collect();
        let encoded = base64url::encode(part.json.as_ref().unwrap().source().as_bytes());
        let span = subject.span();
        assert_eq!(
            place,
            encoded[span.start * 4 / 3..(span.end * 4).div_ceil(3)]
        );
    }

    #[test]
    fn two_tokens_on_two_lines_are_two() {
        check(
            &format!("{}\n{}", sample(), sample()),
            &[Kind::Jws, Kind::Jws],
            &[],
        );
    }

    #[test]
    fn claims_without_signature() {
        let parsed = check("\n {\"iss\":\"x\"} ", &[Kind::Claims], &[]);
        assert_eq!(parsed.tokens[0].span, Span::new(2, 13));
        check(
            r#"{"iss":"x","iss":"y"}"#,
            &[Kind::Claims],
            &["json-duplicate-name"],
        );
        check(r#"{"iss":"x""#, &[Kind::Claims], &["json-truncated"]);
    }

    #[test]
    fn all_claims_of_a_text_are_found() {
        let found = |text: &str, expected: &[&str]| {
            let parsed = check(text, &vec![Kind::Claims; expected.len()], &[]);
            let spans = parsed.tokens.iter().map(|token| token.span.of(text));
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
        check(&text, &[Kind::Claims; MAX_TOKENS], &["tokens-left-out"]);
        check(
            &format!("[{}]", text.replace("}{", "},{")),
            &[Kind::Claims; MAX_TOKENS],
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
                let parsed = check(&text, &[Kind::Claims], &[]);
                let token = &parsed.tokens[0];
                let payload = token.payload().unwrap().object().unwrap();
                assert_eq!(payload.text_of("aud").unwrap(), "y", "{text}");
                let place = token.span.of(&text);
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
            &[Kind::Partial],
            &["token-parts"],
        );
        check(
            &format!("{token}.eA.eA"),
            &[Kind::Partial],
            &["token-parts"],
        );
    }

    #[test]
    fn damage_is_read_as_far_as_it_goes() {
        let token = sample();
        let cut = &token[..token.rfind('.').unwrap() - 10];
        let parsed = check(cut, &[Kind::Partial], &["token-parts", "json-truncated"]);
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
            &[Kind::Partial],
            &["token-parts", "json-truncated"],
        );
        check("eyJhbGciOiJub25lIn0.e30.", &[Kind::Jws], &[]);
        check(
            "eyJhbGciOiJub25lIn0.bm8ganNvbg.AAAA",
            &[Kind::Jws],
            &["not-an-object"],
        );
        check(
            "xxJhbGciOiJub25lIn0.eyJhIjoxfQ.AAAA",
            &[Kind::Jws],
            &["utf8", "json-syntax", "not-an-object"],
        );
        check(
            "eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC",
            &[Kind::Jwe],
            &["encrypted"],
        );
        check(
            &format!("{token}.x.y.z"),
            &[Kind::Partial],
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
            let parsed = check(&text, &[Kind::Jws], &["alg-unknown"]);
            let span = parsed.tokens[0].diagnostics[0].span.unwrap();
            span.of(&text).to_owned()
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
            check(&jws(&header, r#"{"sub":"x"}"#), &[Kind::Jws], &[]);
        }
        let json = r#"{"payload":"e30","header":{"alg":"RS257"},"signature":"AAAA"}"#;
        let parsed = check(json, &[Kind::Jws], &["alg-unknown"]);
        let span = parsed.tokens[0].diagnostics[0].span.unwrap();
        assert_eq!(span.of(json), "\"RS257\"");
        check(
            "eyJhbGciOiJkaXI3In0.AA.AA.AA.AA",
            &[Kind::Jwe],
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
                proptest::prop_assert!(text.get(span.start..span.end).is_some(), "{:?} in {:?}", span, text);
            }
        }
    }
}
