//! Runs a scenario: workload, Entra ID and the protected API, one after the other.

use super::mock::Mock;
use super::scenario::{Call, Expectation, Scenario, TokenKind};
use super::trace::{Actor, Message, Outcome, Step, StepKind, Trace, TraceAt, UnreachedStep};
use super::workload;
use crate::entra::{Check, CheckVerdict, DemonstrationKey, Fetch, Handled, HttpRequest, Phase};

/// Runs a scenario from beginning to end. The same scenario gives the same trace.
#[must_use]
pub fn run(scenario: &Scenario) -> Trace {
    let scenario = &scenario.with_faults();
    let mut run = Run::new(scenario);
    let outcome = run.exchange();
    let met = scenario
        .expect
        .as_ref()
        .map(|expect| run.meets(expect, outcome));
    Trace {
        title: scenario.title.clone(),
        at: TraceAt {
            rules: scenario.rules,
            cloud: scenario.cloud,
            clock: scenario.clock,
        },
        outcome,
        code: run.code,
        unreached: run.unreached(),
        steps: run.steps,
        expectation_met: met,
    }
}

/// Titles of the steps of a whole exchange, in order; also what is shown as not reached.
const COURSE: [Leg; 18] = [
    leg(
        "before-request",
        Actor::Client,
        Actor::Entra,
        StepKind::Request,
        "Before the exchange: a request",
    ),
    leg(
        "before-answer",
        Actor::Entra,
        Actor::Client,
        StepKind::Response,
        "Its answer",
    ),
    leg(
        "identity-request",
        Actor::Client,
        Actor::Home,
        StepKind::Request,
        "Ask for a token of the managed identity",
    ),
    leg(
        "identity-token",
        Actor::Home,
        Actor::Client,
        StepKind::Response,
        "Token of the managed identity",
    ),
    leg(
        "token-request",
        Actor::Client,
        Actor::Entra,
        StepKind::Request,
        "Ask for an access token, with it as client assertion",
    ),
    leg(
        "request-known",
        Actor::Entra,
        Actor::Entra,
        StepKind::Check,
        "Request and client known?",
    ),
    leg(
        "issuer-configured",
        Actor::Entra,
        Actor::Entra,
        StepKind::Check,
        "Issuer configured?",
    ),
    leg(
        "metadata-request",
        Actor::Entra,
        Actor::Home,
        StepKind::Request,
        "Download the metadata (OpenID Connect)",
    ),
    leg(
        "metadata",
        Actor::Home,
        Actor::Entra,
        StepKind::Response,
        "Issuer and address of the keys",
    ),
    leg(
        "keys-request",
        Actor::Entra,
        Actor::Home,
        StepKind::Request,
        "Download the keys",
    ),
    leg(
        "keys",
        Actor::Home,
        Actor::Entra,
        StepKind::Response,
        "Public keys",
    ),
    leg(
        "signature-valid",
        Actor::Entra,
        Actor::Entra,
        StepKind::Check,
        "Signature and time valid?",
    ),
    leg(
        "registration-matches",
        Actor::Entra,
        Actor::Entra,
        StepKind::Check,
        "Subject and audience match the registration?",
    ),
    leg(
        "resource-known",
        Actor::Entra,
        Actor::Entra,
        StepKind::Check,
        "Service principal and resource known here?",
    ),
    leg(
        "access-token",
        Actor::Entra,
        Actor::Client,
        StepKind::Response,
        "Access token",
    ),
    leg(
        "api-call",
        Actor::Client,
        Actor::Api,
        StepKind::Request,
        "Call the API with the access token",
    ),
    leg(
        "api-check",
        Actor::Api,
        Actor::Api,
        StepKind::Check,
        "Token and role in order?",
    ),
    leg(
        "api-answer",
        Actor::Api,
        Actor::Client,
        StepKind::Response,
        "Answer of the API",
    ),
];

/// One step of the course.
#[derive(Clone, Copy)]
struct Leg {
    id: &'static str,
    from: Actor,
    to: Actor,
    kind: StepKind,
    title: &'static str,
}

