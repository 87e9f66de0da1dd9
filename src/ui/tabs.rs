//! Tabs: one of several views, chosen by click or arrow keys.

use yew::prelude::*;

use super::each;
use crate::platform::page;

/// One tab: its key in callbacks and ids, and its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Tab {
    pub key: AttrValue,
    pub label: AttrValue,
}

impl Tab {
    pub fn new(key: impl Into<AttrValue>, label: impl Into<AttrValue>) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
        }
    }
}

/// Several views of which one is shown.
pub struct Tabs {
    /// Unique in the page; the ids of tabs and panel are made of it.
    pub id: &'static str,
    /// What is chosen, for screen readers.
    pub label: &'static str,
    pub tabs: Vec<Tab>,
    /// The key of the shown tab.
    pub selected: AttrValue,
    pub on_select: Callback<AttrValue>,
    /// The view of the selected tab.
    pub content: Html,
}

/// The tab list and the panel of the selected tab.
pub fn tabs(tabs: Tabs) -> Html {
    let buttons: Html = each(tabs.tabs.iter().map(|tab| view(&tabs, tab)));
    let (id, selected) = (panel_id(tabs.id), tab_id(tabs.id, &tabs.selected));
    let (label, content) = (tabs.label, tabs.content.clone());
    html! {
        <>
            <div class="tabs" role="tablist" aria-label={label} onkeydown={on_key(tabs)}>{ buttons }</div>
            <div class="tab-panel" role="tabpanel" {id} aria-labelledby={selected}>{ content }</div>
        </>
    }
}

fn view(tabs: &Tabs, tab: &Tab) -> Html {
    let selected = tab.key == tabs.selected;
    let onclick = {
        let key = tab.key.clone();
        tabs.on_select.reform(move |_: MouseEvent| key.clone())
    };
    html! {
        <button
            key={&*tab.key} type="button" class="tab" role="tab" {onclick}
            id={tab_id(tabs.id, &tab.key)}
            aria-selected={if selected { "true" } else { "false" }}
            aria-controls={panel_id(tabs.id)}
            tabindex={if selected { "0" } else { "-1" }}
        >
            { &tab.label }
        </button>
    }
}

fn on_key(tabs: Tabs) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let mut keys = tabs.tabs.iter().map(|tab| &tab.key);
        let at = keys.position(|key| *key == tabs.selected).unwrap_or(0);
        let target = target(&event.key(), at, tabs.tabs.len());
        if let Some(tab) = target.and_then(|index| tabs.tabs.get(index)) {
            event.prevent_default();
            page::focus(&tab_id(tabs.id, &tab.key));
            tabs.on_select.emit(tab.key.clone());
        }
    })
}

/// The tab a key leads to; the ends are joined.
fn target(key: &str, at: usize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match key {
        "ArrowRight" => Some(if at >= last { 0 } else { at + 1 }),
        "ArrowLeft" => Some(at.checked_sub(1).unwrap_or(last)),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

fn tab_id(id: &str, key: &str) -> AttrValue {
    format!("{id}-tab-{key}").into()
}

fn panel_id(id: &str) -> AttrValue {
    format!("{id}-panel").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, at: usize, count: usize, expected: Option<usize>) {
        assert_eq!(target(key, at, count), expected, "{key} at {at} of {count}");
    }

    #[test]
    fn arrows_go_round() {
        check("ArrowRight", 0, 3, Some(1));
        check("ArrowRight", 2, 3, Some(0));
        check("ArrowLeft", 0, 3, Some(2));
        check("Home", 2, 3, Some(0));
        check("End", 0, 3, Some(2));
        check("ArrowDown", 0, 3, None);
        check("ArrowRight", 0, 0, None);
    }
}
