//! Findings about times.

use super::Linter;
use crate::claims::{Times, TokenKind, Validity};
use crate::text::json::Kind;
use crate::text::time;

/// Above this, a time in seconds lies beyond the year 5138: it was meant as milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// 28 h, the longest life that Entra ID documents (continuous access evaluation), and the 5 min that
/// its tokens are dated back.
const LONGEST_LIFE: i64 = 28 * 3600 + 300;

/// A client assertion should last 5 to 10 min (Entra: certificate credentials).
const LONGEST_ASSERTION: i64 = 600;

/// Clocks differ by less; RFC 7519 §4.1.4 speaks of a few minutes.
const CLOCK_SKEW: i64 = 300;

impl Linter<'_> {
    pub(super) fn times(&mut self) {
        self.validity();
        for name in ["exp", "nbf", "iat"] {
            self.form_of_time(name);
        }
        self.order_of_times();
        self.length_of_life();
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
                    format!("It expired {ago}, at {at}."),
                    "Everybody must refuse it now. Get a new one.",
                );
            }
            Validity::NotYet(nbf) => {
                let (ahead, at) = (time::relative(nbf, now), time::rfc3339(nbf));
                self.warn_at(
                    "nbf",
                    "not-yet-valid",
                    format!("It is not valid before {at}, {ahead}."),
                    "Compare the clocks of the issuer and of this machine.",
                );
            }
            Validity::NoExpiry if self.is_whole() && !self.payload.has("exp") => self.warn(
                "expiry-missing",
                "It has no `exp`: it never expires.",
                "Whoever finds it can use it for ever. Entra ID writes `exp` into every token; ask the issuer for one.",
            ),
            Validity::NoExpiry | Validity::Within(_) => {}
        }
    }

    fn form_of_time(&mut self, name: &str) {
        let Some(value) = self.payload.get(name) else {
            return;
        };
        if value.kind() != Kind::Number {
            self.warn_at(
                name,
                "time-not-a-number",
                format!("`{name}` is not a number."),
                "RFC 7519 §2 wants seconds since 1970 as a JSON number.",
            );
        } else if let Some(read) = value.as_seconds() {
            self.milliseconds(name, read);
        } else {
            self.warn_at(
                name,
                "time-out-of-range",
                format!("`{name}` is no moment that can be told."),
                "RFC 7519 §2 wants seconds since 1970.",
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
                "`{name}` looks like milliseconds. As seconds it is {seconds}, as milliseconds {milliseconds}."
            ),
            "RFC 7519 §2 wants seconds, and everybody reads it so. Divide by 1000 where the token is made.",
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
                    format!("`exp` does not lie after `{name}`: there is no moment at which it is valid."),
                    "The issuer must put the expiry after it.",
                );
            }
        }
    }

    fn length_of_life(&mut self) {
        let start = self.payload.seconds("iat").or(self.payload.seconds("nbf"));
        let (Some(start), Some(exp)) = (start, self.payload.seconds("exp")) else {
            return;
        };
        let life = exp.saturating_sub(start);
        let assertion = self.recognition.kind == TokenKind::ClientAssertion;
        if exp >= MILLISECONDS {
            return;
        }
        if assertion && life > LONGEST_ASSERTION {
            self.info_at(
                "exp",
                "lifetime-long",
                format!("It lasts {}.", time::duration(life)),
                "A client assertion should last 5 to 10 minutes (Entra: certificate credentials). Make a new one for each request.",
            );
        } else if life > LONGEST_LIFE {
            self.warn_at(
                "exp",
                "lifetime-long",
                format!("It lasts {}.", time::duration(life)),
                "Entra ID documents at most 28 hours (continuous access evaluation). Whoever finds a token can use it until then: keep its life short.",
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
            format!("It says that it was issued {ahead}, at {at}."),
            "Compare the clocks of the issuer and of this machine.",
        );
    }
}
