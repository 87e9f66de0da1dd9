//! From when until when a token is valid, and what that means at a moment.

use serde::Serialize;

use crate::jose::Token;
use crate::text::time;

/// The time in which a token is valid, in seconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// `nbf`, the first moment (RFC 7519 §4.1.5); `None` where it is missing or not a number.
    pub not_before: Option<i64>,
    /// `exp`, the first moment at which the token is expired (RFC 7519 §4.1.4); `None` where it is missing or not a
    /// number.
    pub expires: Option<i64>,
}

impl Times {
    /// Picks the times out of the payload of a token.
    #[must_use]
    pub fn from_token(token: &Token) -> Self {
        let seconds = |name| token.payload()?.get(name)?.as_seconds();
        Self {
            not_before: seconds("nbf"),
            expires: seconds("exp"),
        }
    }

    /// Whether a token with these times is valid at `now` (seconds). One without `exp` is never valid.
    #[must_use]
    pub fn is_valid_at(self, now: i64) -> bool {
        matches!(self.at(now), Validity::Within(_))
    }

    /// How these times stand at `now` (seconds).
    #[must_use]
    pub fn at(self, now: i64) -> Validity {
        match (self.not_before, self.expires) {
            (Some(nbf), _) if now < nbf => Validity::NotYet(nbf),
            (_, Some(exp)) if now >= exp => Validity::Expired(exp),
            (_, Some(exp)) => Validity::Within(exp),
            (_, None) => Validity::NoExpiry,
        }
    }
}

/// `2026-11-23T15:19:00Z to 2026-11-24T15:24:00Z`, with `none` for what is missing.
impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |moment: Option<i64>| moment.map_or_else(|| "none".to_owned(), time::rfc3339);
        write!(f, "{} to {}", shown(self.not_before), shown(self.expires))
    }
}

/// How the times of a token stand at a moment. It says nothing of the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// Valid until this `exp`, in seconds.
    Within(i64),
    /// Expired since this `exp`, in seconds.
    Expired(i64),
    /// Not valid before this `nbf`, in seconds.
    NotYet(i64),
    /// There is no `exp` to judge by.
    NoExpiry,
}
