//! What is made wrong: a switch for each fault, on any scenario.

use fedcred_core::flow::Fault;
use yew::prelude::*;

use super::view::View;
use crate::ui::{button, checkbox, classed, each, element, group};

/// The switches, and the way back.
pub(super) fn faults(view: &View) -> Html {
    let on = &view.whole.scenario.faults;
    let mut parts = vec![html! {
        <fieldset class="choices faults">
            <legend>{ "Make it fail: what is wrong?" }</legend>
            { each(Fault::ALL.into_iter().map(|fault| switch(view, fault))) }
        </fieldset>
    }];
    if view.whole.scenario.workload.token.is_some() {
        parts.push(element("p", "hint", NO_IDENTITY));
    }
    if !on.is_empty() {
        parts.push(element(
            "p",
            "",
            repair(view, "button button-small", "Repair all"),
        ));
    }
    element("div", "panel-body", group(parts))
}

const NO_IDENTITY: &str =
    "The last two change nothing here: this workload does not use a managed-identity endpoint.";

fn switch(view: &View, fault: Fault) -> Html {
    let mut faults = view.whole.scenario.faults.clone();
    let on = faults.contains(&fault);
    faults.retain(|other| *other != fault);
    faults.extend((!on).then_some(fault));
    let on_change = view.on_faults.reform(move |_: bool| faults.clone());
    checkbox(fault.title(), on, on_change)
}

/// A button that takes all faults away.
pub(super) fn repair(view: &View, class: &'static str, words: &'static str) -> Html {
    let onclick = view.on_faults.reform(|_: MouseEvent| Vec::new());
    classed(class, button(words, onclick))
}
