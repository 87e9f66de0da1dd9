//! Which scenario runs, and what is made wrong in it.

use std::rc::Rc;

use fedcred_core::flow::Fault;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::exchange::Exchange;
use super::place::{Action, Choice};
use super::scenarios;

#[derive(Properties, PartialEq)]
pub(super) struct SettingsProps {
    pub exchange: Rc<Exchange>,
    /// Whether the visitor's token can be chosen.
    pub has_yours: bool,
    pub on_action: Callback<Action>,
}

/// The bar below the page's heading.
#[component]
pub(super) fn Settings(props: &SettingsProps) -> Html {
    html! {
        <div class="settings">
            <div class="settings-scenario">
                <label for="scenario">{ "Scenario" }</label>
                { chooser(props) }
            </div>
            <fieldset class="settings-faults">
                <legend class="visually-hidden">{ "Make it fail" }</legend>
                { for Fault::ALL.into_iter().map(|fault| switch(props, fault)) }
            </fieldset>
        </div>
    }
}

fn chooser(props: &SettingsProps) -> Html {
    let on_action = props.on_action.clone();
    let onchange = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(choice) = select.and_then(|select| Choice::named(&select.value())) {
            on_action.emit(Action::Choose(choice));
        }
    });
    let chosen = props.exchange.choice.word();
    let option = |(word, title): (&'static str, &'static str)| {
        html! { <option key={word} value={word} selected={word == chosen}>{ title }</option> }
    };
    let yours = props
        .has_yours
        .then(|| (Choice::Yours.word(), "Your token"));
    html! {
        // The property as well: once the visitor has chosen, browsers ignore the options' attributes.
        <select class="control" id="scenario" ~value={chosen} {onchange}>
            { for yours.into_iter().chain(scenarios::titles()).map(option) }
        </select>
    }
}

fn switch(props: &SettingsProps, fault: Fault) -> Html {
    let (on_action, faults) = (props.on_action.clone(), props.exchange.faults.clone());
    let checked = faults.contains(&fault);
    let onchange = Callback::from(move |event: Event| {
        let on = event
            .target_dyn_into::<HtmlInputElement>()
            .is_some_and(|input| input.checked());
        let mut faults = faults.clone();
        faults.retain(|other| *other != fault);
        faults.extend(on.then_some(fault));
        on_action.emit(Action::Faults(faults));
    });
    html! {
        <label class="choice">
            <input type="checkbox" {checked} {onchange} />
            <span><strong>{ "Make it fail: " }</strong>{ lower_first(fault.title()) }</span>
        </label>
    }
}

/// The title goes on a sentence here.
fn lower_first(title: &str) -> String {
    let mut rest = title.chars();
    let first = rest.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(rest).collect()
}
