//! `fedcred decode`: decodes, checks, explains and compares the tokens in a text.

mod arguments;
mod certificate;
mod comparison;
mod expected;
mod json;
mod keys;
mod payload;
mod signature;
mod token;
mod token_text;

use fedcred_core::claims::{Expected, check_expected};
use fedcred_core::jose::{Parsed, SignatureState, Skipped, parse};
use fedcred_core::text::{Diagnostic, time};
use serde::Serialize;

use crate::input::{Bytes, Input};
use crate::report::{Failure, Finding, Report, findings_in};
use crate::terminal::TerminalText;
use certificate::certificate_findings;
use comparison::Comparison;
use expected::expectations_apply;
use keys::KeySummary;
use signature::Checker;
use token::DecodedToken;
use token_text::range;

pub(crate) use arguments::Arguments;

/// Runs `fedcred decode`.
pub(crate) fn run(arguments: Arguments) -> Result<bool, Failure> {
    let output = arguments.output;
    output.print(&decode(arguments.read()?))
}

/// What to decode, and what to check it against.
struct DecodeRequest {
    /// The text that contains tokens.
    input: Input,
    /// The keys for their signatures.
    keys: Option<Bytes>,
    /// Whether a key in a token's own header is tried too.
    own_key: bool,
    /// The payload of detached tokens.
    payload: Option<Bytes>,
    /// What is expected of the tokens.
    expected: Option<Expected>,
    /// A text with the token to compare with.
    other: Option<Input>,
    /// The time at which tokens are judged, in Unix seconds.
    now: i64,
}

/// What the text contains.
#[derive(Debug, Serialize)]
struct DecodeReport {
    /// The time at which tokens were judged.
    at: String,
    tokens: Vec<DecodedToken>,
    skipped: Vec<Skipped>,
    /// The keys of `--keys`.
    keys: Vec<KeySummary>,
    /// The result of `--compare`.
    compared: Option<Comparison>,
    diagnostics: Vec<Finding>,
    #[serde(skip)]
    now: i64,
    /// Whether `--compare` was given, but one of the texts contains no token.
    #[serde(skip)]
    not_compared: bool,
}

/// Decodes a text.
fn decode(request: DecodeRequest) -> DecodeReport {
    let DecodeRequest { input, now, .. } = request;
    let Parsed {
        tokens,
        skipped,
        diagnostics,
        ..
    } = parse(&input.text);
    let empty = input.text.trim().is_empty().then(empty_input);
    let mut findings = input.findings;
    findings.extend(findings_in(
        &input.file,
        diagnostics.into_iter().chain(empty),
    ));
    let (tokens, found) = payload::attach(tokens, request.payload.as_ref());
    findings.extend(found);
    let key_file = request.keys.as_ref().map(|keys| keys.file.clone());
    let (keys, found) = request.keys.map(keys::parse).unwrap_or_default();
    findings.extend(found);
    let certificates = certificate_findings(&keys, now);
    findings.extend(findings_in(&key_file.unwrap_or_default(), certificates));
    let other = request.other.as_ref();
    let (compared, found) = other
        .map(|other| comparison::compare_tokens(&input.file, &tokens, other))
        .unwrap_or_default();
    findings.extend(found);
    let checker = Checker {
        keys,
        own_key: request.own_key,
        payload: request.payload.as_ref(),
        now,
    };
    let expected = request.expected.as_ref();
    let decoded = tokens.iter().enumerate().map(|(index, token)| {
        let applicable = expected.filter(|_| expectations_apply(&tokens, index));
        let checks = applicable.map(|expected| check_expected(token, expected, now));
        DecodedToken::new(token, checker.check(token), checks.unwrap_or_default(), now)
    });
    DecodeReport {
        at: time::rfc3339(now),
        tokens: decoded.collect(),
        skipped,
        keys: KeySummary::all(&checker.keys, now),
        not_compared: other.is_some() && compared.is_none(),
        compared,
        diagnostics: findings,
        now,
    }
}

fn empty_input() -> Diagnostic {
    Diagnostic::error("no-token", "No token found: the input is empty.")
        .help("Give a token, text that contains one, or claims as JSON.")
}

impl Report for DecodeReport {
    fn passed(&self) -> bool {
        let fails = |token: &DecodedToken| {
            token.signature.state == SignatureState::Invalid
                || !token.expected.iter().all(|check| check.is_met())
        };
        !self.tokens.is_empty() && !self.not_compared && !self.tokens.iter().any(fails)
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter()
    }

    fn write(&self, out: &mut TerminalText) {
        if self.tokens.is_empty() {
            out.paragraph(0, "× No token found.");
        }
        for (index, token) in self.tokens.iter().enumerate() {
            if index > 0 {
                out.blank_line();
            }
            let number = match self.tokens.len() {
                1 => String::new(),
                count => format!("Token {} of {count}: ", index + 1),
            };
            token.write(out, &number, self.now);
        }
        if let Some(compared) = &self.compared {
            compared.write(out);
        }
        let used: Vec<_> = self
            .tokens
            .iter()
            .filter_map(|token| token.signature.key.as_ref())
            .map(|key| &key.used)
            .collect();
        keys::write_all(&self.keys, &used, out);
        self.write_skipped(out);
    }
}

/// At most this many pieces of other text are shown.
const MAX_SKIPPED: usize = 5;

impl DecodeReport {
    fn write_skipped(&self, out: &mut TerminalText) {
        if self.tokens.is_empty() || self.skipped.is_empty() {
            return;
        }
        out.blank_line();
        out.paragraph(0, "Not part of any token:");
        for skipped in self.skipped.iter().take(MAX_SKIPPED) {
            out.paragraph(
                2,
                &format!("bytes {}: {}", range(skipped.span), skipped.text),
            );
        }
        if let Some(more @ 1..) = self.skipped.len().checked_sub(MAX_SKIPPED) {
            out.paragraph(2, &format!("and {more} more pieces of text"));
        }
    }
}
