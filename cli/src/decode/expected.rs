//! `--issuer`, `--audience`, `--subject`, `--leeway`: compares a token with the expectations.

use fedcred_core::claims::{Expected, ExpectedCheck, check_expected};
use fedcred_core::jose::{Token, TokenForm};
use fedcred_core::text::json::{Document, ValueKind};
use fedcred_core::text::{CheckVerdict, Difference};
use serde::Serialize;

use crate::terminal::TerminalText;

/// A claim compared with its expectation.
#[derive(Debug, Serialize)]
pub(super) struct DecodedCheck {
    #[serde(flatten)]
    check: ExpectedCheck,
    /// Whether the claim is a string, which can be compared character by character.
    #[serde(skip)]
    is_text: bool,
}

/// Compares a token with the expectations.
pub(super) fn check_all(token: &Token, expected: &Expected, now: i64) -> Vec<DecodedCheck> {
    let is_text = |name| {
        let value = token.payload().and_then(|payload| payload.get(name));
        value.is_some_and(|value| value.kind() == ValueKind::String)
    };
    check_expected(token, expected, now)
        .into_iter()
        .map(|check| DecodedCheck {
            is_text: is_text(check.name),
            check,
        })
        .collect()
}

/// Whether expectations apply to a token: to each token in the text itself, but not to those inside another. If a
/// signed token only wraps another one, they apply to the inner one instead.
pub(super) fn expectations_apply(tokens: &[Token], index: usize) -> bool {
    let is_wrapper = |at: usize| tokens.get(at).is_some_and(is_wrapper);
    let outer = |at: usize| tokens.get(at).and_then(|token| token.inside);
    let mut around = std::iter::successors(outer(index), |at| outer(*at));
    let holds_another = tokens.iter().any(|token| token.inside == Some(index));
    around.all(is_wrapper) && !(holds_another && is_wrapper(index))
}

/// Signed, without claims of its own.
fn is_wrapper(token: &Token) -> bool {
    let claims = token.payload().and_then(Document::object);
    token.form == TokenForm::Jws && claims.is_none()
}

/// Writes the checks, except those without an expected value.
pub(super) fn write_all(checks: &[DecodedCheck], out: &mut TerminalText) {
    let Some(first) = checks.first() else { return };
    if first.check.verdict == CheckVerdict::NotReached {
        out.paragraph(2, &format!("× Not as expected: {}", first.check.reason));
        return;
    }
    let verdict = if checks.iter().all(DecodedCheck::is_met) {
        "✓ As expected"
    } else {
        "× Not as expected"
    };
    out.paragraph(2, verdict);
    for check in checks {
        check.write(out);
    }
}

impl DecodedCheck {
    /// A claim that could not be compared does not meet its expectation.
    pub(super) fn is_met(&self) -> bool {
        matches!(
            self.check.verdict,
            CheckVerdict::Pass | CheckVerdict::Skipped
        )
    }

    fn write(&self, out: &mut TerminalText) {
        let ExpectedCheck {
            name,
            presented,
            expected,
            verdict,
            reason,
            ..
        } = &self.check;
        if *verdict == CheckVerdict::Skipped && is_value(name) {
            return;
        }
        out.paragraph(4, &format!("{} {name}: {reason}", verdict.symbol()));
        if *verdict != CheckVerdict::Fail {
            return;
        }
        let label = format!("token {name}");
        if self.is_text && is_value(name) {
            let difference = Difference::between(presented, expected);
            out.difference(8, [&label, "expected"], &difference);
        } else {
            if !presented.is_empty() {
                out.value(8, &format!("{label:<10}"), presented);
            }
            out.value(8, "expected  ", expected);
        }
    }
}

fn is_value(name: &str) -> bool {
    matches!(name, "iss" | "aud" | "sub")
}
