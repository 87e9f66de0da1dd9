//! One error: why, what to do, what its message says, and the way on.

use fedcred_core::errors::{AadstsCode, CatalogueEntry, ExplainedError};
use fedcred_core::flow::{Scenario, scenario_from_error};
use yew::prelude::*;

use crate::route::Route;
use crate::session::{Action, SessionContext};
use crate::shared::Shared;
use crate::ui::{Tone, badge, each, element, external_link, group, marked, page_link, show};

/// The panel of an error; `index` is its place in the text's list, from 0.
pub(super) fn error_panel(session: &SessionContext, index: usize, error: &ExplainedError) -> Html {
    let id = format!("error-{index}");
    let head = html! { <h2 class="panel-title" id={id.clone()}>{ heading(error) }</h2> };
    let head = vec![
        head,
        element("div", "panel-badges", each(error.entry.map(badges))),
    ];
    let mut body = match error.entry {
        Some(entry) => vec![element(
            "p",
            "source",
            format!("{} · {}", entry.source, entry.confidence.word()),
        )],
        None => unknown(error),
    };
    way_on(session, error, &mut body);
    html! {
        <section class="panel" aria-labelledby={id}>
            { element("header", "panel-header", group(head)) }
            { element("dl", "", group(rows(error))) }
            { element("div", "panel-body", group(body)) }
        </section>
    }
}

fn heading(error: &ExplainedError) -> String {
    let code = error.code.map(|code| code.to_string());
    let title = error.entry.map(|entry| entry.title.clone());
    let mut parts = Vec::from_iter(code);
    parts.extend(title);
    parts.join(" · ")
}

fn badges(entry: &CatalogueEntry) -> Html {
    let status = entry.status.map(|status| format!("HTTP {status}"));
    let both = status.into_iter().chain(entry.error.clone());
    each(both.map(|text| badge(Tone::Neutral, text)))
}

fn rows(error: &ExplainedError) -> Vec<Html> {
    let mut rows = Vec::new();
    if let Some(entry) = error.entry {
        rows.push(row("Why", marked(&entry.cause)));
        rows.push(row("What to do", marked(&entry.fix)));
        rows.push(row("Retry", marked(&entry.retry.text)));
    }
    for (name, value) in &error.parameters {
        rows.push(row(code(name), code(value)));
    }
    for (label, id) in [
        ("Trace ID", &error.trace_id),
        ("Correlation ID", &error.correlation_id),
        ("When", &error.timestamp),
    ] {
        if let Some(id) = id {
            rows.push(row(label, code(id)));
        }
    }
    rows
}

fn code(value: &str) -> Html {
    element("span", "value", show(value))
}

fn row(label: impl Into<Html>, value: Html) -> Html {
    let parts = vec![element("dt", "", label), element("dd", "", value)];
    element("div", "field", group(parts))
}

fn unknown(error: &ExplainedError) -> Vec<Html> {
    let link = |code: AadstsCode| external_link(code.lookup_url(), "Look it up at Microsoft");
    vec![
        element("p", "", UNKNOWN),
        element("p", "", each(error.code.map(link))),
    ]
}

const UNKNOWN: &str = "This code is not in the catalogue.";

/// A scenario that ends the same, or why there is none; and the comparison, where credentials are the matter.
fn way_on(session: &SessionContext, error: &ExplainedError, body: &mut Vec<Html>) {
    let code = error.code;
    let scenario = code.and_then(|code| scenario_from_error(code, &error.parameters));
    let mut ways = Vec::new();
    if let Some(scenario) = scenario {
        ways.push(open_in_simulate(session, scenario));
    } else if let Some(entry) = error.entry {
        let unsent = entry.unsent.as_ref();
        let reason = unsent.map_or(NO_WAY, |reason| reason.text.as_str());
        body.push(element(
            "p",
            "hint",
            marked(&format!("Not simulated: {reason}")),
        ));
    }
    let mut names = error.parameters.iter().map(|(name, _)| name.as_str());
    if names.any(|name| ["iss", "sub", "aud"].contains(&name)) {
        ways.push(page_link(
            Route::Credential,
            "button",
            "Compare with your credentials",
        ));
    }
    body.push(element("div", "row", group(ways)));
}

const NO_WAY: &str =
    "The mock can answer with this error, but a managed identity's token never causes it.";

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