const fn leg(id: &'static str, from: Actor, to: Actor, kind: StepKind, title: &'static str) -> Leg {
    Leg {
        id,
        from,
        to,
        kind,
        title,
    }
}

/// Places in [`COURSE`].
mod at {
    pub(super) const BEFORE_REQUEST: usize = 0;
    pub(super) const BEFORE_ANSWER: usize = 1;
    pub(super) const IDENTITY_REQUEST: usize = 2;
    pub(super) const IDENTITY_RESPONSE: usize = 3;
    pub(super) const TOKEN_REQUEST: usize = 4;
    pub(super) const REQUEST: usize = 5;
    pub(super) const ISSUER: usize = 6;
    pub(super) const FETCHES: usize = 7;
    pub(super) const SIGNATURE: usize = 11;
    pub(super) const MATCHING: usize = 12;
    pub(super) const RESOURCE: usize = 13;
    pub(super) const TOKEN_RESPONSE: usize = 14;
    pub(super) const API_REQUEST: usize = 15;
    pub(super) const API_CHECK: usize = 16;
    pub(super) const API_RESPONSE: usize = 17;
}

struct Run<'a> {
    scenario: &'a Scenario,
    mock: Mock,
    /// The moment, in seconds.
    now: i64,
    steps: Vec<Step>,
    /// Whether Microsoft Graph is asked, in place of Entra ID.
    to_graph: bool,
    /// The first place of the course that was not reached.
    next: usize,
    code: Option<u32>,
}

