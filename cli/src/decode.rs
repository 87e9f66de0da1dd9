//! `fedcred decode`: the tokens of a text taken apart, checked and explained.

use fedcred_core::claims::{
    Claim, Cloud, Confidence, EntraIssuer, Explanation, TokenKind, Validity, Version, explain,
};
use fedcred_core::jose::{
    Keys, Kind, Parsed, Part, Role, Signature, Skipped, State, Token, parse, verify,
};
use fedcred_core::text::json::Document;
use fedcred_core::text::{Diagnostic, Span, time};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::input::Input;
use crate::report::{Finding, Report, findings_of};
use crate::text::Page;

/// What a text holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decoded {
    /// The moment at which times were judged.
    at: String,
    tokens: Vec<DecodedToken>,
    skipped: Vec<Skipped>,
    diagnostics: Vec<Finding>,
    #[serde(skip)]
    now: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DecodedToken {
    kind: Kind,
    span: Span,
    header: Option<Json>,
    payload: Option<Json>,
    signature: Signature,
    token_kind: TokenKind,
    evidence: Vec<String>,
    issuer: Option<DecodedIssuer>,
    validity: Validity,
    header_parameters: Vec<DecodedClaim>,
    claims: Vec<DecodedClaim>,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Serialize)]
struct DecodedIssuer {
    cloud: Option<Cloud>,
    version: Version,
    tenant: String,
}

#[derive(Debug, Serialize)]
struct DecodedClaim {
    name: String,
    value: Json,
    meaning: String,
    never: String,
    source: String,
    confidence: Option<Confidence>,
    label: Option<String>,
    time: Option<String>,
    span: Span,
    #[serde(skip)]
    seconds: Option<i64>,
    #[serde(skip)]
    shown: String,
}

/// JSON with its text kept exactly, or a text that is none.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Json {
    Exact(Box<RawValue>),
    Text(String),
}

/// Decodes a text at the moment `now`.
pub(crate) fn decode(input: &Input, keys: Option<&Input>, now: i64) -> Decoded {
    let (keys, key_findings) = keys.map(read_keys).unwrap_or_default();
    let Parsed {
        tokens,
        skipped,
        diagnostics,
        ..
    } = parse(&input.text);
    let empty = input.text.trim().is_empty().then(nothing_given);
    let findings = input.findings.iter().cloned();
    Decoded {
        at: time::rfc3339(now),
        tokens: tokens
            .iter()
            .map(|token| DecodedToken::of(token, &keys, now))
            .collect(),
        skipped,
        diagnostics: findings
            .chain(findings_of(&input.file, diagnostics))
            .chain(findings_of(&input.file, empty))
            .chain(key_findings)
            .collect(),
        now,
    }
}

fn nothing_given() -> Diagnostic {
    Diagnostic::error("no-token", "There is no token: the input is empty.")
        .help("Give a token, a text that holds one, or claims as JSON.")
}

fn read_keys(input: &Input) -> (Keys, Vec<Finding>) {
    input.understand(|text| {
        let mut keys = Keys::read(text, &input.file);
        let mut diagnostics = std::mem::take(&mut keys.diagnostics);
        if text.trim().is_empty() {
            diagnostics.push(no_keys());
        }
        (keys, diagnostics)
    })
}

fn no_keys() -> Diagnostic {
    Diagnostic::error("key-unknown", "The keys are empty.")
        .help("Give a JWK, a JWKS or a public key as PEM.")
}

impl DecodedToken {
    fn of(token: &Token, keys: &Keys, now: i64) -> Self {
        let Explanation {
            kind,
            evidence,
            issuer,
            header,
            claims,
            validity,
            diagnostics,
            ..
        } = explain(token, now);
        Self {
            kind: token.kind,
            span: token.span,
            header: token.part(Role::Header).map(Json::of_part),
            payload: token.part(Role::Payload).map(Json::of_part),
            signature: verify(token, keys),
            token_kind: kind,
            evidence: evidence.into_iter().map(|line| line.text).collect(),
            issuer: issuer.map(DecodedIssuer::of),
            validity,
            header_parameters: decoded_claims(header, token.header()),
            claims: decoded_claims(claims, token.payload()),
            diagnostics: token
                .diagnostics
                .iter()
                .cloned()
                .chain(diagnostics)
                .collect(),
        }
    }
}

impl DecodedIssuer {
    fn of(issuer: EntraIssuer) -> Self {
        Self {
            cloud: issuer.cloud,
            version: issuer.version,
            tenant: issuer.tenant,
        }
    }
}

/// The explained claims with their values as they stand in the document, which has them in the same order.
fn decoded_claims(claims: Vec<Claim>, document: Option<&Document>) -> Vec<DecodedClaim> {
    let members = document
        .and_then(Document::object)
        .into_iter()
        .flat_map(|object| object.members());
    claims
        .into_iter()
        .zip(members)
        .map(|(claim, (_, value))| DecodedClaim::of(claim, value.raw()))
        .collect()
}

impl DecodedClaim {
    fn of(claim: Claim, raw: &str) -> Self {
        Self {
            value: Json::exact(raw).unwrap_or_else(|| Json::Text(claim.value.clone())),
            name: claim.name,
            meaning: claim.meaning,
            never: claim.never,
            source: claim.source,
            confidence: claim.confidence,
            label: claim.label,
            time: claim.time.map(time::rfc3339),
            span: claim.span,
            seconds: claim.time,
            shown: claim.value,
        }
    }
}

