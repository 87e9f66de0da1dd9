//! Subjects of GitHub Actions: read, and written with ids that never change or without them.

use std::fmt;

use serde::Serialize;

use super::credential::Credential;
use crate::text::json::{Document, Value};

/// A subject of GitHub Actions (GitHub: OIDC reference; checked 2026-11). All texts are as they stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubSubject {
    /// The name of the repository's owner.
    pub owner: String,
    /// The name of the repository.
    pub repository: String,
    /// The ids of an immutable subject: repositories made, renamed or moved since 15 July 2026 have them.
    pub ids: Option<GithubIds>,
    /// What runs.
    pub trigger: GithubTrigger,
    /// What follows the repository, without its first colon; a colon inside a value is `%3A`.
    pub context: String,
}

/// The ids of a repository and its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GithubIds {
    /// `repository_owner_id`
    pub owner: String,
    /// `repository_id`
    pub repository: String,
}

/// What a job runs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GithubTrigger {
    /// `ref:refs/heads/…`
    Branch,
    /// A branch that the merge queue made: its name is another each time.
    MergeQueue,
    /// `ref:refs/tags/…`
    Tag,
    /// `environment:…`
    Environment,
    /// `pull_request`
    PullRequest,
    /// Claims that the owner chose.
    Custom,
}

impl GithubIds {
    /// The ids that a token of GitHub carries.
    #[must_use]
    pub fn from_payload(payload: &Document) -> Option<Self> {
        let id = |name| {
            let text = payload.get(name).and_then(Value::as_str)?;
            is_id(&text).then(|| text.into_owned())
        };
        Some(Self {
            owner: id("repository_owner_id")?,
            repository: id("repository_id")?,
        })
    }

    /// The same where the token is of the repository that a subject names.
    #[must_use]
    pub fn for_subject(subject: &str, payload: &Document) -> Option<Self> {
        let read = GithubSubject::parse(subject)?;
        let repository = payload.get("repository").and_then(Value::as_str)?;
        let same = repository.split_once('/') == Some((&read.owner, &read.repository));
        same.then(|| Self::from_payload(payload)).flatten()
    }
}

impl GithubSubject {
    /// Reads a subject; `None` where it does not begin with a repository.
    #[must_use]
    pub fn parse(subject: &str) -> Option<Self> {
        let rest = subject.strip_prefix("repo:")?;
        let (names, context) = rest.split_once(':').unwrap_or((rest, ""));
        // A colon is followed by something.
        if rest.len() > names.len() && context.is_empty() {
            return None;
        }
        let (owner, repository) = names.split_once('/')?;
        let ((owner, owner_id), (repository, id)) = (part(owner)?, part(repository)?);
        let ids = match (owner_id, id) {
            (Some(owner), Some(repository)) => Some(GithubIds {
                owner: owner.to_owned(),
                repository: repository.to_owned(),
            }),
            (None, None) => None,
            _ => return None,
        };
        Some(Self {
            owner: owner.to_owned(),
            repository: repository.to_owned(),
            ids,
            trigger: trigger(context),
            context: context.to_owned(),
        })
    }
}

/// The subject as it stands in a token.
impl fmt::Display for GithubSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (owner, repository) = (&self.owner, &self.repository);
        match &self.ids {
            Some(ids) => write!(
                f,
                "repo:{owner}@{}/{repository}@{}",
                ids.owner, ids.repository
            )?,
            None => write!(f, "repo:{owner}/{repository}")?,
        }
        match self.context.as_str() {
            "" => Ok(()),
            context => write!(f, ":{context}"),
        }
    }
}

/// A subject by names alone, with ids; `None` where it is none, or an id is no number.
#[must_use]
pub fn to_immutable(subject: &str, owner_id: &str, repository_id: &str) -> Option<String> {
    let mut read = GithubSubject::parse(subject)?;
    if read.ids.is_some() || !is_id(owner_id) || !is_id(repository_id) {
        return None;
    }
    read.ids = Some(GithubIds {
        owner: owner_id.to_owned(),
        repository: repository_id.to_owned(),
    });
    Some(read.to_string())
}

