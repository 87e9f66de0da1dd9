//! Faults: what can be made wrong in a scenario, one switch each.

use super::scenario::Scenario;

/// One thing that is made wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The credential's subject is the identity's client id, the most frequent mistake.
    WrongSubject,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::WrongSubject];

    /// The word used in scenarios.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::WrongSubject => "wrong-subject",
        }
    }

    /// What it does, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::WrongSubject => "The credential holds the identity's client id as subject",
        }
    }

    /// Makes it wrong.
    pub(super) fn apply(self, scenario: &mut Scenario) {
        match self {
            Self::WrongSubject => client_id_as_subject(scenario),
        }
    }
}

fn client_id_as_subject(scenario: &mut Scenario) {
    let identities: Vec<_> = scenario
        .directory
        .tenants
        .iter()
        .flat_map(|tenant| &tenant.managed_identities)
        .map(|identity| {
            (
                identity.principal_id.to_string(),
                identity.client_id.to_string(),
            )
        })
        .collect();
    let tenants = scenario.directory.tenants.iter_mut();
    let applications = tenants.flat_map(|tenant| &mut tenant.applications);
    for credential in
        applications.flat_map(|application| &mut application.federated_identity_credentials)
    {
        let found = identities
            .iter()
            .find(|(principal, _)| principal == credential.subject.as_str());
        if let Some((_, client_id)) = found {
            credential.subject = client_id.as_str().into();
        }
    }
}
