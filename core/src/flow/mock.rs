//! All that a scenario has on the network: its mock of Entra ID and its protected API, told apart by host.

use super::api;
use super::fault::Fault;
use super::scenario::{ProtectedApi, Scenario};
use crate::entra::{Entra, Handled, HttpRequest, Setting};

/// The hosts of a scenario, with its faults.
#[derive(Debug, Clone)]
pub struct Mock {
    entra: Entra,
    api: ProtectedApi,
}

impl Mock {
    /// The hosts of a scenario.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        Self::of(scenario.with_faults())
    }

    /// The hosts of a scenario that has its faults in it.
    pub(super) fn of(scenario: Scenario) -> Self {
        let setting = Setting {
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
    /// What runs: the scenario with its faults in it, each once and in their own order.
    #[must_use]
    pub fn with_faults(&self) -> Self {
        let mut broken = self.clone();
        broken.faults.clear();
        for fault in Fault::ALL {
            if self.faults.contains(&fault) {
                fault.apply(&mut broken);
                broken.faults.push(fault);
            }
        }
        broken
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
