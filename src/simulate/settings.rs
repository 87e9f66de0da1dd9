//! Which scenario runs, and what is made wrong in it.

use fedcred_core::flow::Fault;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::place::{Action, Choice};
use super::scenarios::{self, Yours};
use super::view::View;
use crate::ui::each;

/// The bar below the page's heading.
pub(super) fn settings(view: &View) -> Html {
    html! {
        <div class="settings">
            <div class="settings-scenario">
                <label for="scenario">{ "Scenario" }</label>
                { chooser(view) }
            </div>
            <fieldset class="settings-faults">
                <legend class="visually-hidden">{ "Make it fail" }</legend>
                { each(Fault::ALL.into_iter().map(|fault| switch(view, fault))) }
            </fieldset>
        </div>
    }
}

fn chooser(view: &View) -> Html {
    let on_action = view.act.clone();
    let onchange = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(choice) = select.and_then(|select| Choice::named(&select.value())) {
            on_action.emit(Action::Choose(choice));
        }
    });
    let chosen = view.exchange.choice.word();
    let option = |(word, title): (&'static str, &'static str)| {
        html! { <option key={word} value={word} selected={word == chosen}>{ title }</option> }
    };
    let token = matches!(view.own.token, Yours::Can(_));
    let own = [
        (token, Choice::Yours, "Your token"),
        (view.own.error.is_some(), Choice::Error, "Your error"),
    ];
    let own = own.into_iter().filter(|(there, ..)| *there);
    let own = own.map(|(_, choice, title)| (choice.word(), title));
    html! {
        // The property as well: once the visitor has chosen, browsers ignore the options' attributes.
        <select class="control" id="scenario" ~value={chosen} {onchange}>
            { each(own.chain(scenarios::titles()).map(option)) }
        </select>
    }
}

fn switch(view: &View, fault: Fault) -> Html {
    let (on_action, faults) = (view.act.clone(), view.exchange.faults.clone());
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
