//! The root component: place, session, and the page of the current route.

use yew::prelude::*;

use crate::credential::CredentialPage;
use crate::decode::DecodePage;
use crate::explain::explain_page;
use crate::route::{Route, use_place};
use crate::session::use_session;
use crate::shell::use_shell;
use crate::simulate::SimulatePage;
use crate::ui::not_found;

/// The whole app.
#[component]
pub fn App() -> Html {
    let place = use_place();
    let session = use_session();
    use_shell(&place, &session);
    match place.route {
        Route::Decode => html! { <DecodePage {session} /> },
        Route::Credential => html! { <CredentialPage {session} /> },
        Route::Simulate => html! { <SimulatePage {session} go={place.go} /> },
        Route::Explain => explain_page(&session),
        Route::NotFound => not_found(),
    }
}
