//! A button that copies a text and says whether it could.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use crate::effect::use_kept;

use super::classed;

use crate::platform::{clipboard, page};

const SHOWN_MS: u32 = 2_000;
const REFUSED: &str = "The browser refused to copy. Select the text and copy it yourself.";

#[derive(Properties, PartialEq)]
pub struct CopyButtonProps {
    /// What goes to the clipboard, exactly.
    #[prop_or_default]
    pub text: AttrValue,
    /// Makes the text when it is asked for.
    #[prop_or_default]
    pub make: Option<Callback<(), String>>,
    /// What it is: `issuer`, `the corrected credential`.
    pub what: AttrValue,
    /// The visible words, where `Copy` is not enough; they should begin the accessible name.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    #[prop_or_default]
    pub primary: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Ready,
    Copied,
    Refused,
}

/// `Copy`, then `Copied`; a refusal is explained beside it.
#[component]
pub fn CopyButton(props: &CopyButtonProps) -> Html {
    let state = use_state_eq(|| State::Ready);
    use_reset(&state);
    let onclick = {
        let (text, make) = (props.text.clone(), props.make.clone());
        let (what, setter) = (props.what.clone(), state.setter());
        Callback::from(move |_: MouseEvent| {
            let text = match &make {
                Some(make) => make.emit(()),
                None => text.to_string(),
            };
            copy(text, what.clone(), setter.clone());
        })
    };
    let class = if props.primary {
        "button button-primary"
    } else {
        "button button-small"
    };
    let button = html! {
        <button type="button" {onclick} aria-label={accessible_name(props)}>
            <span class="copy-label">{ visible_label(props, *state) }</span>
        </button>
    };
    html! {
        <span class="copy">
            { classed(class, button) }
            if *state == State::Refused {
                <span class="copy-failed">{ REFUSED }</span>
            }
        </span>
    }
}

/// A `CopyButton`; the visible words may be empty, where `Copy` is enough.
pub fn copy_button(text: String, what: String, label: &'static str, primary: bool) -> Html {
    let label = (!label.is_empty()).then_some(AttrValue::Static(label));
    html! { <CopyButton {text} {what} {label} {primary} /> }
}

fn copy(text: String, what: AttrValue, state: UseStateSetter<State>) {
    clipboard::write(text, move |copied| {
        state.set(if copied {
            State::Copied
        } else {
            State::Refused
        });
        if copied {
            page::announce(&format!("Copied: {what}"));
        } else {
            page::announce(REFUSED);
        }
    });
}

fn visible_label(props: &CopyButtonProps, state: State) -> AttrValue {
    match state {
        State::Copied => "Copied".into(),
        _ => props.label.clone().unwrap_or_else(|| "Copy".into()),
    }
}

fn accessible_name(props: &CopyButtonProps) -> AttrValue {
    match &props.label {
        Some(label) => label.clone(),
        None => format!("Copy {}", props.what).into(),
    }
}

#[hook]
fn use_reset(state: &UseStateHandle<State>) {
    let (setter, state) = (state.setter(), **state);
    use_kept(&[state as usize], move || {
        (state == State::Copied).then(|| Timeout::new(SHOWN_MS, move || setter.set(State::Ready)))
    });
}
