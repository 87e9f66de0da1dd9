//! `fedcred decode`: the tokens of a text taken apart, checked, explained and compared.

mod certificate;
mod compared;
mod expected;
mod json;
mod keys;
mod page;
mod payload;
mod signature;
mod token;

use fedcred_core::claims::Expected;
use fedcred_core::jose::{Parsed, Skipped, State, parse};
use fedcred_core::text::{Diagnostic, time};
use serde::Serialize;

use crate::input::{Bytes, Input};
use crate::report::{Finding, Report, findings_of};
use crate::text::Page;
use certificate::certificate_findings;
use compared::Comparison;
use expected::{checks, is_asked};
use keys::ShownKey;
use page::range;
use signature::Checker;
use token::DecodedToken;

/// What is asked of a text.
pub(crate) struct Question {
    /// The text that holds tokens.
    pub(crate) input: Input,
    /// The keys for their signatures.
    pub(crate) keys: Option<Bytes>,
    /// Whether a key in a token's own header is tried too.
    pub(crate) own_key: bool,
    /// The payload for tokens that came without.
    pub(crate) payload: Option<Bytes>,
    /// What is expected of the tokens.
    pub(crate) expected: Option<Expected>,
    /// A text with the token to compare with.
    pub(crate) other: Option<Input>,
    /// The moment at which times are judged.
    pub(crate) now: i64,
}

/// What a text holds.
#[derive(Debug, Serialize)]
pub(crate) struct Decoded {
    /// The moment at which times were judged.
    at: String,
    tokens: Vec<DecodedToken>,
    skipped: Vec<Skipped>,
    /// The keys that were given.
    keys: Vec<ShownKey>,
    /// Two tokens compared, where that was asked and there are two.
    compared: Option<Comparison>,
    diagnostics: Vec<Finding>,
    #[serde(skip)]
    now: i64,
    /// Whether a comparison was asked for that could not be made.
    #[serde(skip)]
    not_compared: bool,
}

/// Decodes a text.
pub(crate) fn decode(question: Question) -> Decoded {
    let Question { input, now, .. } = question;
    let Parsed {
        tokens,
        skipped,
        diagnostics,
        ..
    } = parse(&input.text);
    let empty = input.text.trim().is_empty().then(nothing_given);
    let mut findings = input.findings;
    findings.extend(findings_of(
        &input.file,
        diagnostics.into_iter().chain(empty),
    ));
    let (tokens, found) = payload::added(tokens, question.payload.as_ref());
    findings.extend(found);
    let key_file = question.keys.as_ref().map(|given| given.file.clone());
    let (keys, found) = question.keys.map(keys::read).unwrap_or_default();
    findings.extend(found);
    let certificates = certificate_findings(&keys, now);
    findings.extend(findings_of(&key_file.unwrap_or_default(), certificates));
    let other = question.other.as_ref();
    let (compared, found) = other
        .map(|other| compared::compared(&input.file, &tokens, other))
        .unwrap_or_default();
    findings.extend(found);
    let checker = Checker {
        keys,
        own_key: question.own_key,
        payload: question.payload.as_ref(),
        now,
    };
    let expected = question.expected.as_ref();
    let decoded = tokens.iter().enumerate().map(|(index, token)| {
        let asked = expected.filter(|_| is_asked(&tokens, index));
        let checks = asked.map(|expected| checks(token, expected, now));
        DecodedToken::of(token, checker.check(token), checks.unwrap_or_default(), now)
    });
    Decoded {
        at: time::rfc3339(now),
        tokens: decoded.collect(),
        skipped,
        keys: ShownKey::all(&checker.keys, now),
        not_compared: other.is_some() && compared.is_none(),
        compared,
        diagnostics: findings,
        now,
    }
}

fn nothing_given() -> Diagnostic {
    Diagnostic::error("no-token", "There is no token: the input is empty.")
        .help("Give a token, a text that holds one, or claims as JSON.")
}

impl Report for Decoded {
    fn passed(&self) -> bool {
        let refused = |token: &DecodedToken| {
            token.signature.state == State::Invalid
                || !token.expected.iter().all(|check| check.is_met())
        };
        !self.tokens.is_empty() && !self.not_compared && !self.tokens.iter().any(refused)
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
        if let Some(compared) = &self.compared {
            compared.write(page);
        }
        let used: Vec<_> = self
            .tokens
            .iter()
            .filter_map(|token| token.signature.key.as_ref())
            .map(|key| &key.used)
            .collect();
        keys::write_all(&self.keys, &used, page);
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
