//! The client application: what it sends, and what it reads from the answers.

use serde::Serialize;

use super::scenario::Scenario;
use super::workload::{AssertionKind, ClientAssertion, SetupRequest};
use crate::claims::EntraIssuer;
use crate::entra::{GRAPH_TOKEN, HttpRequest, HttpResponse, sign_request};
use crate::text::json::Document;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[derive(Serialize)]
struct TokenParameters<'a> {
    kind: &'a str,
    #[serde(rename = "clientId")]
    client_id: &'a str,
    subject: &'a str,
}

/// Asks for the token that is to be the assertion.
pub(super) fn identity_request(scenario: &Scenario) -> HttpRequest {
    match &scenario.workload.token {
        None => managed_identity_request(scenario),
        Some(token) => other_request(scenario, token),
    }
}

/// How a workload gets another token is its platform's own way; the mock has an address for it.
fn other_request(scenario: &Scenario, token: &ClientAssertion) -> HttpRequest {
    let parameters = TokenParameters {
        kind: token.kind.name(),
        client_id: &token.client_id,
        subject: &token.subject,
    };
    match token.kind {
        AssertionKind::Issuer => sign_request(&token.issuer, token.claims.clone()),
        _ => {
            let tenant =
                EntraIssuer::parse(&token.issuer).map_or_else(String::new, |issuer| issuer.tenant);
            let host = scenario.cloud.login_host();
            sign_request(
                &format!("https://{host}/{tenant}"),
                serde_json::to_string(&parameters).unwrap_or_default(),
            )
        }
    }
}

/// Asks the managed-identity endpoint of the host for a token (Entra: managed identities on a VM).
fn managed_identity_request(scenario: &Scenario) -> HttpRequest {
    let mut parameters = vec![
        ("api-version", "2018-02-01"),
        ("resource", scenario.workload.resource.as_str()),
    ];
    if let Some(client_id) = &scenario.workload.client_id {
        parameters.push(("client_id", client_id));
    }
    let query = HttpRequest::post_form("", &parameters).body;
    let request = HttpRequest::get(format!(
        "http://169.254.169.254/metadata/identity/oauth2/token?{query}"
    ));
    request.header("Metadata", "true")
}

/// Asks Entra ID for an access token, with the identity's token as client assertion (RFC 7523 §2.2).
pub(super) fn token_request(scenario: &Scenario, assertion: &str) -> HttpRequest {
    let request = &scenario.request;
    let host = scenario.cloud.login_host();
    let mut fields = vec![
        ("client_id", request.client_id.as_str()),
        ("scope", &request.scope),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
        ("grant_type", "client_credentials"),
    ];
    for (name, value) in &request.form {
        fields.retain(|(known, _)| known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    let address = format!("https://{host}/{}/oauth2/v2.0/token", request.tenant);
    let mut post = HttpRequest::post_form(address, &fields);
    if let Some(method) = &request.method {
        post.method.clone_from(method);
    }
    post
}

/// What is sent before the exchange; Microsoft Graph takes it from an administrator.
pub(super) fn setup_request(call: &SetupRequest, graph: bool) -> HttpRequest {
    let mut request = HttpRequest::get(call.url.as_str());
    request.method.clone_from(&call.method);
    request.body.clone_from(&call.body);
    if graph {
        request = request.header("Authorization", format!("Bearer {GRAPH_TOKEN}"));
    }
    if call.body.is_empty() {
        return request;
    }
    request.header("Content-Type", "application/json")
}

/// Calls the API with the access token (RFC 6750 §2.1).
pub(super) fn api_request(scenario: &Scenario, access_token: &str) -> HttpRequest {
    HttpRequest::get(scenario.request.api.url.as_str())
        .header("Authorization", format!("Bearer {access_token}"))
}

/// The token of a response; that of another issuer is its `value`.
pub(super) fn access_token(response: &HttpResponse) -> Option<String> {
    let body = Document::parse(response.body.as_str());
    let token = body.get("access_token").or_else(|| body.get("value"))?;
    let token = token.as_str()?.into_owned();
    (response.status == 200).then_some(token)
}
