//! The rules that the mock and the protected API check, one row each, with the words a reader sees.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::claims::Confidence::{self, Documented, Inferred, Observed};

use Comparison::{Characters, Described, Time};

/// The part of the exchange to which a rule belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The managed-identity endpoint.
    Identity,
    /// Request, tenant and client.
    Request,
    /// The issuer of the assertion.
    Issuer,
    /// Metadata, key, signature and time of the assertion.
    Signature,
    /// Subject, audience and kind of the assertion.
    Matching,
    /// Service principal, scope and resource.
    Resource,
    /// The protected API.
    Api,
}

impl Phase {
    /// The same word as in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Request => "request",
            Self::Issuer => "issuer",
            Self::Signature => "signature",
            Self::Matching => "matching",
            Self::Resource => "resource",
            Self::Api => "api",
        }
    }

    /// A heading for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Identity => "Getting the first token",
            Self::Request => "Request, tenant and client",
            Self::Issuer => "The issuer of a credential",
            Self::Signature => "Keys, signature and time",
            Self::Matching => "Subject, audience and kind of token",
            Self::Resource => "Service principal and resource",
            Self::Api => "The protected API",
        }
    }
}

/// How the two values of a check, presented and configured, relate to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Comparison {
    /// Two texts that are compared character by character.
    Characters,
    /// A period of validity and the present moment.
    Time,
    /// Two descriptions of what was found and what is wanted.
    Described,
}

/// Declares [`RuleId`] from one row for each rule: a rule without its words does not compile.
macro_rules! rules {
    ($($variant:ident $name:literal: $phase:ident, $comparison:ident, $confidence:ident by $source:expr, $question:literal;)+) => {
        /// A rule that is checked during the exchange.
        ///
        /// JSON has its kebab-case name, `tenant-syntax` for example.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum RuleId {
            $(#[doc = concat!("`", $name, "`: ", $question)] $variant,)+
        }

        impl RuleId {
            /// Every rule, in the order in which the rules of a phase are checked.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable kebab-case name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The part of the exchange in which the rule is checked.
            #[must_use]
            pub const fn phase(self) -> Phase {
                match self { $(Self::$variant => Phase::$phase,)+ }
            }

            /// The rule as a question; a check that passes answers it with yes.
            #[must_use]
            pub const fn question(self) -> &'static str {
                match self { $(Self::$variant => $question,)+ }
            }

            /// How the two values of a check of this rule are compared.
            #[must_use]
            pub const fn comparison(self) -> Comparison {
                match self { $(Self::$variant => $comparison,)+ }
            }

            /// How certain it is that the real service checks this.
            #[must_use]
            pub const fn confidence(self) -> Confidence {
                match self { $(Self::$variant => $confidence,)+ }
            }

            /// The document or observation on which the rule rests.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Self::$variant => $source,)+ }
            }
        }
    };
}

const MANAGED_IDENTITY: &str = "Entra: managed identities on a virtual machine; Azure: App Service managed identities (read 2026-11)";
const FLOW: &str = "Entra: client credentials flow (third case, read 2026-11)";
const CODES: &str = "Entra: error code reference (read 2026-11)";
const RECORDED: &str = "Recorded response (MSAL.NET tests)";
const CREDENTIALS: &str = "Entra: considerations for federated credentials (read 2026-11)";
const TRUST: &str = "Entra: configure an application to trust a managed identity (read 2026-11)";
const VALIDATE: &str = "Entra: access tokens, validating (read 2026-11)";
const ROLES: &str =
    "The article; Entra: client credentials flow (a token without roles is issued anyway)";

