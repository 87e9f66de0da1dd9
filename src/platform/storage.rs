//! The one thing that is stored: the chosen theme. Tokens and keys never are.

use web_sys::Storage;

use crate::theme::Theme;

use super::page::ignore;

/// boot.js reads the same key before the first paint.
const KEY: &str = "fedcred.theme";

/// The stored theme; the system's where storage is empty or forbidden.
pub fn theme() -> Theme {
    let stored = storage().and_then(|storage| storage.get_item(KEY).ok()?);
    Theme::parse(stored.as_deref())
}

/// Stores a theme; nothing is stored for the system's.
pub fn set_theme(theme: Theme) {
    let Some(storage) = storage() else { return };
    match theme.stored() {
        Some(value) => ignore(storage.set_item(KEY, value)),
        None => ignore(storage.remove_item(KEY)),
    }
}

fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok()?
}
