//! Microsoft Graph, as far as it holds the federated credentials of applications: list, read, create, change, delete.

mod error;
mod store;
mod target;

use super::{Entra, Handled, HttpRequest};
use crate::claims::{Audience, Claims, Times};
use crate::federation::Credential;
use crate::jose::{self, Keys, SignatureState};
use crate::text::json::Value;
use error::GraphError;
use store::Store;
use target::Target;

/// A bearer token that Graph takes in this mock, for all tenants: nobody has to sign in as an administrator.
pub const GRAPH_TOKEN: &str = "fedcred-administrator";

/// App id of Graph.
const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";

/// App roles that may write credentials, and one that may read them (Entra: create a trust).
const WRITERS: [&str; 2] = ["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"];
const READER: &str = "Application.Read.All";

impl Entra {
    pub(super) fn graph(&mut self, now: i64, request: &HttpRequest) -> Handled {
        let id = self.derived_guid("trace");
        let mut handled = match self.graph_answer(now, request) {
            Ok(handled) => handled,
            Err(error) => {
                let given = request.header_value("client-request-id");
                Handled::plain(error.response(now, &id, given))
            }
        };
        handled.response = handled.response.header("request-id", id);
        handled
    }

    fn graph_answer(&mut self, now: i64, request: &HttpRequest) -> Result<Handled, GraphError> {
        let Some(target) = Target::parse(&request.path_segments()) else {
            let text = "The mock has applications/{id}/federatedIdentityCredentials alone.";
            return Err(GraphError::new(404, "Request_ResourceNotFound", text));
        };
        let allowed = match target.credential {
            Some(_) => "GET, PATCH, DELETE",
            None => "GET, POST",
        };
        if let Some(answer) = request.method_response(allowed) {
            return Ok(Handled::plain(answer));
        }
        let tenant = self.caller(now, request)?;
        let host = self.settings.cloud.graph_host();
        let found = target.find(&mut self.directory, tenant.as_deref());
        let (tenant, application) =
            found.ok_or_else(|| GraphError::no_application(&target.application))?;
        let store = Store {
            address: target.collection_address(host, application),
            host,
            tenant,
            seed: &self.settings.seed,
            now,
            beta: target.beta,
            application,
        };
        match (request.method.as_str(), target.credential) {
            ("GET", None) => Ok(Handled::plain(store.list())),
            ("GET", Some(key)) => store.get(&key),
            ("DELETE", Some(key)) => store.delete(&key),
            ("PATCH", Some(key)) => store.patch(&key, request),
            _ => store.create(Credential::default(), request),
        }
    }

    /// The tenant of whoever calls; `None` stands for all.
    fn caller(&self, now: i64, request: &HttpRequest) -> Result<Option<String>, GraphError> {
        let invalid = |text: &str| GraphError::new(401, "InvalidAuthenticationToken", text);
        let text = request.bearer().unwrap_or_default();
        if text.is_empty() {
            return Err(invalid("Access token is empty."));
        }
        if text == GRAPH_TOKEN {
            return Ok(None);
        }
        let keys = self.keys(now, "common", true).unwrap_or_default().body;
        let keys = Keys::parse(&keys, "the mock");
        let token = jose::parse(text).tokens.pop();
        let Some(token) = token.filter(|token| {
            let valid = jose::verify(token, &keys).state == SignatureState::Valid;
            token.compact() == text && valid && Times::from_token(token).is_valid_at(now)
        }) else {
            return Err(invalid(
                "The mock did not issue this token, or the token is not valid now.",
            ));
        };
        let claims = token
            .payload()
            .map(Claims::from_payload)
            .unwrap_or_default();
        let graph = format!("https://{}", self.settings.cloud.graph_host());
        let for_graph = |audience: &Audience| {
            let audience = audience.as_str();
            audience == GRAPH_APP || audience.trim_end_matches('/') == graph
        };
        if !claims.audiences.iter().any(for_graph) {
            return Err(invalid("The token is for another API."));
        }
        let member = |name: &str| token.payload().and_then(|payload| payload.get(name));
        let mut roles = member("roles").map(Value::items).unwrap_or_default();
        let reads = request.method == "GET";
        if !roles.any(|role| {
            let role = role.to_text();
            WRITERS.contains(&&*role) || (reads && role == READER)
        }) {
            let text = "Insufficient privileges to complete the operation.";
            return Err(GraphError::new(403, "Authorization_RequestDenied", text));
        }
        Ok(Some(member("tid").map_or_else(String::new, |tid| {
            tid.to_text().into_owned()
        })))
    }
}
