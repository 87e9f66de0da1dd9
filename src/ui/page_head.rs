//! The heading of a page with the sentence below it.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PageHeadProps {
    pub title: AttrValue,
    pub lede: AttrValue,
    /// Controls at the far end.
    #[prop_or_default]
    pub children: Html,
}

/// The page's one h1; navigation moves the focus to it.
#[component]
pub fn PageHead(props: &PageHeadProps) -> Html {
    html! {
        <div class="page-head page-head-row">
            <div>
                <h1 tabindex="-1">{ &props.title }</h1>
                <p class="lede">{ &props.lede }</p>
            </div>
            <div class="row">{ props.children.clone() }</div>
        </div>
    }
}
