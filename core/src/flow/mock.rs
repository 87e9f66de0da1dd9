//! All that a scenario has on the network: its mock of Entra ID and its protected API, told apart by host.

use super::api;
use super::fault::{Fault, FaultTarget};
use super::scenario::Scenario;
use super::workload::ProtectedApi;
use crate::entra::{Entra, Handled, HttpRequest, Settings};

/// The network of a scenario: Entra ID, managed-identity endpoints, other issuers and the protected API.
///
/// Use it in place of the network in tests of your own client. The faults of the scenario have taken effect.
///
/// ```
/// use fedcred_core::entra::HttpRequest;
/// use fedcred_core::flow::{Mock, Scenario, shipped_scenarios};
///
/// let shipped = shipped_scenarios().iter().find(|one| one.name == "managed-identity").unwrap();
/// let scenario = Scenario::parse(shipped.json).scenario;
/// let mut mock = Mock::new(&scenario);
///
/// let request = HttpRequest::get(
///     "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api://AzureADTokenExchange",
/// );
/// assert_eq!(mock.handle(scenario.clock, &request).response.status, 400); // The header is missing.
///
/// let request = request.header("Metadata", "true");
/// assert_eq!(mock.handle(scenario.clock, &request).response.status, 200);
/// ```
#[derive(Debug, Clone)]
pub struct Mock {
    entra: Entra,
    api: ProtectedApi,
}

impl Mock {
    /// The network of a scenario, with its faults.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        Self::with_faults_applied(scenario.with_faults())
    }

    /// The hosts of a scenario that has its faults in it.
    pub(super) fn with_faults_applied(scenario: Scenario) -> Self {
        let setting = Settings {
            cloud: scenario.cloud,
            rules: scenario.rules,
            host: scenario.workload.host,
            seed: scenario.title,
            imds_throttled: scenario.faults.contains(&Fault::ImdsThrottled),
        };
        Self {
            entra: Entra::new(scenario.directory, setting),
            api: scenario.request.api,
        }
    }

    /// Answers one request at the moment `now` (seconds): the API at its host, Entra ID everywhere else.
    pub fn handle(&mut self, now: i64, request: &HttpRequest) -> Handled {
        let api = HttpRequest::get(self.api.url.as_str());
        if request.is_host(api.host()) {
            self.call(now, request)
        } else {
            self.entra.handle(now, request)
        }
    }

    /// What the API answers.
    pub(super) fn call(&mut self, now: i64, request: &HttpRequest) -> Handled {
        api::answer(&self.api, &mut self.entra, now, request)
    }
}

impl Scenario {
    /// The scenario as it runs: each of its faults has taken effect once, in the order of [`Fault::ALL`].
    #[must_use]
    pub fn with_faults(&self) -> Self {
        let mut faulty = self.clone();
        faulty.faults = Fault::ALL
            .into_iter()
            .filter(|fault| self.faults.contains(fault))
            .collect();
        for fault in &faulty.faults {
            fault.change_setup(&mut FaultTarget {
                cloud: faulty.cloud,
                clock: faulty.clock,
                directory: &mut faulty.directory,
                request: &mut faulty.request,
            });
        }
        faulty
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Outcome, run};

    const SCENARIO: &str = include_str!("../../data/scenarios/managed-identity.json");

    /// Sends what the client of a run sent to a mock, and compares the answers.
    #[track_caller]
    fn check(text: &str, outcome: Outcome) {
        let scenario = Scenario::parse(text).scenario;
        let trace = run(&scenario);
        assert_eq!(trace.outcome, outcome);
        let mut mock = Mock::new(&scenario);
        let own = trace
            .steps
            .iter()
            .filter(|step| step.to == crate::flow::Actor::Client);
        for step in own {
            let request = step.request.as_ref().expect("what was asked");
            let handled = mock.handle(scenario.clock, request);
            assert_eq!(Some(&handled.response), step.response.as_ref());
        }
    }

    #[test]
    fn it_answers_as_in_a_run() {
        check(SCENARIO, Outcome::Allowed);
        let faulty = SCENARIO.replace("\"faults\": []", "\"faults\": [\"wrong-subject\"]");
        check(&faulty, Outcome::Refused);
        let denied = SCENARIO.replace("\"role\": \"", "\"role\": \"Not.");
        check(&denied, Outcome::Denied);
    }

    #[test]
    fn the_api_is_at_its_host_only() {
        let mut mock = Mock::new(&Scenario::parse(SCENARIO).scenario);
        for (url, status) in [
            ("https://orders.contoso.example/orders", 401),
            ("https://orders.contoso.example/", 401),
            ("https://ORDERS.contoso.example/", 401),
            ("https://orders.contoso.example.net/orders", 404),
            ("https://contoso.example/orders", 404),
            ("https://elsewhere.example/", 404),
            ("", 404),
        ] {
            let handled = mock.handle(0, &HttpRequest::get(url));
            assert_eq!(handled.response.status, status, "{url}");
        }
    }
}
