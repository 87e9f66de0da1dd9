//! One line to type in.

use web_sys::HtmlInputElement;
use yew::prelude::*;

pub struct TextField<'a> {
    pub id: &'static str,
    pub label: &'static str,
    pub placeholder: &'static str,
    pub value: &'a AttrValue,
    pub on_change: Callback<AttrValue>,
    /// What is wrong with the text; empty where nothing is.
    pub problem: &'static str,
}

/// Label, field and problem; nothing typed is corrected, completed or stored by the browser.
pub fn text_field(field: TextField<'_>) -> Html {
    let wrong = !field.problem.is_empty();
    let oninput = field.on_change.reform(|event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        input.map(|input| input.value().into()).unwrap_or_default()
    });
    html! {
        <div class="form-field">
            <label for={field.id}>{ field.label }</label>
            <input
                class="control value" id={field.id} autocomplete="off" spellcheck="false"
                aria-invalid={wrong.then_some("true")} placeholder={field.placeholder}
                value={field.value} {oninput}
            />
            if wrong {
                <p class="problem">{ field.problem }</p>
            }
        </div>
    }
}
