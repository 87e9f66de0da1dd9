//! Which rules of Entra ID are applied.

use serde::Serialize;

/// Which rules of Entra ID are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rules {
    /// Those of today.
    #[default]
    Current,
    /// Those of the preview in 2022, as the article found them.
    Preview2022,
}

impl Rules {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Current, Self::Preview2022];

    /// The word used in scenarios and JSON: `current` or `preview2022`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Preview2022 => "preview2022",
        }
    }
}
