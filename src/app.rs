//! The root component: the session, the router and the page of the current route.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::credential::CredentialPage;
use crate::decode::DecodePage;
use crate::platform::page;
use crate::route::Route;
use crate::session::SessionProvider;
use crate::shell::Shell;
use crate::simulate::SimulatePage;
use crate::ui::NotFound;

/// The whole app.
#[component]
pub fn App() -> Html {
    let base = use_memo((), |()| page::base_path());
    html! {
        <BrowserRouter basename={AttrValue::from(base.to_string())}>
            <SessionProvider>
                <Shell />
                <Switch<Route> render={page_of} />
            </SessionProvider>
        </BrowserRouter>
    }
}

fn page_of(route: Route) -> Html {
    match route {
        Route::Decode => html! { <DecodePage /> },
        Route::Credential => html! { <CredentialPage /> },
        Route::Simulate => html! { <SimulatePage /> },
        Route::NotFound => html! { <NotFound /> },
    }
}
