//! Plain elements by function calls.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{VList, VNode, VTag};

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
    group(children.into_iter().collect())
}

/// What is folded away below a few words.
pub fn fold(class: &'static str, summary: impl Into<Html>, content: Html) -> Html {
    let summary = of("summary", "", summary.into());
    of("details", class, group(vec![summary, content]))
}

/// An element with a class that is known only when it is drawn.
pub fn classed(class: impl Into<AttrValue>, element: Html) -> Html {
    with("class", class.into(), element)
}

/// An element with one more attribute.
pub fn with(name: &'static str, value: AttrValue, mut element: Html) -> Html {
    if let VNode::VTag(tag) = &mut element {
        Rc::make_mut(tag).add_attribute(name, value);
    }
    element
}

fn of(tag: &'static str, class: &'static str, content: Html) -> Html {
    let mut element = VTag::new(tag);
    element.add_child(content);
    match class {
        "" => element.into(),
        class => classed(class, element.into()),
    }
}
