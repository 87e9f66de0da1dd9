//! Starts the app in the page.

#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

use fedcred_app::{app::App, platform};

fn main() {
    // Yew's own hook logs the message, which could hold a token: the report names file and line only.
    yew::set_custom_panic_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        platform::program::has_panicked(&place.unwrap_or_default());
    }));
    if let Some(root) = platform::page::by_id("app") {
        yew::Renderer::<App>::with_root(root).render();
    }
}
