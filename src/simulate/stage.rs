//! Controls and diagram: where the exchange is watched.

use yew::prelude::*;

use super::controls::controls;
use super::keys::{Command, command_of};
use super::view::View;
use super::words;
use crate::diagram::{Diagram, diagram};

/// The diagram takes the focus, for its keys.
pub(super) fn stage(view: &View) -> Html {
    let picture = Diagram {
        trace: view.exchange.trace.clone(),
        participants: view.exchange.participants.clone(),
        current: view.current,
        on_select: view.on_step.clone(),
        summary: words::picture(view.trace()).into(),
    };
    html! {
        <section class="panel stage" aria-label="Exchange" onkeydown={on_key(view)}>
            // Controls tell how it ends.
            if !view.is_hidden() {
                { controls(view) }
            }
            <div class="diagram" tabindex="0" role="group" aria-label="Diagram: arrow keys step, space plays">
                { diagram(&picture) }
            </div>
        </section>
    }
}

fn on_key(view: &View) -> Callback<KeyboardEvent> {
    let (current, last) = (view.current, view.last());
    let (on_play, on_step) = (view.on_play.clone(), view.on_step.clone());
    Callback::from(
        move |event: KeyboardEvent| match command_of(&event, current, last) {
            Some(Command::Go(number)) => on_step.emit(number),
            Some(Command::Play) => on_play.emit(()),
            None => {}
        },
    )
}
