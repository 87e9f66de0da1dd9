//! Platforms: who issued a token, told by its issuer or by claims that only one platform writes.

use std::sync::LazyLock;

use super::section::Section;
use super::{Confidence, Evidence};
use crate::text::json::{Document, Value};

const FILE: &str = include_str!("../../data/platforms.json");

static PLATFORMS: LazyLock<Vec<Platform>> = LazyLock::new(|| {
    let document = Document::parse(FILE);
    document.items().map(platform).collect()
});

/// A platform that issues tokens.
#[derive(Debug)]
pub struct Platform {
    /// A word in kebab-case that stays the same: `github`.
    pub id: String,
    /// Its name: `GitHub Actions`.
    pub title: String,
    /// The words for its tokens: `a GitHub Actions token`.
    pub token: String,
    /// Whether its subjects change with each run, so that no credential matches them exactly.
    pub subject_varies: bool,
    marks: Vec<Mark>,
}

/// By what a token is known: an issuer, claims, or both together.
#[derive(Debug)]
struct Mark {
    /// `*` stands for one or more characters other than `/`.
    issuer: Option<String>,
    /// Names of claims and how their text begins; an empty beginning fits everything.
    claims: Vec<(String, String)>,
    /// The groups of the dictionary that explain the token.
    groups: Vec<String>,
    source: String,
    confidence: Confidence,
}

/// A platform and why it was recognised.
#[derive(Clone, Copy)]
pub(super) struct Recognised {
    pub(super) platform: &'static Platform,
    mark: &'static Mark,
}

/// All platforms that are known.
pub fn platforms() -> impl Iterator<Item = &'static Platform> {
    PLATFORMS.iter()
}

/// The platform that issued a token with this payload. A token without an issuer has none.
#[must_use]
pub fn platform_of(payload: &Document) -> Option<&'static Platform> {
    Some(find(payload)?.platform)
}

/// The platform whose tokens have this issuer, where the issuer alone tells.
#[must_use]
pub fn platform_of_issuer(issuer: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| {
        platform
            .marks
            .iter()
            .filter(|mark| mark.claims.is_empty())
            .filter_map(|mark| mark.issuer.as_deref())
            .any(|pattern| fits(pattern, issuer))
    })
}

/// Issuers come first: claims alone tell less.
pub(super) fn recognise(payload: Section<'_>) -> Option<Recognised> {
    find(payload.json()?)
}

fn find(payload: &Document) -> Option<Recognised> {
    let issuer = payload.get("iss")?.as_str()?;
    let find = |by_issuer: bool| {
        PLATFORMS.iter().find_map(|platform| {
            let mark = platform
                .marks
                .iter()
                .find(|mark| mark.issuer.is_some() == by_issuer && mark.fits(payload, &issuer))?;
            Some(Recognised { platform, mark })
        })
    };
    find(true).or_else(|| find(false))
}

impl Recognised {
    pub(super) fn groups(self) -> impl Iterator<Item = &'static str> {
        self.mark.groups.iter().map(String::as_str)
    }

    pub(super) fn is_entra(self) -> bool {
        self.groups().any(|group| group == "entra")
    }

    pub(super) fn evidence(self) -> Evidence {
        let Self { platform, mark } = self;
        let names: Vec<_> = mark.claims.iter().map(|(name, _)| name.as_str()).collect();
        let claims = names.join("`, `");
        let text = match (&mark.issuer, names.is_empty()) {
            (Some(_), true) => format!("`iss` is an issuer of {}", platform.title),
            (Some(_), false) => format!("`iss` and `{claims}` are as {} has them", platform.title),
            (None, _) => format!("`{claims}`: {} writes its tokens so", platform.title),
        };
        Evidence::new(format!("{text} ({}).", mark.source), mark.confidence)
    }
}

