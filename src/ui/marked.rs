//! A sentence of ours with code in backticks.

use yew::prelude::*;

use super::each;

use super::visible::{render, visible_part};

/// What is between two backticks is shown as code, and what hides in a quoted value is named.
pub fn marked(text: &str) -> Html {
    let piece = |(index, piece): (usize, &str)| {
        if index % 2 == 1 {
            html! { <code>{ render(visible_part(piece)) }</code> }
        } else {
            render(visible_part(piece))
        }
    };
    each(text.split('`').enumerate().map(piece))
}
