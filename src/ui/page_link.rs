//! A link to another page of the app.

use yew::prelude::*;

use crate::route::Route;

#[derive(Properties, PartialEq)]
pub struct PageLinkProps {
    pub to: Route,
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

/// A plain link; the shell makes a click on any `data-route` a navigation without reload.
#[component]
pub fn PageLink(props: &PageLinkProps) -> Html {
    let href = props.to.address();
    html! {
        <a class={props.class.clone()} {href} data-route={props.to.name()}>
            { props.children.clone() }
        </a>
    }
}
