//! The dictionary of claims: data files that anybody can extend, one for each group.

use std::sync::LazyLock;

use super::Confidence;
use crate::text::json::{Document, Value};

/// The groups and their files. A new group needs a line here, and a platform that names it.
const FILES: [(&str, &str); 15] = [
    ("header", include_str!("../../data/claims/header.json")),
    ("jwe", include_str!("../../data/claims/jwe.json")),
    (
        "registered",
        include_str!("../../data/claims/registered.json"),
    ),
    ("entra", include_str!("../../data/claims/entra.json")),
    ("github", include_str!("../../data/claims/github.json")),
    (
        "kubernetes",
        include_str!("../../data/claims/kubernetes.json"),
    ),
    ("gitlab", include_str!("../../data/claims/gitlab.json")),
    (
        "azure-devops",
        include_str!("../../data/claims/azure-devops.json"),
    ),
    (
        "terraform",
        include_str!("../../data/claims/terraform.json"),
    ),
    ("aws", include_str!("../../data/claims/aws.json")),
    ("google", include_str!("../../data/claims/google.json")),
    ("circleci", include_str!("../../data/claims/circleci.json")),
    (
        "bitbucket",
        include_str!("../../data/claims/bitbucket.json"),
    ),
    (
        "buildkite",
        include_str!("../../data/claims/buildkite.json"),
    ),
    ("spiffe", include_str!("../../data/claims/spiffe.json")),
];

static GROUPS: LazyLock<Vec<Group>> =
    LazyLock::new(|| FILES.iter().map(|(name, text)| group(name, text)).collect());

struct Group {
    name: &'static str,
    entries: Vec<Entry>,
}

/// What an entry of the dictionary says.
#[derive(Debug)]
pub(super) struct Entry {
    /// A name that ends in `*` stands for every name that begins so.
    name: String,
    pub(super) meaning: String,
    /// What never to rely on; may be empty.
    pub(super) never: String,
    /// Who sets it, where that is not the issuer; may be empty.
    pub(super) by: String,
    /// What a number counts; may be empty.
    pub(super) unit: String,
    pub(super) source: String,
    pub(super) confidence: Confidence,
    pub(super) shape: Shape,
    /// Whether it differs from one token to the next.
    pub(super) varies: bool,
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
            Self::Resource => Some("resource id"),
            Self::Plain | Self::Time | Self::Issuer => None,
        }
    }
}

/// The first entry for this name in the groups, looked up in their order.
pub(super) fn look_up(name: &str, groups: &[&str]) -> Option<&'static Entry> {
    groups.iter().find_map(|wanted| {
        let group = GROUPS.iter().find(|group| group.name == *wanted)?;
        group.entries.iter().find(|entry| entry.stands_for(name))
    })
}

impl Entry {
    fn stands_for(&self, name: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => self.name == name,
        }
    }
}

fn group(name: &'static str, text: &str) -> Group {
    let document = Document::parse(text);
    let entries = document.root().map_or_else(Vec::new, |root| {
        let claims = root.items_of("claims");
        claims.map(|entry| read(root, entry)).collect()
    });
    Group { name, entries }
}

/// Source and confidence of the group stand for every entry that has none of its own.
fn read(group: Value<'_>, entry: Value<'_>) -> Entry {
    let own = |name| entry.string_of(name);
    let inherited = |name: &str| {
        let found = entry.text_of(name).or_else(|| group.text_of(name));
        found.unwrap_or_default().into_owned()
    };
    let shape = Shape::from_word(&own("shape"));
    Entry {
        name: own("name"),
        meaning: own("meaning"),
        never: own("never"),
        by: own("by"),
        unit: match shape {
            Shape::Time => "seconds since 1970-01-01 UTC".to_owned(),
            _ => own("unit"),
        },
        source: inherited("source"),
        confidence: Confidence::from_word(&inherited("confidence")),
        shape,
        varies: entry.get("varies").and_then(Value::as_bool) == Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIDENCE: [&str; 4] = ["documented", "observed", "reported", "inferred"];
    const SHAPES: [&str; 6] = ["time", "issuer", "tenant", "client", "object", "resource"];
    const TEXTS: [&str; 8] = [
        "name",
        "meaning",
        "never",
        "by",
        "unit",
        "shape",
        "source",
        "confidence",
    ];

    #[track_caller]
    fn check_entry(group: &str, root: Value<'_>, entry: Value<'_>) -> String {
        let name = entry.string_of("name");
        let place = format!("{group}: {name}");
        for (field, value) in entry.members() {
            let field = field.to_text();
            let known = match &*field {
                "varies" => value.as_bool() == Some(true),
                _ => TEXTS.contains(&&*field) && value.as_str().is_some_and(|t| !t.is_empty()),
            };
            assert!(known, "{place}: {field}");
        }
        let text = |name| entry.text_of(name).or_else(|| root.text_of(name));
        assert!(text("meaning").is_some_and(|t| t.ends_with('.')), "{place}");
        assert!(text("source").is_some_and(|t| !t.is_empty()), "{place}");
        assert!(
            text("confidence").is_some_and(|w| CONFIDENCE.contains(&&*w)),
            "{place}"
        );
        assert!(
            text("shape").is_none_or(|w| SHAPES.contains(&&*w)),
            "{place}"
        );
        assert!(text("never").is_none_or(|t| t.ends_with('.')), "{place}");
        name
    }

    #[test]
    fn every_entry_is_complete_and_stands_once() {
        for (group, text) in FILES {
            let document = Document::parse(text);
            assert_eq!(document.diagnostics(), [], "{group}");
            let root = document.root().unwrap();
            let fields: Vec<_> = root.members().map(|(name, _)| name.to_text()).collect();
            assert_eq!(fields, ["source", "confidence", "claims"], "{group}");
            let mut seen: Vec<String> = Vec::new();
            for entry in root.get("claims").unwrap().items() {
                let name = check_entry(group, root, entry);
                let hidden = |known: &String| {
                    known == &name || known.strip_suffix('*').is_some_and(|b| name.starts_with(b))
                };
                assert!(!seen.iter().any(hidden), "{group}: {name} is never found");
                seen.push(name);
            }
            assert!(!seen.is_empty(), "{group}");
        }
    }

    #[test]
    fn looking_up() {
        let meaning =
            |name: &str, groups: &[&str]| look_up(name, groups).map(|entry| entry.meaning.as_str());
        assert!(meaning("xms_cc", &["entra"]).unwrap().contains("cp1"));
        assert!(meaning("xms_new", &["entra"]).unwrap().contains("Internal"));
        assert!(
            meaning("sub", &["github", "registered"])
                .unwrap()
                .contains("repo:")
        );
        assert_eq!(
            meaning("exp", &["github", "registered"]),
            meaning("exp", &["registered"])
        );
        for (name, group) in [
            ("xms_cc", "registered"),
            ("XMS_CC", "entra"),
            ("", "entra"),
            ("exp", "no such group"),
            ("ex", "registered"),
            ("claims", "entra"),
        ] {
            assert_eq!(meaning(name, &[group]), None, "{name}");
        }
    }
}
