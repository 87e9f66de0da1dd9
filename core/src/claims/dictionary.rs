//! The dictionary of claims: data files that anybody can extend, one for each group.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Confidence;

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

static GROUPS: LazyLock<Vec<(&str, Vec<Entry>)>> = LazyLock::new(|| {
    let group = |(name, file): (&'static str, &str)| (name, parse(file).unwrap_or_default());
    FILES.map(group).into()
});

/// A file: its source and confidence stand for every entry that has none of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFile {
    source: String,
    confidence: Confidence,
    claims: Vec<Entry>,
}

/// What the dictionary says of a claim. A text that is missing is empty.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Entry {
    /// A name that ends in `*` stands for every name with that beginning.
    name: String,
    pub(super) meaning: String,
    /// What not to rely on.
    #[serde(default)]
    pub(super) caution: String,
    /// Who sets the value, where that is not the issuer.
    #[serde(default)]
    pub(super) set_by: String,
    /// What a number counts.
    #[serde(default)]
    pub(super) unit: String,
    #[serde(default)]
    pub(super) source: String,
    pub(super) confidence: Option<Confidence>,
    #[serde(default)]
    pub(super) shape: Shape,
    /// Whether the value differs from one token to the next.
    #[serde(default)]
    pub(super) varies: bool,
}

/// What a value is, so that it can be labelled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Shape {
    #[default]
    Plain,
    Time,
    Issuer,
    Tenant,
    Client,
    Object,
    Resource,
}

impl Shape {
    /// The label of an ID of this shape.
    pub(super) fn label(self) -> Option<&'static str> {
        match self {
            Self::Tenant => Some("tenant ID"),
            Self::Client => Some("client ID"),
            Self::Object => Some("object ID"),
            Self::Resource => Some("resource ID"),
            Self::Plain | Self::Time | Self::Issuer => None,
        }
    }
}

/// The first entry for this name in the groups, looked up in their order.
pub(super) fn look_up(name: &str, groups: &[&str]) -> Option<&'static Entry> {
    groups.iter().find_map(|wanted| {
        let (_, entries) = GROUPS.iter().find(|(group, _)| group == wanted)?;
        entries.iter().find(|entry| entry.is_for(name))
    })
}

impl Entry {
    fn is_for(&self, name: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => self.name == name,
        }
    }
}

fn parse(file: &str) -> serde_json::Result<Vec<Entry>> {
    let group: GroupFile = serde_json::from_str(file)?;
    let mut entries = group.claims;
    for entry in &mut entries {
        entry.confidence.get_or_insert(group.confidence);
        if entry.source.is_empty() {
            entry.source.clone_from(&group.source);
        }
        if entry.shape == Shape::Time {
            "seconds since 1970-01-01 UTC".clone_into(&mut entry.unit);
        }
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_and_stands_once() {
        for (group, file) in FILES {
            let entries = parse(file).unwrap_or_else(|error| panic!("{group}: {error}"));
            assert!(!entries.is_empty(), "{group}");
            let mut seen: Vec<&str> = Vec::new();
            for entry in &entries {
                let name = entry.name.as_str();
                assert!(
                    !name.is_empty() && !entry.source.is_empty(),
                    "{group}: {name}"
                );
                assert!(entry.meaning.ends_with('.'), "{group}: {name}");
                assert!(
                    entry.caution.is_empty() || entry.caution.ends_with('.'),
                    "{group}: {name}"
                );
                let hidden = |known: &&str| {
                    *known == name || known.strip_suffix('*').is_some_and(|b| name.starts_with(b))
                };
                assert!(!seen.iter().any(hidden), "{group}: {name} is never found");
                seen.push(name);
            }
        }
    }

    #[test]
    fn a_file_that_does_not_fit_is_an_error() {
        let file =
            |entry: &str| format!(r#"{{"source":"s","confidence":"observed","claims":[{entry}]}}"#);
        assert!(parse(&file(r#"{"name":"a","meaning":"b."}"#)).is_ok());
        for entry in [
            r#"{"name":"a"}"#,
            r#"{"name":"a","meaning":7}"#,
            r#"{"name":"a","meaning":"b.","unknown":"c"}"#,
            r#"{"name":"a","meaning":"b.","shape":"circle"}"#,
            r#"{"name":"a","meaning":"b.","confidence":"certain"}"#,
            r#"{"name":"a","meaning":"b.","varies":"yes"}"#,
        ] {
            assert!(parse(&file(entry)).is_err(), "{entry}");
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
