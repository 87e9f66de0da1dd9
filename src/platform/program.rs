//! What the program tells its start script, static/boot.js: that it is whole, or how it ended.

use gloo::utils::window;
use web_sys::{CustomEvent, CustomEventInit};

use super::page::ignore;

/// All parts of the program are there: nothing needs the network any more.
pub fn is_whole() {
    tell("fedcred-whole", "");
}

/// A part of the program could not be loaded.
pub fn is_incomplete() {
    tell("fedcred-incomplete", "");
}

/// The program panicked at this file and line.
pub fn has_panicked(place: &str) {
    tell("fedcred-panic", place);
}

fn tell(event: &str, detail: &str) {
    let options = CustomEventInit::new();
    options.set_detail(&detail.into());
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event, &options) {
        ignore(window().dispatch_event(&event));
    }
}
