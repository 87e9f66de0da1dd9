//! The way from GitHub's subjects by names to those with ids, for a list of credentials.

use serde::Serialize;

use super::credential::Credential;
use super::github::{GithubIds, GithubSubject, is_github, subject_of, twins};
use super::limits::{LIST_LIMIT, NAME_LIMIT};
use crate::text::Diagnostic;

/// What to do, first with all additions, then in GitHub, then with all deletions
/// (Entra: GitHub immutable subjects; checked 2026-11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MigrationPlan {
    /// One for each credential, in their order.
    pub entries: Vec<PlanEntry>,
    /// How many credentials there are while both kinds stand.
    pub both: usize,
    /// What is in the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// What becomes of one credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanEntry {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// What it is.
    pub state: PlanState,
    /// The credential to add beside it; unknown ids stand as `<owner ID>` and `<repository ID>`.
    pub add: Option<Credential>,
    /// Whether it goes when the repository's tokens have IDs.
    pub delete_after: bool,
}

/// What a credential is to the migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// It matches no token with ids.
    BreaksAfterImmutable,
    /// It has ids.
    AlreadyImmutable,
    /// The same stands by names and with ids.
    Pair,
    /// Its issuer is GitHub; its subject, or expression, is to be looked at by a person.
    ByHand,
    /// Its issuer is not GitHub's, or a GitHub Enterprise Server, which has no such subjects.
    NotGithub,
}

/// Plans the migration. `known` are a repository's token: its subject and ids.
#[must_use]
pub fn migration_plan(
    credentials: &[Credential],
    known: Option<(&GithubSubject, &GithubIds)>,
) -> MigrationPlan {
    let subjects: Vec<_> = credentials.iter().map(subject_of).collect();
    let mut names: Vec<String> = credentials.iter().map(|c| c.name.clone()).collect();
    let mut entries = Vec::new();
    for (index, (credential, subject)) in credentials.iter().zip(&subjects).enumerate() {
        let pair = subject.as_ref().is_some_and(|one| {
            let twin = |(other, c): (&Option<GithubSubject>, &Credential)| {
                other.as_ref().is_some_and(|other| twins(one, other))
                    && c.issuer == credential.issuer
                    && c.audiences == credential.audiences
            };
            subjects.iter().zip(credentials).any(twin)
        });
        let state = match subject {
            _ if !is_github(credential.issuer.as_str()) => PlanState::NotGithub,
            None => PlanState::ByHand,
            Some(_) if pair => PlanState::Pair,
            Some(subject) if subject.ids.is_some() => PlanState::AlreadyImmutable,
            Some(_) => PlanState::BreaksAfterImmutable,
        };
        let old = subject.as_ref().filter(|subject| {
            subject.ids.is_none()
                && matches!(state, PlanState::BreaksAfterImmutable | PlanState::Pair)
        });
        let add = old.filter(|_| !pair).map(|old| {
            let mut new = old.clone();
            new.ids = Some(ids_for(old, subjects.iter().flatten(), known));
            let name = free_name(&credential.name, &names);
            names.push(name.clone());
            Credential {
                name,
                subject: new.to_string().into(),
                ..credential.clone()
            }
        });
        entries.push(PlanEntry {
            index,
            name: credential.name.clone(),
            state,
            add,
            delete_after: old.is_some(),
        });
    }
    let both = names.len();
    let limit = (both > LIST_LIMIT).then(|| {
        Diagnostic::warning(
            "too-many-both",
            format!("With both kinds there are {both} credentials, {LIST_LIMIT} are allowed."),
        )
        .help("Migrate one repository after the other.")
    });
    MigrationPlan {
        entries,
        both,
        diagnostics: limit.into_iter().collect(),
    }
}

/// Ids of the token, or of another credential of the same owner and repository.
fn ids_for<'a>(
    old: &GithubSubject,
    others: impl Iterator<Item = &'a GithubSubject>,
    known: Option<(&'a GithubSubject, &'a GithubIds)>,
) -> GithubIds {
    let of_others = others.filter_map(|other| Some((other, other.ids.as_ref()?)));
    let of_owner: Vec<_> = known
        .into_iter()
        .chain(of_others)
        .filter(|(other, _)| other.owner == old.owner)
        .collect();
    let of_repository = of_owner
        .iter()
        .find(|(other, _)| other.repository == old.repository);
    GithubIds {
        owner: of_owner
            .first()
            .map_or("<owner ID>", |(_, ids)| &ids.owner)
            .to_owned(),
        repository: of_repository
            .map_or("<repository ID>", |(_, ids)| &ids.repository)
            .to_owned(),
    }
}

/// `…-immutable`, with a number where that is taken.
fn free_name(name: &str, taken: &[String]) -> String {
    let mut end = String::from("-immutable");
    let mut number = 1;
    loop {
        let kept = NAME_LIMIT.saturating_sub(end.len());
        let mut free: String = name.chars().take(kept).collect();
        free.push_str(&end);
        if !taken.iter().any(|name| name.eq_ignore_ascii_case(&free)) {
            return free;
        }
        number += 1;
        end = format!("-immutable-{number}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(name: &str, issuer: &str, subject: &str) -> Credential {
        Credential {
            name: name.into(),
            issuer: issuer.into(),
            subject: subject.into(),
            audiences: vec!["x".into()],
            ..Credential::default()
        }
    }

    const GITHUB: &str = "https://token.actions.githubusercontent.com";

    #[test]
    fn each_state() {
        use PlanState::*;
        let list = [
            credential("a", GITHUB, "repo:o/r:pull_request"),
            credential("b", GITHUB, "repo:o@1/r@2:pull_request"),
            credential("c", GITHUB, "repo:o/r:environment:x"),
            credential("c-IMMUTABLE", GITHUB, "repo:p@1/r@2:environment:x"),
            credential("e", GITHUB, "job_workflow_ref:o/r"),
            credential(
                "f",
                "https://git.example/_services/token",
                "repo:o/r:environment:x",
            ),
            credential("g", GITHUB, "repo:q/r:environment:x"),
        ];
        let plan = migration_plan(&list, None);
        let states: Vec<_> = plan.entries.iter().map(|e| e.state).collect();
        assert_eq!(
            states,
            [
                Pair,
                Pair,
                BreaksAfterImmutable,
                AlreadyImmutable,
                ByHand,
                NotGithub,
                BreaksAfterImmutable
            ]
        );
        let deleted: Vec<_> = plan
            .entries
            .iter()
            .filter(|e| e.delete_after)
            .map(|e| e.index)
            .collect();
        assert_eq!((deleted, plan.both), (vec![0, 2, 6], 9));
        let add = |at: usize| plan.entries[at].add.clone().unwrap();
        assert_eq!(add(2).name, "c-immutable-2");
        assert_eq!(add(2).subject.as_str(), "repo:o@1/r@2:environment:x");
        assert_eq!(
            add(6).subject.as_str(),
            "repo:q@<owner ID>/r@<repository ID>:environment:x"
        );
    }

    #[test]
    fn limits() {
        let list: Vec<_> = (0..11)
            .map(|n| {
                credential(
                    &"n".repeat(120),
                    GITHUB,
                    &format!("repo:o/r:environment:{n}"),
                )
            })
            .collect();
        let plan = migration_plan(&list, None);
        assert_eq!(plan.diagnostics[0].code, "too-many-both");
        assert!(
            plan.entries
                .iter()
                .all(|e| e.add.as_ref().unwrap().name.len() <= 120)
        );
        assert_eq!(migration_plan(&list[..10], None).diagnostics, []);
    }
}
