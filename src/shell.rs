//! Adopts the page's static parts: current place, navigation without reload, theme button, shortcuts.

use yew::prelude::*;

use crate::platform::{address, keyboard, page, theme_button};
use crate::route::{Place, Route};
use crate::session::{Action, SessionContext};

/// Keeps the static part of the page in step with the place.
#[hook]
pub fn use_shell(place: &Place, session: &SessionContext) {
    use_shortcuts(session);
    use_effect_with(session.masked, |&masked| page::set_masked(masked));
    use_links(place.go.clone());
    use_heading(place.route);
    use_effect_with((), |()| {
        page::hide("loading");
        page::address_routes(|name| Route::named(name).map(Route::address));
        let button = theme_button::adopt();
        move || drop(button)
    });
}

#[hook]
fn use_shortcuts(session: &SessionContext) {
    let masked = session.masked;
    let dispatcher = session.dispatcher();
    use_effect_with(masked, move |_| {
        let listener = keyboard::on_shortcut(move |key| {
            match key {
                "?" => keyboard::toggle_list(),
                "/" => page::focus("token"),
                "k" => page::focus("keys-box"),
                "m" => dispatcher.dispatch(Action::Masked(!masked)),
                _ => return false,
            }
            true
        });
        move || drop(listener)
    });
}

#[hook]
fn use_links(go: Callback<Route>) {
    use_effect_with(go, |go| {
        let go = go.clone();
        let listener = page::on_route_click(move |name, query| {
            let Some(route) = Route::named(name) else {
                return false;
            };
            go.emit(route);
            if !query.is_empty() {
                address::replace_query(query);
            }
            true
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
