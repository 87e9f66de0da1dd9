//! Compares a token with what somebody expects of it: issuer, audience, subject and time.

use serde::Serialize;

use super::section::Section;
use crate::jose::Token;
use crate::text::CheckVerdict::{self, Fail, NotReached, Pass, Skipped};
use crate::text::DifferenceKind;
use crate::text::json::{Value, ValueKind};
use crate::text::time;

/// What somebody expects of a token; what is `None` is not compared.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// The exact `iss`.
    pub issuer: Option<String>,
    /// One value that `aud` must hold.
    pub audience: Option<String>,
    /// The exact `sub`.
    pub subject: Option<String>,
    /// By how many seconds the clocks of issuer and reader may differ.
    pub leeway: i64,
}

/// One claim compared with what is expected of it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ExpectedCheck {
    /// The name of the claim.
    pub name: &'static str,
    /// The value in the token, times as RFC 3339; empty where the token has none.
    pub presented: String,
    /// The value that is expected, for times the relation to a moment; empty where none was given.
    pub expected: String,
    /// How the check went.
    pub verdict: CheckVerdict,
    /// Why, in a sentence.
    pub reason: String,
    /// Whether two strings were compared character by character, so that a difference can be shown.
    #[serde(skip)]
    pub compares_text: bool,
}

impl ExpectedCheck {
    /// Whether the expectation is met, or there is none. A claim that could not be compared does not meet it.
    #[must_use]
    pub fn is_met(&self) -> bool {
        matches!(self.verdict, Pass | Skipped)
    }
}

/// Compares `iss`, `aud`, `sub`, `exp`, `nbf` and `iat` with what is expected at `now` (seconds), in this order.
///
/// Values are compared exactly, times with the leeway. A claim that is expected and missing fails; one that nobody
/// expects is skipped. The signature is not looked at.
///
/// ```
/// use fedcred_core::claims::{Expected, check_expected};
/// use fedcred_core::jose::parse;
/// use fedcred_core::text::CheckVerdict;
///
/// let token = &parse(r#"{"iss":"https://issuer.example/","exp":2000}"#).tokens[0];
/// let expected = Expected {
///     issuer: Some("https://issuer.example".to_owned()),
///     ..Expected::default()
/// };
/// let checks = check_expected(token, &expected, 1000);
/// assert_eq!((checks[0].name, checks[0].verdict), ("iss", CheckVerdict::Fail)); // the slash differs
/// assert_eq!((checks[3].name, checks[3].verdict), ("exp", CheckVerdict::Pass));
/// ```
#[must_use]
pub fn check_expected(token: &Token, expected: &Expected, now: i64) -> Vec<ExpectedCheck> {
    let payload = Section::payload(token);
    let clock = Clock {
        now,
        leeway: expected.leeway,
    };
    let mut checks = vec![
        value_check(payload, "iss", expected.issuer.as_deref()),
        value_check(payload, "aud", expected.audience.as_deref()),
        value_check(payload, "sub", expected.subject.as_deref()),
        time_check(payload, "exp", clock),
        time_check(payload, "nbf", clock),
        time_check(payload, "iat", clock),
    ];
    if payload.json().is_none() {
        for check in &mut checks {
            check.verdict = NotReached;
            check.reason = "The token has no readable claims.".to_owned();
        }
    }
    checks
}

fn value_check(payload: Section<'_>, name: &'static str, expected: Option<&str>) -> ExpectedCheck {
    let value = payload.get(name);
    let (verdict, reason) = match (expected, value) {
        (None, _) => (Skipped, "No expected value was given.".to_owned()),
        (Some(_), None) => (Fail, format!("The token has no `{name}`.")),
        (Some(expected), Some(value)) => compare(name, value, expected),
    };
    ExpectedCheck {
        name,
        presented: text_of(value),
        expected: expected.unwrap_or_default().to_owned(),
        verdict,
        reason,
        compares_text: expected.is_some() && value.is_some_and(|value| value.as_str().is_some()),
    }
}

