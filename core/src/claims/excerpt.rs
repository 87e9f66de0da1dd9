//! The beginning of a text that somebody else wrote, short enough for a sentence.

/// How many characters of a value a sentence quotes at most.
const LONGEST_EXCERPT: usize = 120;

/// The text, cut with `…` where it is longer than a sentence can quote.
pub(super) fn excerpt(text: &str) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(LONGEST_EXCERPT).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}
