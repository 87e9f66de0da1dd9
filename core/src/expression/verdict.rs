//! Whether a compared value matches, and where it differs.

use serde::Serialize;

use crate::text::{Difference, Run};

/// Whether a field matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldVerdict {
    /// It does.
    Pass,
    /// It does not.
    Fail,
}

impl FieldVerdict {
    pub(crate) fn of(pass: bool) -> Self {
        if pass { Self::Pass } else { Self::Fail }
    }
}

/// Where the two values of a field differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldDiff {
    /// In what way; absent where the same text is refused for another reason.
    pub kind: Option<Difference>,
    /// The token's value in runs.
    pub presented: Vec<Run>,
    /// The credential's value in runs.
    pub configured: Vec<Run>,
}
