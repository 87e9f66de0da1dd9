//! Adopts the page's static parts: current place, navigation without reload, theme button, shortcuts.

use yew::prelude::*;

use crate::effect::use_kept;
use crate::platform::{address, keyboard, page, theme_button};
use crate::route::{Place, Route};
use crate::session::{Action, SessionContext};

/// Keeps the static part of the page in step with the place; `drawn` tells whether its page is there.
#[hook]
pub fn use_shell(place: &Place, session: &SessionContext, drawn: bool) {
    use_shortcuts(session);
    let masked = session.masked;
    use_kept(&[masked.into()], move || page::set_masked(masked));
    use_links(place);
    use_heading(place.route, drawn);
    use_kept(&[], || {
        page::hide("loading");
        page::address_routes(|name| Route::named(name).map(Route::address));
        theme_button::adopt()
    });
}

#[hook]
fn use_shortcuts(session: &SessionContext) {
    let masked = session.masked;
    let dispatcher = session.dispatcher();
    use_kept(&[masked.into()], move || {
        keyboard::on_shortcut(move |key| {
            match key {
                "?" => keyboard::toggle_list(),
                "/" => page::focus("token"),
                "k" => page::focus("keys-box"),
                "m" => dispatcher.dispatch(Action::Masked(!masked)),
                _ => return false,
            }
            true
        })
    });
}

#[hook]
fn use_links(place: &Place) {
    // The way elsewhere is another one on each page.
    let go = place.go.clone();
    use_kept(&[place.route as usize], move || {
        page::on_route_click(move |name, query| {
            let Some(route) = Route::named(name) else {
                return false;
            };
            go.emit(route);
            if !query.is_empty() {
                address::replace_query(query);
            }
            true
        })
    });
}

#[hook]
fn use_heading(route: Route, drawn: bool) {
    let last = use_mut_ref(|| route);
    // A page that is still loading gets the focus when it is there.
    let pending = use_mut_ref(|| false);
    use_kept(&[route as usize, drawn.into()], move || {
        page::set_place(route.name(), route.title());
        if last.replace(route) != route {
            pending.replace(true);
        }
        if drawn && pending.take() {
            page::go_to_heading();
        }
    });
}
