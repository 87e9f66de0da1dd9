//! Federated identity credentials: their fields and limits, made of a token, compared with a token.

mod checklist;
mod credential;
mod diff;
mod draft;
mod errors;
mod export;
mod expression;
mod flexible;
mod github;
mod identity;
mod lint;
mod list;
mod literal;
mod matching;
mod migration;
mod preset;
mod recognise;
mod rules;

use serde::Serialize;

pub use checklist::{ChecklistItem, ItemState, Known, checklist, replaces};
pub use credential::{ClaimsMatchingExpression, Credential};
pub use diff::{Difference, Run, diff};
pub use draft::{AudienceForms, Draft, Hints, audience_forms, from_managed_identity, from_token};
pub(crate) use errors::fill;
pub use errors::{CatalogueEntry, Reason, catalogue, error_entry, error_message, look_up_address};
pub use export::{Export, ExportGroup, ExportValues, export, exports};
pub use expression::{Expression, Operator, Term, TermMatch};
pub use flexible::{FlexibleIssuer, flexible_from_token, flexible_issuer};
pub use github::{
    GithubIds, GithubSubject, GithubTrigger, SubjectForms, subject_forms, to_immutable, to_mutable,
};
pub use identity::ManagedIdentity;
pub use lint::lint_credential;
pub use list::CredentialList;
pub(crate) use literal::literal;
pub use matching::{
    Field, FieldDiff, FieldMatch, FieldVerdict, Match, Verdict, match_all, match_nearest,
};
pub use migration::{MigrationPlan, PlanEntry, PlanState, migration_plan};
pub use preset::{Answers, Preset, PresetField, from_platform, preset, preset_for, presets};
pub use recognise::{ExplainedError, MAX_ERRORS, explain_errors};
pub use rules::{Rule, credential_rule};

/// Which rules of Entra ID are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rules {
    /// Those of today.
    #[default]
    Current,
    /// Those of the preview in 2022, as the article found them.
    Preview2022,
}

impl Rules {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Current, Self::Preview2022];

    /// The word used in scenarios.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Preview2022 => "preview2022",
        }
    }
}
