//! Hides identifiers in values that others can see on a screen.

use super::is_guid;

/// Claims that name somebody or something whatever their form.
const NAMES: [&str; 22] = [
    "actor",
    "email",
    "family_name",
    "given_name",
    "ipaddr",
    "jti",
    "name",
    "nickname",
    "oid",
    "onprem_sid",
    "phone_number",
    "preferred_username",
    "puid",
    "rh",
    "sid",
    "sub",
    "tid",
    "unique_name",
    "upn",
    "user_login",
    "uti",
    "aio",
];

/// How much of an identifier stays, in characters: enough to tell two apart.
const KEPT: usize = 4;

/// The value of a claim without what identifies: GUIDs, addresses, and the values of claims that name
/// somebody. What is hidden becomes `…` after its first four characters.
#[must_use]
pub fn masked(name: &str, value: &str) -> String {
    if NAMES.contains(&name) {
        return hide(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(&masked_word(word));
        let next = after.find(is_word).unwrap_or(after.len());
        let (between, behind) = after.split_at(next);
        out.push_str(between);
        rest = behind;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '_' | '@' | '.' | '+')
}

fn masked_word(word: &str) -> String {
    let guid = word.len() >= 36
        && (0..=word.len() - 36).any(|at| word.get(at..at + 36).is_some_and(is_guid));
    if guid || word.contains('@') || is_address(word) {
        hide(word)
    } else {
        word.to_owned()
    }
}

/// An IPv4 address.
fn is_address(word: &str) -> bool {
    let mut numbers = word.split('.');
    numbers.clone().count() == 4 && numbers.all(|number| number.parse::<u8>().is_ok())
}

fn hide(value: &str) -> String {
    let mut kept: String = value.chars().take(KEPT).collect();
    if kept.len() < value.len() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, value: &str, expected: &str) {
        assert_eq!(masked(name, value), expected);
    }

    #[test]
    fn identifiers_are_hidden() {
        check("sub", "c135c981-5d8e-4b80-84ea-d616a6a8167c", "c135…");
        check(
            "iss",
            "https://login.microsoftonline.com/c135c981-5d8e-4b80-84ea-d616a6a8167c/v2.0",
            "https://login.microsoftonline.com/c135…/v2.0",
        );
        check("who", "mail to ada@example.org now", "mail to ada@… now");
        check("ip", "203.0.113.7", "203.…");
        check(
            "groups",
            r#"["c135c981-5d8e-4b80-84ea-d616a6a8167c"]"#,
            r#"["c135…"]"#,
        );
        check("name", "Ada Lovelace", "Ada …");
        check("x", "x_c135c981-5d8e-4b80-84ea-d616a6a8167c", "x_c1…");
    }

    #[test]
    fn the_rest_stays() {
        check("ver", "2.0", "2.0");
        check("exp", "1795521900", "1795521900");
        check("roles", r#"["Orders.Read"]"#, r#"["Orders.Read"]"#);
        check("name", "Ada", "Ada");
        check("n", "1.2.3.999", "1.2.3.999");
        check("é", "größer → 日本", "größer → 日本");
        check("", "", "");
    }
}
