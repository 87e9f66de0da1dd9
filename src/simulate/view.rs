//! What each part of the page is drawn from.

use fedcred_core::flow::{Fault, Step, Trace};
use yew::prelude::*;

use super::exchange::Exchange;
use super::inspector::Wish;
use super::predict::Guess;
use super::scenarios::Own;
use super::selection::Action;
use crate::route::Route;
use crate::session::SessionContext;
use crate::shared::Shared;

/// Values and callbacks; the parts are plain functions of it.
pub(super) struct View {
    /// What is shown; as long as the visitor predicts, its first step.
    pub exchange: Shared<Exchange>,
    /// The exchange as it ran.
    pub whole: Shared<Exchange>,
    /// Number of the current step.
    pub current: usize,
    /// What can be chosen beside the scenarios that come with the page.
    pub own: Shared<Own>,
    pub playing: bool,
    pub act: Callback<Action>,
    /// A step chosen by hand; it ends the play.
    pub on_step: Callback<usize>,
    pub on_play: Callback<()>,
    /// Other faults than those that the scenario has.
    pub on_faults: Callback<Vec<Fault>>,
    pub shown: UseStateHandle<Shown>,
    pub session: SessionContext,
    /// Goes to another page.
    pub go: Callback<Route>,
}

/// What is unfolded on the page, and what is chosen there.
#[derive(Clone, Default)]
pub(super) struct Shown {
    /// Of the step that it was uttered at; [`View::wish`] is that of the current one.
    pub wish: Wish,
    pub tool: Option<Tool>,
    /// Whether the scenario is edited as JSON.
    pub json: bool,
    /// In which language code is shown.
    pub code: AttrValue,
    /// Whether the outcome is asked for first.
    pub predict: bool,
    pub guess: Guess,
}

/// One of the panels below the chooser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Faults,
    Editor,
    Exports,
}

impl View {
    /// What is drawn of the exchange.
    pub(super) fn trace(&self) -> &Trace {
        &self.exchange.trace
    }

    /// Whether the visitor is to say first how it ends.
    pub(super) fn is_hidden(&self) -> bool {
        self.exchange != self.whole
    }

    /// Shows something else from now on.
    pub(super) fn showing(&self, shown: Shown) -> Callback<MouseEvent> {
        let setter = self.shown.setter();
        Callback::from(move |_| setter.set(shown.clone()))
    }

    /// What the visitor wants to see of the current step.
    pub(super) fn wish(&self) -> Wish {
        let step = self.current;
        let wish = Some(self.shown.wish.clone()).filter(|wish| wish.step == step);
        wish.unwrap_or(Wish {
            step,
            ..Wish::default()
        })
    }

    /// The number of the last step.
    pub(super) fn last(&self) -> usize {
        self.trace().steps.len()
    }

    /// The current step.
    pub(super) fn step(&self) -> Option<&Step> {
        let mut steps = self.trace().steps.iter();
        steps.find(|step| step.number == self.current)
    }
}