impl Json {
    fn of_part(part: &Part) -> Self {
        let exact = std::str::from_utf8(&part.bytes).ok().and_then(Self::exact);
        exact.unwrap_or_else(|| Self::Text(String::from_utf8_lossy(&part.bytes).into_owned()))
    }

    fn exact(text: &str) -> Option<Self> {
        RawValue::from_string(text.to_owned()).ok().map(Self::Exact)
    }

    fn text(&self) -> &str {
        match self {
            Self::Exact(json) => json.get(),
            Self::Text(text) => text,
        }
    }
}

impl Report for Decoded {
    fn passed(&self) -> bool {
        let invalid = |token: &DecodedToken| token.signature.state == State::Invalid;
        !self.tokens.is_empty() && !self.tokens.iter().any(invalid)
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter()
    }

    fn write(&self, page: &mut Page) {
        if self.tokens.is_empty() {
            page.prose(0, "× No token found.");
        }
        for (index, token) in self.tokens.iter().enumerate() {
            if index > 0 {
                page.gap();
            }
            let number = match self.tokens.len() {
                1 => String::new(),
                count => format!("Token {} of {count}: ", index + 1),
            };
            token.write(page, &number, self.now);
        }
        self.write_skipped(page);
    }
}

/// More stretches of other text are only counted.
const SKIPPED_SHOWN: usize = 5;

impl Decoded {
    fn write_skipped(&self, page: &mut Page) {
        if self.tokens.is_empty() || self.skipped.is_empty() {
            return;
        }
        page.gap();
        page.prose(0, "Belongs to no token:");
        for skipped in self.skipped.iter().take(SKIPPED_SHOWN) {
            page.prose(
                2,
                &format!("bytes {}: {}", range(skipped.span), skipped.text),
            );
        }
        if let Some(more @ 1..) = self.skipped.len().checked_sub(SKIPPED_SHOWN) {
            page.prose(2, &format!("and {more} more stretches"));
        }
    }
}

fn range(span: Span) -> String {
    format!("{} to {}", span.start, span.end)
}

impl DecodedToken {
    fn write(&self, page: &mut Page, number: &str, now: i64) {
        let form = match self.kind {
            Kind::Jws => "signed token (JWS)",
            Kind::Jwe => "encrypted token (JWE)",
            Kind::Claims => "claims without a signature",
            Kind::Partial => "piece of a token",
        };
        page.prose(0, &format!("{number}{form}, bytes {}", range(self.span)));
        self.write_signature(page);
        self.write_kind(page);
        self.write_validity(page, now);
        for diagnostic in &self.diagnostics {
            page.finding(2, diagnostic);
        }
        write_part(
            page,
            "Header",
            self.header.as_ref(),
            &self.header_parameters,
            now,
        );
        write_part(page, "Claims", self.payload.as_ref(), &self.claims, now);
    }

    fn write_signature(&self, page: &mut Page) {
        let verdict = match self.signature.state {
            State::Valid => "✓ Signature valid",
            State::Invalid => "× Signature invalid",
            State::NotChecked => "? Signature not checked",
            State::CannotCheck => "? Signature cannot be checked",
        };
        page.prose(2, &format!("{verdict}: {}", self.signature.reason));
        if let Some(key) = &self.signature.key {
            let kid = key.kid.as_ref().map_or("without id", |kid| kid.as_str());
            page.prose(4, &format!("Key {kid}, from {}", key.from));
        }
    }

    fn write_kind(&self, page: &mut Page) {
        if self.payload.is_none() {
            return;
        }
        page.prose(2, &format!("Looks like {}.", self.token_kind.title()));
        for evidence in &self.evidence {
            page.prose(4, evidence);
        }
    }

    /// Past and future tokens have a finding, which follows.
    fn write_validity(&self, page: &mut Page, now: i64) {
        match self.validity {
            Validity::Within(exp) => page.prose(
                2,
                &format!(
                    "✓ Within its time; it expires {}, {}.",
                    time::rfc3339(exp),
                    time::relative(exp, now)
                ),
            ),
            Validity::NoExpiry if !self.claims.is_empty() => {
                page.prose(2, "? It does not say when it expires (`exp`).");
            }
            _ => {}
        }
    }
}

fn write_part(
    page: &mut Page,
    title: &str,
    json: Option<&Json>,
    claims: &[DecodedClaim],
    now: i64,
) {
    let Some(json) = json else { return };
    page.gap();
    if claims.is_empty() {
        page.value(0, &format!("{title}:"), json.text());
        return;
    }
    page.prose(0, title);
    for claim in claims {
        claim.write(page, now);
    }
}

impl DecodedClaim {
    fn write(&self, page: &mut Page, now: i64) {
        page.value(2, &self.name, &self.shown);
        if let Some(seconds) = self.seconds {
            let moment = format!(
                "{}, {}",
                time::rfc3339(seconds),
                time::relative(seconds, now)
            );
            page.prose(6, &moment);
        }
        if let Some(label) = &self.label {
            page.prose(6, &format!("({label})"));
        }
        if !self.meaning.is_empty() {
            page.prose(6, format!("{} {}", self.meaning, self.never).trim_end());
            let sure = self.confidence.map_or("", Confidence::word);
            page.prose(6, &format!("Source: {} ({sure})", self.source));
        }
    }
}
