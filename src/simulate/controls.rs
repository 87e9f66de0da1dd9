//! The buttons that step through the exchange, where one is, and how it ends.

use fedcred_core::flow::{Outcome, Trace};
use yew::prelude::*;

use super::inspector::INSPECTOR;
use super::view::View;
use super::words;
use crate::platform::page;
use crate::ui::{Glyph, Tone, classed, icon};

/// First, back, step, last, play; `step 8 of 16`; the end.
pub(super) fn controls(view: &View) -> Html {
    let (current, last) = (view.current, view.last());
    html! {
        <div class="controls" role="group" aria-label="Step through the exchange">
            <div class="controls-buttons">
                { icon_button(view, Glyph::First, "First step", 1) }
                { icon_button(view, Glyph::Back, "Back", current.saturating_sub(1).max(1)) }
                { step_button(view, (current + 1).min(last)) }
                { icon_button(view, Glyph::Last, "Last step", last) }
                { play_button(view) }
            </div>
            <p class="controls-place">{ format!("step {current} of {last}") }</p>
            <div class="controls-end">
                { outcome(view.trace()) }
                { failing_link(view) }
            </div>
            <button type="button" class="button button-small details-link" onclick={|_: MouseEvent| page::focus(INSPECTOR)}>
                { "Details of this step" }
            </button>
        </div>
    }
}

fn icon_button(view: &View, glyph: Glyph, name: &'static str, target: usize) -> Html {
    let off = target == view.current;
    html! {
        <button
            type="button" class="button button-icon" aria-label={name} title={name}
            aria-disabled={off.then_some("true")} onclick={go(view, target)}
        >
            { icon(glyph) }
        </button>
    }
}

/// Says so at the end instead of vanishing: the focus stays where it is.
fn step_button(view: &View, target: usize) -> Html {
    let off = target == view.current;
    let class = if off {
        "button"
    } else {
        "button button-primary"
    };
    let button = html! {
        <button type="button" aria-disabled={off.then_some("true")} onclick={go(view, target)}>
            { "Step" }{ icon(Glyph::Forward) }
        </button>
    };
    classed(class, button)
}

fn play_button(view: &View) -> Html {
    let (glyph, word) = if view.playing {
        (Glyph::Pause, "Pause")
    } else {
        (Glyph::Play, "Play")
    };
    html! {
        <button type="button" class="button play" onclick={view.on_play.reform(|_: MouseEvent| ())}>
            { icon(glyph) }<span class="play-word">{ word }</span>
        </button>
    }
}

/// Goes to a step; nothing where one is there already.
fn go(view: &View, target: usize) -> Callback<MouseEvent> {
    let (on_step, current) = (view.on_step.clone(), view.current);
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
    let class = format!("badge outcome badge-{}", tone.name());
    classed(
        class,
        html! { <span>{ icon(glyph) }{ words::outcome(trace) }</span> },
    )
}

fn failing_link(view: &View) -> Html {
    let failing = view.trace().failing_step().map(|step| step.number);
    match failing.filter(|number| *number != view.current) {
        Some(number) => html! {
            <button type="button" class="button button-small" onclick={go(view, number)}>
                { "Go to the failing step" }
            </button>
        },
        None => Html::default(),
    }
}
