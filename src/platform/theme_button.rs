//! The static theme button in the header.

use gloo::events::EventListener;
use gloo::utils::document;

use crate::theme::Theme;

use super::page::{announce, by_id, ignore};
use super::storage;

/// Listens to the button until the listener is dropped.
pub fn adopt() -> Option<EventListener> {
    let button = by_id("theme")?;
    show(storage::theme());
    Some(EventListener::new(&button, "click", |_| {
        let theme = current().next();
        storage::set_theme(theme);
        show(theme);
        announce(theme.label());
    }))
}

/// The document holds the current theme, so it also changes where storage is forbidden.
fn current() -> Theme {
    let shown = document()
        .document_element()
        .and_then(|html| html.get_attribute("data-theme"));
    Theme::parse(shown.as_deref())
}

fn show(theme: Theme) {
    if let Some(html) = document().document_element() {
        match theme.stored() {
            Some(value) => ignore(html.set_attribute("data-theme", value)),
            None => ignore(html.remove_attribute("data-theme")),
        }
    }
    if let Some(button) = by_id("theme") {
        ignore(button.set_attribute("aria-label", theme.label()));
        ignore(button.set_attribute("title", theme.label()));
    }
}
