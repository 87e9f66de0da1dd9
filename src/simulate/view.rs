//! What each part of the page is drawn from.

use fedcred_core::flow::{Step, Trace};
use yew::prelude::*;

use super::exchange::Exchange;
use super::inspector::Wish;
use super::place::Action;
use super::scenarios::Own;
use crate::route::Route;
use crate::shared::Shared;

/// Values and callbacks; the parts are plain functions of it, for each component weighs two kilobytes.
pub(super) struct View {
    pub exchange: Shared<Exchange>,
    /// Number of the current step.
    pub current: usize,
    /// What can be chosen beside the scenarios that come with the page.
    pub own: Shared<Own>,
    pub playing: bool,
    pub act: Callback<Action>,
    /// A step chosen by hand; it ends the play.
    pub on_step: Callback<usize>,
    pub on_play: Callback<()>,
    /// Of the step that it was uttered at; [`View::wish`] is that of the current one.
    pub wish: UseStateHandle<Wish>,
    /// Goes to another page.
    pub go: Callback<Route>,
}

impl View {
    /// The exchange as it ran.
    pub(super) fn trace(&self) -> &Trace {
        &self.exchange.trace
    }

    /// What the visitor wants to see of the current step.
    pub(super) fn wish(&self) -> Wish {
        let step = self.current;
        let wish = Some((*self.wish).clone()).filter(|wish| wish.step == step);
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
