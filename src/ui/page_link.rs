//! A link to another page of the app.

use yew::prelude::*;

use crate::route::Route;

use super::classed;

/// A plain link; the shell makes a click on any `data-route` a navigation without reload.
pub fn page_link(to: Route, class: &'static str, words: &'static str) -> Html {
    let link = html! { <a href={to.address()} data-route={to.name()}>{ words }</a> };
    match class {
        "" => link,
        class => classed(class, link),
    }
}
