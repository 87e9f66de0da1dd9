//! Single keys as shortcuts, which the visitor can turn off (WCAG 2.1.4).

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

use super::page::{by_id, ignore};

/// Calls `pressed` with the key, unless somebody types; where it returns true the browser does nothing with
/// the key itself. Until the listener is dropped.
pub fn on_shortcut(pressed: impl Fn(&str) -> bool + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&document(), "keydown", options, move |event| {
        let key = event
            .dyn_ref::<KeyboardEvent>()
            .filter(|key| is_shortcut(key));
        if key.is_some_and(|key| pressed(&key.key())) {
            event.prevent_default();
        }
    })
}

/// Opens the list of shortcuts, or closes it.
pub fn toggle_list() {
    if let Some(list) = by_id("shortcuts").and_then(|list| list.dyn_into::<HtmlElement>().ok()) {
        ignore(list.toggle_popover());
    }
}

fn is_shortcut(key: &KeyboardEvent) -> bool {
    let modified = key.ctrl_key() || key.meta_key() || key.alt_key();
    let target = key
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let typing = target.is_some_and(|element| {
        let fields = element.closest("textarea, select, input:not([type=checkbox], [type=radio])");
        fields.is_ok_and(|found| found.is_some())
    });
    !modified && !typing && are_on()
}

fn are_on() -> bool {
    let tick = by_id("shortcuts-on").and_then(|tick| tick.dyn_into::<HtmlInputElement>().ok());
    tick.is_none_or(|tick| tick.checked())
}
