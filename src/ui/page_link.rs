//! A link to another page of the app.

use yew::prelude::*;
use yew_router::Routable;

use crate::platform::page;
use crate::route::Route;

#[derive(Properties, PartialEq)]
pub struct PageLinkProps {
    pub to: Route,
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

/// A plain link; the shell makes a click on any `data-route` a navigation without reload.
/// The router's own link does the same and brings a query encoder with it.
#[component]
pub fn PageLink(props: &PageLinkProps) -> Html {
    let href = page::base_path().trim_end_matches('/').to_owned() + &props.to.to_path();
    html! {
        <a class={props.class.clone()} {href} data-route={props.to.name()}>
            { props.children.clone() }
        </a>
    }
}
