//! A button that opens a file.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::platform::files::{self, Read};

/// The label is the button: the input itself cannot be styled.
pub fn file_button(words: &'static str, read: &Rc<Read>) -> Html {
    let read = read.clone();
    let onchange = move |event: Event| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            files::chosen(&input, &read);
        }
    };
    html! {
        <label class="button button-small file-button">
            { words }
            <input type="file" class="visually-hidden" {onchange} />
        </label>
    }
}
