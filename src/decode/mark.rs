//! The claim that is pointed at, in the list of claims and in the token at once.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// A claim by its part and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub in_header: bool,
    pub index: usize,
}

impl Mark {
    /// The value of `data-mark`: `h2`, `p0`.
    pub(super) fn word(self) -> String {
        format!("{}{}", if self.in_header { 'h' } else { 'p' }, self.index)
    }

    fn of_word(word: &str) -> Option<Self> {
        let in_header = word.starts_with('h');
        let index = word.get(1..)?.parse().ok()?;
        Some(Self { in_header, index })
    }

    /// What an event on something with `data-mark`, or inside of it, points at.
    pub(super) fn of_event(event: &Event) -> Option<Self> {
        let target = event.target()?.dyn_into::<Element>().ok()?;
        let marked = target.closest("[data-mark]").ok()??;
        Self::of_word(&marked.get_attribute("data-mark")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_there_and_back() {
        for (in_header, index) in [(true, 0), (false, 12)] {
            let mark = Mark { in_header, index };
            assert_eq!(Mark::of_word(&mark.word()), Some(mark));
        }
        for word in ["", "h", "p-1", "px"] {
            assert_eq!(Mark::of_word(word), None, "{word}");
        }
    }
}
