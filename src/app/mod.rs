//! The root component: place, session, and the page of the current route.

mod split;

use yew::prelude::*;

use crate::decode::DecodePage;
use crate::late::use_late;
use crate::route::{Route, use_place};
use crate::session::use_session;
use crate::shell::use_shell;
use crate::ui::{loading, not_found};

/// The whole app.
#[component]
pub fn App() -> Html {
    let place = use_place();
    let session = use_session();
    let late = use_late(split::load);
    let page = match (place.route, late.loaded) {
        (Route::Decode, _) => Some(html! { <DecodePage session={session.clone()} {late} /> }),
        (Route::NotFound, _) => Some(not_found()),
        (_, Some(late)) => Some((late.page)(&place, &session)),
        (_, None) => None,
    };
    use_shell(&place, &session, page.is_some());
    page.unwrap_or_else(loading)
}
