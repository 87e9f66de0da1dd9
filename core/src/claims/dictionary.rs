//! The dictionary of claims and the list of well-known ids: data files that anybody can extend.

use std::sync::LazyLock;

use super::Confidence;
use crate::text::json::{Document, Value};

const CLAIMS: &str = include_str!("../../data/claims.json");
const IDS: &str = include_str!("../../data/well-known-ids.json");

/// Entries with their group.
static ENTRIES: LazyLock<Vec<(String, Entry)>> = LazyLock::new(|| {
    let document = Document::parse(CLAIMS);
    let groups = document.root().into_iter().flat_map(Value::members);
    groups
        .flat_map(|(group, entries)| {
            entries
                .items()
                .map(move |entry| (group.to_text().into_owned(), read(entry)))
        })
        .collect()
});

/// Well-known ids with their names.
static NAMES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let document = Document::parse(IDS);
    let entries = document.root().into_iter().flat_map(Value::items);
    entries
        .map(|entry| (text(entry, "id"), text(entry, "name")))
        .collect()
});

/// What an entry of the dictionary says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    name: String,
    pub(super) meaning: String,
    pub(super) source: String,
    pub(super) confidence: Confidence,
    pub(super) shape: Shape,
}

/// What a value is, so that it can be labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Plain,
    Time,
    Issuer,
    Tenant,
    Client,
    Object,
    Resource,
}

impl Shape {
    fn from_word(word: &str) -> Self {
        match word {
            "time" => Self::Time,
            "issuer" => Self::Issuer,
            "tenant" => Self::Tenant,
            "client" => Self::Client,
            "object" => Self::Object,
            "resource" => Self::Resource,
            _ => Self::Plain,
        }
    }

    /// The label of an id of this shape.
    pub(super) fn label(self) -> Option<&'static str> {
        match self {
            Self::Tenant => Some("tenant id"),
            Self::Client => Some("client id"),
            Self::Object => Some("object id"),
            Self::Resource => Some("resource"),
            Self::Plain | Self::Time | Self::Issuer => None,
        }
    }
}

/// The first entry with this name in the groups, looked up in their order.
pub(super) fn look_up(name: &str, groups: &[&str]) -> Option<&'static Entry> {
    groups.iter().find_map(|group| {
        let mut entries = ENTRIES.iter();
        let found = entries.find(|(known, entry)| known == group && entry.name == name)?;
        Some(&found.1)
    })
}

/// The name of a well-known id, such as that of Microsoft Graph.
#[must_use]
pub fn well_known_id(id: &str) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|(known, _)| known == id)
        .map(|(_, name)| name.as_str())
}

fn read(entry: Value<'_>) -> Entry {
    Entry {
        name: text(entry, "name"),
        meaning: text(entry, "meaning"),
        source: text(entry, "source"),
        confidence: Confidence::from_word(&text(entry, "confidence")),
        shape: Shape::from_word(&text(entry, "shape")),
    }
}

fn text(entry: Value<'_>, name: &str) -> String {
    entry.text_of(name).unwrap_or_default().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_and_stands_once() {
        let (claims, ids) = (Document::parse(CLAIMS), Document::parse(IDS));
        let words = ["documented", "observed", "reported", "inferred"];
        for group in ["header", "registered", "entra"] {
            let mut seen = std::collections::BTreeSet::new();
            for entry in claims.get(group).unwrap().items() {
                let text = |name| entry.text_of(name).unwrap_or_default();
                assert!(
                    seen.insert(text("name").into_owned()),
                    "{} stands twice",
                    text("name")
                );
                assert!(
                    !text("meaning").is_empty() && !text("source").is_empty(),
                    "{}",
                    text("name")
                );
                assert!(words.contains(&&*text("confidence")), "{}", text("name"));
            }
            assert!(!seen.is_empty());
        }
        assert!(claims.is_complete() && ids.is_complete());
    }
}
