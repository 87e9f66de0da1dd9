//! A plain element with a class.

use yew::prelude::*;

/// `<p class="hint">…</p>`. Each element in `html!` costs 150 bytes of wasm, a call of this 30: for shapes that
/// are everywhere.
pub fn element(tag: &'static str, class: &'static str, content: impl Into<Html>) -> Html {
    of(tag, class, content.into())
}

fn of(tag: &'static str, class: &'static str, content: Html) -> Html {
    html! { <@{tag} class={class}>{ content }</@> }
}
