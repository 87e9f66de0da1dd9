//! A checkbox with a label.

use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A checkbox with its label.
pub fn checkbox(words: &'static str, on: bool, on_change: Callback<bool>) -> Html {
    let onchange = on_change.reform(|event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        input.is_some_and(|input| input.checked())
    });
    html! { <label class="choice"><input type="checkbox" checked={on} {onchange} />{ words }</label> }
}
