//! Whether a text has the parts that it must have; where one is missing, the failure shows what comes nearest to it.

use std::ops::Range;

use similar_asserts::SimpleDiff;

/// The text must have all of these parts.
#[track_caller]
pub(crate) fn has_parts(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{}", missing(text, part));
    }
}

/// Columns that are shown to the left and to the right of what matters in a long line.
const BESIDE: usize = 80;

fn missing(text: &str, part: &str) -> String {
    let part = part.trim_end_matches('\n');
    let common = longest_common_piece(part, text);
    if common.len() < part.len() / 4 {
        return format!("no {part:?}, nor anything like it, in\n{}", shortened(text));
    }
    let place = text.find(&part[common.clone()]).unwrap_or_default();
    let (before, after) = (&part[..common.start], &part[common.end..]);
    let start = start_of_lines(text, place, before);
    let nearest = &text[start..end_of_lines(text, place + common.len(), after)];
    let line = text[..start].matches('\n').count() + 1;
    let diff = SimpleDiff::from_str(part, nearest, "wanted", "nearest");
    format!("a part is missing; line {line} comes nearest\n{diff}")
}

/// The longest piece of the part that the text has as well.
fn longest_common_piece(part: &str, text: &str) -> Range<usize> {
    let (mut longest, mut start) = (0..0, 0);
    for (place, last) in part.char_indices() {
        let end = place + last.len_utf8();
        while !text.contains(&part[start..end]) {
            start += part[start..].chars().next().map_or(0, char::len_utf8);
        }
        if end - start > longest.len() {
            longest = start..end;
        }
    }
    longest
}

/// Where the line starts, as many lines above the place as `before` has; of a long line only what is beside it.
fn start_of_lines(text: &str, place: usize, before: &str) -> usize {
    let above = before.matches('\n').count();
    let mut breaks = text[..place].rmatch_indices('\n');
    let start = breaks.nth(above).map_or(0, |(at, _)| at + 1);
    let furthest = place.saturating_sub(before.len() + BESIDE);
    start.max(text.floor_char_boundary(furthest))
}

/// The same for the end, as many lines below as `after` has.
fn end_of_lines(text: &str, place: usize, after: &str) -> usize {
    let below = after.matches('\n').count();
    let mut breaks = text[place..].match_indices('\n');
    let end = breaks.nth(below).map_or(text.len(), |(at, _)| place + at);
    end.min(text.ceil_char_boundary(place + after.len() + BESIDE))
}

/// The first lines of a text, each up to a width that a screen has.
pub(crate) fn shortened(text: &str) -> String {
    const LINES: usize = 10;
    let more = text.lines().count().saturating_sub(LINES);
    let lines = text.lines().take(LINES).map(|line| {
        let end = line.floor_char_boundary(2 * BESIDE);
        let mark = if end < line.len() { "…" } else { "" };
        format!("    {}{mark}\n", &line[..end])
    });
    let rest = (more > 0).then(|| format!("    … and {more} more lines\n"));
    lines.chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::missing;

    #[track_caller]
    fn check(text: &str, part: &str, expected: &[&str]) {
        let told = missing(text, part);
        for line in expected {
            assert!(told.contains(line), "{told}");
        }
        assert!(told.lines().count() <= 12, "{told}");
        assert!(told.len() < 1_000, "{told}");
    }

    #[test]
    fn a_missing_part_is_shown_beside_what_comes_nearest() {
        let text = "first\nsecond: a, b\nthird\n".repeat(100);
        check(&text, "second: a, c", &["line 2 ", "wanted", "nearest"]);
        check(&text, "secund: a, b\n", &["line 2 "]);
        check(&text, "third\nfirst\nsecond: c\n", &["line 3 "]);
        check(
            &text,
            "quite unlike",
            &["nor anything like it", "first", "290 more"],
        );
        check("", "part", &["nor anything like it"]);
        let long = format!("{}ä{}", "x".repeat(5_000), "y".repeat(5_000));
        check(&long, "xxxxxäzzz", &["line 1 "]);
        check(&long, "zzzäyyyyyy", &["line 1 "]);
        check(&long, "another", &["…"]);
    }
}
