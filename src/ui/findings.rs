//! What is wrong with an input: message, what to do, and a way to the place.

use fedcred_core::text::{Diagnostic, Severity, Span};
use yew::prelude::*;

use super::{Tone, Verdict, each, marked, verdict};

/// More than these are counted, not listed.
const SHOWN: usize = 20;

/// The findings below each other, the first ones only where there are many; `on_place` shows a place in
/// the input, without it there is no button.
pub fn findings(findings: &[Diagnostic], on_place: Option<&Callback<Span>>) -> Html {
    let more = findings.len().saturating_sub(SHOWN);
    html! {
        <>
            { each(findings.iter().take(SHOWN).map(|finding| view(finding, on_place))) }
            if more > 0 {
                <p class="panel-body hint">{ format!("{more} more findings are not shown.") }</p>
            }
        </>
    }
}

fn view(found: &Diagnostic, on_place: Option<&Callback<Span>>) -> Html {
    let place = found.span.zip(on_place).map(place_button);
    finding(found, Html::default(), place.unwrap_or_default())
}

/// One finding, with its source and what stands at its far end.
pub fn finding(found: &Diagnostic, source: Html, aside: Html) -> Html {
    verdict(Verdict {
        tone: tone(found.severity),
        title: word(found.severity).into(),
        more: html! { <>{ " · " }{ marked(&found.message) }</> },
        reason: marked(&found.help),
        source,
        aside,
        ..Verdict::default()
    })
}

fn place_button((span, on_place): (Span, &Callback<Span>)) -> Html {
    let onclick = on_place.reform(move |_: MouseEvent| span);
    html! { <button type="button" class="button button-small" {onclick}>{ "Show the place" }</button> }
}

const fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Caution,
        Severity::Info => Tone::Neutral,
    }
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Careful",
        Severity::Info => "Note",
    }
}
