//! A labelled box for text of several lines.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::classed;

pub struct TextBox<'a> {
    /// Unique in the page.
    pub id: &'static str,
    pub label: &'static str,
    /// Whether a title beside the box says what the label says.
    pub label_hidden: bool,
    pub placeholder: &'static str,
    pub value: &'a AttrValue,
    pub on_change: Callback<AttrValue>,
    /// Below the box.
    pub hint: Html,
    /// What is wrong with the text; empty where nothing is.
    pub problem: &'static str,
}

/// Label, box, hint and problem; nothing typed is corrected, completed or stored by the browser.
pub fn text_box(text_box: TextBox<'_>) -> Html {
    let hint_id = format!("{}-hint", text_box.id);
    let wrong = !text_box.problem.is_empty();
    let oninput = text_box.on_change.reform(|event: InputEvent| {
        let area = event.target_dyn_into::<HtmlTextAreaElement>();
        area.map(|area| area.value().into()).unwrap_or_default()
    });
    let mut label = html! { <label for={text_box.id}>{ text_box.label }</label> };
    if text_box.label_hidden {
        label = classed("visually-hidden", label);
    }
    html! {
        <div class="form-field">
            { label }
            <textarea
                class="control value" id={text_box.id} rows="5" autocomplete="off" spellcheck="false"
                aria-describedby={hint_id.clone()} aria-invalid={wrong.then_some("true")}
                placeholder={text_box.placeholder} value={text_box.value} {oninput}
            />
            <p class="hint" id={hint_id}>{ text_box.hint }</p>
            if wrong {
                <p class="problem">{ text_box.problem }</p>
            }
        </div>
    }
}