/// One member of a list of audiences is enough (RFC 7519 §4.1.3).
fn compare(name: &str, value: Value<'_>, expected: &str) -> (CheckVerdict, String) {
    if value.as_str().is_some_and(|text| text == expected) {
        return (Pass, "The values match, character by character.".to_owned());
    }
    let mut members = value.items().filter(|_| name == "aud");
    if members.any(|member| member.as_str().is_some_and(|text| text == expected)) {
        return (Pass, "One of the audiences matches.".to_owned());
    }
    let reason = match value.as_str() {
        Some(text) => difference_reason(&text, expected),
        None if name == "aud" && value.kind() == ValueKind::Array => {
            "None of the audiences matches."
        }
        None => "The value is not a string.",
    };
    (Fail, reason.to_owned())
}

fn difference_reason(presented: &str, expected: &str) -> &'static str {
    if presented.is_empty() {
        "The value is empty."
    } else {
        DifferenceKind::between(presented, expected).map_or("", DifferenceKind::sentence)
    }
}

#[derive(Clone, Copy)]
struct Clock {
    now: i64,
    leeway: i64,
}

fn time_check(payload: Section<'_>, name: &'static str, clock: Clock) -> ExpectedCheck {
    let value = payload.get(name);
    let seconds = value.and_then(Value::as_seconds);
    let (verdict, reason) = match (value, seconds) {
        (None, _) if name == "exp" => (Fail, "The token never expires.".to_owned()),
        (None, _) => (
            Skipped,
            format!("The token has no `{name}`, which is optional."),
        ),
        (Some(_), None) => (Fail, format!("`{name}` is not a time.")),
        (Some(_), Some(seconds)) => compare_time(name, seconds, clock),
    };
    let relation = if name == "exp" { "after" } else { "not after" };
    ExpectedCheck {
        name,
        presented: seconds.map_or_else(|| text_of(value), time::rfc3339),
        expected: format!("{relation} {}", time::rfc3339(clock.limit(name))),
        verdict,
        reason,
        compares_text: false,
    }
}

impl Clock {
    /// The moment that `exp` must lie after, and the others not (RFC 7519 §4.1.4 to §4.1.6).
    fn limit(self, name: &str) -> i64 {
        match name {
            "exp" => self.now.saturating_sub(self.leeway),
            _ => self.now.saturating_add(self.leeway),
        }
    }
}

fn compare_time(name: &str, seconds: i64, clock: Clock) -> (CheckVerdict, String) {
    let limit = clock.limit(name);
    let passes = if name == "exp" {
        seconds > limit
    } else {
        seconds <= limit
    };
    let when = time::relative(seconds, clock.now);
    let timely = (name == "exp") == (seconds > clock.now);
    let reason = match (name, timely) {
        ("exp", true) => format!("It expires {when}."),
        ("exp", false) => format!("It expired {when}."),
        ("nbf", true) => format!("It became valid {when}."),
        ("nbf", false) => format!("It becomes valid {when}."),
        (_, true) => format!("It was issued {when}."),
        (_, false) => format!("It claims to be issued {when}, so the clocks differ."),
    };
    let allowed = if passes && !timely {
        " The leeway allows this."
    } else {
        ""
    };
    let reason = reason + allowed;
    (if passes { Pass } else { Fail }, reason)
}

