//! The claims of a token: name, exact value, meaning, source.

use std::borrow::Cow;

use fedcred_core::claims::{Claim, Confidence, DecodedValue, Mask};
use fedcred_core::jose::Role;
use fedcred_core::text::{Span, time};
use yew::prelude::*;

use super::highlight::Highlight;
use crate::platform::clock;
use crate::ui::{CopyButton, Panel, Tone, badge, classed, each, element, marked, panel, show};

/// A hostile token has any number of claims of any length: these are drawn, the rest is counted.
const CLAIMS_SHOWN: usize = 200;
const CHARACTERS_SHOWN: usize = 1_500;

/// What the list needs to know beside the claims.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub now: i64,
    pub mask: &'a Mask,
    pub mark: Option<Highlight>,
    pub on_place: &'a Callback<Span>,
}

/// A panel with a row for each claim; nothing where there is none.
pub(super) fn claims_panel(
    part: Role,
    claims: &[Claim],
    actions: Html,
    setting: Setting<'_>,
) -> Html {
    if claims.is_empty() {
        return Html::default();
    }
    let (id, title, tone, note) = match part {
        Role::Header => ("header", "Header", Tone::Header, "first part"),
        Role::Payload => ("claims", "Claims", Tone::Payload, "second part"),
        _ => (
            "unprotected",
            "Unprotected header",
            Tone::Caution,
            "not signed; anyone can change it",
        ),
    };
    let more = claims.len().saturating_sub(CLAIMS_SHOWN);
    let rows = claims.iter().take(CLAIMS_SHOWN).enumerate();
    let rows = each(rows.map(|(index, claim)| row(Highlight { part, index }, claim, setting)));
    let body = html! {
        <>
            { element("dl", "claims", rows) }
            if more > 0 {
                { element("p", "panel-body hint", format!("{more} more claims are not shown.")) }
            }
        </>
    };
    panel(Panel {
        id,
        title: title.into(),
        badges: badge(tone, note),
        actions,
        flush: true,
        body,
    })
}

fn row(mark: Highlight, claim: &Claim, setting: Setting<'_>) -> Html {
    let class = if setting.mark == Some(mark) {
        "claim claim-selected"
    } else {
        "claim"
    };
    let span = claim.span;
    let onclick = setting.on_place.reform(move |_: MouseEvent| span);
    let mask = setting.mask;
    let value = mask.claim(&claim.name, &claim.value);
    let row = html! {
        <div data-mark={mark.word()}>
            <dt><button type="button" class="claim-name" title="Show it in the token" {onclick}>{ show(&claim.name) }</button></dt>
            <dd>
                { element("span", "value", show(shown(&value))) }
                { each(claim.label.as_ref().map(|label| label_badge(claim, mask.text(label)))) }
                { confidence(claim.confidence) }
            </dd>
            { moment(claim, setting.now) }
            { rest(claim, mask) }
            { element("dd", "claim-note", meaning(claim)) }
            { each(claim.decoded.iter().filter(|_| !mask.is_on()).map(decoded)) }
        </div>
    };
    classed(class, row)
}

fn label_badge(claim: &Claim, label: Cow<'_, str>) -> Html {
    html! { <>{ " " }{ badge(Tone::Neutral, label.into_owned()) }{ confidence(claim.label_confidence) }</> }
}

fn meaning(claim: &Claim) -> Html {
    if claim.meaning.is_empty() {
        return "Not in the dictionary.".into();
    }
    let by = match claim.set_by.as_str() {
        "" => String::new(),
        by => format!(" Set by {by}."),
    };
    html! {
        <>
            { marked(&claim.meaning) }{ marked(&by) }{ " " }
            if !claim.caution.is_empty() { <strong>{ "Careful: " }</strong>{ marked(&claim.caution) }{ " " } }
            { element("span", "source", claim.source.clone()) }
        </>
    }
}

/// What is inside the value, as far as somebody found out.
fn decoded(decoded: &DecodedValue) -> Html {
    let fits = match decoded.agrees {
        Some(true) => badge(Tone::Neutral, "fits the token"),
        Some(false) => badge(Tone::Caution, "does not fit the token"),
        None => Html::default(),
    };
    let content = html! {
        <>{ "Inside: " }{ marked(&decoded.text) }{ confidence(Some(decoded.confidence)) }{ " " }{ fits }</>
    };
    element("dd", "claim-note", content)
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
    let moment = format!(
        " · {} local · {}",
        time::local(seconds, clock::offset(seconds)),
        time::rfc3339(seconds)
    );
    html! { <dd><strong>{ time::relative(seconds, now) }</strong>{ moment }</dd> }
}

fn shown(value: &str) -> &str {
    let end = value
        .char_indices()
        .nth(CHARACTERS_SHOWN)
        .map_or(value.len(), |(at, _)| at);
    value.get(..end).unwrap_or_default()
}

fn rest(claim: &Claim, mask: &Mask) -> Html {
    let left = claim.value.len() - shown(&claim.value).len();
    if left == 0 || mask.is_on() {
        return Html::default();
    }
    html! {
        <dd class="row">
            { element("span", "hint", format!("The value goes on for {left} bytes.")) }
            <CopyButton text={claim.value.clone()} what="the whole value" />
        </dd>
    }
}
