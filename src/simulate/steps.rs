//! The steps as a list: the content whose picture the diagram is.

use std::rc::Rc;

use fedcred_core::flow::{Step, StepKind, Trace, UnreachedStep};
use yew::prelude::*;

use super::keys::{Command, command_of};
use super::words;
use crate::platform::page;
use crate::ui::{Glyph, Icon, Panel};

#[derive(Properties, PartialEq)]
pub(super) struct StepsProps {
    pub trace: Rc<Trace>,
    pub current: usize,
    /// By key: the focus stays in the list.
    pub on_step: Callback<usize>,
    /// By click or tap: what happens in the step is to be seen.
    pub on_pick: Callback<usize>,
}

/// One button for each step; those that were not reached are only named.
#[component]
pub(super) fn Steps(props: &StepsProps) -> Html {
    html! {
        <div class="steps-panel" onkeydown={on_key(props)}>
            <Panel id="steps" title="All steps" flush=true>
                <ol class="steps">
                    { for props.trace.steps.iter().map(|step| view(props, step)) }
                    { for props.trace.unreached.iter().map(unreached) }
                </ol>
            </Panel>
        </div>
    }
}

fn view(props: &StepsProps, step: &Step) -> Html {
    let number = step.number;
    let current = number == props.current;
    let onclick = props.on_pick.reform(move |_: MouseEvent| number);
    let class = classes!("step", step.failed.then_some("step-failed"));
    html! {
        <li key={number}>
            <button
                type="button" {class} {onclick} id={button_id(number)}
                aria-current={current.then_some("step")}
            >
                <span class="step-number">{ number }</span>
                <span class="step-title">
                    { &step.title }
                    <span class="step-route">{ words::route(step) }</span>
                </span>
                { sign(step) }
            </button>
        </li>
    }
}

fn sign(step: &Step) -> Html {
    let (glyph, class, word) = match (step.kind, step.failed) {
        (_, true) => (Glyph::Fail, "step-sign-bad", "fails"),
        (StepKind::Check, false) => (Glyph::Pass, "step-sign-good", "passes"),
        (_, false) => return Html::default(),
    };
    html! {
        <span class={classes!("step-sign", class)}><Icon {glyph} />{ word }</span>
    }
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

/// The focus goes with the current step, but only from button to button.
fn on_key(props: &StepsProps) -> Callback<KeyboardEvent> {
    let (current, last) = (props.current, props.trace.steps.len());
    let on_step = props.on_step.clone();
    Callback::from(move |event: KeyboardEvent| {
        if let Some(Command::Go(number)) = command_of(&event, current, last) {
            on_step.emit(number);
            page::focus(&button_id(number));
        }
    })
}

fn button_id(number: usize) -> String {
    format!("step-{number}")
}
