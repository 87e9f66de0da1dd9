//! Makes characters visible that would hide, reorder or imitate others in a shown value.

use std::ops::Range;

use yew::prelude::*;

use super::each;

/// A piece of a shown text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run<'a> {
    Plain(&'a str),
    /// A character to be named instead of drawn.
    Hidden(char),
}

/// A single value: line breaks and spaces at its ends are shown, too.
pub fn visible(text: &str) -> Vec<Run<'_>> {
    let inner = text.len() - text.trim_start_matches(' ').len()..text.trim_end_matches(' ').len();
    split(text, |at, c| {
        is_hidden(c) || (c == ' ' && !inner.contains(&at))
    })
}

/// A text of several lines: line breaks, tabs and spaces stay what they are.
pub fn visible_block(text: &str) -> Vec<Run<'_>> {
    split(text, |_, c| !matches!(c, '\n' | '\t') && is_hidden(c))
}

/// A part of a value in which a space is a difference.
pub(super) fn visible_strict(text: &str) -> Vec<Run<'_>> {
    split(text, |_, c| c == ' ' || is_hidden(c))
}

/// A part of a value whose ends are not the value's.
pub(super) fn visible_part(text: &str) -> Vec<Run<'_>> {
    split(text, |_, c| is_hidden(c))
}

/// `visible` as HTML.
pub fn show(text: &str) -> Html {
    render(visible(text))
}

/// `visible_block` as HTML.
pub fn show_block(text: &str) -> Html {
    render(visible_block(text))
}

pub(super) fn render(runs: Vec<Run<'_>>) -> Html {
    each(runs.into_iter().map(render_run))
}

fn render_run(run: Run<'_>) -> Html {
    match run {
        Run::Plain(text) => Html::from(text.to_owned()),
        Run::Hidden(c) => {
            html! { <span class="invisible-char">{ format!("U+{:04X}", u32::from(c)) }</span> }
        }
    }
}

fn split(text: &str, hidden: impl Fn(usize, char) -> bool) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut plain = 0..0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        if hidden(at, c) {
            push_plain(&mut runs, text, plain);
            runs.push(Run::Hidden(c));
            plain = end..end;
        } else {
            plain.end = end;
        }
    }
    push_plain(&mut runs, text, plain);
    runs
}

fn push_plain<'a>(runs: &mut Vec<Run<'a>>, text: &'a str, range: Range<usize>) {
    runs.extend(
        text.get(range)
            .filter(|piece| !piece.is_empty())
            .map(Run::Plain),
    );
}

/// Control, format and default-ignorable characters, and spaces other than U+0020 (Unicode 16).
fn is_hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFB | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Run<'_>]) {
        assert_eq!(visible(text), expected, "{text:?}");
    }

    #[test]
    fn ordinary_text_is_one_run() {
        check("", &[]);
        check("repo:octo/app:ref", &[Run::Plain("repo:octo/app:ref")]);
        check("größer 日本 x", &[Run::Plain("größer 日本 x")]);
    }

    #[test]
    fn hidden_characters_are_named() {
        check(
            "a\u{202e}b",
            &[Run::Plain("a"), Run::Hidden('\u{202e}'), Run::Plain("b")],
        );
        check(
            "\u{200b}\u{feff}",
            &[Run::Hidden('\u{200b}'), Run::Hidden('\u{feff}')],
        );
        check(
            "a\u{a0}b\n",
            &[
                Run::Plain("a"),
                Run::Hidden('\u{a0}'),
                Run::Plain("b"),
                Run::Hidden('\n'),
            ],
        );
        check("\0", &[Run::Hidden('\0')]);
    }

    #[test]
    fn spaces_count_at_the_ends_only() {
        check(
            " a b ",
            &[Run::Hidden(' '), Run::Plain("a b"), Run::Hidden(' ')],
        );
        check("  ", &[Run::Hidden(' '), Run::Hidden(' ')]);
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(
            visible_block("{\n\t\"a\" }\n"),
            [Run::Plain("{\n\t\"a\" }\n")]
        );
        assert_eq!(visible_block("a\r"), [Run::Plain("a"), Run::Hidden('\r')]);
    }

    #[test]
    fn a_difference_shows_its_spaces() {
        assert_eq!(visible_strict("a "), [Run::Plain("a"), Run::Hidden(' ')]);
        assert_eq!(visible_part("a "), [Run::Plain("a ")]);
    }
}
