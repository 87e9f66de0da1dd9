//! The client's side of a scenario: its workload, its requests, and the API that it calls.

use crate::entra::{ClientId, RuleId};

/// Where the client runs and which identity it uses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Workload {
    /// Name of the host.
    pub host: String,
    /// Client id of the managed identity; absent where the host has only one.
    pub client_id: Option<String>,
    /// The resource asked for at the managed-identity endpoint.
    pub resource: String,
    /// The token that the client uses in place of a managed identity's.
    pub token: Option<ClientAssertion>,
}

/// A token that is not a managed identity's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientAssertion {
    /// Whose it is.
    pub kind: AssertionKind,
    /// The issuer that signs it; of Entra ID's own the issuer of the tenant.
    pub issuer: String,
    /// Its claims as a JSON object; issuer, times and id are added where they are missing.
    pub claims: String,
    /// The application that it was issued to.
    pub client_id: String,
    /// The object id of the user.
    pub subject: String,
}

/// Whose token it is, where it is not a managed identity's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AssertionKind {
    /// Another issuer's.
    #[default]
    Issuer,
    /// An application's.
    App,
    /// An application's, obtained through a federated credential.
    Federated,
    /// A user's.
    User,
}

/// A request before the exchange.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetupRequest {
    /// `GET`, `POST`, …
    pub method: String,
    /// The absolute address.
    pub url: String,
    /// JSON; empty where there is none.
    pub body: String,
}

/// What the client asks Entra ID for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenRequest {
    /// Tenant ID or domain in the address.
    pub tenant: String,
    /// Client id of the application.
    pub client_id: ClientId,
    /// The scope.
    pub scope: String,
    /// The method, where it is not POST.
    pub method: Option<String>,
    /// Fields of the form that are sent in place of the right ones or beside them; an empty one is left out.
    pub form: Vec<(String, String)>,
    /// The API that is called with the access token.
    pub api: ProtectedApi,
}

/// The protected API and what it demands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProtectedApi {
    /// Address of the call.
    pub url: String,
    /// The issuer it trusts.
    pub issuer: String,
    /// The audience it is.
    pub audience: String,
    /// The app role it demands.
    pub role: String,
    /// Names of its checks that are switched off.
    pub skip: Vec<RuleId>,
}

impl AssertionKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Issuer, Self::App, Self::Federated, Self::User];

    /// The name in scenario files, for example `federated`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::App => "app",
            Self::Federated => "federated",
            Self::User => "user",
        }
    }
}

/// The API's checks that a scenario may switch off: name in scenario files and name of the rule.
pub(super) const SKIPPABLE_CHECKS: [(&str, RuleId); 5] = [
    ("issuer", RuleId::ApiIssuer),
    ("audience", RuleId::ApiAudience),
    ("signature", RuleId::ApiSignature),
    ("time", RuleId::ApiTime),
    ("role", RuleId::ApiRole),
];
