//! What stands in place of a page whose program is still on its way; index.html starts with the same.

use yew::prelude::*;

/// Says that the page is loading.
pub fn loading() -> Html {
    html! { <p class="loading hint">{ "The page is loading." }</p> }
}
