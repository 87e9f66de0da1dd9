//! The heading of a page with the sentence below it.

use yew::prelude::*;

/// The page's one h1, to which navigation moves the focus; `controls` stand at the far end.
pub fn page_head(title: impl Into<AttrValue>, lede: impl Into<AttrValue>, controls: Html) -> Html {
    html! {
        <div class="page-head page-head-row">
            <div>
                <h1 tabindex="-1">{ title.into() }</h1>
                <p class="lede">{ lede.into() }</p>
            </div>
            <div class="row">{ controls }</div>
        </div>
    }
}
