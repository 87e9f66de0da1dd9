//! The claims of a token: name, exact value, meaning, source.

use fedcred_core::claims::{Claim, Confidence};
use fedcred_core::text::time;
use yew::prelude::*;

use crate::ui::{CopyButton, Panel, Tone, badge, marked, panel, show};

/// A hostile token has any number of claims of any length: these are drawn, the rest is counted.
const CLAIMS_SHOWN: usize = 200;
const CHARACTERS_SHOWN: usize = 1_500;

/// A panel with a row for each claim; nothing where there is none.
pub(super) fn claims_panel(
    id: &'static str,
    title: &'static str,
    claims: &[Claim],
    now: i64,
) -> Html {
    if claims.is_empty() {
        return Html::default();
    }
    let (tone, part) = match id {
        "header" => (Tone::Header, "first part"),
        _ => (Tone::Payload, "second part"),
    };
    let more = claims.len().saturating_sub(CLAIMS_SHOWN);
    let body = html! {
        <>
            <dl class="claims">{ for claims.iter().take(CLAIMS_SHOWN).map(|claim| row(claim, now)) }</dl>
            if more > 0 {
                <p class="panel-body hint">{ format!("{more} more claims are not shown.") }</p>
            }
        </>
    };
    panel(Panel {
        id,
        title: title.into(),
        badges: badge(tone, part),
        flush: true,
        body,
        ..Panel::default()
    })
}

fn row(claim: &Claim, now: i64) -> Html {
    html! {
        <div class="claim">
            <dt>{ show(&claim.name) }</dt>
            <dd>
                <span class="value">{ show(shown(&claim.value)) }</span>
                { claim.label.as_ref().map(|label| html! { <>{ " " }{ badge(Tone::Neutral, label.clone()) }</> }) }
                { confidence(claim.confidence) }
            </dd>
            { moment(claim, now) }
            { rest(claim) }
            <dd class="claim-note">{ meaning(claim) }</dd>
        </div>
    }
}

fn meaning(claim: &Claim) -> Html {
    if claim.meaning.is_empty() {
        return html! { "Not in the dictionary." };
    }
    html! { <>{ marked(&claim.meaning) }{ " " }{ marked(&claim.never) }{ " " }<span class="source">{ &claim.source }</span></> }
}

/// What the vendor documents needs no mark.
fn confidence(confidence: Option<Confidence>) -> Html {
    match confidence {
        Some(confidence) if confidence != Confidence::Documented => {
            html! { <>{ " " }{ badge(Tone::Observed, confidence.word()) }</> }
        }
        _ => Html::default(),
    }
}

fn moment(claim: &Claim, now: i64) -> Html {
    let Some(seconds) = claim.time else {
        return Html::default();
    };
    html! {
        <dd><strong>{ time::relative(seconds, now) }</strong>{ " · " }{ time::rfc3339(seconds) }</dd>
    }
}

fn shown(value: &str) -> &str {
    let end = value
        .char_indices()
        .nth(CHARACTERS_SHOWN)
        .map_or(value.len(), |(at, _)| at);
    value.get(..end).unwrap_or_default()
}

fn rest(claim: &Claim) -> Html {
    let left = claim.value.len() - shown(&claim.value).len();
    if left == 0 {
        return Html::default();
    }
    html! {
        <dd class="row">
            <span class="hint">{ format!("The value goes on for {left} bytes.") }</span>
            <CopyButton text={claim.value.clone()} what="the whole value" />
        </dd>
    }
}
