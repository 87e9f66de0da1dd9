//! `--issuer`, `--audience`, `--subject`, `--leeway`: a token compared with what is expected of it.

use fedcred_core::claims::{Expected, ExpectedCheck, check_expected};
use fedcred_core::jose::{Token, TokenForm};
use fedcred_core::text::json::{Document, ValueKind};
use fedcred_core::text::{CheckVerdict, Difference};
use serde::Serialize;

use crate::terminal::TerminalText;

/// One comparison.
#[derive(Debug, Serialize)]
pub(super) struct DecodedCheck {
    #[serde(flatten)]
    check: ExpectedCheck,
    /// Whether the token holds a text that can be compared character by character.
    #[serde(skip)]
    is_text: bool,
}

/// Compares a token with what is expected of it.
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

/// The tokens that expectations are about: each that stands in the text itself, and in place of one that only wraps
/// another, as a token does that was signed once more, the one inside.
pub(super) fn is_checked(tokens: &[Token], index: usize) -> bool {
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

/// Writes the comparisons, apart from those that nothing was given for.
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
    /// What could not be compared is not as expected either.
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
