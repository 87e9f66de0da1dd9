//! The names of ids that mean the same in every tenant, such as that of Microsoft Graph.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Confidence;

const FILE: &str = include_str!("../../data/well-known-ids.json");

static WELL_KNOWN_IDS: LazyLock<Vec<WellKnownId>> =
    LazyLock::new(|| serde_json::from_str(FILE).unwrap_or_default());

/// An id that is the same in every tenant: the application of a Microsoft service, or a directory role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct WellKnownId {
    id: String,
    /// What people call it: `Microsoft Graph`.
    pub name: String,
    /// Where that is written.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What is known of an id. The GUID must be in lower case, as Entra ID writes it.
///
/// ```
/// use fedcred_core::claims::well_known_id;
///
/// let graph = well_known_id("00000003-0000-0000-c000-000000000000").unwrap();
/// assert_eq!(graph.name, "Microsoft Graph");
/// ```
#[must_use]
pub fn well_known_id(id: &str) -> Option<&'static WellKnownId> {
    WELL_KNOWN_IDS.iter().find(|known| known.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::is_guid;

    #[test]
    fn every_entry_is_complete_and_stands_once() {
        let entries: Vec<WellKnownId> = serde_json::from_str(FILE).unwrap();
        let mut seen: Vec<&str> = Vec::new();
        for entry in &entries {
            let id = entry.id.as_str();
            assert!(is_guid(id) && id == id.to_lowercase(), "{id}");
            assert!(!entry.name.is_empty() && !entry.source.is_empty(), "{id}");
            assert!(!seen.contains(&id), "{id} stands twice");
            seen.push(id);
        }
        assert!(!seen.is_empty());
    }
}
