//! How a check went: the same four words for every comparison, on the page, in JSON and in reports.

use serde::Serialize;

/// How a check went.
///
/// ```
/// use fedcred_core::text::CheckVerdict;
///
/// assert_eq!(CheckVerdict::from(1 < 2), CheckVerdict::Pass);
/// assert_eq!(serde_json::to_string(&CheckVerdict::NotReached)?, r#""not_reached""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckVerdict {
    /// It passed.
    Pass,
    /// It failed. In a sequence of checks, none after it was made.
    Fail,
    /// It does not apply, or there is nothing to compare with.
    Skipped,
    /// Something before it failed, so it was not made.
    NotReached,
}

impl CheckVerdict {
    /// The character that stands for it in text: `✓`, `×` or `–`.
    #[must_use]
    pub const fn symbol(self) -> char {
        match self {
            Self::Pass => '✓',
            Self::Fail => '×',
            Self::Skipped | Self::NotReached => '–',
        }
    }
}

impl From<bool> for CheckVerdict {
    fn from(passes: bool) -> Self {
        if passes { Self::Pass } else { Self::Fail }
    }
}
