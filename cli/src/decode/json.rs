//! JSON whose text is kept exactly.

use fedcred_core::jose::Part;
use serde::Serialize;
use serde_json::value::RawValue;

/// JSON whose text is kept exactly, or text that is not JSON.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Json {
    Exact(Box<RawValue>),
    Text(String),
}

impl Json {
    pub(super) fn from_part(part: &Part) -> Self {
        match std::str::from_utf8(&part.bytes) {
            Ok(text) => Self::parse(text),
            Err(_) => Self::Text(String::from_utf8_lossy(&part.bytes).into_owned()),
        }
    }

    /// The text as JSON, or as a string if it is not JSON.
    pub(super) fn parse(text: &str) -> Self {
        Self::exact(text).unwrap_or_else(|| Self::Text(text.to_owned()))
    }

    pub(super) fn exact(text: &str) -> Option<Self> {
        RawValue::from_string(text.to_owned()).ok().map(Self::Exact)
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Exact(json) => json.get(),
            Self::Text(text) => text,
        }
    }
}
