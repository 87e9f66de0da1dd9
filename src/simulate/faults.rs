//! What is made wrong: a switch for each fault, on any scenario.

use fedcred_core::flow::Fault;
use yew::prelude::*;

use super::editor::set_faults;
use super::view::View;
use crate::ui::{each, tick};

/// The switches, and the way back.
pub(super) fn faults(view: &View) -> Html {
    let on = !view.whole.scenario.faults.is_empty();
    html! {
        <div class="panel-body">
            <fieldset class="choices faults">
                <legend>{ "Make it fail: what is wrong?" }</legend>
                { each(Fault::ALL.into_iter().map(|fault| switch(view, fault))) }
            </fieldset>
            if on {
                <p>{ repair(view, "button button-small", "Repair all") }</p>
            }
        </div>
    }
}

fn switch(view: &View, fault: Fault) -> Html {
    let view = view.clone();
    let on = view.whole.scenario.faults.contains(&fault);
    let on_change = Callback::from(move |on: bool| {
        let mut faults = view.whole.scenario.faults.clone();
        faults.retain(|other| *other != fault);
        faults.extend(on.then_some(fault));
        set_faults(&view, faults);
    });
    tick(fault.title(), on, on_change)
}

/// A button that takes all faults away.
pub(super) fn repair(view: &View, class: &'static str, words: &'static str) -> Html {
    let view = view.clone();
    let onclick = Callback::from(move |_: MouseEvent| set_faults(&view, Vec::new()));
    html! { <button type="button" {class} {onclick}>{ words }</button> }
}
