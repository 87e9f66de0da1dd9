//! Findings about times.

use super::linter::Linter;
use crate::claims::{Times, TokenKind, Validity};
use crate::text::json::ValueKind;
use crate::text::time;

/// Above this, a time in seconds lies beyond the year 5138: it was meant as milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// In seconds: 28 h, the longest lifetime that Entra ID documents (continuous access evaluation), and the 5 min by
/// which it dates `nbf` and `iat` back.
const MAX_LIFETIME: i64 = 28 * 3600 + 300;

/// In seconds: a client assertion should be valid for 5 to 10 min (Entra: certificate credentials).
const MAX_ASSERTION_LIFETIME: i64 = 600;

/// Clocks differ by less than this; RFC 7519 §4.1.4 speaks of a few minutes.
const CLOCK_SKEW: i64 = 300;

impl Linter<'_> {
    pub(super) fn times(&mut self) {
        self.validity();
        for name in ["exp", "nbf", "iat"] {
            self.time_format(name);
        }
        self.order_of_times();
        self.lifetime();
        self.issued_in_future();
    }

    fn validity(&mut self) {
        let now = self.now;
        match Times::from_token(self.token).at(now) {
            Validity::Expired(exp) => {
                let (ago, at) = (time::relative(exp, now), time::rfc3339(exp));
                self.warn_at(
                    "exp",
                    "expired",
                    format!("The token expired {ago}, at {at}."),
                    "Every recipient must reject it now. Get a new token.",
                );
            }
            Validity::NotYet(nbf) => {
                let (ahead, at) = (time::relative(nbf, now), time::rfc3339(nbf));
                self.warn_at(
                    "nbf",
                    "not-yet-valid",
                    format!("The token is not valid before {at}, {ahead}."),
                    "Compare the clocks of the issuer and this machine.",
                );
            }
            Validity::NoExpiry if self.is_whole() && !self.payload.has("exp") => self.warn(
                "expiry-missing",
                "The token has no `exp`, so it never expires.",
                "Anyone who finds it can use it forever. Entra ID writes `exp` into every token. Request a token with \
                 `exp` from the issuer.",
            ),
            Validity::NoExpiry | Validity::Within(_) => {}
        }
    }

    fn time_format(&mut self, name: &str) {
        let Some(value) = self.payload.get(name) else {
            return;
        };
        if value.kind() != ValueKind::Number {
            self.warn_at(
                name,
                "time-not-a-number",
                format!("`{name}` is not a number."),
                "RFC 7519 §2 requires seconds since 1970 as a JSON number.",
            );
        } else if let Some(read) = value.as_seconds() {
            self.milliseconds(name, read);
        } else {
            self.warn_at(
                name,
                "time-out-of-range",
                format!("`{name}` is out of range for a time."),
                "RFC 7519 §2 requires seconds since 1970.",
            );
        }
    }

    fn milliseconds(&mut self, name: &str, read: i64) {
        if read < MILLISECONDS {
            return;
        }
        let (seconds, milliseconds) = (time::rfc3339(read), time::rfc3339(read / 1000));
        self.warn_at(
            name,
            "time-in-milliseconds",
            format!(
                "`{name}` looks like milliseconds. As seconds, it is {seconds}. As milliseconds, it is {milliseconds}."
            ),
            "RFC 7519 §2 requires seconds, and every recipient reads it that way. Divide by 1000 where the token is \
             created.",
        );
    }

    fn order_of_times(&mut self) {
        let Some(exp) = self.payload.seconds("exp") else {
            return;
        };
        for (name, code) in [("nbf", "expiry-before-nbf"), ("iat", "expiry-before-iat")] {
            if self.payload.seconds(name).is_some_and(|start| exp <= start) {
                self.warn_at(
                    "exp",
                    code,
                    format!("`exp` is not after `{name}`, so the token is never valid."),
                    "The issuer must set `exp` to a later time.",
                );
            }
        }
    }

    fn lifetime(&mut self) {
        let start = self.payload.seconds("iat").or(self.payload.seconds("nbf"));
        let (Some(start), Some(exp)) = (start, self.payload.seconds("exp")) else {
            return;
        };
        let lifetime = exp.saturating_sub(start);
        let assertion = self.recognition.kind == TokenKind::ClientAssertion;
        if exp >= MILLISECONDS {
            return;
        }
        if assertion && lifetime > MAX_ASSERTION_LIFETIME {
            self.info_at(
                "exp",
                "lifetime-long",
                format!("The token is valid for {}.", time::duration(lifetime)),
                "A client assertion should be valid for 5 to 10 minutes (Entra: certificate credentials). Create a \
                 new one for each request.",
            );
        } else if lifetime > MAX_LIFETIME {
            self.warn_at(
                "exp",
                "lifetime-long",
                format!("The token is valid for {}.", time::duration(lifetime)),
                "Entra ID documents at most 28 hours (continuous access evaluation). Anyone who finds a token can use \
                 it until then, so keep its lifetime short.",
            );
        }
    }

    fn issued_in_future(&mut self) {
        let iat = self
            .payload
            .seconds("iat")
            .filter(|iat| *iat < MILLISECONDS);
        let Some(iat) = iat.filter(|iat| iat.saturating_sub(CLOCK_SKEW) > self.now) else {
            return;
        };
        let (at, ahead) = (time::rfc3339(iat), time::relative(iat, self.now));
        self.warn_at(
            "iat",
            "issued-in-future",
            format!("The token claims to be issued {ahead}, at {at}."),
            "Compare the clocks of the issuer and this machine.",
        );
    }
}