/// A string as it is, anything else as JSON.
fn text_of(value: Option<Value<'_>>) -> String {
    value.map_or_else(String::new, |value| value.to_text().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;

    fn checks(claims: &str, expected: &Expected, now: i64) -> Vec<ExpectedCheck> {
        check_expected(&parse(claims).tokens[0], expected, now)
    }

    #[track_caller]
    fn check_value(name: &str, value: &str, expected: &str, verdict: CheckVerdict, reason: &str) {
        let given = Some(expected.to_owned());
        let expected = Expected {
            issuer: given.clone().filter(|_| name == "iss"),
            audience: given.clone().filter(|_| name == "aud"),
            subject: given.filter(|_| name == "sub"),
            leeway: 0,
        };
        let claims = format!(r#"{{"x":1,"{name}":{value}}}"#);
        let found = checks(&claims, &expected, 0);
        let check = found.iter().find(|check| check.name == name).unwrap();
        assert_eq!(check.verdict, verdict, "{claims}");
        assert!(check.reason.contains(reason), "{}", check.reason);
    }

    #[track_caller]
    fn check_time(claims: &str, leeway: i64, name: &str, verdict: CheckVerdict) {
        let expected = Expected {
            leeway,
            ..Expected::default()
        };
        let found = checks(claims, &expected, 1_000);
        let check = found.iter().find(|check| check.name == name).unwrap();
        assert_eq!(check.verdict, verdict, "{claims}: {}", check.reason);
    }

    #[test]
    fn values_are_compared_exactly() {
        check_value("iss", r#""https://a""#, "https://a", Pass, "values match");
        check_value("sub", r#""a\u0062""#, "ab", Pass, "values match");
        check_value("iss", r#""https://a/""#, "https://a", Fail, "slash");
        check_value("iss", r#""https://A""#, "https://a", Fail, "letter case");
        check_value("sub", r#"" a""#, "a", Fail, "white space");
        check_value("sub", r#""""#, "a", Fail, "empty");
        check_value("sub", r#""b""#, "a", Fail, "differ");
        check_value("sub", "7", "7", Fail, "not a string");
        check_value("sub", r#"["a"]"#, "a", Fail, "not a string");
        check_value("iss", r#"["a"]"#, "a", Fail, "not a string");
    }

    #[test]
    fn one_audience_is_enough() {
        check_value("aud", r#""a""#, "a", Pass, "values match");
        check_value("aud", r#"["b","a"]"#, "a", Pass, "One of");
        check_value("aud", r#"["b","A"]"#, "a", Fail, "None of");
        check_value("aud", "[]", "a", Fail, "None of");
        check_value("aud", "[7]", "7", Fail, "None of");
        check_value("aud", r#"{"a":"a"}"#, "a", Fail, "not a string");
    }

    #[test]
    fn what_is_missing_fails_and_what_is_not_asked_is_skipped() {
        let expected = Expected {
            issuer: Some("a".to_owned()),
            ..Expected::default()
        };
        let verdicts: Vec<_> = checks(r#"{"x":1}"#, &expected, 0)
            .iter()
            .map(|check| check.verdict)
            .collect();
        assert_eq!(verdicts, [Fail, Skipped, Skipped, Fail, Skipped, Skipped]);
    }

    #[test]
    fn a_time_that_only_the_leeway_allows_is_told_so() {
        let reason = |claims: &str, at: usize| {
            let expected = Expected {
                leeway: 60,
                ..Expected::default()
            };
            checks(claims, &expected, 1_000).remove(at).reason
        };
        assert_eq!(
            reason(r#"{"exp":990}"#, 3),
            "It expired 10 s ago. The leeway allows this."
        );
        assert_eq!(
            reason(r#"{"nbf":1010}"#, 4),
            "It becomes valid in 10 s. The leeway allows this."
        );
        assert!(reason(r#"{"iat":1010}"#, 5).ends_with("differ. The leeway allows this."));
        assert_eq!(reason(r#"{"exp":930}"#, 3), "It expired 1 min 10 s ago.");
        assert_eq!(reason(r#"{"nbf":1000}"#, 4), "It became valid now.");
        assert_eq!(reason(r#"{"exp":1001}"#, 3), "It expires in 1 s.");
    }

    #[test]
    fn times_with_leeway() {
        for (claims, leeway, name, verdict) in [
            (r#"{"exp":1001}"#, 0, "exp", Pass),
            (r#"{"exp":1000}"#, 0, "exp", Fail),
            (r#"{"exp":1000}"#, 1, "exp", Pass),
            (r#"{"exp":940}"#, 60, "exp", Fail),
            (r#"{"exp":"1001"}"#, 0, "exp", Fail),
            (r#"{"exp":1e999}"#, 0, "exp", Fail),
            (r#"{"iat":1}"#, 0, "exp", Fail),
            (r#"{"nbf":1000}"#, 0, "nbf", Pass),
            (r#"{"nbf":1001}"#, 0, "nbf", Fail),
            (r#"{"nbf":1060}"#, 60, "nbf", Pass),
            (r#"{"nbf":null}"#, 60, "nbf", Fail),
            (r#"{"iat":1000}"#, 0, "iat", Pass),
            (r#"{"iat":1001}"#, 0, "iat", Fail),
            (r#"{"exp":9223372036854775807}"#, i64::MAX, "exp", Pass),
            (r#"{"nbf":-9223372036854775807}"#, i64::MIN, "nbf", Pass),
        ] {
            check_time(claims, leeway, name, verdict);
        }
    }

    #[test]
    fn without_claims_nothing_is_reached() {
        let jwe = parse("eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC");
        let found = check_expected(&jwe.tokens[0], &Expected::default(), 0);
        assert!(found.iter().all(|check| check.verdict == NotReached));
    }
}
