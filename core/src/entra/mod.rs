//! A strict mock of Entra ID: directory, managed-identity endpoints, discovery, keys, token endpoints and Graph.
//!
//! It speaks HTTP values, so that a page, the command line and a real client use the same mock. It really
//! signs, fetches the metadata (from itself), verifies and compares. What it does is documented, observed or
//! inferred, and every check says which.

mod access_token;
pub(crate) mod check;
mod curl;
mod demonstration_key;
mod directory;
pub(crate) mod discovery;
mod external_issuer;
mod graph;
mod handled;
mod http;
mod http_fields;
mod instance_discovery;
mod managed_identity;
mod mock;
mod refusal;
mod routes;
mod rule;
mod token_endpoint;

pub use check::Check;
pub use demonstration_key::DemonstrationKey;
pub(crate) use directory::is_domain;
pub use directory::{
    AppRole, AppRoleAssignment, Application, ClientId, Directory, ExternalIssuer, KeyRing,
    ManagedIdentity, MetadataCache, ObjectId, ServicePrincipal, SigningKey, Tenant, TenantId,
};
pub(crate) use external_issuer::sign_request;
pub use graph::GRAPH_TOKEN;
pub use handled::{Change, ChangeAction, Fetch, Handled};
pub use http::{HttpRequest, HttpResponse};
pub use http_fields::{HttpField, HttpPart, HttpPlace};
pub use managed_identity::{APP_SERVICE_ENDPOINT, APP_SERVICE_HEADER};
pub use mock::{Entra, Settings};
pub use rule::{Comparison, Phase, RuleId};
