//! Platforms: who issued a token, told by its issuer or by claims that only one platform writes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::confidence::{Confidence, Evidence};
use super::section::Section;
use crate::text::json::Document;

const FILE: &str = include_str!("../../data/platforms.json");

static PLATFORMS: LazyLock<Vec<Platform>> = LazyLock::new(|| parse(FILE).unwrap_or_default());

/// A platform that issues tokens to workloads or applications.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Platform {
    /// Its id in kebab-case, the same in every version: `github`.
    pub id: String,
    /// Its name: `GitHub Actions`.
    pub title: String,
    /// The words for one of its tokens in a sentence: `a GitHub Actions token`.
    pub token: String,
    /// Whether the subject changes with each run, so that no federated credential matches it exactly.
    #[serde(default)]
    pub subject_varies: bool,
    groups: Vec<String>,
    source: String,
    confidence: Confidence,
    recognised_by: Vec<Sign>,
}

/// What a token is recognised by: an issuer, claims, or both together. Groups, source and confidence of the platform
/// stand for every sign that has none of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    /// `*` stands for one or more characters other than `/`.
    issuer: Option<String>,
    /// Names of claims and how their text begins; an empty beginning fits everything.
    #[serde(default)]
    claims: BTreeMap<String, String>,
    /// The groups of the dictionary that explain the token.
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    source: String,
    confidence: Option<Confidence>,
}

/// A platform and the sign by which it was recognised.
#[derive(Clone, Copy)]
pub(super) struct RecognisedPlatform {
    pub(super) platform: &'static Platform,
    sign: &'static Sign,
}

/// All platforms that are known, in the order in which they are tried.
pub fn platforms() -> impl Iterator<Item = &'static Platform> {
    PLATFORMS.iter()
}

/// The platform that issued a token with this payload; `None` for an unknown one, and for a token without issuer.
///
/// ```
/// use fedcred_core::claims::platform_of;
/// use fedcred_core::text::json::Document;
///
/// let payload = Document::parse(r#"{"iss":"https://token.actions.githubusercontent.com"}"#);
/// assert_eq!(platform_of(&payload).unwrap().title, "GitHub Actions");
/// ```
#[must_use]
pub fn platform_of(payload: &Document) -> Option<&'static Platform> {
    Some(find(payload)?.platform)
}

/// The platform whose tokens have this issuer; `None` for an unknown one, and where claims are needed to tell.
/// Nothing is normalised: another spelling is another issuer.
#[must_use]
pub fn platform_of_issuer(issuer: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|platform| {
        let signs = platform
            .recognised_by
            .iter()
            .filter(|sign| sign.claims.is_empty());
        let mut patterns = signs.filter_map(|sign| sign.issuer.as_deref());
        patterns.any(|pattern| fits(pattern, issuer))
    })
}

/// The platform that issued a token, and the sign of it.
pub(super) fn recognise(payload: Section<'_>) -> Option<RecognisedPlatform> {
    find(payload.json()?)
}

/// Issuers come first: claims alone tell less.
fn find(payload: &Document) -> Option<RecognisedPlatform> {
    let issuer = payload.get("iss")?.as_str()?;
    let find = |by_issuer: bool| {
        PLATFORMS.iter().find_map(|platform| {
            let mut signs = platform.recognised_by.iter();
            let fits =
                |sign: &&Sign| sign.issuer.is_some() == by_issuer && sign.fits(payload, &issuer);
            Some(RecognisedPlatform {
                platform,
                sign: signs.find(fits)?,
            })
        })
    };
    find(true).or_else(|| find(false))
}

impl RecognisedPlatform {
    /// The groups of the dictionary that explain the token.
    pub(super) fn groups(self) -> impl Iterator<Item = &'static str> {
        let groups = match self.sign.groups.as_slice() {
            [] => &self.platform.groups,
            own => own,
        };
        groups.iter().map(String::as_str)
    }

    pub(super) fn is_entra(self) -> bool {
        self.groups().any(|group| group == "entra")
    }

    pub(super) fn evidence(self) -> Evidence {
        let Self { platform, sign } = self;
        let names: Vec<_> = sign.claims.keys().map(String::as_str).collect();
        let claims = names.join("`, `");
        let text = match (&sign.issuer, names.is_empty()) {
            (Some(_), true) => format!("`iss` is an issuer of {}", platform.title),
            (Some(_), false) => format!(
                "`iss` and `{claims}` have the form that {} uses",
                platform.title
            ),
            (None, _) => format!("{} writes `{claims}` in this form", platform.title),
        };
        let source = match sign.source.as_str() {
            "" => &platform.source,
            own => own,
        };
        let confidence = sign.confidence.unwrap_or(platform.confidence);
        Evidence::new(format!("{text} ({source})."), confidence)
    }
}

impl Sign {
    fn fits(&self, payload: &Document, issuer: &str) -> bool {
        let begins = |(name, beginning): (&String, &String)| {
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

fn parse(file: &str) -> serde_json::Result<Vec<Platform>> {
    serde_json::from_str(file)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::{EntraIssuer, dictionary};

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
            r#"{"iss":"https://login.microsoftonline.com/t/v2.0","azp":"499b84ac-1321-427f-aa17-267ca6975798",
                "sub":"/eid1/c/pub"}"#,
            Some("azure-devops"),
        );
        check(
            r#"{"iss":"https://login.microsoftonline.com/t/v2.0","azp":"499b84ac-1321-427f-aa17-267ca6975798",
                "sub":"a"}"#,
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
        for sign in &entra.recognised_by {
            let issuer = sign.issuer.as_deref().unwrap().replace('*', "t");
            assert!(EntraIssuer::parse(&issuer).is_some(), "{issuer}");
        }
    }

    #[test]
    fn a_long_issuer_is_no_trouble() {
        check_issuer(&format!("https://{}", "a.".repeat(500_000)), None);
    }

    #[test]
    fn every_platform_is_complete_and_stands_once() {
        let mut seen: Vec<&str> = Vec::new();
        let platforms = parse(FILE).unwrap();
        for platform in &platforms {
            let id = platform.id.as_str();
            assert!(!seen.contains(&id), "{id}");
            assert!(
                !platform.title.is_empty() && !platform.token.is_empty(),
                "{id}"
            );
            assert!(
                !platform.source.is_empty() && !platform.recognised_by.is_empty(),
                "{id}"
            );
            let signs = platform.recognised_by.iter();
            assert!(
                signs
                    .clone()
                    .all(|sign| sign.issuer.is_some() || !sign.claims.is_empty()),
                "{id}"
            );
            let known = |group: &String| dictionary::look_up("sub", &[group.as_str()]).is_some();
            assert!(
                platform
                    .groups
                    .iter()
                    .chain(signs.flat_map(|sign| &sign.groups))
                    .all(known),
                "{id}"
            );
            seen.push(id);
        }
        assert!(!seen.is_empty());
    }
}
