//! The claims of a token: name, exact value, meaning, source.

use fedcred_core::claims::{Claim, Confidence};
use fedcred_core::text::time;
use yew::prelude::*;

use crate::ui::{Badge, CopyButton, Panel, Tone, show};

/// A hostile token has any number of claims of any length: these are drawn, the rest is counted.
const CLAIMS_SHOWN: usize = 200;
const CHARACTERS_SHOWN: usize = 1_500;

#[derive(Properties, PartialEq)]
pub(super) struct ClaimsPanelProps {
    pub id: AttrValue,
    pub title: AttrValue,
    pub claims: Vec<Claim>,
    /// Seconds.
    pub now: i64,
}

/// A panel with a row for each claim; nothing where there is none.
#[component]
pub(super) fn ClaimsPanel(props: &ClaimsPanelProps) -> Html {
    if props.claims.is_empty() {
        return Html::default();
    }
    let tone = if props.id == "header" {
        Tone::Header
    } else {
        Tone::Payload
    };
    let part = if props.id == "header" {
        "first part"
    } else {
        "second part"
    };
    let more = props.claims.len().saturating_sub(CLAIMS_SHOWN);
    html! {
        <Panel id={&props.id} title={&props.title} flush=true badges={html! { <Badge {tone} text={part} /> }}>
            <dl class="claims">
                { for props.claims.iter().take(CLAIMS_SHOWN).map(|claim| row(claim, props.now)) }
            </dl>
            if more > 0 {
                <p class="panel-body hint">{ format!("{more} more claims are not shown.") }</p>
            }
        </Panel>
    }
}

fn row(claim: &Claim, now: i64) -> Html {
    html! {
        <div class="claim">
            <dt>{ show(&claim.name) }</dt>
            <dd>
                <span class="value">{ show(shown(&claim.value)) }</span>
                { claim.label.as_ref().map(|label| html! { <>{ " " }<Badge text={label.clone()} /></> }) }
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
    html! { <>{ &claim.meaning }{ " " }<span class="source">{ &claim.source }</span></> }
}

/// What the vendor documents needs no mark.
fn confidence(confidence: Option<Confidence>) -> Html {
    match confidence {
        Some(confidence) if confidence != Confidence::Documented => {
            html! { <>{ " " }<Badge tone={Tone::Observed} text={confidence.word()} /></> }
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
