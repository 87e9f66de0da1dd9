//! A sentence of ours with code in backticks.

use yew::prelude::*;

/// What is between two backticks is shown as code.
pub fn marked(text: &str) -> Html {
    let piece = |(index, piece): (usize, &str)| {
        if index % 2 == 1 {
            html! { <code>{ piece.to_owned() }</code> }
        } else {
            Html::from(piece.to_owned())
        }
    };
    text.split('`').enumerate().map(piece).collect()
}
