//! The page for an address that has none.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::route::Route;

use super::PageHead;

/// Says so, and leads back.
#[component]
pub fn NotFound() -> Html {
    html! {
        <>
            <PageHead title="There is no such page" lede="The address is misspelt or the page has moved." />
            <Link<Route> to={Route::Decode} classes="button button-primary">{ "Decode a token" }</Link<Route>>
        </>
    }
}
