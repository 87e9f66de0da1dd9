//! What the program tells its start script, static/boot.js: that it is whole, or how it ended.

use gloo::utils::window;
use web_sys::{CustomEvent, CustomEventInit};

/// All parts of the program are there: nothing needs the network any more. False where the program has stopped meanwhile.
#[must_use]
pub fn is_whole() -> bool {
    tell("fedcred-whole", "")
}

/// A part of the program could not be loaded.
pub fn is_incomplete() {
    tell("fedcred-incomplete", "");
}

/// The program panicked at this file and line.
pub fn has_panicked(place: &str) {
    tell("fedcred-panic", place);
}

/// Whether the start script lets the program go on.
fn tell(event: &str, detail: &str) -> bool {
    let options = CustomEventInit::new();
    options.set_detail(&detail.into());
    options.set_cancelable(true);
    CustomEvent::new_with_event_init_dict(event, &options)
        .and_then(|event| window().dispatch_event(&event))
        .unwrap_or(true)
}
