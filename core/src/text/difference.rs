//! Where two texts differ, character by character, and in what way.

use serde::Serialize;

/// Two texts that differ, each cut where the other one differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// In what way they differ; `None` where the same text is refused for another reason.
    pub kind: Option<DifferenceKind>,
    /// The text that was presented, in order. The segments put together are the whole text.
    pub presented: Vec<Segment>,
    /// The text it is compared with, in order. The segments put together are the whole text.
    pub configured: Vec<Segment>,
}

/// A run of characters that is the same in both texts, or differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// The characters, exactly as they stand in the text; never empty.
    pub text: String,
    /// Whether the other text has something else here.
    pub differs: bool,
}

/// The way in which two texts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DifferenceKind {
    /// One of them is empty.
    Missing,
    /// Only the case of ASCII letters differs.
    LetterCase,
    /// Only slashes at the end differ.
    TrailingSlash,
    /// Only white space differs.
    WhiteSpace,
    /// They look alike: only characters outside of visible ASCII differ.
    LookAlike,
    /// One of them is a pattern, and the other does not fit it.
    Pattern,
    /// Anything else.
    Other,
}

impl Difference {
    /// Cuts both texts into the beginning and end that they share, and the part between that differs.
    ///
    /// ```
    /// use fedcred_core::text::{Difference, DifferenceKind};
    ///
    /// let difference = Difference::between("env:Prod", "env:prod");
    /// assert_eq!(difference.kind, Some(DifferenceKind::LetterCase));
    /// let differing: Vec<_> = difference.presented.iter().filter(|segment| segment.differs).collect();
    /// assert_eq!(differing[0].text, "P");
    /// ```
    #[must_use]
    pub fn between(presented: &str, configured: &str) -> Self {
        let (start, end) = common_ends(presented, configured);
        Self {
            kind: DifferenceKind::between(presented, configured),
            presented: segments(presented, start, end),
            configured: segments(configured, start, end),
        }
    }

    /// A text that fits a pattern up to a point: so many bytes of each fit, and the rest differs.
    pub(crate) fn from_pattern(
        kind: DifferenceKind,
        (presented, fitting): (&str, usize),
        (pattern, used): (&str, usize),
    ) -> Self {
        Self {
            kind: Some(kind),
            presented: segments(presented, fitting, 0),
            configured: segments(pattern, used, 0),
        }
    }
}

impl DifferenceKind {
    /// In what way two texts differ; `None` where they are the same.
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

    /// What differs, in a sentence or two for the reader.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Missing => "One of the two values is empty.",
            Self::LetterCase => "Only the letter case differs, but every character must match.",
            Self::TrailingSlash => {
                "Only the trailing slash differs, but every character must match."
            }
            Self::WhiteSpace => "Only white space differs, but every character must match.",
            Self::LookAlike => "The values look alike but contain different characters.",
            Self::Pattern => "It fits the pattern until the marked characters.",
            Self::Other => "The values differ.",
        }
    }
}

/// How many bytes of the longer text lie between the common beginning and the common end; 0 for the same text.
pub(crate) fn distance(presented: &str, configured: &str) -> usize {
    let (start, end) = common_ends(presented, configured);
    presented.len().max(configured.len()) - start - end
}

/// The bytes of the common beginning and of the common end, both of whole characters.
fn common_ends(a: &str, b: &str) -> (usize, usize) {
    let start = a.floor_char_boundary(equal_bytes(a.bytes(), b.bytes()));
    let most = a.len().min(b.len()) - start;
    let end = equal_bytes(a.bytes().rev().take(most), b.bytes().rev());
    (start, a.len() - a.ceil_char_boundary(a.len() - end))
}

/// How many bytes are equal before the first that differs.
fn equal_bytes(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// A text in segments, of which so many bytes at its start and end are the same as in another text.
fn segments(text: &str, start: usize, end: usize) -> Vec<Segment> {
    let cut = text.len() - end;
    [
        (0..start, false),
        (start..cut, true),
        (cut..text.len(), false),
    ]
    .into_iter()
    .filter_map(|(range, differs)| {
        let text = text.get(range).filter(|text| !text.is_empty())?.to_owned();
        Some(Segment { text, differs })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(segments: &[Segment]) -> String {
        let mark = |segment: &Segment| match segment.differs {
            true => format!("[{}]", segment.text),
            false => segment.text.clone(),
        };
        segments.iter().map(mark).collect()
    }

    #[track_caller]
    fn check(a: &str, b: &str, marked_a: &str, marked_b: &str, kind: Option<DifferenceKind>) {
        let found = Difference::between(a, b);
        assert_eq!(
            (
                marked(&found.presented).as_str(),
                marked(&found.configured).as_str()
            ),
            (marked_a, marked_b)
        );
        assert_eq!(found.kind, kind);
    }

    #[test]
    fn the_differing_characters_are_found() {
        check("same", "same", "same", "same", None);
        check(
            "https://x/v2.0",
            "https://x/v2.0/",
            "https://x/v2.0",
            "https://x/v2.0[/]",
            Some(DifferenceKind::TrailingSlash),
        );
        check(
            "env:Prod",
            "env:prod",
            "env:[P]rod",
            "env:[p]rod",
            Some(DifferenceKind::LetterCase),
        );
        check("a b", "ab", "a[ ]b", "ab", Some(DifferenceKind::WhiteSpace));
        check("a", "", "[a]", "", Some(DifferenceKind::Missing));
        check(
            "repo",
            "rep\u{43e}",
            "rep[o]",
            "rep[\u{43e}]",
            Some(DifferenceKind::LookAlike),
        );
        check(
            "ab\u{200b}",
            "ab",
            "ab[\u{200b}]",
            "ab",
            Some(DifferenceKind::LookAlike),
        );
        check(
            "aXa",
            "aYYa",
            "a[X]a",
            "a[YY]a",
            Some(DifferenceKind::Other),
        );
        check("aa", "aaa", "aa", "aa[a]", Some(DifferenceKind::Other));
        check(
            "\u{e9}",
            "\u{e8}",
            "[\u{e9}]",
            "[\u{e8}]",
            Some(DifferenceKind::Other),
        );
        // The last byte is the same, the character is not.
        check(
            "x\u{e9}",
            "x\u{169}",
            "x[\u{e9}]",
            "x[\u{169}]",
            Some(DifferenceKind::LookAlike),
        );
    }

    proptest::proptest! {
        #[test]
        fn the_segments_put_together_are_the_texts(a in "[ab/é ]{0,8}", b in "[ab/é ]{0,8}") {
            let found = Difference::between(&a, &b);
            let whole = |segments: &[Segment]| segments.iter().map(|segment| segment.text.as_str()).collect::<String>();
            proptest::prop_assert_eq!(whole(&found.presented), a.clone());
            proptest::prop_assert_eq!(whole(&found.configured), b.clone());
            proptest::prop_assert_eq!(distance(&a, &b) == 0, a == b);
        }
    }
}
