//! A request or a response, with its tokens in three colours and ways to take them along.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::inspector::Wish;
use super::message::{Message, Piece};
use super::view::{Shown, View};
use crate::platform::paste_box;
use crate::route::Route;
use crate::ui::{CopyButton, each, element, show_block};

/// Tokens are cut in the middle until all is asked for. `what` is `request` or `response`.
pub(super) fn message_view(view: &View, message: &Message, what: &'static str) -> Html {
    let wish = view.wish();
    let whole = wish.whole;
    let token = message.tokens().next().map(ToOwned::to_owned);
    let onclick = view.showing(Shown {
        wish: Wish {
            whole: !whole,
            ..wish
        },
        ..(*view.shown).clone()
    });
    let open = token.map(|token| {
        let go = view.go.clone();
        Callback::from(move |_: MouseEvent| open_in_decode(&go, &token))
    });
    html! {
        <>
            // Another message begins at its top, and was not copied yet.
            <pre key={what} class="code-block" tabindex="0" role="region" aria-label={format!("Raw {what}")}>
                <code>{ each(message.lines.iter().map(|pieces| line(pieces, whole))) }</code>
            </pre>
            <div class="row">
                if let Some(open) = open {
                    <button type="button" class="button button-small" onclick={open}>{ "Open in Decode" }</button>
                    <button type="button" class="button button-small" {onclick} aria-pressed={if whole { "true" } else { "false" }}>
                        { "Show the whole token" }
                    </button>
                }
                <CopyButton key={what} text={message.raw.clone()} {what} label={format!("Copy {what}")} />
            </div>
        </>
    }
}

fn line(pieces: &[Piece], whole: bool) -> Html {
    let piece = |piece: &Piece| match piece {
        Piece::Plain(text) => show_block(text),
        Piece::Token(text) => token(text, whole),
    };
    html! { <>{ each(pieces.iter().map(piece)) }{ "\n" }</> }
}

fn token(text: &str, whole: bool) -> Html {
    let part = |(index, part): (usize, &str)| {
        let class = PARTS.get(index).copied().unwrap_or_default();
        html! {
            <>
                if index > 0 { { "." } }
                { element("span", class, show_block(&shortened(part, whole))) }
            </>
        }
    };
    each(text.split('.').enumerate().map(part))
}

/// Base64url is ASCII; anything else is left whole.
fn shortened(part: &str, whole: bool) -> String {
    let cut = part.len().saturating_sub(END);
    match (part.get(..START), part.get(cut..)) {
        (Some(start), Some(end)) if !whole && cut > START + END => format!("{start}…{end}"),
        _ => part.to_owned(),
    }
}

/// Takes the token to the Decode page; undo in its box brings back what was there.
fn open_in_decode(go: &Callback<Route>, token: &str) {
    go.emit(Route::Decode);
    let token = token.to_owned();
    // The box can be typed into once it is shown.
    Timeout::new(0, move || paste_box::replace(&token)).forget();
}

const PARTS: [&str; 3] = ["part-header", "part-payload", "part-signature"];
const START: usize = 10;
const END: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(part: &str, expected: &str) {
        assert_eq!(shortened(part, false), expected);
        assert_eq!(shortened(part, true), part);
    }

    #[test]
    fn long_parts_are_cut_in_the_middle() {
        check("", "");
        check("eyJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJSUzI1NiJ9");
        check(
            "eyJhbGciOiJSUzI1NiJ9eyJhbGciOiJSUzI1NiJ9",
            "eyJhbGciOi…I1NiJ9",
        );
        check("éééééééééééééééé", "ééééé…ééé");
        check("aéééééééééééééééé", "aéééééééééééééééé");
    }
}
