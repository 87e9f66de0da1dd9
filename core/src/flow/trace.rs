//! What happened in an exchange, step by step.

use serde::Serialize;

use crate::claims::Cloud;
use crate::entra::{Change, Check, CheckVerdict, HttpRequest, HttpResponse};
use crate::federation::Rules;

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// The client application with its managed identity.
    Client,
    /// The identity's home: it issues the first token and publishes the metadata.
    Home,
    /// An issuer beside Entra ID, in place of the identity's home.
    Issuer,
    /// Entra ID of the tenant in which the client wants to act.
    Entra,
    /// Microsoft Graph, where credentials are saved.
    Graph,
    /// The protected API.
    Api,
}

/// What kind of arrow a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// A request goes out.
    Request,
    /// An answer comes back.
    Response,
    /// Somebody checks something.
    Check,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// What kind of step it is: a stable kebab-case name, for texts and links.
    pub id: &'static str,
    /// Who acts.
    pub from: Actor,
    /// To whom; the same actor for a check.
    pub to: Actor,
    /// What happens, in a few words.
    pub title: String,
    /// The kind of arrow.
    pub kind: StepKind,
    /// Whether something fails here.
    pub failed: bool,
    /// The request of this step, or the one that its response answers.
    pub request: Option<HttpRequest>,
    /// The response of this step.
    pub response: Option<HttpResponse>,
    /// What is checked here.
    pub checks: Vec<Check>,
    /// What it changed in the directory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// A step that would have come, had nothing failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreachedStep {
    /// Who would act.
    pub from: Actor,
    /// To whom.
    pub to: Actor,
    /// What would happen.
    pub title: &'static str,
    /// The kind of arrow.
    pub kind: StepKind,
}

/// How the exchange ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The API answers.
    Allowed,
    /// No token was issued.
    Refused,
    /// A token was issued, the API said no.
    Denied,
}

/// The circumstances of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TraceAt {
    /// The rules of Entra ID.
    pub rules: Rules,
    /// The cloud.
    pub cloud: Cloud,
    /// The moment, in seconds.
    pub clock: i64,
}

/// An exchange from beginning to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Name of the scenario.
    pub title: String,
    /// Rules, cloud and clock.
    pub at: TraceAt,
    /// How it ends.
    pub outcome: Outcome,
    /// The AADSTS code of a refusal, where it is known.
    pub code: Option<u32>,
    /// What happened.
    pub steps: Vec<Step>,
    /// What would have come.
    pub unreached: Vec<UnreachedStep>,
    /// Whether it ended as the scenario expects; absent where the scenario expects nothing.
    pub expectation_met: Option<bool>,
}

/// What goes from one to another in a step.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// A request.
    pub request: Option<HttpRequest>,
    /// Its response.
    pub response: Option<HttpResponse>,
    /// What is checked.
    pub checks: Vec<Check>,
    /// What is different in the directory.
    pub changes: Vec<Change>,
}

impl Step {
    /// The check that fails here.
    #[must_use]
    pub fn failure(&self) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| check.verdict == CheckVerdict::Fail)
    }
}

impl Trace {
    /// The step whose check fails, or the first that fails without one.
    #[must_use]
    pub fn failing_step(&self) -> Option<&Step> {
        let checked = self.steps.iter().find(|step| step.failure().is_some());
        checked.or_else(|| self.steps.iter().find(|step| step.failed))
    }
}
