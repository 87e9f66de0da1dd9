//! The page's address: which page, and what it shows; never what was entered.

use gloo::events::EventListener;
use gloo::utils::window;
use wasm_bindgen::JsValue;

use super::page::ignore;

/// The path, base path included.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Puts another path into the address; back leads to the old one.
pub fn push_path(path: &str) {
    if let Ok(history) = window().history() {
        ignore(history.push_state_with_url(&JsValue::NULL, "", Some(path)));
    }
}

/// Calls `changed` with the path on back and forward, until the listener is dropped.
pub fn on_path_change(changed: impl Fn(String) + 'static) -> EventListener {
    EventListener::new(&window(), "popstate", move |_| changed(path()))
}

/// The query without its question mark.
pub fn query() -> String {
    let search = window().location().search().unwrap_or_default();
    search.trim_start_matches('?').to_owned()
}

/// The fragment without its number sign.
pub fn fragment() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Takes the fragment out of the address and its entry of the history, and the query unless it stays.
pub fn clear(keep_query: bool) {
    let query = match query() {
        query if keep_query && !query.is_empty() => format!("?{query}"),
        _ => String::new(),
    };
    if let Ok(history) = window().history() {
        let url = path() + &query;
        ignore(history.replace_state_with_url(&JsValue::NULL, "", Some(&url)));
    }
}

/// Calls `changed` when somebody enters another fragment, until the listener is dropped.
pub fn on_fragment(changed: impl Fn() + 'static) -> EventListener {
    EventListener::new(&window(), "hashchange", move |_| changed())
}

/// Puts another query into the address; back leads to where the visitor came from.
pub fn replace_query(query: &str) {
    if let Ok(history) = window().history() {
        // Browsers refuse too many changes in a short time; the next one brings the address up to date.
        let url = format!("?{query}");
        ignore(history.replace_state_with_url(&JsValue::NULL, "", Some(&url)));
    }
}

/// The same, and back leads to the old one.
pub fn push_query(query: &str) {
    if let Ok(history) = window().history() {
        let url = format!("?{query}");
        ignore(history.push_state_with_url(&JsValue::NULL, "", Some(&url)));
    }
}

/// Calls `changed` with the query on back and forward within the page, until the listener is dropped.
pub fn on_change(changed: impl Fn(String) + 'static) -> EventListener {
    let own = path();
    EventListener::new(&window(), "popstate", move |_| {
        if path() == own {
            changed(query());
        }
    })
}