impl<'a> Run<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            mock: Mock::of(scenario.clone()),
            now: scenario.clock,
            steps: Vec::new(),
            to_graph: false,
            next: at::IDENTITY_REQUEST,
            code: None,
        }
    }

    fn exchange(&mut self) -> Outcome {
        for call in &self.scenario.before {
            if !self.before(call) {
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
    fn before(&mut self, call: &Call) -> bool {
        let graph = self.scenario.cloud.graph_host();
        self.to_graph = HttpRequest::get(call.url.as_str()).is_host(graph);
        let request = workload::call_request(call, self.to_graph);
        let handled = self.mock.handle(self.now, &request);
        let accepted = handled.response.status < 400;
        self.code = handled.code;
        self.sent(at::BEFORE_REQUEST, &request);
        self.answered(at::BEFORE_ANSWER, request, handled);
        self.to_graph = false;
        accepted
    }

    /// The workload gets the token that is to be the assertion.
    fn identity(&mut self) -> Option<String> {
        let request = workload::identity_request(self.scenario);
        let handled = self.mock.handle(self.now, &request);
        let token = workload::access_token(&handled.response);
        self.code = handled.code;
        self.sent(at::IDENTITY_REQUEST, &request);
        self.answered(at::IDENTITY_RESPONSE, request, handled);
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
        let public = key.map_or_else(String::new, |key| key.public_numbers().0);
        for fault in &scenario.faults {
            self.now = fault.moment(self.now, &token);
            token = fault.spoil(token, &public);
        }
        token
    }

    /// Entra ID exchanges it for an access token.
    fn token(&mut self, assertion: &str) -> Option<String> {
        let request = workload::token_request(self.scenario, assertion);
        let handled = self.mock.handle(self.now, &request);
        let token = workload::access_token(&handled.response);
        self.sent(at::TOKEN_REQUEST, &request);
        self.entra_steps(&handled);
        self.code = handled.code;
        self.answered(
            at::TOKEN_RESPONSE,
            request,
            Handled::plain(handled.response),
        );
        token
    }

    /// What Entra ID does between request and answer: a step for each phase that was reached.
    fn entra_steps(&mut self, handled: &Handled) {
        self.checked(at::REQUEST, phase(&handled.checks, Phase::Request));
        self.checked(at::ISSUER, phase(&handled.checks, Phase::Issuer));
        for (index, Fetch { request, response }) in handled.fetches.iter().enumerate() {
            let place = at::FETCHES + 2 * index.min(1);
            self.sent(place, request);
            let answer = Handled::plain(response.clone());
            self.answered(place + 1, request.clone(), answer);
        }
        self.checked(at::SIGNATURE, phase(&handled.checks, Phase::Signature));
        self.checked(at::MATCHING, phase(&handled.checks, Phase::Matching));
        self.checked(at::RESOURCE, phase(&handled.checks, Phase::Resource));
    }

    fn api(&mut self, access_token: &str) -> bool {
        let request = workload::api_request(self.scenario, access_token);
        let mut answer = self.mock.call(self.now, &request);
        let allowed = answer.response.status == 200;
        self.sent(at::API_REQUEST, &request);
        self.checked(at::API_CHECK, std::mem::take(&mut answer.checks));
        self.answered(at::API_RESPONSE, request, answer);
        allowed
    }

    fn sent(&mut self, place: usize, request: &HttpRequest) {
        let message = Message {
            request: Some(request.clone()),
            ..Message::default()
        };
        self.step(place, message);
    }

    fn answered(&mut self, place: usize, request: HttpRequest, handled: Handled) {
        let message = Message {
            request: Some(request),
            response: Some(handled.response),
            checks: handled.checks,
            changes: handled.changes,
        };
        self.step(place, message);
    }

    /// A self-check, unless none of its checks was reached.
    fn checked(&mut self, place: usize, checks: Vec<Check>) {
        let reached = checks
            .iter()
            .any(|check| check.verdict != CheckVerdict::NotReached);
        if reached {
            let message = Message {
                checks,
                ..Message::default()
            };
            self.step(place, message);
        }
    }

    fn step(&mut self, place: usize, message: Message) {
        let Some(leg) = COURSE.get(place) else {
            return;
        };
        let status = message
            .response
            .as_ref()
            .map_or(200, |response| response.status);
        let failing = message
            .checks
            .iter()
            .any(|check| check.verdict == CheckVerdict::Fail);
        let title = match status {
            200..300 => self.title(leg).to_owned(),
            _ => format!("Refused: HTTP {status}"),
        };
        self.next = place + 1;
        self.steps.push(Step {
            number: self.steps.len() + 1,
            id: leg.id,
            from: self.actor(leg.from),
            to: self.actor(leg.to),
            title,
            kind: leg.kind,
            failed: failing || status >= 400,
            request: message.request,
            response: message.response,
            checks: message.checks,
            changes: message.changes,
        });
    }

    /// The token of another issuer comes from there, and so do the metadata.
    fn actor(&self, actor: Actor) -> Actor {
        match &self.scenario.workload.token {
            _ if self.to_graph && actor == Actor::Entra => Actor::Graph,
            Some(token) if actor == Actor::Home && token.kind == TokenKind::Issuer => Actor::Issuer,
            _ => actor,
        }
    }

    fn title(&self, leg: &Leg) -> &'static str {
        let other = self.scenario.workload.token.is_some();
        match leg.id {
            "before-request" if self.to_graph => "An administrator calls Microsoft Graph",
            "before-answer" if self.to_graph => "Microsoft Graph answers",
            "identity-request" if other => "Ask for the token that is to be the assertion",
            "identity-token" if other => "Token that is to be the assertion",
            _ => leg.title,
        }
    }

    fn meets(&self, expect: &Expectation, outcome: Outcome) -> bool {
        let same_code = expect.code == self.code.map(i64::from);
        let same_outcome = expect.outcome.is_none_or(|expected| expected == outcome);
        same_outcome && same_code && self.steps.len() >= expect.steps_at_least
    }

    fn unreached(&self) -> Vec<UnreachedStep> {
        COURSE
            .iter()
            .skip(self.next)
            .map(|leg| UnreachedStep {
                from: self.actor(leg.from),
                to: self.actor(leg.to),
                title: self.title(leg),
                kind: leg.kind,
            })
            .collect()
    }
}

fn phase(checks: &[Check], phase: Phase) -> Vec<Check> {
    checks
        .iter()
        .filter(|check| check.phase == phase)
        .cloned()
        .collect()
}
