//! Why the exchange fails: the two values that differ, the cause, what to do, and the source.

use fedcred_core::errors::{AadstsCode, CatalogueEntry};
use fedcred_core::flow::{Outcome, Trace};
use fedcred_core::text::DifferenceKind;
use fedcred_core::text::json::{Document, Value};
use yew::prelude::*;

use super::checks::{by_character, difference};
use super::faults::repair;
use super::settings::EDIT;
use super::view::{Shown, Tool, View};
use crate::platform::page;
use crate::ui::{button, classed, marked, show};

/// The explanation below the verdict of a failing step.
pub(super) fn failure(view: &View) -> Html {
    let check = view
        .trace()
        .failing_step()
        .and_then(|step| step.failed_check());
    let entry = view.trace().code.and_then(AadstsCode::entry);
    html! {
        <div class="failure">
            if let Some(check) = check {
                { difference(check) }
                if by_character(check) {
                    <p class="hint">{ kind(&check.presented, &check.configured) }</p>
                }
                if !check.note.is_empty() {
                    <p>{ show(&check.note) }</p>
                }
            }
            { entry.map_or_else(|| unknown(view.trace()), explanation) }
            <p>{ way_out(view) }</p>
        </div>
    }
}

/// Faults are taken away at once; what is wrong in the scenario itself is for the visitor to change.
fn way_out(view: &View) -> Html {
    if !view.exchange.scenario.faults.is_empty() {
        return repair(view, "button button-primary", "Repair and run again");
    }
    let open = view.showing(Shown {
        tool: Some(Tool::Editor),
        ..(*view.shown).clone()
    });
    // The editor unfolds below its button.
    let change = Callback::from(move |event: MouseEvent| {
        page::focus(EDIT);
        open.emit(event);
    });
    classed("button", button("Change the scenario", change))
}

fn kind(presented: &str, configured: &str) -> &'static str {
    match DifferenceKind::between(presented, configured) {
        // The marks say so already.
        None | Some(DifferenceKind::Other) => "",
        Some(kind) => kind.sentence(),
    }
}

fn explanation(entry: &CatalogueEntry) -> Html {
    html! {
        <>
            <p>{ marked(&entry.cause) }</p>
            <p><strong>{ "What to do: " }</strong>{ marked(&entry.fix) }</p>
            <p class="source">{ format!("{}: {}", entry.confidence.word(), entry.source) }</p>
        </>
    }
}

fn unknown(trace: &Trace) -> Html {
    let answer = trace
        .steps
        .iter()
        .rev()
        .find_map(|step| step.response.as_ref());
    let body = Document::parse(answer.map_or("", |answer| answer.body.as_str()));
    let said = body.get("error_description").map(Value::to_text);
    let said = said.unwrap_or_default();
    // The rest are ids and the time.
    let said = said.split(" Trace ID:").next().unwrap_or_default();
    let words = match trace.outcome {
        Outcome::Denied => DENIED,
        _ if said.is_empty() => NO_CODE,
        _ => said,
    };
    html! { <p>{ show(words) }</p> }
}

const DENIED: &str = "Entra ID issued a token; the API refused it.";
const NO_CODE: &str = "It is not known which AADSTS code Entra ID returns here.";
