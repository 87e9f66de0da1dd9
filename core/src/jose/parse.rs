//! Finds the tokens in any text and takes them apart, as far as they go.

use std::borrow::Cow;

use serde::Serialize;

use crate::text::json::{Document, Kind as JsonKind};
use crate::text::{Diagnostic, MAX_INPUT, Severity, Span, base64url};

/// More tokens than this in one text are left out, with a diagnostic.
pub const MAX_TOKENS: usize = 1000;

/// What a text holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The tokens in the order of the text.
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

/// What a token is by its outer form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Signed: header, payload, signature (RFC 7515 §7.1).
    Jws,
    /// Encrypted: five parts (RFC 7516 §7.1).
    Jwe,
    /// Claims as JSON, without header and signature.
    Claims,
    /// A piece of a token.
    Partial,
}

/// The role of a part of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// JOSE header.
    Header,
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
    pub kind: Kind,
    /// Where in the text.
    pub span: Span,
    /// Its parts in order.
    pub parts: Vec<Part>,
    /// What is wrong with it; spans count in the text.
    pub diagnostics: Vec<Diagnostic>,
    compact: String,
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
    encoded: bool,
    /// Where white space was left out: (offset in the part without it, bytes left out so far).
    wraps: Vec<(usize, usize)>,
}

impl Token {
    /// The part with this role.
    #[must_use]
    pub fn part(&self, role: Role) -> Option<&Part> {
        self.parts.iter().find(|part| part.role == role)
    }

    /// The JOSE header.
    #[must_use]
    pub fn header(&self) -> Option<&Document> {
        self.part(Role::Header)?.json.as_ref()
    }

    /// The payload as JSON; `None` where it is none at all.
    #[must_use]
    pub fn payload(&self) -> Option<&Document> {
        self.part(Role::Payload)?.json.as_ref()
    }

    /// A string of the header.
    #[must_use]
    pub fn header_text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.header()?.get(name)?.as_str()
    }

    /// The token without the white space that a wrapped text puts into it.
    #[must_use]
    pub fn compact(&self) -> &str {
        &self.compact
    }

    /// What the signature covers (RFC 7515 §5.1 step 5): header, dot, payload.
    #[must_use]
    pub fn signing_input(&self) -> &str {
        self.compact.rsplit_once('.').map_or("", |(input, _)| input)
    }
}

impl Part {
    /// Where in the text the bytes `decoded` of this part come from.
    #[must_use]
    pub fn span_of(&self, decoded: Span) -> Span {
        if !self.encoded {
            return decoded.shifted(self.span.start);
        }
        let start = self.place(decoded.start * 4 / 3);
        let end = self.place((decoded.end * 4).div_ceil(3).max(1) - 1) + 1;
        Span::new(start.min(self.span.end), end.min(self.span.end))
    }

    /// The place in the text of the character at `offset` of the part without white space.
    fn place(&self, offset: usize) -> usize {
        let before = self.wraps.iter().take_while(|(at, _)| *at <= offset);
        self.span.start + offset + before.last().map_or(0, |(_, left_out)| *left_out)
    }
}

/// Finds the tokens in any text; never fails.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    if text.len() > MAX_INPUT {
        return too_large(text);
    }
    let mut parsed = Parsed::default();
    for span in candidates(text) {
        if parsed.tokens.len() == MAX_TOKENS {
            parsed.diagnostics.push(too_many(span));
            break;
        }
        parsed.tokens.extend(compact(text, span));
    }
    if parsed.tokens.is_empty() {
        parsed.tokens.extend(claims(text).or_else(|| damaged(text)));
    }
    parsed.skipped = skipped(text, &parsed.tokens);
    parsed
        .diagnostics
        .extend(nothing_found(text, &parsed.tokens));
    parsed
}

fn too_large(text: &str) -> Parsed {
    let message = format!(
        "The text has {} bytes; at most {MAX_INPUT} (5 MiB) are read.",
        text.len()
    );
    Parsed {
        diagnostics: vec![
            Diagnostic::error("input-too-large", message)
                .help("Nothing was read and nothing is lost. Give the part that holds the token."),
        ],
        ..Parsed::default()
    }
}

