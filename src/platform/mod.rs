//! The only door to the browser: nothing else in the app calls it, but for the types of events.

pub mod address;
pub mod clipboard;
pub mod clock;
pub mod files;
pub mod keyboard;
pub mod page;
pub mod paste_box;
pub mod program;
pub mod storage;
pub mod theme_button;
