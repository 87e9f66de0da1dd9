//! The root component.

use yew::prelude::*;

/// The whole app.
#[component]
pub fn App() -> Html {
    html! { <p>{ "Fedcred" }</p> }
}