fn too_many(span: Span) -> Diagnostic {
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

/// Beginnings of base64url of `{`, with what may stand before the first name.
const BEGINNINGS: [&str; 5] = ["eyJ", "eyA", "ewo", "ew0", "ewk"];

fn is_token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'/' | b'=')
}

/// The stretches of a text that may be compact tokens.
fn candidates(text: &str) -> impl Iterator<Item = Span> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = next_beginning(text, from)?;
        let end = end_of_run(text, start);
        from = end;
        Some(Span::new(start, end))
    })
}

fn next_beginning(text: &str, mut from: usize) -> Option<usize> {
    loop {
        let start = from + text.get(from..)?.find('e')?;
        let rest = text.get(start..)?;
        let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let fresh =
            !before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if fresh && BEGINNINGS.iter().any(|b| rest.starts_with(b)) {
            return Some(start);
        }
        from = start + 1;
    }
}

/// The end of the token that begins at `start`: over token characters, and over a line break where the
/// next line can only be the token's continuation.
fn end_of_run(text: &str, start: usize) -> usize {
    let mut end = end_of_line_run(text, start);
    while let Some(next) = continuation(text, start, end) {
        end = end_of_line_run(text, next);
    }
    without_full_stop(text, start, end)
}

fn end_of_line_run(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().iter().skip(from);
    from + rest.take_while(|byte| is_token_character(**byte)).count()
}

/// Where the token goes on after a line break at `end`.
fn continuation(text: &str, start: usize, end: usize) -> Option<usize> {
    let rest = text.get(end..)?;
    let line = rest.trim_start_matches([' ', '\t', '\r', '\n']);
    let broken =
        rest.len() > line.len() && rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n');
    let length = line.bytes().take_while(|b| is_token_character(*b)).count();
    let alone = line
        .get(length..)
        .is_some_and(|after| after.is_empty() || after.starts_with(['\r', '\n', '"', '\'']));
    let another = BEGINNINGS.iter().any(|b| line.starts_with(b))
        && text.get(start..end)?.matches('.').count() >= 2;
    let looks_like_more = length >= 16 || line.get(..length)?.contains('.');
    (broken && alone && !another && looks_like_more).then(|| end + rest.len() - line.len())
}

/// A full stop that ends a sentence is not part of the token before it.
fn without_full_stop(text: &str, start: usize, end: usize) -> usize {
    let run = Span::new(start, end).of(text);
    let surplus = run.ends_with('.') && run.matches('.').count() == 3;
    end - usize::from(surplus)
}

/// Takes a compact token apart; `None` where the stretch turns out to be something else.
fn compact(text: &str, span: Span) -> Option<Token> {
    let token = take_apart(text, span);
    let header = token.header()?.object()?;
    let plausible = token.parts.len() > 1 || header.members().next().is_some();
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
    let form = body.bytes().all(is_token_character) && body.matches('.').count() >= 2;
    let start = text.len() - text.trim_start().len() + (trimmed.len() - body.len());
    (form && long_parts >= 2).then(|| take_apart(text, Span::new(start, start + body.len())))
}

/// Claims without a signature: a JSON object.
fn claims(text: &str) -> Option<Token> {
    let body = text.trim_start().trim_start_matches('\u{feff}');
    let start = text.len() - body.len();
    let json = body
        .starts_with('{')
        .then(|| Document::parse(body.trim_end()))?;
    let named = json.object()?.members().next().is_some() || json.is_complete();
    let part = Part {
        role: Role::Payload,
        span: Span::new(start, start + json.source().len()),
        bytes: json.source().as_bytes().to_vec(),
        json: Some(json),
        encoded: false,
        wraps: Vec::new(),
    };
    named.then(|| Token {
        kind: Kind::Claims,
        span: part.span,
        diagnostics: json_findings(&part),
        compact: String::new(),
        parts: vec![part],
    })
}

