//! Files that the visitor drops on the page, opens or keeps: read and made here, sent nowhere.

use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use gloo::utils::document;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DragEvent, File, FileList, HtmlElement, HtmlInputElement, Url};

use super::page::ignore;

/// A file's content, or nothing where it cannot be read or is too large.
pub type Read = dyn Fn(Option<Vec<u8>>);

/// Larger files are not read, in bytes.
const LARGEST: f64 = 5.0 * 1024.0 * 1024.0;

/// Listens for files that are dropped anywhere on the page, until the listeners are dropped.
pub fn on_drop(read: Rc<Read>) -> [EventListener; 2] {
    let options = EventListenerOptions::enable_prevent_default();
    let over = EventListener::new_with_options(&document(), "dragover", options, |event| {
        if has_files(event) {
            event.prevent_default();
        }
    });
    let drop = EventListener::new_with_options(&document(), "drop", options, move |event| {
        if has_files(event) {
            event.prevent_default();
            let transfer = event
                .dyn_ref::<DragEvent>()
                .and_then(DragEvent::data_transfer);
            first(transfer.and_then(|transfer| transfer.files()), &read);
        }
    });
    [over, drop]
}

/// Reads the file chosen in the input with this event; the same file can be chosen again.
pub fn chosen(input: &HtmlInputElement, read: &Rc<Read>) {
    first(input.files(), read);
    input.set_value("");
}

/// Has the browser keep a text as a file, in its folder for downloads.
pub fn save(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let made = Blob::new_with_str_sequence(&parts)
        .and_then(|blob| Url::create_object_url_with_blob(&blob));
    let Ok(url) = made else { return };
    if let Ok(link) = document().create_element("a") {
        ignore(link.set_attribute("href", &url));
        ignore(link.set_attribute("download", name));
        link.unchecked_into::<HtmlElement>().click();
    }
    // The browser has to begin reading first.
    Timeout::new(10_000, move || ignore(Url::revoke_object_url(&url))).forget();
}

/// Text that is dragged is the browser's business.
fn has_files(event: &web_sys::Event) -> bool {
    let transfer = event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer);
    transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn first(files: Option<FileList>, read: &Rc<Read>) {
    let Some(file) = files.and_then(|files| files.get(0)) else {
        return;
    };
    let read = read.clone();
    spawn_local(async move { read(content(&file).await.ok()) });
}

async fn content(file: &File) -> Result<Vec<u8>, JsValue> {
    if file.size() > LARGEST {
        return Err(JsValue::NULL);
    }
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