/// A subject with ids, by names alone; `None` where it has none.
#[must_use]
pub fn to_mutable(subject: &str) -> Option<String> {
    let mut read = GithubSubject::parse(subject)?;
    read.ids.take()?;
    Some(read.to_string())
}

/// A subject in both of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectForms {
    /// By names alone.
    pub by_names: String,
    /// With IDs; `None` where they are not known.
    pub with_ids: Option<String>,
}

/// Both forms of a subject; its own ids count before those that are `known` otherwise. `None` where it is no
/// subject of a repository.
#[must_use]
pub fn subject_forms(subject: &str, known: Option<&GithubIds>) -> Option<SubjectForms> {
    let read = GithubSubject::parse(subject)?;
    Some(match read.ids {
        Some(_) => SubjectForms {
            by_names: to_mutable(subject)?,
            with_ids: Some(subject.to_owned()),
        },
        None => SubjectForms {
            by_names: subject.to_owned(),
            with_ids: known.and_then(|ids| to_immutable(subject, &ids.owner, &ids.repository)),
        },
    })
}

pub(super) fn is_github(issuer: &str) -> bool {
    let host = issuer.strip_prefix("https://token.actions.");
    let host = host.and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| host == "githubusercontent.com" || host.ends_with(".ghe.com"))
}

pub(super) fn subject_of(credential: &Credential) -> Option<GithubSubject> {
    let github = is_github(credential.issuer.as_str());
    github.then(|| GithubSubject::parse(credential.subject.as_str()))?
}

