//! Numbers by their digits, so that none is rounded (RFC 8259 §6).

/// The grammar of RFC 8259 §6.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let body = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

/// The integer at or below a number, by its digits: a float would round.
pub(super) fn whole_part(number: &str) -> Option<i64> {
    let negative = number.starts_with('-');
    let body = number.trim_start_matches('-');
    let (mantissa, exponent) = body.split_once(['e', 'E']).unwrap_or((body, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent: i32 = exponent.parse().ok().filter(|e| (-400..=400).contains(e))?;
    let digits = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let before = usize::try_from(point).unwrap_or(0);
    let zeros = "0".repeat(before.saturating_sub(digits.len()));
    let whole_digits = digits.get(..before.min(digits.len())).unwrap_or_default();
    let cut = digits.get(whole_digits.len()..).unwrap_or_default();
    let value: i64 = format!("0{whole_digits}{zeros}").parse().ok()?;
    let below = i64::from(negative && cut.bytes().any(|digit| digit != b'0'));
    Some(if negative { -value - below } else { value })
}

/// Whether an integer is beyond 2^53, up to which a double holds every one.
pub(super) fn beyond_doubles(text: &str) -> bool {
    let digits = text.trim_start_matches('-');
    let integer = digits.bytes().all(|b| b.is_ascii_digit());
    integer && digits.parse::<u64>().map_or(true, |n| n > 1 << 53)
}
