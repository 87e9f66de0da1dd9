//! Something to type or to choose, heard by what stands around it.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{each, marked};

/// A line to type in, or a choice where there are options.
#[derive(Default)]
pub struct Control<'a> {
    /// Unique in the page; who listens knows it by it.
    pub id: &'a str,
    pub label: &'a str,
    pub hint: &'a str,
    pub placeholder: &'a str,
    pub value: &'a str,
    /// Word and meaning of each.
    pub options: &'a [(&'a str, &'a str)],
}

/// What is entered is heard by the page around it.
pub fn control(control: &Control<'_>) -> Html {
    let Control { id, value, .. } = *control;
    let (id, value) = (id.to_owned(), value.to_owned());
    let hint_id = format!("{id}-hint");
    let described = (!control.hint.is_empty()).then(|| hint_id.clone());
    let option = |(word, meaning): &(&str, &str)| {
        html! { <option value={(*word).to_owned()} selected={*word == value}>{ *meaning }</option> }
    };
    html! {
        <div class="form-field" key={id.clone()}>
            <label for={id.clone()}>{ control.label }</label>
            if control.options.is_empty() {
                <input
                    class="control value" {id} autocomplete="off" spellcheck="false"
                    aria-describedby={described} placeholder={control.placeholder.to_owned()} value={value.clone()}
                />
            } else {
                <select class="control" {id} aria-describedby={described} ~value={value.clone()}>
                    { each(control.options.iter().map(option)) }
                </select>
            }
            if !control.hint.is_empty() {
                <p class="hint" id={hint_id}>{ marked(control.hint) }</p>
            }
        </div>
    }
}

/// Where something was typed, chosen or ticked.
pub struct Heard {
    /// The id of the control.
    pub id: String,
    pub value: String,
    pub ticked: bool,
}

/// What happened in a control inside of the element that listens.
pub fn heard(event: &Event) -> Option<Heard> {
    // Inputs, selects and text areas alike have id and value.
    let control = event.target()?.unchecked_into::<HtmlInputElement>();
    Some(Heard {
        id: control.id(),
        value: control.value(),
        ticked: control.checked(),
    })
}
