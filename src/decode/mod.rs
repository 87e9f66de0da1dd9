//! The Decode page: what stands beside the static paste box.

use yew::prelude::*;

/// The page; its heading and its box are in index.html.
#[component]
pub fn DecodePage() -> Html {
    html! {
        <section class="panel empty" aria-label="Result">
            <p>{ "Paste a token and its claims appear here, with what each one means." }</p>
        </section>
    }
}
