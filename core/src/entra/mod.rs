//! A strict mock of Entra ID: directory, managed-identity endpoints, discovery, keys, token endpoints and Graph.
//!
//! HTTP requests go in as values, responses come out, so that a page, a command line and a real client use the same
//! mock. It signs, fetches metadata (from itself), verifies and compares, as Entra ID does. Every check says how
//! certain it is that Entra ID makes it: documented, observed, reported or inferred.
//!
//! Here a virtual machine gets the token of its managed identity, and exchanges it for an access token:
//!
//! ```
//! use fedcred_core::entra::{
//!     Application, Directory, Entra, HttpRequest, ManagedIdentity, ServicePrincipal, Settings, Tenant,
//! };
//! use fedcred_core::federation::Credential;
//! use fedcred_core::text::json::Document;
//!
//! let tenant_id = "c0c0c0c0-0000-4000-8000-000000000001";
//! let (identity, client) = ("aaaaaaaa-0000-4000-8000-000000000002", "cccccccc-0000-4000-8000-000000000004");
//! let login = format!("https://login.microsoftonline.com/{tenant_id}");
//!
//! let mut tenant = Tenant::new(tenant_id, "Contoso");
//! let mut vm_identity = ManagedIdentity::new("id-billing", identity, "aaaaaaaa-0000-4000-8000-000000000003");
//! vm_identity.hosts.push("vm-billing".to_owned());
//! tenant.managed_identities.push(vm_identity);
//! let mut application = Application::new(client, "Billing");
//! application.identifier_uris.push("api://billing".to_owned());
//! application.federated_identity_credentials.push(Credential {
//!     name: "vm".to_owned(),
//!     issuer: format!("{login}/v2.0").into(),
//!     subject: identity.into(),
//!     audiences: vec!["api://AzureADTokenExchange".into()],
//!     ..Credential::default()
//! });
//! tenant.applications.push(application);
//! tenant.service_principals.push(ServicePrincipal::new("cccccccc-0000-4000-8000-000000000005", client));
//! let mut entra = Entra::new(Directory::new(vec![tenant]), Settings::on_host("vm-billing"));
//!
//! let now = 1_795_447_440; // 2026-11-23T15:24:00Z
//! let imds = "http://169.254.169.254/metadata/identity/oauth2/token\
//!             ?api-version=2018-02-01&resource=api://AzureADTokenExchange";
//! let response = entra.handle(now, &HttpRequest::get(imds).header("Metadata", "true")).response;
//! let body = Document::parse(response.body);
//! let assertion = body.get("access_token").unwrap().to_text();
//!
//! let exchange = HttpRequest::post_form(format!("{login}/oauth2/v2.0/token"), &[
//!     ("grant_type", "client_credentials"),
//!     ("client_id", client),
//!     ("scope", "api://billing/.default"),
//!     ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
//!     ("client_assertion", &assertion),
//! ]);
//! assert_eq!(entra.handle(now, &exchange).response.status, 200);
//! ```

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
