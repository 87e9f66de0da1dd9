//! The keys that step through the exchange.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Go(usize),
    Play,
}

/// Reads a key in diagram or list, and keeps the browser from doing something else with it.
pub(super) fn command_of(event: &KeyboardEvent, current: usize, last: usize) -> Option<Command> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
        return None;
    }
    let tag = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .map(|element| element.tag_name());
    let command = command(
        &event.key(),
        tag.as_deref().unwrap_or_default(),
        current,
        last,
    )?;
    event.prevent_default();
    Some(command)
}

/// The command of a key pressed in an element with this tag.
fn command(key: &str, tag: &str, current: usize, last: usize) -> Option<Command> {
    match (key, tag) {
        (_, "INPUT" | "SELECT" | "TEXTAREA") => None,
        ("ArrowRight", _) => Some(Command::Go((current + 1).min(last))),
        ("ArrowLeft", _) => Some(Command::Go(current.saturating_sub(1).max(1))),
        ("Home", _) => Some(Command::Go(1)),
        ("End", _) => Some(Command::Go(last)),
        // On a button the space bar presses it.
        (" ", tag) if tag != "BUTTON" && tag != "A" => Some(Command::Play),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, tag: &str, current: usize, expected: Option<Command>) {
        assert_eq!(command(key, tag, current, 16), expected, "{key} in {tag}");
    }

    #[test]
    fn arrows_stop_at_the_ends() {
        check("ArrowRight", "BUTTON", 3, Some(Command::Go(4)));
        check("ArrowRight", "DIV", 16, Some(Command::Go(16)));
        check("ArrowLeft", "DIV", 1, Some(Command::Go(1)));
        check("Home", "DIV", 9, Some(Command::Go(1)));
        check("End", "DIV", 9, Some(Command::Go(16)));
    }

    #[test]
    fn controls_and_other_keys_are_left_alone() {
        check("ArrowRight", "SELECT", 3, None);
        check("End", "TEXTAREA", 3, None);
        check(" ", "INPUT", 3, None);
        check(" ", "BUTTON", 3, None);
        check(" ", "DIV", 3, Some(Command::Play));
        check("Tab", "DIV", 3, None);
        check("ArrowDown", "DIV", 3, None);
    }
}
