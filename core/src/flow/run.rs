//! Runs a scenario: workload, Entra ID and the protected API, one after the other.

use super::client;
use super::mock::Mock;
use super::scenario::{Expectation, Scenario};
use super::step::{Actor, StepId};
use super::trace::{Circumstances, Outcome, Step, Trace, UnreachedStep};
use super::workload::{AssertionKind, SetupRequest};
use crate::entra::{Check, DemonstrationKey, Fetch, Handled, HttpRequest, Phase};
use crate::errors::AadstsCode;
use crate::text::CheckVerdict;

/// Runs a scenario from beginning to end. The same scenario gives the same trace.
///
/// It never fails: a scenario that is incomplete is refused by the mock, and the trace says by which check.
///
/// ```
/// use fedcred_core::errors::AadstsCode;
/// use fedcred_core::flow::{Fault, Outcome, Scenario, run, shipped_scenarios};
///
/// let shipped = shipped_scenarios().iter().find(|one| one.name == "managed-identity").unwrap();
/// let mut scenario = Scenario::parse(shipped.json).scenario;
/// assert_eq!(run(&scenario).outcome, Outcome::Allowed);
///
/// scenario.faults = vec![Fault::WrongSubject];
/// let trace = run(&scenario);
/// assert_eq!(trace.code, Some(AadstsCode::NO_MATCHING_SUBJECT));
/// assert!(trace.steps.last().unwrap().failed);
/// ```
#[must_use]
pub fn run(scenario: &Scenario) -> Trace {
    let scenario = &scenario.with_faults();
    let mut exchange = Exchange::new(scenario);
    let outcome = exchange.run();
    let expectation_met = scenario
        .expect
        .as_ref()
        .map(|expected| exchange.meets(expected, outcome));
    Trace {
        title: scenario.title.clone(),
        circumstances: Circumstances {
            rules: scenario.rules,
            cloud: scenario.cloud,
            clock: scenario.clock,
        },
        outcome,
        code: exchange.code,
        unreached: exchange.unreached(),
        steps: exchange.steps,
        expectation_met,
    }
}

/// An exchange as far as it has come.
struct Exchange<'a> {
    scenario: &'a Scenario,
    mock: Mock,
    /// The moment, in seconds.
    now: i64,
    steps: Vec<Step>,
    /// Whether Microsoft Graph is asked, in place of Entra ID.
    to_graph: bool,
    /// The last step that was reached; a request before the exchange may be missing.
    last: StepId,
    code: Option<AadstsCode>,
}

