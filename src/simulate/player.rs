//! Plays the exchange: the next step after a while, until the end or until the tab is hidden.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::selection::Action;
use crate::effect::use_kept;
use crate::platform::page;

/// Long enough to read a title.
const STEP_MS: u32 = 1_800;

/// Whether it plays, and how to change that.
pub(super) struct Player {
    pub playing: bool,
    pub on_toggle: Callback<()>,
    /// A step chosen by hand ends the play.
    pub on_step: Callback<usize>,
}

/// The player of an exchange with `last` steps.
#[hook]
pub(super) fn use_player(current: usize, last: usize, act: &Callback<Action>) -> Player {
    let playing = use_state_eq(|| false);
    use_stop_when_hidden(&playing);
    use_next(&playing, current, last, act);
    let (setter, by_hand) = (playing.setter(), act.clone());
    let on_step = Callback::from(move |step| {
        setter.set(false);
        by_hand.emit(Action::Step(step));
    });
    Player {
        playing: *playing,
        on_toggle: toggle(playing, current >= last, act.clone()),
        on_step,
    }
}

/// At the end it plays from the beginning.
fn toggle(playing: UseStateHandle<bool>, at_end: bool, act: Callback<Action>) -> Callback<()> {
    Callback::from(move |()| {
        if !*playing && at_end {
            act.emit(Action::Step(1));
        }
        playing.set(!*playing);
    })
}

#[hook]
fn use_next(playing: &UseStateHandle<bool>, current: usize, last: usize, act: &Callback<Action>) {
    let (setter, act, playing) = (playing.setter(), act.clone(), **playing);
    use_kept(&[playing.into(), current, last], move || {
        if playing && current >= last {
            setter.set(false);
        }
        let next = move || act.emit(Action::Step(current + 1));
        (playing && current < last).then(|| Timeout::new(STEP_MS, next))
    });
}

#[hook]
fn use_stop_when_hidden(playing: &UseStateHandle<bool>) {
    let setter = playing.setter();
    use_kept(&[], move || page::on_hidden(move || setter.set(false)));
}
