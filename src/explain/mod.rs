//! The Explain page: what an error of Entra ID means, what to do, and a scenario that ends with the same error.

mod error;

use fedcred_core::errors::{AadstsCode, MAX_ERRORS, explain_errors};
use fedcred_core::text::{MAX_INPUT, too_large};
use yew::prelude::*;

use crate::session::{Action, SessionContext, enter};
use crate::ui::{Panel, TextBox, button, each, findings, marked, page_head, panel, text_box};
use error::error_panel;

/// The id of the box, by which the session knows its text.
const BOX: &str = "errors";

const LEDE: &str = "Paste what Entra ID answered: a message, a response, a stack trace or a log.";
const HINT: &str = "Fedcred finds everything that begins with `AADSTS`, bodies of token and identity endpoints, and addresses of error pages. A bare code such as 700213 is enough.";
const NOTHING: &str = "This text contains no Entra ID error. They begin with AADSTS and a number, such as AADSTS700213.";

/// The box, and a panel for each error in it.
pub fn explain_page(session: &SessionContext) -> Html {
    let text = session.entered(BOX);
    let too_large = (text.len() > MAX_INPUT).then(too_large);
    let errors = match too_large {
        Some(_) => Vec::new(),
        None => explain_errors(text),
    };
    let unread = too_large.is_none() && errors.is_empty() && !text.trim().is_empty();
    html! {
        <>
            { page_head("Explain an error", LEDE, Html::default()) }
            <div class="columns columns-wide-last" oninput={enter(session)}>
                { input(session, unread) }
                <div class="stack">
                    { findings(too_large.as_slice(), None) }
                    { each(errors.iter().enumerate().map(|(index, error)| error_panel(session, index, error))) }
                    if errors.len() == MAX_ERRORS {
                        <p class="hint">{ format!("The first {MAX_ERRORS} errors are explained.") }</p>
                    }
                </div>
            </div>
        </>
    }
}

fn input(session: &SessionContext, unread: bool) -> Html {
    let errors = TextBox {
        id: BOX,
        label: "Text with an error",
        label_hidden: true,
        placeholder: "AADSTS…",
        value: session.entered(BOX),
        on_change: Callback::noop(),
        hint: marked(HINT),
        problem: if unread { NOTHING } else { "" },
    };
    let (words, text) = if session.entered(BOX).is_empty() {
        ("Use an example", example())
    } else {
        ("Clear", String::new())
    };
    let (dispatcher, text) = (session.dispatcher(), AttrValue::from(text));
    let put = move |_: MouseEvent| dispatcher.dispatch(Action::Entered(BOX.into(), text.clone()));
    panel(Panel {
        id: "error-text",
        title: "Error".into(),
        actions: button(words, Callback::from(put)),
        body: text_box(errors),
        ..Panel::default()
    })
}

/// The most frequent one.
fn example() -> String {
    let subject = [("sub", "repo:contoso/shop:ref:refs/heads/main")];
    AadstsCode::NO_MATCHING_SUBJECT
        .message(&subject)
        .unwrap_or_default()
}
