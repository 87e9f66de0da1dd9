//! A strict mock of Entra ID: directory, managed-identity endpoint, discovery, keys and token endpoint.
//!
//! It speaks HTTP values, so that a page, the command line and a real client use the same mock. It really
//! signs, fetches the metadata (from itself), verifies and compares. What it does is documented, observed or
//! inferred, and every check says which.

pub(crate) mod checks;
mod demo_keys;
mod directory;
pub(crate) mod discovery;
mod external;
mod http;
mod issue;
mod managed_identity;
mod token_endpoint;

use rsa::sha2::{Digest, Sha256};

use crate::claims::Cloud;
use crate::federation::Rules;
use crate::text::{Listed, protocol_string};

pub use checks::{Check, CheckVerdict, Phase};
pub(crate) use demo_keys::demo_key;
pub use directory::{
    AppRole, AppRoleAssignment, Application, Directory, ExternalIssuer, KeyRing,
    ManagedIdentityObject, MetadataCache, ServicePrincipal, SigningKeyEntry, Tenant,
};
pub(crate) use external::sign_request;
pub use http::{HttpRequest, HttpResponse};
pub(crate) use token_endpoint::is_domain;

/// Host of the issuer of v1 tokens, an alias of the sign-in host (recorded instance discovery, 2021-12).
const V1_ISSUER_HOST: &str = "sts.windows.net";

protocol_string! {
    /// Id of a tenant.
    TenantId
}
protocol_string! {
    /// Client (application) id, `appId` in Graph.
    ClientId
}
protocol_string! {
    /// Object id, `id` or `principalId` in Graph and Azure.
    ObjectId
}

/// Where the mock stands: cloud, rules, the host whose identities the managed-identity endpoint serves, and
/// the text from which trace ids are derived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setting {
    /// The cloud.
    pub cloud: Cloud,
    /// The rules.
    pub rules: Rules,
    /// Name of the host that asks the managed-identity endpoint.
    pub host: String,
    /// Anything; the same text gives the same ids.
    pub seed: String,
}

/// The mock.
#[derive(Debug, Clone)]
pub struct Entra {
    directory: Directory,
    setting: Setting,
    requests: u64,
}

/// What the mock does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// The answer.
    pub response: HttpResponse,
    /// The AADSTS code of a refusal, where it is known.
    pub code: Option<u32>,
    /// What was checked, in order; checks after a failure are not reached.
    pub checks: Vec<Check>,
    /// What the mock fetched in between.
    pub fetches: Vec<Fetch>,
}

/// A request of the mock to a publisher of metadata, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// The request.
    pub request: HttpRequest,
    /// The answer.
    pub response: HttpResponse,
}

impl Entra {
    /// A mock with this directory.
    #[must_use]
    pub fn new(directory: Directory, setting: Setting) -> Self {
        Self {
            directory,
            setting,
            requests: 0,
        }
    }

    /// Answers one request at the moment `now` (seconds).
    pub fn handle(&mut self, now: i64, request: &HttpRequest) -> Handled {
        self.requests += 1;
        let handled = self.answer(now, request);
        if let (Some(cache), false) = (
            &mut self.directory.metadata_cache,
            handled.fetches.is_empty(),
        ) {
            cache.read_at = now;
        }
        handled
    }

    /// The same without counting: also how the mock fetches metadata from itself.
    fn answer(&self, now: i64, request: &HttpRequest) -> Handled {
        let host = request.host();
        let path: Vec<&str> = request
            .path()
            .split('/')
            .filter(|part| !part.is_empty())
            .listed();
        match (host, path.as_slice()) {
            (managed_identity::HOST, path) => self.managed_identity(now, request, path),
            (host, path) if host == self.setting.cloud.login_host() => {
                self.login(now, request, path)
            }
            (V1_ISSUER_HOST, [tenant, ".well-known", "openid-configuration"]) => {
                Handled::plain(self.discovery_v1(tenant))
            }
            _ => self.external(now, request).unwrap_or_else(|| {
                Handled::plain(HttpResponse::text(404, "No such host in this mock."))
            }),
        }
    }

    fn login(&self, now: i64, request: &HttpRequest, path: &[&str]) -> Handled {
        match path {
            [tenant, "oauth2", "v2.0", "token"] => self.token(now, request, tenant),
            [tenant, "v2.0", ".well-known", "openid-configuration"] => {
                Handled::plain(self.discovery_v2(tenant))
            }
            [tenant, ".well-known", "openid-configuration"] => {
                Handled::plain(self.discovery_v1(tenant))
            }
            [_, "discovery", "v2.0", "keys"] | [_, "discovery", "keys"] => {
                Handled::plain(discovery::key_set(&self.directory.keys, now))
            }
            [tenant, "fedcred", "token"] => Handled::plain(self.other_token(now, request, tenant)),
            _ => Handled::plain(HttpResponse::text(404, "Not found.")),
        }
    }

    /// Bytes that derive from the seed, the request's number and a purpose.
    fn derived(&self, purpose: &str) -> [u8; 32] {
        let text = format!("{}\n{}\n{purpose}", self.setting.seed, self.requests);
        Sha256::digest(text.as_bytes()).into()
    }

    /// A GUID that derives from them; real trace ids end in `00` as well (observed).
    fn derived_guid(&self, purpose: &str) -> String {
        let hex: String = self
            .derived(purpose)
            .iter()
            .take(15)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let cut = |range| hex.get(range).unwrap_or_default();
        format!(
            "{}-{}-{}-{}-{}00",
            cut(0..8),
            cut(8..12),
            cut(12..16),
            cut(16..20),
            cut(20..30)
        )
    }
}

impl Handled {
    fn plain(response: HttpResponse) -> Self {
        Self {
            response,
            code: None,
            checks: Vec::new(),
            fetches: Vec::new(),
        }
    }
}
