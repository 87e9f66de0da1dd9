//! Claims: what they mean, what kind of token they make, and who issued it.

mod cloud;
mod compare;
mod dictionary;
mod expected;
mod explain;
mod ids;
mod issuer_of_keys;
mod kind;
mod lint;
mod mask;
mod platform;
mod readings;
mod report;
mod section;

use serde::Serialize;

use crate::jose::Token;
use crate::text::json::{Document, Kind, Value};
use crate::text::{protocol_string, time};

pub(crate) use cloud::is_login_address;
pub use cloud::{Cloud, EntraIssuer, TOKEN_EXCHANGE_APP, Version};
pub use compare::{Compared, Likeness, compare};
pub use expected::{Expected, ExpectedCheck, expect};
pub use explain::{Claim, Explanation, Validity, explain};
pub(crate) use ids::bytes_of_guid;
pub use ids::{KnownId, eid1_of_guid, is_guid, known_id, well_known_id};
pub use issuer_of_keys::issuer_of_keys;
pub use kind::{Assignment, TokenKind};
pub use lint::lint;
pub use mask::Mask;
pub use platform::{Platform, platform_of, platform_of_issuer, platforms};
pub use readings::Reading;
pub use report::markdown;

protocol_string! {
    /// The `iss` claim: who made a token.
    Issuer
}
protocol_string! {
    /// The `sub` claim: whom a token is about.
    Subject
}
protocol_string! {
    /// One value of the `aud` claim: for whom a token is meant.
    Audience
}

/// How sure a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The vendor says so.
    Documented,
    /// Seen in a real log, response or token.
    Observed,
    /// A third party says so.
    Reported,
    /// Concluded by us.
    Inferred,
}

impl Confidence {
    /// Reads the word used in data files; an unknown word counts as inferred.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "documented" => Self::Documented,
            "observed" => Self::Observed,
            "reported" => Self::Reported,
            _ => Self::Inferred,
        }
    }

    /// The word, as in every JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Reported => "reported",
            Self::Inferred => "inferred",
        }
    }
}

/// One thing that speaks for what a token looks like.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// A sentence.
    pub text: String,
    /// How sure it is that this is a sign of it.
    pub confidence: Confidence,
}

impl Evidence {
    fn new(text: impl Into<String>, confidence: Confidence) -> Self {
        Self {
            text: text.into(),
            confidence,
        }
    }
}

/// The claims that a federated credential is compared with, with their exact text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `iss`, where it is a string.
    pub issuer: Option<Issuer>,
    /// `sub`, where it is a string.
    pub subject: Option<Subject>,
    /// The strings of `aud`, which may be one or a list.
    pub audiences: Vec<Audience>,
    /// All claims, for expressions.
    pub payload: Document,
}

impl Claims {
    /// Picks the claims out of a payload.
    #[must_use]
    pub fn of(payload: &Document) -> Self {
        let text = |name| payload.get(name).and_then(Value::as_str);
        Self {
            issuer: text("iss").map(Issuer::from),
            subject: text("sub").map(Subject::from),
            audiences: audiences(payload),
            payload: payload.clone(),
        }
    }
}

/// The time in which a token is valid, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// `nbf`, the first moment.
    pub not_before: Option<i64>,
    /// `exp`, the moment after the last.
    pub expires: Option<i64>,
}

impl Times {
    /// Picks the times out of a token.
    #[must_use]
    pub fn of(token: &Token) -> Self {
        let seconds = |name| token.payload()?.get(name)?.as_seconds();
        Self {
            not_before: seconds("nbf"),
            expires: seconds("exp"),
        }
    }

    /// Whether a moment lies in it; a token without `exp` is never valid here.
    #[must_use]
    pub fn hold(self, moment: i64) -> bool {
        self.not_before.is_none_or(|first| first <= moment)
            && self.expires.is_some_and(|end| moment < end)
    }
}

/// `2026-11-23T15:19:00Z to 2026-11-24T15:24:00Z`, with `none` for what is missing.
impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |moment: Option<i64>| moment.map_or_else(|| "none".to_owned(), time::rfc3339);
        write!(f, "{} to {}", shown(self.not_before), shown(self.expires))
    }
}

/// At most 120 characters of a text that somebody else wrote, for a sentence.
fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let mut short: String = characters.by_ref().take(120).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

fn audiences(payload: &Document) -> Vec<Audience> {
    match payload.get("aud") {
        Some(list) if list.kind() == Kind::Array => list
            .items()
            .filter_map(Value::as_str)
            .map(Audience::from)
            .collect(),
        Some(one) => one.as_str().map(Audience::from).into_iter().collect(),
        None => Vec::new(),
    }
}
