//! Something to turn on and off.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A box to tick with its words.
pub fn tick(words: &'static str, on: bool, on_change: Callback<bool>) -> Html {
    let onchange = on_change.reform(|event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        input.is_some_and(|input| input.checked())
    });
    html! { <label class="choice"><input type="checkbox" checked={on} {onchange} />{ words }</label> }
}
