//! The participants of a diagram, with the names of their tenants and hosts.

use crate::claims::EntraIssuer;
use crate::entra::{HttpRequest, Tenant};
use crate::flow::{Actor, AssertionKind, Scenario};

/// What a participant is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Participant {
    /// Its name, for example `Entra ID`.
    pub title: String,
    /// What tells it from others, for example its tenant; may be empty.
    pub note: String,
}

/// The participants of an exchange, and what the client holds in the course of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Participants {
    pub(super) all: Vec<(Actor, Participant)>,
    /// What the client has at the beginning; may be empty.
    pub(super) identity: &'static str,
    /// What the client has after it got its first token.
    pub(super) assertion: &'static str,
}

impl Participants {
    /// The participants of a scenario as it runs, with its faults.
    #[must_use]
    pub fn for_scenario(scenario: &Scenario) -> Self {
        let scenario = &scenario.with_faults();
        let participant = |title: &str, note: String| Participant {
            title: title.to_owned(),
            note,
        };
        let of = |what: &str, tenant: Option<&Tenant>| match tenant {
            Some(tenant) => format!("{what}: {}", tenant.display_name),
            None => what.to_owned(),
        };
        let token = scenario.workload.token.as_ref();
        let (holds, identity, assertion) = match token.map(|token| token.kind) {
            None => (
                "with managed identity",
                "Managed identity",
                "External token (from Entra ID)",
            ),
            Some(AssertionKind::Issuer) => ("a workload elsewhere", "", "External token"),
            Some(_) => ("without managed identity", "", "Token of Entra ID"),
        };
        let issuer = token.map_or("", |token| token.issuer.as_str());
        let home_is = match token {
            Some(_) => "issuer of the token",
            None => "home of the identity",
        };
        let external = scenario.directory.external(issuer);
        let external = external.map_or("Issuer", |issuer| issuer.display_name.as_str());
        Participants {
            all: vec![
                (
                    Actor::Client,
                    participant("Client application", holds.to_owned()),
                ),
                (Actor::Issuer, participant(external, host(issuer))),
                (
                    Actor::Home,
                    participant("Entra ID", of(home_is, home(scenario))),
                ),
                (
                    Actor::Entra,
                    participant("Entra ID", of("tenant", tenant(scenario))),
                ),
                (
                    Actor::Api,
                    participant("Protected API", host(&scenario.request.api.url)),
                ),
            ],
            identity,
            assertion,
        }
    }

    /// What an actor is called; its [title](Actor::title) if the scenario says no more.
    #[must_use]
    pub fn get(&self, actor: Actor) -> Participant {
        let found = self.all.iter().find(|(known, _)| *known == actor);
        let title = || Participant {
            title: actor.title().to_owned(),
            note: String::new(),
        };
        found.map_or_else(title, |(_, participant)| participant.clone())
    }
}

/// The tenant whose identity the client asks for, or that issues its token.
fn home(scenario: &Scenario) -> Option<&Tenant> {
    let workload = &scenario.workload;
    let token = workload.token.as_ref();
    let issuer = token.and_then(|token| EntraIssuer::parse(&token.issuer));
    let mut tenants = scenario.directory.tenants.iter();
    tenants.find(|tenant| match &issuer {
        Some(issuer) => tenant.id.as_str() == issuer.tenant,
        None => tenant.managed_identities.iter().any(|identity| {
            identity.hosts.contains(&workload.host)
                || workload.client_id.as_deref() == Some(identity.client_id.as_str())
        }),
    })
}

/// The tenant that the client asks.
fn tenant(scenario: &Scenario) -> Option<&Tenant> {
    let asked = scenario.request.tenant.as_str();
    let mut tenants = scenario.directory.tenants.iter();
    tenants.find(|tenant| tenant.id.as_str() == asked || tenant.default_domain == asked)
}

/// The host of an address; a text that is none stands for itself.
fn host(url: &str) -> String {
    match HttpRequest::get(url).host() {
        "" => url.to_owned(),
        host => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::shipped_scenarios;

    #[track_caller]
    fn check(name: &str, actor: Actor, note: &str) {
        let mut all = shipped_scenarios().iter();
        let one = all.find(|one| one.name == name).unwrap();
        let scenario = Scenario::parse(one.json).scenario;
        assert_eq!(Participants::for_scenario(&scenario).get(actor).note, note);
    }

    #[test]
    fn participants_have_the_names_of_their_tenants() {
        let name = "managed-identity";
        check(name, Actor::Home, "home of the identity: Contoso");
        check(name, Actor::Entra, "tenant: Contoso");
        check(name, Actor::Api, "orders.contoso.example");
        assert_eq!(host("x"), "x");
    }

    #[test]
    fn participants_are_those_of_the_exchange_that_runs() {
        check("wrong-tenant", Actor::Entra, "tenant: Another tenant");
        check(
            "identity-not-found",
            Actor::Home,
            "home of the identity: Contoso",
        );
        check("user-token", Actor::Home, "issuer of the token: Contoso");
    }
}
