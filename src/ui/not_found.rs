//! The page for an address that has none.

use yew::prelude::*;

use crate::route::Route;

use super::{PageHead, PageLink};

/// Says so, and leads back.
#[component]
pub fn NotFound() -> Html {
    html! {
        <>
            <PageHead title="There is no such page" lede="The address is misspelt or the page has moved." />
            <PageLink to={Route::Decode} class="button button-primary">{ "Decode a token" }</PageLink>
        </>
    }
}