/// Whether two subjects are one by names and one with ids of the same job.
pub(super) fn twins(a: &GithubSubject, b: &GithubSubject) -> bool {
    let same = (&a.owner, &a.repository, &a.context) == (&b.owner, &b.repository, &b.context);
    same && a.ids.is_some() != b.ids.is_some()
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A name, and the id behind its `@`.
fn part(text: &str) -> Option<(&str, Option<&str>)> {
    let (name, id) = text
        .split_once('@')
        .map_or((text, None), |(name, id)| (name, Some(id)));
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let sound = !name.is_empty() && name.bytes().all(allowed) && id.is_none_or(is_id);
    sound.then_some((name, id))
}

fn trigger(context: &str) -> GithubTrigger {
    let (key, value) = context.split_once(':').unwrap_or((context, ""));
    if value.contains(':') {
        return GithubTrigger::Custom;
    }
    match key {
        "pull_request" if context == key => GithubTrigger::PullRequest,
        "environment" if !value.is_empty() => GithubTrigger::Environment,
        "ref" if value.starts_with("refs/heads/gh-readonly-queue/") => GithubTrigger::MergeQueue,
        "ref" if value.starts_with("refs/heads/") => GithubTrigger::Branch,
        "ref" if value.starts_with("refs/tags/") => GithubTrigger::Tag,
        _ => GithubTrigger::Custom,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn triggers() {
        use GithubTrigger::*;
        for (context, expected) in [
            ("ref:refs/heads/main", Branch),
            (
                "ref:refs/heads/gh-readonly-queue/main/pr-13-abc",
                MergeQueue,
            ),
            ("ref:refs/tags/v1", Tag),
            ("environment:Production%3AV1", Environment),
            ("pull_request", PullRequest),
            ("pull-request", Custom),
            ("pull_request:x", Custom),
            ("Environment:x", Custom),
            ("ref:main", Custom),
            ("event_name:push:ref:refs/heads/main", Custom),
        ] {
            let subject = format!("repo:octo-org/octo-repo:{context}");
            let read = GithubSubject::parse(&subject).unwrap();
            assert_eq!((read.trigger, read.to_string()), (expected, subject));
        }
    }

    #[test]
    fn ids_are_those_of_the_same_repository() {
        let token = |repository: &str| {
            Document::parse(format!(
                r#"{{"repository":{repository},"repository_owner_id":"1","repository_id":"2"}}"#
            ))
        };
        let found = |repository: &str, subject: &str| {
            GithubIds::for_subject(subject, &token(repository)).is_some()
        };
        assert!(found(r#""o/r""#, "repo:o/r:pull_request"));
        assert!(found(r#""o/r""#, "repo:o@7/r@8:pull_request"));
        for (repository, subject) in [
            (r#""o/R""#, "repo:o/r:pull_request"),
            (r#""o/r/x""#, "repo:o/r:pull_request"),
            (r#""o""#, "repo:o/r:pull_request"),
            ("7", "repo:o/r:pull_request"),
            (r#""o/r""#, "job_workflow_ref:o/r"),
        ] {
            assert!(!found(repository, subject), "{repository} {subject}");
        }
    }

    #[track_caller]
    fn forms(subject: &str, ids: Option<(&str, &str)>, expected: Option<(&str, Option<&str>)>) {
        let ids = ids.map(|(owner, repository)| GithubIds {
            owner: owner.into(),
            repository: repository.into(),
        });
        let forms = subject_forms(subject, ids.as_ref());
        let found = forms.as_ref();
        let found = found.map(|forms| (forms.by_names.as_str(), forms.with_ids.as_deref()));
        assert_eq!(found, expected, "{subject}");
    }

    #[test]
    fn both_forms_of_a_subject() {
        let (names, ids) = ("repo:o/r:environment:x", "repo:o@1/r@2:environment:x");
        forms(names, Some(("1", "2")), Some((names, Some(ids))));
        forms(ids, None, Some((names, Some(ids))));
        forms(ids, Some(("7", "8")), Some((names, Some(ids))));
        forms(names, None, Some((names, None)));
        forms(names, Some(("", "2")), Some((names, None)));
        forms(names, Some(("1", "x")), Some((names, None)));
        forms("job_workflow_ref:o/r", Some(("1", "2")), None);
        forms("", None, None);
    }

    #[test]
    fn what_is_no_subject() {
        for subject in [
            "",
            "repo:",
            "repo:o",
            "repo:o/",
            "repo:/r",
            "repo:o/r:",
            "repo:o/r/x",
            "Repo:o/r",
            " repo:o/r",
            "repo:o /r",
            "repo:o@1/r",
            "repo:o/r@2",
            "repo:o@x/r@2",
            "repo:o@/r@2",
            "repo:o@1@1/r@2",
            "repository_owner:o",
            "job_workflow_ref:o/r/.github/workflows/x.yml@main",
        ] {
            assert_eq!(GithubSubject::parse(subject), None, "{subject}");
        }
        assert_eq!(to_mutable("repo:o/r:pull_request"), None);
        assert_eq!(to_immutable("repo:o@1/r@2", "1", "2"), None);
        assert_eq!(to_immutable("repo:o/r", "", "2"), None);
        assert_eq!(to_immutable("repo:o/r", "1", "x"), None);
    }

    #[test]
    fn ids_of_a_token() {
        let of = |text: &str| GithubIds::from_payload(&Document::parse(text));
        assert!(of(r#"{"repository_owner_id":"65","repository_id":"74"}"#).is_some());
        assert_eq!(of(r#"{"repository_id":"74"}"#), None);
        assert_eq!(
            of(r#"{"repository_owner_id":65,"repository_id":"x"}"#),
            None
        );
    }

    proptest! {
        #[test]
        fn there_and_back(names in "[A-Za-z0-9-]{1,9}/[A-Za-z0-9._-]{1,9}", context in "(:[ -~é]{1,20})?", a in "[0-9]{1,9}", b in "[0-9]{1,9}") {
            let old = format!("repo:{names}{context}");
            let new = to_immutable(&old, &a, &b).unwrap();
            prop_assert_eq!(to_mutable(&new), Some(old));
        }
    }
}
