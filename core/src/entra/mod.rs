//! A strict mock of Entra ID: directory, managed-identity endpoints, discovery, keys, token endpoints and Graph.
//!
//! It speaks HTTP values, so that a page, the command line and a real client use the same mock. It really
//! signs, fetches the metadata (from itself), verifies and compares. What it does is documented, observed or
//! inferred, and every check says which.

pub(crate) mod checks;
mod curl;
mod demo_keys;
mod directory;
pub(crate) mod discovery;
mod external;
mod fields;
mod graph;
mod http;
mod instance;
mod issue;
mod managed_identity;
mod rule;
mod token_endpoint;

use rsa::sha2::{Digest, Sha256};
use serde::Serialize;

use crate::claims::Cloud;
use crate::errors::AadstsCode;
use crate::federation::Rules;
use crate::text::protocol_string;

pub use checks::Check;
use checks::Refusal;
pub use demo_keys::DemonstrationKey;
pub use directory::{
    AppRole, AppRoleAssignment, Application, Directory, ExternalIssuer, KeyRing,
    ManagedIdentityObject, MetadataCache, ServicePrincipal, SigningKeyEntry, Tenant,
};
pub(crate) use external::sign_request;
pub use fields::{HttpField, HttpPart, HttpPlace};
pub use graph::GRAPH_TOKEN;
pub use http::{HttpRequest, HttpResponse};
pub use managed_identity::{APP_SERVICE_ENDPOINT, APP_SERVICE_HEADER};
use managed_identity::{APP_SERVICE_HOST, Door, IMDS_HOST};
pub use rule::{Comparison, Phase, RuleId};
pub(crate) use token_endpoint::is_domain;

/// Ends a text of an endpoint whose own text is not known.
const ENDPOINT_NOT_KNOWN: &str = " (Fedcred: what the real endpoint answers here is not known.)";

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
    /// Whether the managed-identity endpoint refuses for too many requests.
    pub imds_throttled: bool,
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
    pub code: Option<AadstsCode>,
    /// What was checked, in order; checks after a failure are not reached.
    pub checks: Vec<Check>,
    /// What the mock fetched in between.
    pub fetches: Vec<Fetch>,
    /// What is different in the directory now.
    pub changes: Vec<Change>,
}

/// A change of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What was done.
    pub action: ChangeAction,
    /// What it was done to, `applications/{appId}/federatedIdentityCredentials/{name}`.
    pub object: String,
    /// The object as JSON before; empty where it is new.
    pub before: String,
    /// The object as JSON after; empty where it is gone.
    pub after: String,
}