impl<'a> Exchange<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            mock: Mock::with_faults_applied(scenario.clone()),
            now: scenario.clock,
            steps: Vec::new(),
            to_graph: false,
            last: StepId::SetupAnswer,
            code: None,
        }
    }

    fn run(&mut self) -> Outcome {
        for call in &self.scenario.setup {
            if !self.set_up(call) {
                return Outcome::Refused;
            }
        }
        let Some(assertion) = self.identity() else {
            return Outcome::Refused;
        };
        let Some(access_token) = self.token(&assertion) else {
            return Outcome::Refused;
        };
        if self.api(&access_token) {
            Outcome::Allowed
        } else {
            Outcome::Denied
        }
    }

    /// A request before the exchange, which does not come where it is refused.
    fn set_up(&mut self, call: &SetupRequest) -> bool {
        let graph = self.scenario.cloud.graph_host();
        self.to_graph = HttpRequest::get(call.url.as_str()).is_host(graph);
        let request = client::setup_request(call, self.to_graph);
        let handled = self.mock.handle(self.now, &request);
        let accepted = handled.response.status < 400;
        self.code = handled.code;
        self.sent(StepId::SetupRequest, &request);
        self.answered(StepId::SetupAnswer, request, handled);
        self.to_graph = false;
        accepted
    }

    /// The workload gets the token that is to be the assertion.
    fn identity(&mut self) -> Option<String> {
        let mut request = client::identity_request(self.scenario);
        for fault in &self.scenario.faults {
            fault.change_identity_request(&mut request);
        }
        let handled = self.mock.handle(self.now, &request);
        let token = client::access_token(&handled.response);
        self.code = handled.code;
        self.sent(StepId::IdentityRequest, &request);
        self.answered(StepId::IdentityToken, request, handled);
        token.map(|token| self.spoiled(token))
    }

    /// The token as the faults make it, and the moment at which they send it.
    fn spoiled(&mut self, mut token: String) -> String {
        let scenario = self.scenario;
        let issuer = scenario
            .workload
            .token
            .as_ref()
            .map_or("", |token| &token.issuer);
        let directory = &scenario.directory;
        let keys = directory
            .external(issuer)
            .map_or(&directory.keys, |issuer| &issuer.keys);
        let key = keys
            .signing(self.now)
            .and_then(|entry| DemonstrationKey::named(&entry.key));
        let modulus = key.map_or_else(String::new, |key| key.public_numbers().0);
        for fault in &scenario.faults {
            self.now = fault.sending_time(self.now, &token);
            token = fault.spoil(token, &modulus);
        }
        token
    }

    /// Entra ID exchanges it for an access token.
    fn token(&mut self, assertion: &str) -> Option<String> {
        let request = client::token_request(self.scenario, assertion);
        let handled = self.mock.handle(self.now, &request);
        let token = client::access_token(&handled.response);
        self.sent(StepId::TokenRequest, &request);
        self.entra_steps(&handled);
        self.code = handled.code;
        self.answered(
            StepId::AccessToken,
            request,
            Handled::plain(handled.response),
        );
        token
    }

    /// What Entra ID does between request and answer: a step for each phase that was reached.
    fn entra_steps(&mut self, handled: &Handled) {
        self.checked(StepId::RequestKnown, phase(&handled.checks, Phase::Request));
        self.checked(
            StepId::IssuerConfigured,
            phase(&handled.checks, Phase::Issuer),
        );
        for (index, Fetch { request, response }) in handled.fetches.iter().enumerate() {
            let (question, answer) = match index {
                0 => (StepId::MetadataRequest, StepId::Metadata),
                _ => (StepId::KeysRequest, StepId::Keys),
            };
            self.sent(question, request);
            self.answered(answer, request.clone(), Handled::plain(response.clone()));
        }
        self.checked(
            StepId::SignatureValid,
            phase(&handled.checks, Phase::Signature),
        );
        self.checked(
            StepId::RegistrationMatches,
            phase(&handled.checks, Phase::Matching),
        );
        self.checked(
            StepId::ResourceKnown,
            phase(&handled.checks, Phase::Resource),
        );
    }

    fn api(&mut self, access_token: &str) -> bool {
        let request = client::api_request(self.scenario, access_token);
        let mut answer = self.mock.call(self.now, &request);
        let allowed = answer.response.status == 200;
        self.sent(StepId::ApiCall, &request);
        self.checked(StepId::ApiCheck, std::mem::take(&mut answer.checks));
        self.answered(StepId::ApiAnswer, request, answer);
        allowed
    }

    fn sent(&mut self, id: StepId, request: &HttpRequest) {
        self.reached(Step {
            request: Some(request.clone()),
            ..self.step(id)
        });
    }

    fn answered(&mut self, id: StepId, request: HttpRequest, handled: Handled) {
        let status = handled.response.status;
        let step = self.step(id);
        self.reached(Step {
            title: match status {
                200..300 => step.title,
                _ => format!("Refused: HTTP {status}"),
            },
            failed: status >= 400 || has_failed(&handled.checks),
            request: Some(request),
            response: Some(handled.response),
            checks: handled.checks,
            changes: handled.changes,
            ..step
        });
    }

    /// A check by a participant itself, unless none of its rules was reached.
    fn checked(&mut self, id: StepId, checks: Vec<Check>) {
        let not_reached = |check: &Check| check.verdict == CheckVerdict::NotReached;
        if !checks.iter().all(not_reached) {
            self.reached(Step {
                failed: has_failed(&checks),
                checks,
                ..self.step(id)
            });
        }
    }

    fn reached(&mut self, step: Step) {
        self.last = step.id;
        self.steps.push(step);
    }

    /// The next step, with nothing in it yet.
    fn step(&self, id: StepId) -> Step {
        let row = id.row();
        Step {
            number: self.steps.len() + 1,
            id,
            from: self.actor(row.from),
            to: self.actor(row.to),
            title: self.title(id).to_owned(),
            kind: row.kind,
            failed: false,
            request: None,
            response: None,
            checks: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// The token of another issuer comes from there, and so do the metadata.
    fn actor(&self, actor: Actor) -> Actor {
        match &self.scenario.workload.token {
            _ if self.to_graph && actor == Actor::Entra => Actor::Graph,
            Some(token) if actor == Actor::Home && token.kind == AssertionKind::Issuer => {
                Actor::Issuer
            }
            _ => actor,
        }
    }

    fn title(&self, id: StepId) -> &'static str {
        if self.to_graph {
            id.title_for_graph()
        } else if self.scenario.workload.token.is_some() {
            id.title_for_other_token()
        } else {
            id.title()
        }
    }

    fn meets(&self, expect: &Expectation, outcome: Outcome) -> bool {
        let same_code = expect.code == self.code.map(|code| code.number().into());
        let same_outcome = expect.outcome.is_none_or(|expected| expected == outcome);
        same_outcome && same_code && self.steps.len() >= expect.steps_at_least
    }

    fn unreached(&self) -> Vec<UnreachedStep> {
        StepId::ALL
            .into_iter()
            .filter(|id| *id > self.last)
            .map(|id| {
                let row = id.row();
                UnreachedStep {
                    from: self.actor(row.from),
                    to: self.actor(row.to),
                    title: self.title(id),
                    kind: row.kind,
                }
            })
            .collect()
    }
}

fn has_failed(checks: &[Check]) -> bool {
    checks
        .iter()
        .any(|check| check.verdict == CheckVerdict::Fail)
}

fn phase(checks: &[Check], phase: Phase) -> Vec<Check> {
    checks
        .iter()
        .filter(|check| check.phase == phase)
        .cloned()
        .collect()
}
