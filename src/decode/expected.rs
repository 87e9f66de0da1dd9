//! What the token is expected to hold, and at which moment it is judged.

use fedcred_core::claims::{Expected, ExpectedCheck, Mask, check_expected};
use fedcred_core::jose::Token;
use fedcred_core::text::{CheckVerdict, Difference, time};
use yew::prelude::*;

use crate::session::{Asked, Field, SessionContext, ask};
use crate::ui::{
    Panel, TextField, Tone, Verdict, diff, each, element, marked, panel, text_field, verdict,
};

/// The moment that the visitor set; `now` where there is none that can be read.
pub(super) fn moment(asked: &Asked, now: i64) -> i64 {
    time::parse(asked.text(Field::Moment).trim()).unwrap_or(now)
}

/// The fields, folded away, and the answers.
pub(super) fn expected_panel(
    session: &SessionContext,
    token: Option<&Token>,
    mask: &Mask,
    now: i64,
) -> Html {
    let asked = &session.asked;
    let field = |field, id, label, placeholder| {
        text_field(TextField {
            id,
            label,
            placeholder,
            value: asked.text(field),
            on_change: ask(session, field),
            problem: problem(field, asked.text(field)),
        })
    };
    let body = html! {
        <>
            <div class="panel-body form">
                { field(Field::Issuer, "expected-issuer", "Issuer", "https://…") }
                { field(Field::Audience, "expected-audience", "Audience", "") }
                { field(Field::Subject, "expected-subject", "Subject", "") }
                { field(Field::Moment, "expected-moment", "Time, instead of now", "2026-11-23T15:24:00Z") }
                { field(Field::Leeway, "expected-leeway", "Leeway in seconds", "0") }
            </div>
            { token.map(|token| answers(token, asked, mask, now)).unwrap_or_default() }
        </>
    };
    let whole = panel(Panel {
        id: "expected",
        title: "Expected values".into(),
        flush: true,
        body,
        ..Panel::default()
    });
    html! {
        <details class="fold">
            { element("summary", "", "Compare with expected values, or set the clock") }
            { whole }
        </details>
    }
}

fn problem(field: Field, text: &str) -> &'static str {
    let text = text.trim();
    match field {
        Field::Moment if !text.is_empty() && time::parse(text).is_none() => {
            "Give seconds since 1970, or a time like 2026-11-23T15:24:00Z."
        }
        Field::Leeway if !text.is_empty() && leeway(text).is_none() => {
            "Give a whole number of seconds, 0 or more."
        }
        _ => "",
    }
}

fn leeway(text: &str) -> Option<i64> {
    text.parse().ok().filter(|seconds| *seconds >= 0)
}

fn answers(token: &Token, asked: &Asked, mask: &Mask, now: i64) -> Html {
    let given = |field| Some(asked.text(field).to_string()).filter(|text| !text.is_empty());
    let expected = Expected {
        issuer: given(Field::Issuer),
        audience: given(Field::Audience),
        subject: given(Field::Subject),
        leeway: leeway(asked.text(Field::Leeway).trim()).unwrap_or(0),
    };
    let checks = check_expected(token, &expected, now);
    let shown = checks
        .iter()
        .filter(|check| check.verdict != CheckVerdict::Skipped);
    each(shown.map(|check| answer(check, mask)))
}

fn answer(check: &ExpectedCheck, mask: &Mask) -> Html {
    let failed = check.verdict == CheckVerdict::Fail;
    let tone = match check.verdict {
        CheckVerdict::Pass => Tone::Good,
        CheckVerdict::Fail => Tone::Bad,
        _ => Tone::Neutral,
    };
    let is_text = matches!(check.name, "iss" | "aud" | "sub");
    let shows = failed && is_text && !check.presented.is_empty();
    let text = |value| mask.claim(check.name, value);
    let difference = Difference::between(&text(&check.presented), &text(&check.expected));
    verdict(Verdict {
        tone,
        title: check.name.into(),
        more: html! { <>{ " · " }{ marked(&check.reason) }</> },
        reason: if shows {
            diff(["token", "expected"], &difference)
        } else {
            Html::default()
        },
        ..Verdict::default()
    })
}
