//! The document around the app: its static elements, title, focus and announcements.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, MouseEvent};

/// The element with this id, also to mount a portal in.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// The path the site is published under, with a slash at both ends.
pub fn base_path() -> String {
    document()
        .document_element()
        .and_then(|html| html.get_attribute("data-base"))
        .unwrap_or_else(|| "/".to_owned())
}

/// Hides a static element.
pub fn hide(id: &str) {
    if let Some(element) = by_id(id) {
        ignore(element.set_attribute("hidden", ""));
    }
}

/// Shows a static element with other words in it.
pub fn say(id: &str, words: &str) {
    if let Some(element) = by_id(id) {
        element.set_text_content(Some(words));
        ignore(element.remove_attribute("hidden"));
    }
}

/// Says something to screen readers through the one live region.
pub fn announce(text: &str) {
    if let Some(live) = by_id("live") {
        // The same words twice are a change only if the second differ; a no-break space is not read out.
        let again = live.text_content().as_deref() == Some(text);
        let end = if again { "\u{a0}" } else { "" };
        live.set_text_content(Some(&format!("{text}{end}")));
    }
}

/// Moves the focus to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        focus_element(element);
    }
}

/// The same for an element in groups that are folded away: they are unfolded.
pub fn open_to(id: &str) {
    let mut around = by_id(id);
    while let Some(element) = around {
        if element.tag_name() == "DETAILS" {
            ignore(element.set_attribute("open", ""));
        }
        around = element.parent_element();
    }
    focus(id);
}

/// Brings the element with this id into view, as little as needed; nothing where it is not drawn.
pub fn reveal(id: &str) {
    if let Some(element) = by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether the focus is in the element with this id.
pub fn has_focus(id: &str) -> bool {
    let focused = document().active_element();
    by_id(id).is_some_and(|element| element.contains(focused.as_deref()))
}

/// Calls `hidden` when the tab goes out of sight, until the listener is dropped.
pub fn on_hidden(hidden: impl Fn() + 'static) -> EventListener {
    EventListener::new(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            hidden();
        }
    })
}

/// Names the current page: in the tab's title, on the body for the style sheet, in the navigation.
pub fn set_place(name: &str, title: &str) {
    document().set_title(title);
    if let Some(body) = document().body() {
        ignore(body.set_attribute("data-page", name));
    }
    for link in all(".site-nav a[data-route]") {
        if link.get_attribute("data-route").as_deref() == Some(name) {
            ignore(link.set_attribute("aria-current", "page"));
        } else {
            ignore(link.remove_attribute("aria-current"));
        }
    }
}

/// Blurs what holds a token as text, for the style sheet.
pub fn set_masked(masked: bool) {
    if let Some(body) = document().body() {
        if masked {
            ignore(body.set_attribute("data-masked", ""));
        } else {
            ignore(body.remove_attribute("data-masked"));
        }
    }
}

/// After a navigation: to the top, and the focus to the page's heading.
pub fn go_to_heading() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
    // The Decode page's heading is static and hidden on the other pages.
    let heading = all("main h1")
        .filter_map(|element| element.dyn_into::<HtmlElement>().ok())
        .find(|heading| heading.offset_parent().is_some());
    if let Some(heading) = heading {
        focus_element(heading.into());
    }
}

/// Sets the address of each static link to a page.
pub fn address_routes(address: impl Fn(&str) -> Option<String>) {
    for link in all("a[data-route]") {
        let name = link.get_attribute("data-route").unwrap_or_default();
        if let Some(address) = address(&name) {
            ignore(link.set_attribute("href", &address));
        }
    }
}

/// Calls `go` with the route's name and the address's query on each plain left click on a link to a page; where it
/// returns true the browser does not follow the link itself.
pub fn on_route_click(go: impl Fn(&str, &str) -> bool + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&document(), "click", options, move |event| {
        let link = event
            .dyn_ref::<MouseEvent>()
            .filter(|click| is_plain(click))
            .and_then(|click| click.target()?.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("a[data-route]").ok()?);
        let Some(link) = link else { return };
        let of_link = |name| link.get_attribute(name).unwrap_or_default();
        let address = of_link("href");
        let query = address.split_once('?').map_or("", |(_, query)| query);
        if go(&of_link("data-route"), query) {
            event.prevent_default();
        }
    })
}

fn is_plain(click: &MouseEvent) -> bool {
    let modified = click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key();
    click.button() == 0 && !modified && !click.default_prevented()
}

fn all(selector: &str) -> impl Iterator<Item = Element> + use<> {
    let found = document().query_selector_all(selector).ok();
    let count = found.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |index| found.as_ref()?.get(index)?.dyn_into().ok())
}

pub(super) fn focus_element(element: Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        ignore(element.focus());
    }
}

/// For calls that fail only where the page is not ours any more; there is nothing to do then.
pub(super) fn ignore<T>(result: Result<T, JsValue>) {
    drop(result);
}
