//! Adopts the page's static header: current place, navigation without reload, theme button.

use yew::prelude::*;

use crate::platform::{page, theme_button};
use crate::route::{Place, Route, use_place};

/// Draws nothing; keeps the static part of the page in step with the route.
#[component]
pub fn Shell() -> Html {
    let place = use_place();
    use_links(place.clone());
    use_heading(place.map_or(Route::NotFound, |place| place.route));
    use_effect_with((), |()| {
        page::hide("loading");
        page::address_routes(|name| Route::named(name).map(Route::address));
        let button = theme_button::adopt();
        move || drop(button)
    });
    Html::default()
}

#[hook]
fn use_links(place: Option<Place>) {
    use_effect_with(place.map(|place| place.go), move |go| {
        let go = go.clone();
        let listener = page::on_route_click(move |name| match (&go, Route::named(name)) {
            (Some(go), Some(route)) => {
                go.emit(route);
                true
            }
            _ => false,
        });
        move || drop(listener)
    });
}

#[hook]
fn use_heading(route: Route) {
    let first = use_mut_ref(|| true);
    use_effect_with(route, move |&route| {
        page::set_place(route.name(), route.title());
        if !first.replace(false) {
            page::go_to_heading();
        }
    });
}
