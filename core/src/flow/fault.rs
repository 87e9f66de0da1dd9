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
    let mut identities = Vec::new();
    for tenant in &scenario.directory.tenants {
        let ids = tenant.managed_identities.iter();
        identities.extend(ids.map(|one| (one.principal_id.to_string(), one.client_id.to_string())));
    }
    for tenant in &mut scenario.directory.tenants {
        for application in &mut tenant.applications {
            for credential in &mut application.federated_identity_credentials {
                let found = identities
                    .iter()
                    .find(|(principal, _)| principal == credential.subject.as_str());
                if let Some((_, client_id)) = found {
                    credential.subject = client_id.as_str().into();
                }
            }
        }
    }
}
