//! The root component: place, session, and the page of the current route.

mod split;

use yew::prelude::*;

use crate::decode::DecodePage;
use crate::late::{Progress, use_late};
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
    let (drawn, page) = match (place.route, late.progress) {
        (Route::Decode, _) => (
            true,
            html! { <DecodePage session={session.clone()} {late} /> },
        ),
        (Route::NotFound, _) => (true, not_found()),
        (_, Progress::Loaded(late)) => (true, (late.page)(&place, &session)),
        (_, Progress::Loading) => (false, loading()),
        // The panel above says that the program did not load.
        (_, Progress::Failed) => (false, Html::default()),
    };
    use_shell(&place, &session, drawn);
    page
}