impl Mark {
    fn fits(&self, payload: &Document, issuer: &str) -> bool {
        let begins = |(name, beginning): &(String, String)| {
            payload
                .get(name)
                .is_some_and(|value| value.to_text().starts_with(beginning.as_str()))
        };
        self.issuer
            .as_deref()
            .is_none_or(|pattern| fits(pattern, issuer))
            && self.claims.iter().all(begins)
    }
}

/// Whether a text fits a pattern. Nothing is normalised: another spelling is another issuer.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((before, pattern)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(rest) = text.strip_prefix(before) else {
        return false;
    };
    let segment = rest.find('/').unwrap_or(rest.len());
    let ends = rest
        .char_indices()
        .map(|(at, character)| at + character.len_utf8());
    ends.take_while(|end| *end <= segment)
        .any(|end| fits(pattern, rest.get(end..).unwrap_or_default()))
}

fn platform(entry: Value<'_>) -> Platform {
    let text = |name| entry.string_of(name);
    let marks = entry.items_of("marks");
    Platform {
        id: text("id"),
        title: text("title"),
        token: text("token"),
        subject_varies: entry.get("subjectVaries").is_some(),
        marks: marks.map(|mark| read_mark(entry, mark)).collect(),
    }
}

/// Groups, source and confidence of the platform stand for every mark that has none of its own.
fn read_mark(platform: Value<'_>, mark: Value<'_>) -> Mark {
    let field = |name: &str| mark.get(name).or_else(|| platform.get(name));
    let text = |name: &str| field(name).map_or_else(String::new, |v| v.to_text().into_owned());
    let owned = |value: Value<'_>| value.to_text().into_owned();
    let claims = mark.members_of("claims");
    let groups = field("groups").map(Value::items).unwrap_or_default();
    Mark {
        issuer: mark.get("issuer").map(owned),
        claims: claims
            .map(|(name, beginning)| (owned(name), owned(beginning)))
            .collect(),
        groups: groups.map(owned).collect(),
        source: text("source"),
        confidence: Confidence::from_word(&text("confidence")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::EntraIssuer;

    #[track_caller]
    fn check(claims: &str, id: Option<&str>) {
        let found = platform_of(&Document::parse(claims));
        assert_eq!(found.map(|platform| platform.id.as_str()), id, "{claims}");
    }

    #[track_caller]
    fn check_issuer(issuer: &str, id: Option<&str>) {
        check(&format!(r#"{{"iss":"{issuer}"}}"#), id);
    }

    #[test]
    fn known_issuers() {
        for (issuer, id) in [
            ("https://token.actions.githubusercontent.com", "github"),
            ("https://token.actions.githubusercontent.com/octo", "github"),
            ("https://token.actions.octocorp.ghe.com", "github"),
            ("https://github.example/_services/token", "github"),
            ("https://eastus.oic.prod-aks.azure.com/t/g/", "kubernetes"),
            (
                "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC",
                "kubernetes",
            ),
            ("https://gitlab.com", "gitlab"),
            ("https://vstoken.dev.azure.com/0ca3ddd9", "azure-devops"),
            ("https://app.eu.terraform.io", "terraform"),
            ("https://a-b-c.tokens.sts.global.api.aws", "aws"),
            ("https://accounts.google.com", "google"),
            ("https://oidc.circleci.com/org/o", "circleci"),
            (
                "https://api.bitbucket.org/2.0/workspaces/w/pipelines-config/identity/oidc",
                "bitbucket",
            ),
            ("https://agent.buildkite.com", "buildkite"),
            ("https://t.ciamlogin.com/t/v2.0", "entra-external-id"),
        ] {
            check_issuer(issuer, Some(id));
        }
    }

    #[test]
    fn another_spelling_is_another_issuer() {
        for issuer in [
            "https://token.actions.githubusercontent.com/",
            "https://token.actions.githubusercontent.com.evil.example",
            "http://token.actions.githubusercontent.com",
            "HTTPS://token.actions.githubusercontent.com",
            "https://token.actions.evil.example/x.ghe.com",
            "https://token.actions..ghe.com",
            " https://gitlab.com",
            "https://gitlab.com/",
            "https://eastus.oic.prod-aks.azure.com/t/g",
            "https://eastus.oic.prod-aks.azure.com//g/",
            "https://oidc.circleci.com/org/",
            "https://oidc.circleci.com/org/a/b",
            "",
        ] {
            check_issuer(issuer, None);
        }
    }

    #[test]
    fn claims_tell_where_the_issuer_does_not() {
        check(
            r#"{"iss":"https://cluster.example","kubernetes.io":{}}"#,
            Some("kubernetes"),
        );
        check(
            r#"{"iss":"https://git.example","project_path":"a/b","namespace_path":"a","pipeline_source":"push"}"#,
            Some("gitlab"),
        );
        check(
            r#"{"iss":"https://oidc.example","sub":"spiffe://x/y"}"#,
            Some("spiffe"),
        );
        check(
            r#"{"iss":"https://gitlab.com","kubernetes.io":{}}"#,
            Some("gitlab"),
        );
        check(
            r#"{"iss":"https://login.microsoftonline.com/t/v2.0","azp":"499b84ac-1321-427f-aa17-267ca6975798","sub":"/eid1/c/pub"}"#,
            Some("azure-devops"),
        );
        check(
            r#"{"iss":"https://login.microsoftonline.com/t/v2.0","azp":"499b84ac-1321-427f-aa17-267ca6975798","sub":"a"}"#,
            Some("entra"),
        );
    }

    #[test]
    fn too_little_tells_nothing() {
        for claims in [
            "{}",
            "[]",
            "",
            r#"{"kubernetes.io":{}}"#,
            r#"{"iss":1,"kubernetes.io":{}}"#,
            r#"{"iss":"x","project_path":"a/b"}"#,
            r#"{"iss":"x","sub":"http://spiffe://"}"#,
            r#"{"iss":"x","sub":["spiffe://x"]}"#,
        ] {
            check(claims, None);
        }
    }

    #[test]
    fn the_list_and_the_code_know_the_same_issuers_of_entra() {
        let entra = platforms().find(|platform| platform.id == "entra").unwrap();
        for mark in &entra.marks {
            let issuer = mark.issuer.as_deref().unwrap().replace('*', "t");
            assert!(EntraIssuer::of(&issuer).is_some(), "{issuer}");
        }
    }

    #[test]
    fn a_long_issuer_is_no_trouble() {
        check_issuer(&format!("https://{}", "a.".repeat(500_000)), None);
    }

    #[test]
    fn every_platform_is_complete_and_stands_once() {
        let document = Document::parse(FILE);
        assert_eq!(document.diagnostics(), []);
        let mut seen = Vec::new();
        for platform in platforms() {
            assert!(!seen.contains(&&platform.id), "{}", platform.id);
            seen.push(&platform.id);
            assert!(!platform.title.is_empty() && !platform.token.is_empty());
            assert!(!platform.marks.is_empty(), "{}", platform.id);
            for mark in &platform.marks {
                assert!(mark.issuer.is_some() || !mark.claims.is_empty());
                assert!(!mark.source.is_empty(), "{}", platform.id);
                let groups = mark.groups.iter();
                let known = |group: &String| {
                    crate::claims::dictionary::look_up("sub", &[group.as_str()]).is_some()
                };
                assert!(groups.clone().all(known), "{}", platform.id);
            }
        }
        let fields = [
            "id",
            "title",
            "token",
            "groups",
            "subjectVaries",
            "source",
            "confidence",
            "marks",
            "subjectVaries",
            "issuer",
            "claims",
        ];
        for entry in document.root().unwrap().items() {
            let marks = entry.get("marks").unwrap().items();
            for object in marks.chain([entry]) {
                for (name, value) in object.members() {
                    assert!(fields.contains(&&*name.to_text()), "{}", name.raw());
                    let word = value.to_text();
                    assert!(
                        name.to_text() != "confidence"
                            || Confidence::from_word(&word).word() == word
                    );
                }
            }
        }
    }
}
