//! Times: seconds since 1970-01-01T00:00:00Z, and their RFC 3339 form.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Formats seconds as RFC 3339 in UTC; outside the years 0 to 9999 as the number alone.
///
/// ```
/// use fedcred_core::text::time;
///
/// assert_eq!(time::rfc3339(1_795_447_440), "2026-11-23T15:24:00Z");
/// assert_eq!(time::rfc3339(i64::MAX), "9223372036854775807");
/// ```
#[must_use]
pub fn rfc3339(seconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_else(|| seconds.to_string())
}

/// Formats seconds as a clock shows them that is `offset` minutes ahead of UTC.
///
/// ```
/// use fedcred_core::text::time;
///
/// assert_eq!(time::local(1_795_447_440, 60), "2026-11-23 16:24:00 +01:00");
/// ```
#[must_use]
pub fn local(seconds: i64, offset: i64) -> String {
    let there = rfc3339(seconds.saturating_add(offset.saturating_mul(60)));
    let (sign, ahead) = if offset < 0 {
        ('-', -offset)
    } else {
        ('+', offset)
    };
    let there = there.replace('T', " ").replace('Z', "");
    format!("{there} {sign}{:02}:{:02}", ahead / 60, ahead % 60)
}

/// Formats seconds as `2026-11-23 15:24:00Z`, the form of `timestamp` in Entra ID's error bodies.
#[must_use]
pub fn entra_timestamp(seconds: i64) -> String {
    rfc3339(seconds).replace('T', " ")
}

/// Reads seconds, or an RFC 3339 time with `Z` or an offset, as seconds since 1970-01-01T00:00:00Z.
///
/// A fraction of a second is cut towards the past. `None` for anything else, leap seconds included.
///
/// ```
/// use fedcred_core::text::time;
///
/// assert_eq!(time::parse("2026-11-23T16:24:00.5+01:00"), Some(1_795_447_440));
/// assert_eq!(time::parse("1795447440"), Some(1_795_447_440));
/// assert_eq!(time::parse("2026-11-23"), None);
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| parse_rfc3339(text))
}

/// `time` takes any character between date and time, and leap seconds, which have no number of seconds of their own.
fn parse_rfc3339(text: &str) -> Option<i64> {
    let separated = matches!(text.get(10..11)?, "T" | "t" | " ");
    let leap = text.get(17..19)? == "60";
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    (separated && !leap).then(|| moment.unix_timestamp())
}

/// Formats the distance from `now`, both in seconds: `in 23 h 41 min`, `5 min ago`, `now`.
///
/// ```
/// assert_eq!(fedcred_core::text::time::relative(0, 300), "5 min ago");
/// ```
#[must_use]
pub fn relative(seconds: i64, now: i64) -> String {
    let distance = seconds.saturating_sub(now);
    let words = duration(distance.saturating_abs());
    match distance {
        0 => "now".to_owned(),
        1.. => format!("in {words}"),
        _ => format!("{words} ago"),
    }
}

