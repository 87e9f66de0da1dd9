//! The checks of a step: question, answer, the two values, and how sure it is that Entra ID asks.

use fedcred_core::claims::Confidence;
use fedcred_core::entra::{Check, Comparison};
use fedcred_core::text::{CheckVerdict, Difference};
use yew::prelude::*;

use super::words;
use crate::ui::{Glyph, Tone, Verdict, badge, diff, each, element, show, verdict};

/// In the order in which they were made.
pub(super) fn checks(checks: &[Check]) -> Html {
    html! {
        <ol class="checks">
            { each(checks.iter().map(|check| html! { <li key={check.rule.as_str()}>{ view(check) }</li> })) }
        </ol>
    }
}

fn view(check: &Check) -> Html {
    let (tone, glyph) = match check.verdict {
        CheckVerdict::Pass => (Tone::Good, Glyph::Pass),
        CheckVerdict::Fail => (Tone::Bad, Glyph::Fail),
        CheckVerdict::Skipped | CheckVerdict::NotReached => (Tone::Neutral, Glyph::Open),
    };
    let source = html! { <>{ confidence_badge(check.confidence) }{ " " }{ check.source }</> };
    let reason = html! {
        <>
            { values(check) }
            if !check.note.is_empty() {
                <p>{ show(&check.note) }</p>
            }
        </>
    };
    verdict(Verdict {
        tone,
        glyph: Some(glyph),
        // The title is bold already; code in it needs no mark.
        title: check.question.replace('`', "").into(),
        more: Html::from(format!(" · {}", words::verdict(check.verdict))),
        reason,
        source,
        ..Verdict::default()
    })
}

fn values(check: &Check) -> Html {
    match check.verdict {
        CheckVerdict::Pass if check.presented == check.configured => {
            html! { <p class="value">{ said(&check.presented) }</p> }
        }
        CheckVerdict::Pass | CheckVerdict::Fail => html! {
            <dl class="check-values">
                <dt>{ presented(check) }</dt><dd class="value">{ said(&check.presented) }</dd>
                <dt>{ configured(check) }</dt><dd class="value">{ said(&check.configured) }</dd>
            </dl>
        },
        CheckVerdict::Skipped | CheckVerdict::NotReached => Html::default(),
    }
}

/// A value; nothing is said to be nothing.
fn said(value: &str) -> Html {
    if value.is_empty() {
        element("span", "hint", "nothing")
    } else {
        show(value)
    }
}

/// Whether characters are compared: not with an expression.
pub(super) fn by_character(check: &Check) -> bool {
    check.compares_text() && !is_expression(&check.configured)
}

fn is_expression(text: &str) -> bool {
    let start = text.get(..7).unwrap_or_default();
    start.eq_ignore_ascii_case("claims[")
}

/// Both values of a check that failed, with the characters marked that differ.
pub(super) fn difference(check: &Check) -> Html {
    if !by_character(check) {
        return values(check);
    }
    let difference = Difference::between(&check.presented, &check.configured);
    diff([PRESENTED, CONFIGURED], &difference)
}

/// `documented`, `observed`, …
pub(super) fn confidence_badge(confidence: Confidence) -> Html {
    let tone = match confidence {
        Confidence::Documented => Tone::Neutral,
        _ => Tone::Observed,
    };
    badge(tone, confidence.word())
}

/// What the first value is called; the clock is not configured by anybody.
fn presented(check: &Check) -> &'static str {
    if is_time(check) { "valid" } else { PRESENTED }
}

fn configured(check: &Check) -> &'static str {
    if is_time(check) { "now" } else { CONFIGURED }
}

fn is_time(check: &Check) -> bool {
    check.rule.comparison() == Comparison::Time
}

const PRESENTED: &str = "presented";
const CONFIGURED: &str = "configured";
