//! The claim that is pointed at, in the list of claims and in the token at once.

use fedcred_core::jose::Role;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// A claim by its part and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Highlight {
    pub part: Role,
    pub index: usize,
}

/// The parts that hold claims, with their letters.
const PARTS: [(char, Role); 3] = [
    ('h', Role::Header),
    ('u', Role::UnprotectedHeader),
    ('p', Role::Payload),
];

impl Highlight {
    /// The value of `data-mark`: `h2`, `p0`.
    pub(super) fn word(self) -> String {
        let mut parts = PARTS.iter();
        let letter = parts.find(|(_, part)| *part == self.part);
        format!(
            "{}{}",
            letter.map_or('p', |(letter, _)| *letter),
            self.index
        )
    }

    fn of_word(word: &str) -> Option<Self> {
        let (_, part) = *PARTS.iter().find(|(letter, _)| word.starts_with(*letter))?;
        let index = word.get(1..)?.parse().ok()?;
        Some(Self { part, index })
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
        for (index, (_, part)) in PARTS.into_iter().enumerate() {
            let mark = Highlight { part, index };
            assert_eq!(Highlight::of_word(&mark.word()), Some(mark));
        }
        for word in ["", "h", "p-1", "px", "x1"] {
            assert_eq!(Highlight::of_word(word), None, "{word}");
        }
    }
}