fn take_apart(text: &str, span: Span) -> Token {
    let raw = span.of(text);
    let spans: Vec<Span> = raw
        .split('.')
        .scan(span.start, |at, piece| {
            let piece_span = Span::new(*at, *at + piece.len());
            *at = piece_span.end + 1;
            Some(piece_span)
        })
        .collect();
    let kind = match spans.len() {
        3 => Kind::Jws,
        5 => Kind::Jwe,
        _ => Kind::Partial,
    };
    let mut diagnostics: Vec<_> = count_finding(spans.len(), span).into_iter().collect();
    let mut parts = Vec::new();
    for (role, part_span) in roles(kind)
        .iter()
        .chain(std::iter::repeat(&Role::Surplus))
        .zip(spans)
    {
        let (part, findings) = decode_part(*role, part_span, text);
        diagnostics.extend(findings);
        parts.push(part);
    }
    Token {
        kind,
        span,
        parts,
        diagnostics,
        compact: raw.split_ascii_whitespace().collect(),
    }
}

fn roles(kind: Kind) -> &'static [Role] {
    match kind {
        Kind::Jwe => &[
            Role::Header,
            Role::EncryptedKey,
            Role::InitializationVector,
            Role::Ciphertext,
            Role::AuthenticationTag,
        ],
        _ => &[Role::Header, Role::Payload, Role::Signature],
    }
}

fn count_finding(count: usize, span: Span) -> Option<Diagnostic> {
    let (message, help) = match count {
        3 => return None,
        5 => {
            return Some(
                Diagnostic::info(
                    "encrypted",
                    "The token is encrypted (JWE): only its header can be read.",
                )
                .help("Its recipient has the key. Fedcred does not decrypt.")
                .at(span),
            );
        }
        1 => (
            "The token has one part, a header only.",
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

fn decode_part(role: Role, span: Span, text: &str) -> (Part, Vec<Diagnostic>) {
    let (clean, wraps) = without_white_space(span.of(text));
    let decoded = base64url::decode(&clean);
    let mut part = Part {
        role,
        span,
        bytes: decoded.bytes,
        json: None,
        encoded: true,
        wraps,
    };
    let mut findings = decoded.diagnostics;
    for finding in &mut findings {
        finding.span = finding
            .span
            .map(|s| Span::new(part.place(s.start), part.place(s.end.max(1) - 1) + 1));
    }
    if matches!(role, Role::Header | Role::Payload) {
        findings.extend(read_json(&mut part));
    }
    (part, findings)
}

fn without_white_space(raw: &str) -> (String, Vec<(usize, usize)>) {
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
    (clean, wraps)
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
    if !is_json {
        findings.push(not_an_object(part));
    }
    findings
}

/// The reader's findings, with their places in the text that holds the token.
fn json_findings(part: &Part) -> Vec<Diagnostic> {
    let findings = part.json.iter().flat_map(|json| json.diagnostics());
    findings
        .map(|finding| Diagnostic {
            span: finding.span.map(|span| part.span_of(span)),
            ..finding.clone()
        })
        .collect()
}

fn not_an_object(part: &Part) -> Diagnostic {
    let (name, severity) = match part.role {
        Role::Header => ("header", Severity::Error),
        _ => ("payload", Severity::Warning),
    };
    Diagnostic {
        severity,
        ..Diagnostic::error("not-an-object", format!("The {name} is not a JSON object."))
            .help("A JWT has a JSON object there (RFC 7519 §7.2).")
            .at(part.span)
    }
}

/// The text between the tokens, without the white space around it.
fn skipped(text: &str, tokens: &[Token]) -> Vec<Skipped> {
    let ends = tokens
        .iter()
        .map(|token| token.span.start)
        .chain([text.len()]);
    let starts = [0]
        .into_iter()
        .chain(tokens.iter().map(|token| token.span.end));
    starts
        .zip(ends)
        .filter_map(|(start, end)| {
            let gap = Span::new(start, end).of(text);
            let body = gap.trim();
            let start = start + gap.len() - gap.trim_start().len();
            (!body.is_empty()).then(|| Skipped {
                span: Span::new(start, start + body.len()),
                text: body.chars().take(80).collect(),
            })
        })
        .collect()
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
        let parsed = check(&text, &[Kind::Jws], &[]);
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
