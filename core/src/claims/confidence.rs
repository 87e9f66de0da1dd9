//! How sure a statement about tokens and Entra ID is, and the evidence for one.

use serde::{Deserialize, Serialize};

/// How sure a statement is: the weakest link between it and what the vendor says.
///
/// Every entry of the data files carries one, and so does everything that is concluded from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The vendor's documentation or a standard says so.
    Documented,
    /// Seen in a real log, response or token.
    Observed,
    /// A third party says so, for example in an issue or a forum.
    Reported,
    /// Concluded by the authors of this crate from the other three.
    Inferred,
}

impl Confidence {
    /// The confidence that a word of a data file stands for. Tests hold the files to the four words.
    #[must_use]
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "documented" => Self::Documented,
            "observed" => Self::Observed,
            "reported" => Self::Reported,
            _ => Self::Inferred,
        }
    }

    /// The word for it in every JSON: `documented`, `observed`, `reported` or `inferred`.
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

/// One reason to believe that a token is of a certain kind, or from a certain issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Evidence {
    /// The reason in a sentence. It may quote the token; names of claims stand in backticks.
    pub text: String,
    /// How sure it is that tokens with this sign are of that kind.
    pub confidence: Confidence,
}

impl Evidence {
    pub(super) fn new(text: impl Into<String>, confidence: Confidence) -> Self {
        Self {
            text: text.into(),
            confidence,
        }
    }
}
