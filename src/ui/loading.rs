//! The text shown until a page's code has loaded; index.html starts with the same.

use yew::prelude::*;

/// Says that the page is loading.
pub fn loading() -> Html {
    html! { <p class="loading hint" role="status">{ "The page is loading." }</p> }
}