/// Formats a number of seconds in at most two units: `45 s`, `23 h 41 min`, `2 d 4 h`, `3 years`.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let two = |a: i64, a_unit: &str, b: i64, b_unit: &str| match b {
        0 => format!("{a} {a_unit}"),
        _ => format!("{a} {a_unit} {b} {b_unit}"),
    };
    if days >= 730 {
        format!("{} years", days / 365)
    } else if days > 0 {
        two(days, "d", hours, "h")
    } else if hours > 0 {
        two(hours, "h", minutes, "min")
    } else if minutes > 0 {
        two(minutes, "min", seconds % 60, "s")
    } else {
        format!("{seconds} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_300_819_380, "2011-03-22T18:43:00Z"), // exp of RFC 7519 §3.1
            (4_102_444_799, "2099-12-31T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
            assert_eq!(parse(text), Some(seconds));
        }
    }

    #[test]
    fn where_clocks_are_ahead_or_behind() {
        assert_eq!(local(0, 0), "1970-01-01 00:00:00 +00:00");
        assert_eq!(local(0, 330), "1970-01-01 05:30:00 +05:30");
        assert_eq!(local(0, -90), "1969-12-31 22:30:00 -01:30");
        assert!(local(i64::MAX, 60).starts_with(&i64::MAX.to_string()));
    }

    #[test]
    fn offsets_and_fractions() {
        assert_eq!(
            parse("2026-11-23T16:24:00+01:00"),
            parse("2026-11-23T15:24:00Z")
        );
        assert_eq!(
            parse("2026-11-23T15:24:00.1234567Z"),
            parse("2026-11-23T15:24:00Z")
        );
        assert_eq!(parse("1795521900"), Some(1_795_521_900));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "now",
            "2026-11-23",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T15:24:00",
            "2026-11-23T15:24:00.Z",
            "2026-11-23T15:24:00+1:00",
            "2026-11-2\u{e9}T15:24:00Z",
            "2026-11-23X15:24:00Z",
            "2026-11-23_15:24:00Z",
            "2026-11-23\t15:24:00Z",
            "2026-11-2315:24:00Z",
            "2016-12-31T23:59:60Z", // a leap second that there was
            "2016-12-31T23:59:60.5Z",
            "2017-01-01T08:59:60+09:00",
            "2026-11-23T15:24:60Z",
            "2026-11-23T15:60:00Z",
            "2026-11-23T15:24Z",
            "2026-11-23T15Z",
            "2026-11-23Z",
            "2026-11-23T15:24:00 Z",
            "2026-11-23T15:24:00ZZ",
            "2026-11-23T15:24:00A",
            "2026-11-23T15:24:00UTC",
            "2026-11-23T15:24:00+01",
            "2026-11-23T15:24:00+0100",
            "2026-11-23T15:24:00+01:0",
            "2026-11-23T15:24:00+01:00:00",
            "2026-11-23T15:24:00 +01:00",
            "2026-11-23T15:24:00\u{2212}01:00",
            "2026-11-23T15:24:00Z[UTC]",
            "2026-11-23T15:24:00+00:00[UTC]",
            "2026-11-23T15:24:00,5Z",
            "2026-11-23T15:24.5Z",
            "2026-2-3T15:24:00Z",
            "2026-00-23T15:24:00Z",
            "2026-11-00T15:24:00Z",
            "2026-11-31T15:24:00Z",
            "2100-02-29T00:00:00Z",
            "20261123T152400Z",
            "2026-W48-1T15:24:00Z",
            "2026-327T15:24:00Z",
            "-2026-11-23T15:24:00Z",
            "-001-11-23T15:24:00Z",
            "+2026-11-23T15:24:00Z",
            "+002026-11-23T15:24:00Z",
            "12026-11-23T15:24:00Z",
            "2026-11-23T+5:24:00Z",
            "\u{ff12}026-11-23T15:24:00Z",
            " 2026-11-23T15:24:00Z",
            "2026-11-23T15:24:00Z\n",
            "Mon, 23 Nov 2026 15:24:00 GMT",
            "1795521900.5",
            "1795521900 ",
            "0x10",
            "9223372036854775808",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn offsets_are_those_of_rfc_3339() {
        for (offset, ahead) in [
            ("+00:00", 0),
            ("-00:00", 0),
            ("+05:45", 345),
            ("-09:30", -570),
            ("+23:59", 1439),
            ("-23:59", -1439),
        ] {
            let there = format!("2026-11-23T15:24:00.25{offset}");
            assert_eq!(parse(&there), Some(1_795_447_440 - ahead * 60), "{offset}");
        }
        for offset in ["+24:00", "-24:00", "+00:60", "+99:99", "+1:000", "+-1:00"] {
            assert_eq!(parse(&format!("2026-11-23T15:24:00{offset}")), None);
        }
    }

    #[test]
    fn first_and_last_times_have_offsets_too() {
        let (first, last) = (-62_167_219_200, 253_402_300_799);
        assert_eq!(parse("0000-01-01T00:00:00+01:00"), Some(first - 3600));
        assert_eq!(parse("9999-12-31T23:59:59.9-01:00"), Some(last + 3600));
        for beyond in [first - 1, last + 1, -377_705_116_801, 1 << 40] {
            assert_eq!(rfc3339(beyond), beyond.to_string());
            assert_eq!(parse(&rfc3339(beyond)), Some(beyond));
        }
    }

    #[test]
    fn fractions_are_cut_towards_the_past() {
        assert_eq!(parse("1969-12-31T23:59:59.5Z"), Some(-1));
        let long = format!("1970-01-01t00:00:00.{}z", "9".repeat(30));
        assert_eq!(parse(&long), Some(0));
        assert_eq!(parse("1970-01-01 00:00:00Z"), Some(0));
    }

    #[test]
    fn extremes_do_not_overflow() {
        assert_eq!(rfc3339(i64::MAX), i64::MAX.to_string());
        assert_eq!(rfc3339(i64::MIN), i64::MIN.to_string());
        assert!(relative(i64::MIN, i64::MAX).ends_with("ago"));
    }

    #[test]
    fn distances_in_words() {
        assert_eq!(relative(100, 100), "now");
        assert_eq!(relative(85_360, 100), "in 23 h 41 min");
        assert_eq!(relative(0, 300), "5 min ago");
        assert_eq!(duration(90_000), "1 d 1 h");
    }
}
