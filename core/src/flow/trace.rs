//! What happened in an exchange, step by step.

use serde::Serialize;

use super::step::{Actor, FOR_OTHER_TOKEN, StepId, StepKind};
use crate::claims::Cloud;
use crate::entra::{Change, Check, HttpRequest, HttpResponse};
use crate::errors::AadstsCode;
use crate::federation::Rules;
use crate::text::CheckVerdict;

/// A step of an exchange: a request, a response, or checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The number of the step, from 1.
    pub number: usize,
    /// Which step it is.
    pub id: StepId,
    /// Who sends or checks.
    pub from: Actor,
    /// The recipient. For a check, the same participant as `from`.
    pub to: Actor,
    /// What happens, in a few words.
    pub title: String,
    /// The kind of arrow.
    pub kind: StepKind,
    /// Whether the exchange fails in this step.
    pub failed: bool,
    /// The request of this step, or the one that its response answers.
    pub request: Option<HttpRequest>,
    /// The response of this step.
    pub response: Option<HttpResponse>,
    /// The checks of this step, in their order.
    pub checks: Vec<Check>,
    /// What this step changed in the directory.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// A step that the exchange did not reach because an earlier one failed.
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
    /// Entra ID issued no token.
    Refused,
    /// Entra ID issued a token, but the API denied access.
    Denied,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Allowed, Self::Refused, Self::Denied];

    /// The word in scenarios and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Denied => "denied",
        }
    }
}

/// The circumstances of an exchange: rules, cloud and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Circumstances {
    /// The rules of Entra ID.
    pub rules: Rules,
    /// The cloud.
    pub cloud: Cloud,
    /// When it takes place, in seconds since 1970.
    pub clock: i64,
}

/// An exchange from beginning to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The title of the scenario.
    pub title: String,
    /// Rules, cloud and clock.
    #[serde(rename = "at")]
    pub circumstances: Circumstances,
    /// How the exchange ends.
    pub outcome: Outcome,
    /// The AADSTS code of a refusal, if it is known.
    pub code: Option<AadstsCode>,
    /// The steps that took place, in their order.
    pub steps: Vec<Step>,
    /// The steps that were not reached.
    pub unreached: Vec<UnreachedStep>,
    /// Whether it ended as the scenario expects. `None` if the scenario expects nothing.
    pub expectation_met: Option<bool>,
}

impl Step {
    /// The check that fails here.
    #[must_use]
    pub fn failed_check(&self) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| check.verdict == CheckVerdict::Fail)
    }

    /// Why an exchange has this step; empty where it failed, because then the failing check says more.
    ///
    /// Names of fields are between backticks.
    #[must_use]
    pub fn purpose(&self) -> &'static str {
        // A managed-identity endpoint is asked with GET, the mock's own address for other tokens with POST.
        let posts = |request: &HttpRequest| request.method == "POST";
        match self.id {
            _ if self.failed => "",
            StepId::IdentityRequest if self.request.as_ref().is_some_and(posts) => FOR_OTHER_TOKEN,
            id => id.purpose(),
        }
    }

    /// Who acts, and towards whom: `Client application to Entra ID`, `Entra ID checks`.
    #[must_use]
    pub fn route(&self) -> String {
        let to_graph = [self.from, self.to].contains(&Actor::Graph);
        let title = |actor: Actor| match actor {
            // The application itself may not change the directory.
            Actor::Client if to_graph => "Administrator",
            _ => actor.title(),
        };
        let from = title(self.from);
        if self.from == self.to {
            format!("{from} checks")
        } else {
            format!("{from} to {}", title(self.to))
        }
    }
}

impl Trace {
    /// The step whose check fails, or the first that fails without one.
    #[must_use]
    pub fn failing_step(&self) -> Option<&Step> {
        let checked = self.steps.iter().find(|step| step.failed_check().is_some());
        checked.or_else(|| self.steps.iter().find(|step| step.failed))
    }

    /// Who takes part, from left to right.
    #[must_use]
    pub fn actors(&self) -> Vec<Actor> {
        let reached = self.steps.iter().flat_map(|step| [step.from, step.to]);
        let unreached = self.unreached.iter().flat_map(|step| [step.from, step.to]);
        let acting: Vec<_> = reached.chain(unreached).collect();
        Actor::ALL
            .into_iter()
            .filter(|actor| acting.contains(actor))
            .collect()
    }

    /// How it ends, in a few words: `refused with AADSTS700213`.
    #[must_use]
    pub fn ending(&self) -> String {
        let word = self.outcome.name();
        match self.code {
            Some(code) => format!("{word} with {code}"),
            None => word.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Scenario, run, shipped_scenarios};

    fn trace(name: &str) -> Trace {
        let scenario = shipped_scenarios()
            .iter()
            .find(|one| one.name == name)
            .unwrap();
        run(&Scenario::parse(scenario.json).scenario)
    }

    #[test]
    fn each_step_that_succeeds_has_a_purpose_of_its_own() {
        let trace = trace("managed-identity");
        let mut purposes: Vec<_> = trace.steps.iter().map(Step::purpose).collect();
        assert!(
            purposes.iter().all(|purpose| !purpose.is_empty()),
            "{purposes:?}"
        );
        purposes.sort_unstable();
        purposes.dedup();
        assert_eq!(purposes.len(), trace.steps.len());
    }

    #[test]
    fn a_token_of_another_kind_has_no_endpoint_on_its_host() {
        for word in ["github", "aks", "user-token", "app-token"] {
            let trace = trace(word);
            assert_eq!(trace.steps[0].purpose(), FOR_OTHER_TOKEN, "{word}");
        }
    }
}
