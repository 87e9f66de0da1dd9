//! The buttons that step through the exchange, where one is, and how it ends.

use std::rc::Rc;

use fedcred_core::flow::{Outcome, Trace};
use yew::prelude::*;

use super::inspector::INSPECTOR;
use super::player::Player;
use super::words;
use crate::platform::page;
use crate::ui::{Glyph, Icon, Tone};

#[derive(Properties, PartialEq)]
pub(super) struct ControlsProps {
    pub trace: Rc<Trace>,
    pub current: usize,
    pub player: Player,
    pub on_step: Callback<usize>,
}

/// First, back, step, last, play; `step 8 of 16`; the end.
#[component]
pub(super) fn Controls(props: &ControlsProps) -> Html {
    let (current, last) = (props.current, props.trace.steps.len());
    html! {
        <div class="controls" role="group" aria-label="Step through the exchange">
            <div class="controls-buttons">
                { icon_button(props, Glyph::First, "First step", 1) }
                { icon_button(props, Glyph::Back, "Back", current.saturating_sub(1).max(1)) }
                { step_button(props, (current + 1).min(last)) }
                { icon_button(props, Glyph::Last, "Last step", last) }
                { play_button(&props.player) }
            </div>
            <p class="controls-place">{ format!("step {current} of {last}") }</p>
            <div class="controls-end">
                { outcome(&props.trace) }
                { failing_link(props) }
            </div>
            <button type="button" class="button button-small details-link" onclick={|_: MouseEvent| page::focus(INSPECTOR)}>
                { "Details of this step" }
            </button>
        </div>
    }
}

fn icon_button(props: &ControlsProps, glyph: Glyph, name: &'static str, target: usize) -> Html {
    let off = target == props.current;
    html! {
        <button
            type="button" class="button button-icon" aria-label={name} title={name}
            aria-disabled={off.then_some("true")} onclick={go(props, target)}
        >
            <Icon {glyph} />
        </button>
    }
}

/// Says so at the end instead of vanishing: the focus stays where it is.
fn step_button(props: &ControlsProps, target: usize) -> Html {
    let off = target == props.current;
    let class = classes!("button", (!off).then_some("button-primary"));
    html! {
        <button type="button" {class} aria-disabled={off.then_some("true")} onclick={go(props, target)}>
            { "Step" }<Icon glyph={Glyph::Forward} />
        </button>
    }
}

fn play_button(player: &Player) -> Html {
    let (glyph, word) = if player.playing {
        (Glyph::Pause, "Pause")
    } else {
        (Glyph::Play, "Play")
    };
    html! {
        <button type="button" class="button play" onclick={player.on_toggle.reform(|_: MouseEvent| ())}>
            <Icon {glyph} /><span class="play-word">{ word }</span>
        </button>
    }
}

/// Goes to a step; nothing where one is there already.
fn go(props: &ControlsProps, target: usize) -> Callback<MouseEvent> {
    let (on_step, current) = (props.on_step.clone(), props.current);
    Callback::from(move |_| {
        if target != current {
            on_step.emit(target);
        }
    })
}

fn outcome(trace: &Trace) -> Html {
    let (tone, glyph) = match trace.outcome {
        Outcome::Allowed => (Tone::Good, Glyph::Pass),
        Outcome::Refused | Outcome::Denied => (Tone::Bad, Glyph::Fail),
    };
    html! {
        <span class={classes!("badge", "outcome", format!("badge-{}", tone.name()))}>
            <Icon {glyph} />{ words::outcome(trace) }
        </span>
    }
}

fn failing_link(props: &ControlsProps) -> Html {
    let failing = props.trace.failing_step().map(|step| step.number);
    match failing.filter(|number| *number != props.current) {
        Some(number) => html! {
            <button type="button" class="button button-small" onclick={go(props, number)}>
                { "Go to the failing step" }
            </button>
        },
        None => Html::default(),
    }
}
