//! Adopts the page's static header: current place, navigation without reload, theme button.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::platform::{page, theme_button};
use crate::route::Route;

/// Draws nothing; keeps the static part of the page in step with the route.
#[component]
pub fn Shell() -> Html {
    let route = use_route::<Route>().unwrap_or(Route::NotFound);
    use_links();
    use_place(route);
    use_effect_with((), |()| {
        page::hide("loading");
        let button = theme_button::adopt();
        move || drop(button)
    });
    Html::default()
}

#[hook]
fn use_links() {
    let navigator = use_navigator();
    use_effect_with((), move |()| {
        let listener = page::on_route_click(move |name| match (&navigator, Route::named(name)) {
            (Some(navigator), Some(route)) => {
                navigator.push(&route);
                true
            }
            _ => false,
        });
        move || drop(listener)
    });
}

#[hook]
fn use_place(route: Route) {
    let first = use_mut_ref(|| true);
    use_effect_with(route, move |&route| {
        page::set_place(route.name(), route.title());
        if !first.replace(false) {
            page::go_to_heading();
        }
    });
    let navigator = use_navigator();
    use_effect_with((), move |()| {
        if let Some(navigator) = navigator {
            page::address_routes(|name| {
                let path = Route::named(name)?.to_path();
                Some(navigator.basename().unwrap_or_default().to_owned() + &path)
            });
        }
    });
}
