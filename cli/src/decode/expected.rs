//! `--issuer`, `--audience`, `--subject`, `--leeway`: which tokens are compared with them, and how that is written.

use fedcred_core::claims::ExpectedCheck;
use fedcred_core::jose::{Token, TokenForm};
use fedcred_core::text::json::Document;
use fedcred_core::text::{CheckVerdict, Difference};

use crate::terminal::TerminalText;

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
pub(super) fn write_all(checks: &[ExpectedCheck], out: &mut TerminalText) {
    let Some(first) = checks.first() else { return };
    if first.verdict == CheckVerdict::NotReached {
        out.paragraph(2, &format!("× Not as expected: {}", first.reason));
        return;
    }
    let verdict = if checks.iter().all(ExpectedCheck::is_met) {
        "✓ As expected"
    } else {
        "× Not as expected"
    };
    out.paragraph(2, verdict);
    for check in checks {
        write(check, out);
    }
}

fn write(check: &ExpectedCheck, out: &mut TerminalText) {
    let ExpectedCheck {
        name,
        presented,
        expected,
        verdict,
        reason,
        ..
    } = check;
    if *verdict == CheckVerdict::Skipped && expected.is_empty() {
        return;
    }
    out.paragraph(4, &format!("{} {name}: {reason}", verdict.symbol()));
    if *verdict != CheckVerdict::Fail {
        return;
    }
    let label = format!("token {name}");
    if check.compares_text {
        let difference = Difference::between(presented, expected);
        out.difference(8, [&label, "expected"], &difference);
    } else {
        if !presented.is_empty() {
            out.value(8, &format!("{label:<10}"), presented);
        }
        out.value(8, "expected  ", expected);
    }
}
