//! Writing to the clipboard, which the browser may refuse.

use gloo::utils::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlDocument, HtmlElement, HtmlTextAreaElement};

use super::page::ignore;

/// Copies a text; `done` is told whether it is on the clipboard now.
pub fn write(text: String, done: impl FnOnce(bool) + 'static) {
    spawn_local(async move {
        let written = write_new(&text).await || write_old(&text).unwrap_or(false);
        done(written);
    });
}

/// The asynchronous clipboard: missing on insecure origins, refused in frames without permission.
async fn write_new(text: &str) -> bool {
    if !window().is_secure_context() {
        return false;
    }
    let promise = window().navigator().clipboard().write_text(text);
    JsFuture::from(promise).await.is_ok()
}

/// The old command works in both of those places, on a selected text.
fn write_old(text: &str) -> Result<bool, JsValue> {
    let document = document();
    let focused = document.active_element();
    let area: HtmlTextAreaElement = document.create_element("textarea")?.unchecked_into();
    area.set_class_name("visually-hidden");
    area.set_value(text);
    document.body().ok_or(JsValue::NULL)?.append_child(&area)?;
    area.select();
    let copied = document
        .unchecked_into::<HtmlDocument>()
        .exec_command("copy");
    area.remove();
    if let Some(focused) = focused {
        ignore(focused.unchecked_into::<HtmlElement>().focus());
    }
    copied
}
