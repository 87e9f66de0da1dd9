//! A plain element with a class.

use yew::prelude::*;

/// `<p class="hint">…</p>`, where one would interrupt a line of code.
pub fn element(tag: &'static str, class: &'static str, content: impl Into<Html>) -> Html {
    of(tag, class, content.into())
}

fn of(tag: &'static str, class: &'static str, content: Html) -> Html {
    html! { <@{tag} class={class}>{ content }</@> }
}
