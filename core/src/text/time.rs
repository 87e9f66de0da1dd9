//! Times: seconds since 1970-01-01T00:00:00Z, and their RFC 3339 form.

const DAY: i64 = 86_400;

/// The seconds as `2026-11-23T15:24:00Z`; outside the years 0 to 9999 as the number alone.
#[must_use]
pub fn rfc3339(seconds: i64) -> String {
    match civil(seconds) {
        Some(t) => format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            t.year, t.month, t.day, t.hour, t.minute, t.second
        ),
        None => seconds.to_string(),
    }
}

/// The seconds as `2026-11-23 16:24:00 +01:00` where clocks are `offset` minutes ahead of UTC.
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

/// The seconds as `2026-11-23 15:24:00Z`, the form in Entra's error bodies.
#[must_use]
pub fn entra_timestamp(seconds: i64) -> String {
    rfc3339(seconds).replace('T', " ")
}

/// Reads seconds or an RFC 3339 time with `Z` or an offset; fractions of a second are cut.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| parse_rfc3339(text))
}

/// The distance from `now` in words: `in 23 h 41 min`, `5 min ago`, `now`.
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

/// A length of time in at most two units: `45 s`, `23 h 41 min`, `2 d 4 h`.
#[must_use]
pub fn duration(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / DAY, seconds / 3600 % 24, seconds / 60 % 60);
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

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

/// Proleptic Gregorian date, with years that begin in March so that the leap day comes last.
fn civil(seconds: i64) -> Option<Civil> {
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let from_march_0000 = days.checked_add(719_468)?;
    let era = from_march_0000.div_euclid(146_097);
    let day_of_era = from_march_0000.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (0..=9999).contains(&year).then_some(Civil {
        year,
        month,
        day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
    })
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn parse_rfc3339(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let separators = [(4, "-"), (7, "-"), (13, ":"), (16, ":")];
    let separated = separators
        .iter()
        .all(|(at, mark)| text.get(*at..at + 1) == Some(mark))
        && matches!(text.get(10..11), Some("T" | "t" | " "));
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let days = days_from_civil(year, month, day);
    let seconds = days * DAY + hour * 3600 + minute * 60 + second;
    let real = (1..=12).contains(&month) && hour < 24 && minute < 60 && second < 60;
    let exists = civil(seconds).is_some_and(|t| (t.month, t.day) == (month, day));
    (separated && real && exists).then_some(seconds - offset(text.get(19..)?)?)
}

/// The offset from UTC in seconds, after an optional fraction.
fn offset(rest: &str) -> Option<i64> {
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
        None => rest,
    };
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match zone.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let two_digits = |t: &str| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit());
    (two_digits(hours) && two_digits(minutes)).then(|| {
        Some(sign * (hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60))
    })?
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
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
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
