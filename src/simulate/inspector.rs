//! What happens in the current step: verdict, reason, messages and checks.

use fedcred_core::entra::HttpRequest;
use fedcred_core::errors::AadstsCode;
use fedcred_core::flow::{Actor, Step, StepKind, Trace};
use yew::prelude::*;

use super::changes::changes;
use super::checks::{checks, confidence_badge};
use super::code::code;
use super::failure::failure;
use super::message::Message;
use super::message_parts::message_parts;
use super::message_view::message_view;
use super::view::{Shown, View};
use super::words;
use crate::ui::{self, Glyph, Tab, Tabs, Tone, Verdict, group, marked};

/// Its id, to lead there.
pub(super) const INSPECTOR: &str = "step-details";
/// The id of its beginning: of something tall the browser might show the end.
pub(super) const VERDICT: &str = "step-verdict";

/// The panel beside the diagram.
pub(super) fn inspector(view: &View) -> Html {
    let Some(step) = view.step() else {
        return html! { <section class="panel inspector empty" id={INSPECTOR}><p>{ "Nothing happens here." }</p></section> };
    };
    let trace = &view.exchange.trace;
    html! {
        // Another step begins at the top.
        <section key={step.number} class="panel inspector" id={INSPECTOR} tabindex="-1" aria-label="Details of this step">
            <div id={VERDICT}>{ verdict(step, trace) }</div>
            if step.failed {
                { failure(view) }
            }
            { views(view, step) }
        </section>
    }
}

fn verdict(step: &Step, trace: &Trace) -> Html {
    let (tone, glyph) = match (step.failed, step.kind) {
        (true, _) => (Tone::Bad, Glyph::Fail),
        (false, StepKind::Check) => (Tone::Good, Glyph::Pass),
        (false, _) => (Tone::Neutral, Glyph::Arrow),
    };
    let entry = trace
        .code
        .filter(|_| step.failed)
        .and_then(AadstsCode::entry);
    let aside = entry.map(|entry| confidence_badge(entry.confidence));
    let reason = html! {
        <>
            <p>{ step.route() }{ " · " }{ words::result(step) }</p>
            if step.failed {
                { error_line(step, trace) }
            }
            if !step.failed {
                <p>{ marked(step.purpose()) }</p>
            }
        </>
    };
    ui::verdict(Verdict {
        tone,
        glyph: Some(glyph),
        title: format!("{} · {}", step.number, step.title).into(),
        reason,
        aside: aside.unwrap_or_default(),
        ..Verdict::default()
    })
}

/// `AADSTS700213 · HTTP 401 · invalid_client`, as far as it is known.
fn error_line(step: &Step, trace: &Trace) -> Html {
    let code = trace.code.map(|code| code.to_string());
    let answers = trace
        .steps
        .iter()
        .filter(|other| other.number >= step.number);
    let http = answers
        .filter_map(|step| step.response.as_ref())
        .map(|response| format!("HTTP {}", response.status))
        .next();
    let error = trace
        .code
        .and_then(AadstsCode::entry)
        .and_then(|entry| entry.error.clone());
    let mut parts = Vec::from_iter(code);
    parts.extend(http);
    parts.extend(error);
    html! { <p class="value">{ parts.join(" · ") }</p> }
}

/// What the visitor wants to see of a step; another one begins anew.
#[derive(Clone, Default)]
pub(super) struct Wish {
    /// Number of the step.
    pub step: usize,
    /// The key of the tab, where one was chosen.
    pub tab: Option<AttrValue>,
    /// Whether tokens are shown whole.
    pub whole: bool,
}