rules! {
    IdentityThrottle "identity-throttle": Identity, Described, Documented by MANAGED_IDENTITY,
        "Does the host send few enough requests?";
    MetadataHeader "metadata-header": Identity, Characters, Documented by MANAGED_IDENTITY,
        "Does the request have the header that a forwarded request lacks?";
    IdentityParameters "identity-parameters": Identity, Described, Documented by MANAGED_IDENTITY,
        "Does the request have a version, a resource and at most one ID?";
    IdentityAttached "identity-attached": Identity, Described, Observed by "Error in SDK tests and logs",
        "Is the identity attached to this host?";
    IdentityResource "identity-resource": Identity, Described, Observed by RECORDED,
        "Does the identity's tenant know the resource?";

    RequestForm "request-form": Request, Described, Documented by CODES,
        "Is the request a form sent with POST?";
    TenantSyntax "tenant-syntax": Request, Described, Observed by RECORDED,
        "Is the tenant a GUID or a domain?";
    TenantExists "tenant-exists": Request, Described, Observed by RECORDED,
        "Does the tenant exist in this cloud?";
    Parameters "parameters": Request, Described, Documented by FLOW,
        "Are all parameters present?";
    GrantType "grant-type": Request, Described, Documented by CODES,
        "Is the grant supported here?";
    AssertionForm "assertion-form": Request, Described, Observed by RECORDED,
        "Is the assertion a signed JWT with a key ID, issuer, subject and audience?";
    Client "client": Request, Described, Observed by RECORDED,
        "Is the client known in this tenant?";
    Credentials "credentials": Request, Described, Observed by "Public log",
        "Does the client have a federated credential?";

    Issuer "issuer": Issuer, Characters, Documented by CREDENTIALS,
        "Does a credential have this issuer?";

    Metadata "metadata": Signature, Described, Observed by "Log in a GitHub issue",
        "Can Entra ID download the issuer's metadata and keys?";
    Key "key": Signature, Characters, Observed by "Log in a GitHub issue",
        "Is the assertion's key one of them?";
    Algorithm "algorithm": Signature, Characters, Documented by CREDENTIALS,
        "Is the algorithm supported?";
    Signature "signature": Signature, Described, Inferred by "RFC 7515 §5.2; Concluded by us (the code is not known)",
        "Does the key verify the signature?";
    Time "time": Signature, Time, Observed by RECORDED,
        "Is the assertion valid now?";

    Subject "subject": Matching, Characters, Documented by CREDENTIALS,
        "Does a credential have this subject?";
    Audience "audience": Matching, Characters, Documented by CREDENTIALS,
        "Does the credential with this subject have this audience?";
    EntraToken "entra-token": Matching, Described, Documented by TRUST,
        "Is it a managed identity's token from the application's own tenant?";

    ServicePrincipal "service-principal": Resource, Described, Observed by "Public log (2025-09)",
        "Does the client have a service principal in this tenant?";
    Scope "scope": Resource, Described, Documented by FLOW,
        "Is the scope one resource followed by /.default?";
    Resource "resource": Resource, Described, Observed by RECORDED,
        "Does the tenant know the resource, and may the client request it?";

    ApiBearer "api-bearer": Api, Described, Documented by "RFC 6750 §2.1",
        "Does the request have a bearer token?";
    ApiIssuer "api-issuer": Api, Characters, Documented by VALIDATE,
        "Is the token from the issuer that the API trusts?";
    ApiAudience "api-audience": Api, Characters, Documented by VALIDATE,
        "Is the token for this API?";
    ApiSignature "api-signature": Api, Described, Documented by VALIDATE,
        "Does one of the issuer's keys verify the token's signature?";
    ApiTime "api-time": Api, Time, Documented by VALIDATE,
        "Is the token valid now?";
    ApiRole "api-role": Api, Described, Documented by ROLES,
        "Does the token contain the required role?";
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_questions_are_unique() {
        for text in [RuleId::as_str, RuleId::question] {
            let mut texts: Vec<_> = RuleId::ALL.iter().map(|rule| text(*rule)).collect();
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(texts.len(), RuleId::ALL.len());
        }
        assert!(
            RuleId::ALL
                .iter()
                .all(|rule| rule.question().ends_with('?'))
        );
    }

    #[test]
    fn rules_are_listed_by_phase() {
        assert!(RuleId::ALL.is_sorted_by_key(|rule| rule.phase()));
    }
}
