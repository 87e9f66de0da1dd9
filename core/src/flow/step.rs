//! The steps of an exchange in their order: who sends what to whom, or checks it, and why.

use std::fmt;

use serde::{Serialize, Serializer};

/// A participant of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Actor {
    /// The client application with its managed identity.
    Client,
    /// An issuer other than Entra ID, in place of the identity's home.
    Issuer,
    /// The tenant of Entra ID that issues the first token and publishes its keys.
    Home,
    /// The tenant of Entra ID in which the client wants to act.
    Entra,
    /// Microsoft Graph, where credentials are saved.
    Graph,
    /// The protected API.
    Api,
}

impl Actor {
    /// All participants, from left to right as a diagram shows them.
    pub const ALL: [Self; 6] = [
        Self::Client,
        Self::Issuer,
        Self::Home,
        Self::Entra,
        Self::Graph,
        Self::Api,
    ];

    /// The name in JSON and in Mermaid diagrams, for example `client`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Issuer => "issuer",
            Self::Home => "home",
            Self::Entra => "entra",
            Self::Graph => "graph",
            Self::Api => "api",
        }
    }

    /// The name in running text, for example `Client application`.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Client => "Client application",
            Self::Issuer => "Issuer",
            Self::Home => "Home of the identity",
            Self::Entra => "Entra ID",
            Self::Graph => "Microsoft Graph",
            Self::Api => "Protected API",
        }
    }
}

/// What happens in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// A participant sends a request to another.
    Request,
    /// A participant answers a request.
    Response,
    /// A participant checks something by itself.
    Check,
}

/// What the table of steps says of one of them.
pub(super) struct StepRow {
    pub(super) kind: StepKind,
    pub(super) from: Actor,
    /// The same as `from` for a check.
    pub(super) to: Actor,
    name: &'static str,
    title: &'static str,
    purpose: &'static str,
}

/// One row a step: `Id "name", Kind: from => to, "title", "purpose"`.
macro_rules! steps {
    ($($id:ident $name:literal, $kind:ident: $from:ident => $to:ident, $title:literal, $purpose:literal;)*) => {
        /// Which step of an exchange it is; a failing exchange ends before it reaches all of them.
        ///
        /// Its kebab-case [name](Self::name) is stable: JSON and links use it.
        ///
        /// ```
        /// use fedcred_core::flow::StepId;
        ///
        /// assert_eq!(StepId::TokenRequest.to_string(), "token-request");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum StepId {
            $(#[doc = $title] $id,)*
        }

        impl StepId {
            /// All steps in the order of an exchange.
            pub const ALL: [Self; [$(Self::$id),*].len()] = [$(Self::$id),*];

            pub(super) const fn row(self) -> StepRow {
                match self {
                    $(Self::$id => StepRow {
                        kind: StepKind::$kind,
                        from: Actor::$from,
                        to: Actor::$to,
                        name: $name,
                        title: $title,
                        purpose: $purpose,
                    },)*
                }
            }
        }
    };
}

steps! {
    SetupRequest "before-request", Request: Client => Entra,
        "Before the exchange: a request",
        "Another request comes first: an administrator saves a credential, or a library asks which cloud this is.";
    SetupAnswer "before-answer", Response: Entra => Client,
        "Its answer",
        "The directory now contains the change. It may take minutes until it is available everywhere.";
    IdentityRequest "identity-request", Request: Client => Home,
        "Ask for a token of the managed identity",
        "The host has an endpoint that only its own programs can reach. No secret is needed, because the identity belongs to the host.";
    IdentityToken "identity-token", Response: Home => Client,
        "Token of the managed identity",
        "A signed token states who the identity is. The next request uses it as proof.";
    TokenRequest "token-request", Request: Client => Entra,
        "Ask for an access token, with this token as client assertion",
        "Instead of a secret or a certificate, the application sends the token that it just received.";
    RequestKnown "request-known", Check: Entra => Entra,
        "Request and client known?",
        "Before Entra ID checks the assertion, it checks the request around it.";
    IssuerConfigured "issuer-configured", Check: Entra => Entra,
        "Issuer configured?",
        "A federated credential of the application must name the issuer, character by character.";
    MetadataRequest "metadata-request", Request: Entra => Home,
        "Download the metadata (OpenID Connect)",
        "Entra ID knows who issued the assertion. The issuer's metadata says where to find its keys.";
    Metadata "metadata", Response: Home => Entra,
        "Issuer and address of the keys",
        "The address of the keys is in `jwks_uri`.";
    KeysRequest "keys-request", Request: Entra => Home,
        "Download the keys",
        "Entra ID downloads only public keys. They can verify signatures, but not create them.";
    Keys "keys", Response: Home => Entra,
        "Public keys",
        "The assertion's header names one of these keys.";
    SignatureValid "signature-valid", Check: Entra => Entra,
        "Signature and time valid?",
        "The published key must verify the signature, and the assertion must be valid now.";
    RegistrationMatches "registration-matches", Check: Entra => Entra,
        "Subject and audience match the registration?",
        "One credential must match both the subject and the audience of the assertion.";
    ResourceKnown "resource-known", Check: Entra => Entra,
        "Service principal and resource known here?",
        "The application needs a service principal in this tenant, and the tenant must know the scope.";
    AccessToken "access-token", Response: Entra => Client,
        "Access token",
        "From here on, this is an ordinary access token of the application. It no longer mentions the identity.";
    ApiCall "api-call", Request: Client => Api,
        "Call the API with the access token",
        "The client sends the token in the `Authorization` header.";
    ApiCheck "api-check", Check: Api => Api,
        "Token and role in order?",
        "A token alone grants nothing. Entra ID also issues tokens without any role, so the API must check.";
    ApiAnswer "api-answer", Response: Api => Client,
        "Answer of the API",
        "The exchange is complete, and no secret was stored anywhere.";
}

/// Why there is a request for a token that does not come from a managed-identity endpoint.
pub(super) const FOR_OTHER_TOKEN: &str =
    "Platforms issue tokens differently; this mock-only request stands in.";

impl StepId {
    /// The stable kebab-case name, for example `token-request`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// What happens in the step, in a few words, for an exchange of a managed identity's token.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().title
    }

    /// The title where the request before the exchange goes to Microsoft Graph.
    pub(super) const fn title_for_graph(self) -> &'static str {
        match self {
            Self::SetupRequest => "An administrator calls Microsoft Graph",
            Self::SetupAnswer => "Microsoft Graph answers",
            _ => self.title(),
        }
    }

    /// The title where the assertion is not the token of a managed identity.
    pub(super) const fn title_for_other_token(self) -> &'static str {
        match self {
            Self::IdentityRequest => "Ask for a token to use as the assertion",
            Self::IdentityToken => "Token to use as the assertion",
            _ => self.title(),
        }
    }

    /// Why an exchange has this step, in a sentence or two; names of fields are between backticks.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        self.row().purpose
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for StepId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_titles_and_purposes_differ() {
        let names: BTreeSet<_> = StepId::ALL.map(StepId::name).into();
        let titles: BTreeSet<_> = StepId::ALL.map(StepId::title).into();
        let purposes: BTreeSet<_> = StepId::ALL.map(StepId::purpose).into();
        for distinct in [names, titles, purposes] {
            assert_eq!(distinct.len(), StepId::ALL.len());
            assert!(!distinct.contains(""));
        }
    }

    #[test]
    fn only_a_check_stays_with_one_participant() {
        for id in StepId::ALL {
            let row = id.row();
            assert_eq!(row.kind == StepKind::Check, row.from == row.to, "{id}");
        }
    }
}
