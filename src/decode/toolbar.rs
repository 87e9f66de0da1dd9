//! What stands around the static paste box: its buttons and the samples.

use std::rc::Rc;

use fedcred_core::flow::sample_token_titles;
use fedcred_core::jose::Token;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::late::{Late, LatePart};
use crate::platform::files::Read;
use crate::platform::{clock, page, paste_box};
use crate::session::{Action, SessionContext};
use crate::ui::{CopyButton, button, each, file_button};

/// The buttons of the box.
pub(super) fn actions(
    session: &SessionContext,
    late: &LatePart,
    token: Option<&Token>,
    read: &Rc<Read>,
) -> Html {
    let clear = Callback::from(|_: MouseEvent| paste_box::replace(""));
    let copied = token.map(Token::compact).filter(|text| !text.is_empty());
    html! {
        <>
            { samples(session, late) }
            { file_button("Open a file", read) }
            { mask_button(session) }
            if let Some(text) = copied {
                <CopyButton text={text.to_owned()} what="the token" />
            }
            if !session.token.is_empty() {
                { button("Clear", clear) }
            }
        </>
    }
}

fn mask_button(session: &SessionContext) -> Html {
    let masked = session.masked;
    let dispatcher = session.dispatcher();
    let onclick = move |_: MouseEvent| dispatcher.dispatch(Action::Masked(!masked));
    html! {
        <button type="button" class="button button-small" aria-pressed={masked.to_string()} title="Hide identifiers, for a shared screen" {onclick}>
            { if masked { "Masked" } else { "Mask" } }
        </button>
    }
}

/// A choice of samples; it shows none as chosen, since the box may change at once.
fn samples(session: &SessionContext, late: &LatePart) -> Html {
    let (session, late) = (session.clone(), late.clone());
    let onchange = move |event: Event| {
        if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
            // The first option only names the list.
            let number = usize::try_from(select.selected_index() - 1);
            select.set_selected_index(0);
            if let Ok(number) = number {
                put_sample(&session, &late, number);
            }
        }
    };
    html! {
        <select class="control control-small" aria-label="Sample" {onchange}>
            // Children are inserted from the last, and a browser chooses the first that comes.
            <option selected=true>{ "Sample" }</option>
            <option>{ "Managed identity" }</option>
            { each(sample_token_titles().map(|title| html! { <option>{ title }</option> })) }
        </select>
    }
}

/// Does something that fills the box, as soon as the late part of the program is there. What you enter meanwhile stays.
pub(super) fn when_ready(late: &LatePart, fill: impl FnOnce(&'static Late) + 'static) {
    if late.is_loading() {
        page::say(
            "loading",
            "Your choice appears here as soon as the rest of the program has loaded.",
        );
    }
    let before = paste_box::text();
    late.when_loaded(move |late| {
        if paste_box::text() == before {
            page::hide("loading");
            fill(late);
        }
    });
}

/// Puts a sample into the box, and its keys beside it.
fn put_sample(session: &SessionContext, late: &LatePart, number: usize) {
    let dispatcher = session.dispatcher();
    when_ready(late, move |late| {
        let Some(made) = (late.sample)(number, clock::now()) else {
            return;
        };
        dispatcher.dispatch(Action::SampleKeys(made.keys.into()));
        paste_box::replace(&made.token);
        page::announce("A sample token, invented and signed with a demonstration key.");
    });
}