/// Tabs for what the step has; the one that matters most comes first.
fn views(view: &View, step: &Step) -> Html {
    let request = request_of(view.trace(), step);
    let tabs = tabs(step, request);
    let Some(first) = tabs.first().map(|tab| tab.key.clone()) else {
        return Html::default();
    };
    let wish = view.wish();
    let selected = wish.tab.clone().unwrap_or(first);
    let on_select = {
        let (shown, selected) = (view.shown.clone(), selected.clone());
        Callback::from(move |tab| {
            shown.set(Shown {
                wish: Wish {
                    whole: wish.whole && tab == selected,
                    tab: Some(tab),
                    ..wish
                },
                ..(*shown).clone()
            });
        })
    };
    ui::tabs(Tabs {
        id: "views",
        label: "Contents of the step",
        tabs,
        content: content(&selected, step, request, view),
        selected,
        on_select,
    })
}

fn tabs(step: &Step, request: Option<&HttpRequest>) -> Vec<Tab> {
    let response = step
        .response
        .as_ref()
        .map(|_| Tab::new(RESPONSE, "Response"));
    let checks = (!step.checks.is_empty())
        .then(|| Tab::new(CHECKS, format!("Checks ({})", step.checks.len())));
    let mut all = Vec::from_iter(response);
    all.extend(checks);
    if !step.changes.is_empty() {
        all.push(Tab::new(CHANGES, "What changed"));
    }
    if request.is_some() {
        all.push(Tab::new(REQUEST, "Request"));
        all.push(Tab::new(CODE, "Code"));
    }
    all
}

fn content(selected: &str, step: &Step, request: Option<&HttpRequest>, view: &View) -> Html {
    match (selected, &step.response, request) {
        (CHECKS, _, _) => checks(&step.checks),
        (CHANGES, _, _) => changes(&step.changes),
        (RESPONSE, Some(response), _) => {
            let message = message_view(view, &Message::of_response(response), RESPONSE);
            group(vec![message, message_parts(response.parts())])
        }
        (CODE, _, Some(request)) => code(view, step, request),
        (_, _, Some(request)) => {
            let message = message_view(view, &Message::of_request(request), REQUEST);
            group(vec![message, message_parts(request.parts())])
        }
        _ => Html::default(),
    }
}

/// The request of a step; for a check, the one that is being checked.
fn request_of<'a>(trace: &'a Trace, step: &'a Step) -> Option<&'a HttpRequest> {
    let checker: Option<Actor> = (step.kind == StepKind::Check).then_some(step.to);
    step.request.as_ref().or_else(|| {
        let mut before = trace
            .steps
            .iter()
            .rev()
            .filter(|other| other.number < step.number);
        let asked =
            before.find(|other| other.kind == StepKind::Request && Some(other.to) == checker);
        asked?.request.as_ref()
    })
}

const REQUEST: &str = "request";
const RESPONSE: &str = "response";
const CHECKS: &str = "checks";
const CHANGES: &str = "changes";
const CODE: &str = "code";

#[cfg(test)]
mod tests {
    use fedcred_core::flow::run;

    use super::super::scenarios::read_shipped;
    use super::*;

    fn trace() -> Trace {
        run(&read_shipped("managed-identity").scenario)
    }

    #[track_caller]
    fn check(number: usize, expected: &[&str], url_has: &str) {
        let trace = trace();
        let step = trace.steps.get(number - 1).unwrap();
        let request = request_of(&trace, step);
        let keys: Vec<_> = tabs(step, request)
            .into_iter()
            .map(|tab| tab.key.to_string())
            .collect();
        assert_eq!(keys, expected);
        assert!(request.unwrap().url.contains(url_has), "{request:?}");
    }

    #[test]
    fn each_step_shows_what_it_has() {
        check(1, &[REQUEST, CODE], "169.254.169.254");
        check(2, &[RESPONSE, CHECKS, REQUEST, CODE], "169.254.169.254");
        check(9, &[RESPONSE, REQUEST, CODE], "/keys");
    }

    #[test]
    fn a_check_shows_the_request_that_it_checks() {
        check(10, &[CHECKS, REQUEST, CODE], "/oauth2/v2.0/token");
        check(15, &[CHECKS, REQUEST, CODE], "orders.contoso.example");
    }
}
