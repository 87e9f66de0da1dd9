//! A link that leaves the page, and says so.

use yew::prelude::*;

use super::{Glyph, Icon};

#[derive(Properties, PartialEq)]
pub struct ExternalLinkProps {
    pub href: AttrValue,
    pub children: Html,
}

/// Opens another site in a new tab without telling it where the visitor came from.
/// An address of a token could be a script: whatever is not https stays plain text.
#[component]
pub fn ExternalLink(props: &ExternalLinkProps) -> Html {
    if !props.href.starts_with("https://") {
        return props.children.clone();
    }
    html! {
        <a class="external" href={&props.href} target="_blank" rel="noreferrer">
            { props.children.clone() }
            <Icon glyph={Glyph::External} />
            <span class="visually-hidden">{ " (another site, new tab)" }</span>
        </a>
    }
}