/// What was done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeAction {
    /// It is new.
    Created,
    /// It is different.
    Updated,
    /// It is gone.
    Deleted,
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
        let headers = request.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        if request.url.len() + headers + request.body.len() > MAX_REQUEST {
            let text = "The mock takes requests of at most 1 MiB.";
            return Handled::plain(HttpResponse::text(413, text));
        }
        if request.is_host(self.setting.cloud.graph_host()) {
            return self.graph(now, request);
        }
        let handled = self.answer(now, request);
        let read = handled.fetches.last();
        if let Some(cache) = &mut self.directory.metadata_cache
            && read.is_some_and(|fetch| fetch.response.status == 200)
        {
            cache.read_at = now;
        }
        handled
    }

    /// The same without counting: also how the mock fetches metadata from itself.
    fn answer(&self, now: i64, request: &HttpRequest) -> Handled {
        let path = path_of(request);
        if request.is_host(IMDS_HOST) {
            self.managed_identity(now, request, &path, Door::Imds)
        } else if request.is_host(APP_SERVICE_HOST) {
            self.managed_identity(now, request, &path, Door::AppService)
        } else if request.is_host(self.setting.cloud.login_host()) {
            self.login(now, request, &path)
        } else if let (true, [_, ".well-known", _]) =
            (request.is_host(self.setting.cloud.v1_host()), &*path)
        {
            self.metadata(now, request, &path)
        } else if let Some(handled) = self.external(now, request) {
            handled
        } else {
            not_found()
        }
    }

    fn login(&self, now: i64, request: &HttpRequest, path: &[&str]) -> Handled {
        match path {
            [tenant, "oauth2", rest @ .., "token"] if rest.is_empty() || rest == ["v2.0"] => {
                match other_method(request, "POST, OPTIONS") {
                    // AADSTS900561 is the answer to others.
                    Some(options) if options.status == 204 => Handled::plain(options),
                    _ => self.token(now, request, tenant, rest.is_empty()),
                }
            }
            [tenant, "fedcred", "token"] => Handled::plain(self.other_token(now, request, tenant)),
            path => self.metadata(now, request, path),
        }
    }

    /// Instance discovery, discovery documents and keys.
    fn metadata(&self, now: i64, request: &HttpRequest, path: &[&str]) -> Handled {
        let other = other_method(request, "GET, OPTIONS").map(Handled::plain);
        let (name, answer) = match path {
            ["common", "discovery", "instance"] => {
                return other.unwrap_or_else(|| self.instance(now, request));
            }
            // A tenant that there is, but not in the mock.
            ["consumers", ..] => return not_found(),
            [name, ".well-known", "openid-configuration"] => (name, self.discovery(name, false)),
            [name, "v2.0", ".well-known", "openid-configuration"] => {
                (name, self.discovery(name, true))
            }
            [name, "discovery", "keys"] => (name, self.keys(now, name, false)),
            [name, "discovery", "v2.0", "keys"] => (name, self.keys(now, name, true)),
            _ => return not_found(),
        };
        match answer {
            _ if other.is_some() => other.unwrap_or_else(not_found),
            Some(response) => Handled::plain(response),
            // The code and its text are those of the token endpoint, the error is another (public logs).
            None => {
                let refusal = Refusal {
                    error: "invalid_tenant".to_owned(),
                    ..Refusal::of(AadstsCode::TENANT_NOT_FOUND, &[("tenant", name)])
                };
                self.refused(now, request, &refusal)
            }
        }
    }

    /// What derives from the seed, the request's number and a purpose.
    fn derivation(&self, purpose: &str) -> String {
        format!("{}\n{}\n{purpose}", self.setting.seed, self.requests)
    }

    /// Bytes that derive from them.
    fn derived(&self, purpose: &str) -> [u8; 32] {
        Sha256::digest(self.derivation(purpose).as_bytes()).into()
    }

    /// A GUID that derives from them.
    fn derived_guid(&self, purpose: &str) -> String {
        guid_of(&self.derivation(purpose))
    }
}

/// A GUID that derives from a text; real trace ids end in `00` as well (observed).
fn guid_of(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let bytes = digest.iter().take(15).chain([&0]);
    bytes
        .enumerate()
        .map(|(at, byte)| match at {
            4 | 6 | 8 | 10 => format!("-{byte:02x}"),
            _ => format!("{byte:02x}"),
        })
        .collect()
}

/// Most bytes of address, headers and body together; Entra's own limits are not known.
const MAX_REQUEST: usize = 1024 * 1024;

fn not_found() -> Handled {
    Handled::plain(HttpResponse::text(404, "The mock has nothing here."))
}

/// The parts of the path.
fn path_of(request: &HttpRequest) -> Vec<&str> {
    let parts = request.path().split('/');
    parts.filter(|part| !part.is_empty()).collect()
}

/// The answer to a method that is not allowed (RFC 9110 §15.5.6), and to OPTIONS where it is (§9.3.7).
fn other_method(request: &HttpRequest, allowed: &'static str) -> Option<HttpResponse> {
    let known = allowed.split(", ").any(|one| one == request.method);
    let answer = match (known, request.method.as_str()) {
        (true, "OPTIONS") => HttpResponse {
            status: 204,
            ..HttpResponse::default()
        },
        (true, _) => return None,
        (false, _) => HttpResponse::text(405, "Method not allowed."),
    };
    Some(answer.header("Allow", allowed))
}

impl Handled {
    /// An answer without anything beside it.
    pub(crate) fn plain(response: HttpResponse) -> Self {
        Self {
            response,
            code: None,
            checks: Vec::new(),
            fetches: Vec::new(),
            changes: Vec::new(),
        }
    }
}
