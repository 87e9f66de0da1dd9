//! The page for an address that has none.

use yew::prelude::*;

use crate::route::Route;

use super::{page_head, page_link};

/// With a way back.
pub fn not_found() -> Html {
    html! {
        <>
            { page_head("Page not found", "The address is misspelt, or the page has moved.", Html::default()) }
            { page_link(Route::Decode, "button button-primary", "Decode a token") }
        </>
    }
}
