//! The paste box: static HTML that the app adopts and never draws, so caret, text and undo survive start-up.

use gloo::events::EventListener;
use gloo::utils::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

use super::page;

/// Longer texts are set directly: the browser's undo history is slow with them.
const UNDO_LIMIT: usize = 200_000;

/// What is in the box.
pub fn text() -> String {
    element().map(|area| area.value()).unwrap_or_default()
}

/// The length of the text in UTF-16 units, without reading it.
pub fn length() -> u32 {
    element().map_or(0, |area| area.text_length())
}

/// Calls `changed` on each edit, until the listener is dropped.
pub fn on_edit(changed: impl Fn() + 'static) -> Option<EventListener> {
    let area = element()?;
    Some(EventListener::new(&area, "input", move |_| changed()))
}

/// Calls `moved` with the caret's place in UTF-16 units when it moves in the box, until the listener is
/// dropped.
pub fn on_caret(moved: impl Fn(u32) + 'static) -> EventListener {
    EventListener::new(&document(), "selectionchange", move |_| {
        let caret = element()
            .filter(|_| page::has_focus("token"))
            .and_then(|area| area.selection_start().ok()?);
        if let Some(caret) = caret {
            moved(caret);
        }
    })
}

/// Puts another text into the box as if typed: undo brings the old one back, and `adopt`'s callback is called.
pub fn replace(text: &str) {
    let Some(area) = element() else { return };
    page::focus_element(area.clone().into());
    area.select();
    if text.len() > UNDO_LIMIT || !type_in(text) {
        area.set_value(text);
        if let Ok(event) = web_sys::Event::new("input") {
            page::ignore(area.dispatch_event(&event));
        }
    }
}

/// Moves the focus to the box and selects a part of it, in UTF-16 units.
pub fn select(start: u32, end: u32) {
    select_in("token", start, end);
}

/// The same for another box.
pub fn select_in(id: &str, start: u32, end: u32) {
    let area = page::by_id(id).and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok());
    if let Some(area) = area {
        page::focus_element(area.clone().into());
        page::ignore(area.set_selection_range(start, end));
    }
}

/// The old editing command is the only way to change a text and keep the undo history.
fn type_in(text: &str) -> bool {
    let Ok(document) = document().dyn_into::<HtmlDocument>() else {
        return false;
    };
    let command = if text.is_empty() {
        "delete"
    } else {
        "insertText"
    };
    document
        .exec_command_with_show_ui_and_value(command, false, text)
        .unwrap_or(false)
}

fn element() -> Option<HtmlTextAreaElement> {
    page::by_id("token")?.dyn_into().ok()
}
