//! Patterns with `?` and `*`, and how far a text fits one.

/// Whether a text fits a pattern; where not, how many bytes of the pattern and of the text do.
///
/// Only the last `*` is taken back, so it takes at most pattern times text, whatever the pattern is.
pub(crate) fn match_pattern(pattern: &str, text: &str) -> Result<(), (usize, usize)> {
    let next = |text: &str, at: usize| text.as_bytes().get(at).copied();
    let character = |at| text.get(at..).and_then(|rest| rest.chars().next());
    let length = |at| character(at).map_or(1, char::len_utf8);
    let (mut p, mut t) = (0, 0);
    // Behind the last star: its place in the pattern, and the end of what it took of the text.
    let mut star = None;
    let mut furthest = (0, 0);
    // Literals are compared byte by byte, which is the same for UTF-8 and faster; wildcards take whole characters.
    loop {
        match (next(pattern, p), next(text, t)) {
            (Some(b'*'), _) => {
                p += 1;
                star = Some((p, t));
                furthest = (p, t);
            }
            (Some(b'?'), Some(_)) => (p, t) = (p + 1, t + length(t)),
            (Some(wanted), Some(found)) if wanted == found => (p, t) = (p + 1, t + 1),
            (None, None) => return Ok(()),
            (_, found) => {
                furthest = furthest.max((p, t));
                // Nothing is left for what the pattern still wants: a longer star would leave less.
                let (Some((after, end)), Some(_)) = (star, found) else {
                    let (p, t) = furthest;
                    return Err((pattern.floor_char_boundary(p), text.floor_char_boundary(t)));
                };
                (p, t) = (after, end + length(end));
                star = Some((p, t));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check_fit(pattern: &str, text: &str, expected: Result<(), (&str, &str)>) {
        let found = match_pattern(pattern, text).map_err(|(p, t)| (&pattern[p..], &text[t..]));
        assert_eq!(found, expected, "{pattern} {text}");
    }

    #[test]
    fn patterns() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("**", "a"),
            ("a?c", "aéc"),
            ("repo:contoso/*", "repo:contoso/shop:ref:refs/heads/a/b"),
            ("repo:*:prod", "repo:a:prod:prod"),
            ("*a*b", "xaxbab"),
            ("*?", "é"),
            ("refs/heads/????", "refs/heads/main"),
            ("*", "a*?"),
        ] {
            check_fit(pattern, text, Ok(()));
        }
        check_fit("", "a", Err(("", "a")));
        check_fit("a", "", Err(("a", "")));
        check_fit("?", "", Err(("?", "")));
        check_fit("?", "ab", Err(("", "b")));
        check_fit("abc", "abd", Err(("c", "d")));
        check_fit("ab", "AB", Err(("ab", "AB")));
        check_fit("refs/heads/????", "refs/heads/dev", Err(("?", "")));
        check_fit(
            "repo:o/*:prod",
            "repo:p/r:prod",
            Err(("o/*:prod", "p/r:prod")),
        );
        check_fit("repo:*:prod", "repo:o/r:dev", Err(("prod", "dev")));
        check_fit("*x", "ab", Err(("x", "")));
        check_fit("a*b", "ab ", Err(("", " ")));
        check_fit("aé", "aè", Err(("é", "è")));
        check_fit("*é", "aè", Err(("é", "è")));
        check_fit("??", "é", Err(("?", "")));
    }

    #[test]
    fn hostile_patterns_take_no_time() {
        let text = "a".repeat(100_000);
        for pattern in ["*a".repeat(300), "*a?".repeat(200), "a*".repeat(300)] {
            assert!(match_pattern(&pattern, &text).is_ok(), "{pattern}");
            assert!(
                match_pattern(&format!("{pattern}b"), &text).is_err(),
                "{pattern}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_slow_matcher_says_the_same(pattern in "[aéè*?]{0,7}", text in "[aéè]{0,7}") {
            fn slow(pattern: &[char], text: &[char]) -> bool {
                match (pattern, text) {
                    ([], _) => text.is_empty(),
                    (['*', rest @ ..], _) => (0..=text.len()).any(|taken| slow(rest, &text[taken..])),
                    ([wanted, rest @ ..], [found, tail @ ..]) if wanted == &'?' || wanted == found => slow(rest, tail),
                    _ => false,
                }
            }
            let found = match_pattern(&pattern, &text);
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(found.is_ok(), slow(&characters(&pattern), &characters(&text)));
            if let Err((p, t)) = found {
                prop_assert!(pattern.is_char_boundary(p) && text.is_char_boundary(t));
                prop_assert!(p < pattern.len() || t < text.len(), "something is marked");
            }
        }
    }
}
