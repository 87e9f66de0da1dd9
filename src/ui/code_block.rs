//! A text of several lines in monospace that wraps.

use yew::prelude::*;

use super::show_block;

#[derive(Properties, PartialEq)]
pub struct CodeBlockProps {
    pub text: AttrValue,
    /// What it is, for screen readers: the block takes the focus so that keys can scroll it.
    pub label: AttrValue,
}

/// A request, a command, a document.
#[component]
pub fn CodeBlock(props: &CodeBlockProps) -> Html {
    html! {
        <pre class="code-block" tabindex="0" role="region" aria-label={&props.label}>
            <code>{ show_block(&props.text) }</code>
        </pre>
    }
}
