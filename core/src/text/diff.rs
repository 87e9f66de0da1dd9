//! Where two values differ, character by character, and in what way.

use serde::Serialize;

/// A stretch of a value that is the same in both, or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The characters.
    pub text: String,
    /// Whether the other value has something else here.
    pub differs: bool,
}

/// The way in which two values differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// One of them is missing.
    Missing,
    /// Only upper and lower case.
    LetterCase,
    /// Only a slash at the end.
    TrailingSlash,
    /// Only white space.
    WhiteSpace,
    /// Only characters that look alike or cannot be seen.
    LookAlike,
    /// The one is a pattern, and the other does not fit it.
    Pattern,
    /// Something else.
    Other,
}

impl Difference {
    /// In what way two different values differ; `None` where they are the same.
    #[must_use]
    pub fn between(presented: &str, configured: &str) -> Option<Self> {
        let without_white = |text: &str| text.split_whitespace().collect::<String>();
        let visible = |text: &str| {
            text.chars()
                .filter(char::is_ascii_graphic)
                .collect::<String>()
        };
        let kind = if presented == configured {
            return None;
        } else if presented.is_empty() || configured.is_empty() {
            Self::Missing
        } else if presented.trim_end_matches('/') == configured.trim_end_matches('/') {
            Self::TrailingSlash
        } else if presented.eq_ignore_ascii_case(configured) {
            Self::LetterCase
        } else if without_white(presented) == without_white(configured) {
            Self::WhiteSpace
        } else if !(presented.is_ascii() && configured.is_ascii())
            && visible(presented).len().abs_diff(visible(configured).len()) <= 1
            && !visible(presented).is_empty()
        {
            Self::LookAlike
        } else {
            Self::Other
        };
        Some(kind)
    }

    /// A sentence that tells it, for the credential's field `field`.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Missing => "One of the two is empty.",
            Self::LetterCase => {
                "Only upper and lower case differ. Entra ID compares every character."
            }
            Self::TrailingSlash => {
                "Only the slash at the end differs. Entra ID compares every character."
            }
            Self::WhiteSpace => "Only white space differs. Entra ID compares every character.",
            Self::LookAlike => "They look alike, but are different characters.",
            Self::Pattern => "It fits the pattern up to the marks only.",
            Self::Other => "The values differ.",
        }
    }
}

/// Both values in runs: their common beginning and end, and what differs between.
#[must_use]
pub fn diff(presented: &str, configured: &str) -> (Vec<Run>, Vec<Run>) {
    let (start, end) = common(presented, configured);
    (runs(presented, start, end), runs(configured, start, end))
}

/// How many characters differ at least; 0 for the same values.
pub(crate) fn distance(presented: &str, configured: &str) -> usize {
    let (start, end) = common(presented, configured);
    presented.len().max(configured.len()) - start - end
}

/// The bytes of the common beginning and of the common end, both of whole characters.
fn common(a: &str, b: &str) -> (usize, usize) {
    let start = a.floor_char_boundary(equal(a.bytes(), b.bytes()));
    let most = a.len().min(b.len()) - start;
    let end = equal(a.bytes().rev().take(most), b.bytes().rev());
    (start, a.len() - a.ceil_char_boundary(a.len() - end))
}

/// How many bytes two rows have in common before the first that differs.
fn equal(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// A text in runs, of which so many bytes at its start and end are the same as in another.
pub(crate) fn runs(text: &str, start: usize, end: usize) -> Vec<Run> {
    let cut = text.len() - end;
    [
        (0..start, false),
        (start..cut, true),
        (cut..text.len(), false),
    ]
    .into_iter()
    .filter_map(|(range, differs)| {
        let text = text.get(range).filter(|text| !text.is_empty())?.to_owned();
        Some(Run { text, differs })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(runs: &[Run]) -> String {
        let mark = |run: &Run| match run.differs {
            true => format!("[{}]", run.text),
            false => run.text.clone(),
        };
        runs.iter().map(mark).collect()
    }

    #[track_caller]
    fn check(a: &str, b: &str, marked_a: &str, marked_b: &str, difference: Option<Difference>) {
        let (x, y) = diff(a, b);
        assert_eq!(
            (marked(&x).as_str(), marked(&y).as_str()),
            (marked_a, marked_b)
        );
        assert_eq!(Difference::between(a, b), difference);
    }

    #[test]
    fn the_differing_characters_are_found() {
        check("same", "same", "same", "same", None);
        check(
            "https://x/v2.0",
            "https://x/v2.0/",
            "https://x/v2.0",
            "https://x/v2.0[/]",
            Some(Difference::TrailingSlash),
        );
        check(
            "env:Prod",
            "env:prod",
            "env:[P]rod",
            "env:[p]rod",
            Some(Difference::LetterCase),
        );
        check("a b", "ab", "a[ ]b", "ab", Some(Difference::WhiteSpace));
        check("a", "", "[a]", "", Some(Difference::Missing));
        check(
            "repo",
            "rep\u{43e}",
            "rep[o]",
            "rep[\u{43e}]",
            Some(Difference::LookAlike),
        );
        check(
            "ab\u{200b}",
            "ab",
            "ab[\u{200b}]",
            "ab",
            Some(Difference::LookAlike),
        );
        check("aXa", "aYYa", "a[X]a", "a[YY]a", Some(Difference::Other));
        check("aa", "aaa", "aa", "aa[a]", Some(Difference::Other));
        check(
            "\u{e9}",
            "\u{e8}",
            "[\u{e9}]",
            "[\u{e8}]",
            Some(Difference::Other),
        );
        // The last byte is the same, the character is not.
        check(
            "x\u{e9}",
            "x\u{169}",
            "x[\u{e9}]",
            "x[\u{169}]",
            Some(Difference::LookAlike),
        );
    }

    proptest::proptest! {
        #[test]
        fn runs_put_together_are_the_values(a in "[ab/é ]{0,8}", b in "[ab/é ]{0,8}") {
            let (x, y) = diff(&a, &b);
            let whole = |runs: &[Run]| runs.iter().map(|run| run.text.as_str()).collect::<String>();
            proptest::prop_assert_eq!(whole(&x), a.clone());
            proptest::prop_assert_eq!(whole(&y), b.clone());
            proptest::prop_assert_eq!(distance(&a, &b) == 0, a == b);
        }
    }
}
