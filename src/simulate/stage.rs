//! Controls and diagram: where the exchange is watched.

use std::rc::Rc;

use yew::prelude::*;

use super::controls::Controls;
use super::exchange::Exchange;
use super::keys::{Command, command_of};
use super::player::Player;
use super::words;
use crate::diagram::Diagram;

#[derive(Properties, PartialEq)]
pub(super) struct StageProps {
    pub exchange: Rc<Exchange>,
    pub current: usize,
    pub player: Player,
    pub on_step: Callback<usize>,
}

/// A choice by hand ends the play.
#[component]
pub(super) fn Stage(props: &StageProps) -> Html {
    let trace = &props.exchange.trace;
    let on_step = {
        let (on_stop, on_step) = (props.player.on_stop.clone(), props.on_step.clone());
        Callback::from(move |number| {
            on_stop.emit(());
            on_step.emit(number);
        })
    };
    let onkeydown = on_key(props, &on_step);
    let summary = format!(
        "Sequence diagram of {} steps between client application, Entra ID and protected API: {}. The list of steps says the same in words.",
        trace.steps.len(),
        words::outcome(trace)
    );
    html! {
        <section class="panel stage" aria-label="Exchange" {onkeydown}>
            <Controls trace={trace.clone()} current={props.current} player={props.player.clone()} on_step={on_step.clone()} />
            <div class="diagram" tabindex="0" role="group" aria-label="Diagram: arrow keys step, space plays">
                <Diagram
                    trace={trace.clone()} names={props.exchange.names.clone()}
                    current={props.current} on_select={on_step} {summary}
                />
            </div>
        </section>
    }
}

fn on_key(props: &StageProps, on_step: &Callback<usize>) -> Callback<KeyboardEvent> {
    let (current, last) = (props.current, props.exchange.trace.steps.len());
    let (player, on_step) = (props.player.clone(), on_step.clone());
    Callback::from(
        move |event: KeyboardEvent| match command_of(&event, current, last) {
            Some(Command::Go(number)) => on_step.emit(number),
            Some(Command::Play) => player.on_toggle.emit(()),
            None => {}
        },
    )
}
