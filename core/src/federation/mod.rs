//! Federated identity credentials: their fields and limits, made of a token, compared with a token.

mod checklist;
mod credential;
mod draft;
mod flexible;
mod github;
mod hints;
mod identity;
mod limits;
mod lint;
mod list;
mod matching;
mod migration;
mod preset;
mod rules;

pub use checklist::{ChecklistItem, ItemState, Setup, checklist};
pub use credential::Credential;
pub use draft::{AudienceForms, Draft, audience_forms, from_managed_identity, from_token};
pub use flexible::flexible_from_token;
pub use github::{
    GithubIds, GithubSubject, GithubTrigger, SubjectForms, subject_forms, to_immutable, to_mutable,
};
pub use hints::Hints;
pub use identity::ManagedIdentity;
pub use lint::lint_credential;
pub use list::CredentialList;
pub use matching::{CredentialField, FieldMatch, Match, Verdict, match_all, match_nearest};
pub use migration::{MigrationPlan, PlanEntry, PlanState, migration_plan};
pub use preset::{Answers, Preset, PresetField, from_platform};
pub use rules::Rules;
