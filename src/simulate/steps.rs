//! The steps as a list: the content whose picture the diagram is.

use fedcred_core::flow::{Step, StepKind, UnreachedStep};
use web_sys::Element;
use yew::prelude::*;

use super::inspector::VERDICT;
use super::keys::{Command, command_of};
use super::view::View;
use crate::platform::page;
use crate::ui::{Glyph, Panel, classed, each, icon, panel};

/// The list's id.
pub(super) const LIST: &str = "steps";

/// One button for each step; those that were not reached are only named.
pub(super) fn steps(view: &View) -> Html {
    let list = html! {
        <ol class="steps">
            { each(view.trace().steps.iter().map(|step| item(view, step))) }
            { each(view.trace().unreached.iter().map(unreached)) }
        </ol>
    };
    let panel = panel(Panel {
        id: LIST,
        title: "All steps".into(),
        flush: true,
        body: list,
        ..Panel::default()
    });
    html! { <div class="steps-panel" onkeydown={on_key(view)}>{ panel }</div> }
}

fn item(view: &View, step: &Step) -> Html {
    let number = step.number;
    let current = number == view.current;
    let onclick = pick(view, number);
    let class = if step.failed {
        "step step-failed"
    } else {
        "step"
    };
    let button = html! {
        <button type="button" {onclick} id={button_id(number)} aria-current={current.then_some("step")}>
            <span class="step-number">{ number }</span>
            <span class="step-title">
                { &step.title }
                <span class="step-route">{ step.route() }</span>
            </span>
            { sign(step) }
        </button>
    };
    html! { <li key={number}>{ classed(class, button) }</li> }
}

fn sign(step: &Step) -> Html {
    let (glyph, class, word) = match (step.kind, step.failed) {
        (_, true) => (Glyph::Fail, "step-sign step-sign-bad", "fails"),
        (StepKind::Check, false) => (Glyph::Pass, "step-sign step-sign-good", "passes"),
        (_, false) => return Html::default(),
    };
    classed(class, html! { <span>{ icon(glyph) }{ word }</span> })
}

fn unreached(step: &UnreachedStep) -> Html {
    html! {
        <li class="step step-off">
            <span class="step-number">{ "–" }</span>
            <span class="step-title">{ step.title }</span>
            <span class="step-sign">{ "not reached" }</span>
        </li>
    }
}

/// By click or tap: what happens in the step is to be seen.
fn pick(view: &View, number: usize) -> Callback<MouseEvent> {
    let on_step = view.on_step.clone();
    Callback::from(move |_| {
        on_step.emit(number);
        page::reveal(VERDICT);
    })
}

/// The focus goes with the current step, but only from button to button.
fn on_key(view: &View) -> Callback<KeyboardEvent> {
    let (current, last) = (view.current, view.last());
    let on_step = view.on_step.clone();
    Callback::from(move |event: KeyboardEvent| {
        let from = focused(&event).unwrap_or(current);
        if let Some(Command::Go(number)) = command_of(&event, from, last) {
            on_step.emit(number);
            page::focus(&button_id(number));
        }
    })
}

/// The step whose button has the focus; Tab goes there without choosing it.
fn focused(event: &KeyboardEvent) -> Option<usize> {
    let button = event.target_dyn_into::<Element>()?;
    button.id().strip_prefix(BUTTON)?.parse().ok()
}

fn button_id(number: usize) -> String {
    format!("{BUTTON}{number}")
}

const BUTTON: &str = "step-";
