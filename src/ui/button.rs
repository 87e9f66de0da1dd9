//! A small button that does something on this page.

use yew::prelude::*;

/// Its words say what it does.
pub fn button(words: &'static str, onclick: Callback<MouseEvent>) -> Html {
    html! { <button type="button" class="button button-small" {onclick}>{ words }</button> }
}
