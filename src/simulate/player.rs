//! Plays the exchange: the next step after a while, until the end or until the tab is hidden.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::platform::page;

/// Long enough to read a title.
const STEP_MS: u32 = 1_800;

/// Whether it plays, and how to change that.
#[derive(Clone, PartialEq)]
pub(super) struct Player {
    pub playing: bool,
    pub on_toggle: Callback<()>,
    /// Any other choice of a step ends the play.
    pub on_stop: Callback<()>,
}

/// The player of an exchange with `last` steps.
#[hook]
pub(super) fn use_player(current: usize, last: usize, on_step: &Callback<usize>) -> Player {
    let playing = use_state_eq(|| false);
    use_stop_when_hidden(&playing);
    use_next(&playing, current, last, on_step);
    let on_toggle = {
        let (playing, on_step) = (playing.clone(), on_step.clone());
        Callback::from(move |()| {
            if !*playing && current >= last {
                on_step.emit(1);
            }
            playing.set(!*playing);
        })
    };
    let setter = playing.setter();
    Player {
        playing: *playing,
        on_toggle,
        on_stop: Callback::from(move |()| setter.set(false)),
    }
}

#[hook]
fn use_next(
    playing: &UseStateHandle<bool>,
    current: usize,
    last: usize,
    on_step: &Callback<usize>,
) {
    let (setter, on_step) = (playing.setter(), on_step.clone());
    use_effect_with(
        (**playing, current, last),
        move |&(playing, current, last)| {
            if playing && current >= last {
                setter.set(false);
            }
            let next = move || on_step.emit(current + 1);
            let timeout = (playing && current < last).then(|| Timeout::new(STEP_MS, next));
            move || drop(timeout)
        },
    );
}

#[hook]
fn use_stop_when_hidden(playing: &UseStateHandle<bool>) {
    let setter = playing.setter();
    use_effect_with((), move |()| {
        let listener = page::on_hidden(move || setter.set(false));
        move || drop(listener)
    });
}
