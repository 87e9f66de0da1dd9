//! A link that leaves the page, and says so.

use yew::prelude::*;

use super::{Glyph, icon};

/// A link that says so; only `https:` addresses become one.
pub fn external_link(href: String, words: &'static str) -> Html {
    if !href.starts_with("https://") {
        return Html::from(words);
    }
    html! {
        <a class="external" {href} target="_blank" rel="noreferrer">
            { words }
            { icon(Glyph::External) }
            <span class="visually-hidden">{ " (another site, new tab)" }</span>
        </a>
    }
}
