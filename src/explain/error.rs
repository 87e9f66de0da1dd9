//! One error: why, what to do, what its message says, and the way on.

use fedcred_core::federation::{CatalogueEntry, ExplainedError, look_up_address};
use fedcred_core::flow::{Scenario, scenario_for_error};
use yew::prelude::*;

use crate::route::Route;
use crate::session::{Action, SessionContext};
use crate::shared::Shared;
use crate::ui::{Tone, badge, each, external_link, marked, page_link, show};

/// A label and what stands beside it.
type Row = (Html, Html);

/// The panel of an error; `index` is its place in the text's list, from 0.
pub(super) fn error_panel(session: &SessionContext, index: usize, error: &ExplainedError) -> Html {
    let id = format!("error-{index}");
    html! {
        <section class="panel" aria-labelledby={id.clone()}>
            <header class="panel-header">
                <h2 class="panel-title" {id}>{ heading(error) }</h2>
                <div class="panel-badges">{ error.entry.map(badges) }</div>
            </header>
            <dl>{ each(rows(error).into_iter().map(row)) }</dl>
            <div class="panel-body">
                { error.entry.map_or_else(|| unknown(error), |entry| html! {
                    <p class="source">{ format!("{} · {}", entry.source, entry.confidence.word()) }</p>
                }) }
                { way_on(session, error) }
            </div>
        </section>
    }
}

fn heading(error: &ExplainedError) -> String {
    let code = error.code.map(|code| format!("AADSTS{code}"));
    let title = error.entry.map(|entry| entry.title.clone());
    let mut parts = Vec::from_iter(code);
    parts.extend(title);
    parts.join(" · ")
}

fn badges(entry: &CatalogueEntry) -> Html {
    html! {
        <>
            { each(entry.status.map(|status| badge(Tone::Neutral, format!("HTTP {status}")))) }
            { each(entry.error.clone().map(|error| badge(Tone::Neutral, error))) }
        </>
    }
}

fn rows(error: &ExplainedError) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    if let Some(entry) = error.entry {
        rows.push(("Why".into(), marked(&entry.cause)));
        rows.push(("What to do".into(), marked(&entry.fix)));
        rows.push(("Retry".into(), marked(&entry.retry.text)));
    }
    let said = error.parameters.iter();
    rows.extend(said.map(|(name, value)| (code(name), code(value))));
    let ids = [
        ("Trace id", &error.trace_id),
        ("Correlation id", &error.correlation_id),
        ("When", &error.timestamp),
    ];
    let ids = ids.into_iter();
    rows.extend(ids.filter_map(|(label, id)| Some((label.into(), code(id.as_ref()?)))));
    rows
}

fn code(value: &str) -> Html {
    html! { <span class="value">{ show(value) }</span> }
}

fn row((label, value): Row) -> Html {
    html! { <div class="field"><dt>{ label }</dt><dd>{ value }</dd></div> }
}

fn unknown(error: &ExplainedError) -> Html {
    html! {
        <>
            <p>{ "This code is not in the catalogue, so nothing is said about it here." }</p>
            if let Some(code) = error.code {
                <p>{ external_link(look_up_address(code), "Look it up at Microsoft") }</p>
            }
        </>
    }
}

/// A scenario that ends the same, or why there is none; and the comparison, where credentials are the matter.
fn way_on(session: &SessionContext, error: &ExplainedError) -> Html {
    let scenario = error
        .code
        .and_then(|code| scenario_for_error(code, &error.parameters));
    let compared = error
        .parameters
        .iter()
        .any(|(name, _)| ["iss", "sub", "aud"].contains(&name.as_str()));
    let none = error.entry.filter(|_| scenario.is_none()).map(|entry| {
        let unsent = entry.unsent.as_ref();
        unsent.map_or(NO_WAY, |reason| reason.text.as_str())
    });
    html! {
        <>
            if let Some(reason) = none {
                <p class="hint">{ "Not simulated: " }{ marked(reason) }</p>
            }
            <div class="row">
                { scenario.map(|scenario| open_in_simulate(session, scenario)) }
                if compared {
                    { page_link(Route::Credential, "button", "Compare with your credentials") }
                }
            </div>
        </>
    }
}

const NO_WAY: &str =
    "The mock answers with it, but the token of a managed identity never leads there.";

fn open_in_simulate(session: &SessionContext, scenario: Scenario) -> Html {
    let (dispatcher, scenario) = (session.dispatcher(), Shared::new(scenario));
    let onclick = move |_: MouseEvent| dispatcher.dispatch(Action::Reproduce(scenario.clone()));
    let address = Route::Simulate.address() + "?scenario=error";
    html! {
        <a class="button button-primary" href={address} data-route={Route::Simulate.name()} {onclick}>
            { "Open in Simulate" }
        </a>
    }
}
