//! A text with what it was before and will be again: undo and redo.

use yew::AttrValue;

/// The states of a text, the current one among them; empty where there is no text.
#[derive(Clone, Default, PartialEq)]
pub struct History {
    states: Vec<State>,
    at: usize,
}

#[derive(Clone, PartialEq)]
struct State {
    text: AttrValue,
    /// Where it was changed; typing in one place is one change.
    place: &'static str,
    /// Whether it is a text to work with.
    sound: bool,
}

/// More states are forgotten, the oldest but the first.
const MOST: usize = 100;

impl History {
    /// A text that was not changed yet.
    pub fn of(text: AttrValue, sound: bool) -> Self {
        let state = State {
            text,
            place: "",
            sound,
        };
        Self {
            states: vec![state],
            at: 0,
        }
    }

    /// The current text.
    pub fn text(&self) -> Option<&AttrValue> {
        self.states.get(self.at).map(|state| &state.text)
    }

    /// The newest text to work with up to the current one; the current one where there is none.
    pub fn sound_text(&self) -> Option<&AttrValue> {
        let mut before = self.states.iter().take(self.at + 1).rev();
        let sound = before.find(|state| state.sound);
        sound.map(|state| &state.text).or(self.text())
    }

    /// Changed to another text. A second change in a place that has a name replaces the first, but a sound text
    /// is kept before one that is not.
    pub fn changed(&self, text: AttrValue, place: &'static str, sound: bool) -> Self {
        let mut next = self.clone();
        next.states.truncate(self.at + 1);
        let goes_on =
            |last: &State| !place.is_empty() && last.place == place && (sound || !last.sound);
        if next.states.last().is_some_and(goes_on) {
            next.states.pop();
        } else if next.states.len() >= MOST {
            next.states.remove(1);
        }
        next.at = next.states.len();
        next.states.push(State { text, place, sound });
        next
    }

    /// The text as it was at first.
    pub fn reset(&self) -> Self {
        match self.states.first() {
            Some(first) => self.changed(first.text.clone(), "", first.sound),
            None => Self::default(),
        }
    }

    /// One change back, where there is one.
    pub fn undone(&self) -> Option<Self> {
        self.moved(self.at.checked_sub(1)?)
    }

    /// One change forward, where there is one.
    pub fn redone(&self) -> Option<Self> {
        self.moved(self.at + 1)
    }

    fn moved(&self, at: usize) -> Option<Self> {
        (at < self.states.len()).then(|| Self { at, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(history: &History, text: &str, sound: &str) {
        let texts = (
            history.text().unwrap().as_str(),
            history.sound_text().unwrap().as_str(),
        );
        assert_eq!(texts, (text, sound));
    }

    fn change(history: &History, text: &'static str, place: &'static str) -> History {
        // In these tests a text in capitals is not sound.
        history.changed(text.into(), place, text != "X" && text != "Y")
    }

    #[test]
    fn changes_go_back_and_forward() {
        let one = History::of("a".into(), true);
        assert!(one.undone().is_none() && one.redone().is_none());
        let two = change(&one, "b", "");
        let three = change(&two, "c", "");
        check(&three, "c", "c");
        let back = three.undone().unwrap();
        check(&back, "b", "b");
        check(&back.redone().unwrap(), "c", "c");
        let other = change(&back, "d", "");
        assert!(other.redone().is_none());
        check(&other.undone().unwrap(), "b", "b");
        check(&other.reset(), "a", "a");
        check(&other.reset().undone().unwrap(), "d", "d");
    }

    #[test]
    fn typing_is_one_change_and_keeps_what_was_sound() {
        let one = History::of("a".into(), true);
        let typed = change(&change(&one, "ab", "json"), "abc", "json");
        check(&typed, "abc", "abc");
        check(&typed.undone().unwrap(), "a", "a");
        let broken = change(&change(&typed, "X", "json"), "Y", "json");
        check(&broken, "Y", "abc");
        check(&broken.undone().unwrap(), "abc", "abc");
        let mended = change(&broken, "e", "json");
        check(&mended.undone().unwrap(), "abc", "abc");
        check(&History::of("X".into(), false), "X", "X");
    }

    #[test]
    fn the_first_and_the_newest_are_kept() {
        let mut history = History::of("first".into(), true);
        for _ in 0..300 {
            history = change(&history, "b", "");
        }
        assert_eq!(history.states.len(), MOST);
        check(&history.reset(), "first", "first");
        assert!(History::default().text().is_none());
        assert!(History::default().reset() == History::default());
    }
}
