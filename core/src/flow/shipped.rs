//! The scenarios that come with Fedcred.

/// A scenario that comes with Fedcred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShippedScenario {
    /// The stable name in links, for example `wrong-subject`; its file is called the same.
    pub name: &'static str,
    /// The heading of its group in a list, for example `What does not match`.
    pub group: &'static str,
    /// The title, stored here so that a list need not parse every file.
    pub title: &'static str,
    /// The scenario file; pass it to [`Scenario::parse`](super::Scenario::parse).
    pub json: &'static str,
}

/// All shipped scenarios, group by group.
///
/// ```
/// use fedcred_core::flow::{Outcome, Scenario, run, shipped_scenarios};
///
/// let github = shipped_scenarios().iter().find(|one| one.name == "github").unwrap();
/// let scenario = Scenario::parse(github.json).scenario;
/// assert_eq!(run(&scenario).outcome, Outcome::Allowed);
/// ```
#[must_use]
pub fn shipped_scenarios() -> &'static [ShippedScenario] {
    &SHIPPED
}

macro_rules! shipped {
    ($($group:literal: $($name:literal $title:literal)*;)*) => {
        [$($(ShippedScenario {
            name: $name,
            group: $group,
            title: $title,
            json: include_str!(concat!("../../data/scenarios/", $name, ".json")),
        },)*)*]
    };
}

static SHIPPED: [ShippedScenario; 40] = shipped! {
    "Managed identities":
        "managed-identity" "A managed identity as client credential"
        "cross-tenant" "A managed identity, for another tenant"
        "cross-tenant-no-service-principal" "The other tenant does not know the application"
        "foreign-tenant-credential" "The credential is in the other tenant"
        "us-government" "The US Government cloud"
        "app-token" "The token of an ordinary application"
        "user-token" "The token of a user"
        "chained" "A token that came through a credential";
    "The article of 2022":
        "article-2022" "The experiment of 2022"
        "article-today" "The experiment of 2022 under today's rules";
    "What does not match":
        "wrong-subject" "The client ID as the subject"
        "wrong-identity" "The object ID of another identity"
        "subject-case" "The object ID in capitals"
        "issuer-slash" "A slash at the end of the issuer"
        "v1-issuer" "The v1.0 issuer in the credential"
        "wrong-audience" "The application as audience"
        "no-credential" "No credential at all"
        "propagation" "The credential is seconds old";
    "Keys, signature and time":
        "expired" "The assertion is kept too long"
        "not-yet-valid" "A clock that is ahead"
        "bad-signature" "A damaged signature"
        "unknown-kid" "A key that nobody publishes"
        "hs256" "The public key as a secret"
        "key-rollover" "An issuer changes its key"
        "stale-keys" "Entra ID keeps the old keys"
        "metadata-unreachable" "Metadata behind a firewall";
    "Other issuers":
        "github" "GitHub Actions"
        "github-immutable" "GitHub, with IDs in the subject"
        "flexible-match" "An expression that matches"
        "flexible-miss" "An expression that does not match"
        "aks" "A pod in Kubernetes (AKS)"
        "aks-no-slash" "A cluster issuer without its slash"
        "gitlab" "A job in GitLab";
    "Requests":
        "identity-not-found" "The identity is not on this host"
        "no-metadata-header" "A proxy drops a header"
        "imds-throttled" "Too many requests for tokens"
        "wrong-tenant" "The request goes to another tenant"
        "scope-without-default" "The scope of a user flow";
    "The protected API":
        "no-roles" "A token without roles"
        "api-does-not-look" "An API that does not look at roles";
};
