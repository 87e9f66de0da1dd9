//! The root component: the session, the router and the page of the current route.

use yew::prelude::*;

use crate::credential::CredentialPage;
use crate::decode::DecodePage;
use crate::route::{PlaceProvider, Route, use_place};
use crate::session::SessionProvider;
use crate::shell::Shell;
use crate::simulate::SimulatePage;
use crate::ui::not_found;

/// The whole app.
#[component]
pub fn App() -> Html {
    html! {
        <PlaceProvider>
            <SessionProvider>
                <Shell />
                <Page />
            </SessionProvider>
        </PlaceProvider>
    }
}

#[component]
fn Page() -> Html {
    match use_place().map_or(Route::NotFound, |place| place.route) {
        Route::Decode => html! { <DecodePage /> },
        Route::Credential => html! { <CredentialPage /> },
        Route::Simulate => html! { <SimulatePage /> },
        Route::NotFound => not_found(),
    }
}
