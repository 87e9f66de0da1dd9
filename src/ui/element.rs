//! Plain elements by function calls: `html!` writes out all that a call shares.

use fedcred_core::text::Listed;
use yew::prelude::*;
use yew::virtual_dom::VList;

/// `<p class="hint">…</p>`, where one would interrupt a line of code.
pub fn element(tag: &'static str, class: &'static str, content: impl Into<Html>) -> Html {
    of(tag, class, content.into())
}

/// What stands one after the other.
pub fn group(children: Vec<Html>) -> Html {
    VList::with_children(children, None).into()
}

/// What an iterator gives, one after the other.
pub fn each(children: impl IntoIterator<Item = Html>) -> Html {
    group(children.into_iter().listed())
}

/// What is folded away below a few words.
pub fn fold(class: &'static str, summary: impl Into<Html>, content: Html) -> Html {
    let summary = of("summary", "", summary.into());
    of("details", class, group(vec![summary, content]))
}

fn of(tag: &'static str, class: &'static str, content: Html) -> Html {
    html! { <@{tag} class={class}>{ content }</@> }
}
