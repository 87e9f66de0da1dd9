//! The kinds of tokens, by who asked for them and whom they speak for.

use serde::Serialize;

/// What kind of token it looks like. This is concluded from its claims: only a verified signature tells who made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenKind {
    /// An access token of Entra ID for a managed identity.
    ManagedIdentity,
    /// An access token of Entra ID for an application without a user.
    AppOnly,
    /// An access token of Entra ID for a user through an application.
    Delegated,
    /// An ID token: it tells an application who signed in (OpenID Connect Core §2).
    IdToken,
    /// A client assertion: an application signed it itself to prove who it is (RFC 7523 §3).
    ClientAssertion,
    /// A token of a known platform other than Entra ID, such as GitHub Actions or Kubernetes.
    Workload,
    /// A token of another issuer.
    Other,
    /// Its claims tell nothing.
    Unknown,
}

impl TokenKind {
    /// The words for it in a sentence: `a managed identity token`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::ManagedIdentity => "a managed identity token",
            Self::AppOnly => "an app-only access token",
            Self::Delegated => "a delegated access token (for a user)",
            Self::IdToken => "an ID token",
            Self::ClientAssertion => "a client assertion (signed by the application itself)",
            Self::Workload => "a token from a workload platform",
            Self::Other => "a token from an issuer other than Entra ID",
            Self::Unknown => "a token of an unknown kind",
        }
    }
}

/// The type of a managed identity (Azure: what are managed identities).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignment {
    /// A resource of its own, which is assigned to any number of hosts.
    UserAssigned,
    /// Part of one host, such as a virtual machine, and deleted with it.
    SystemAssigned,
}
