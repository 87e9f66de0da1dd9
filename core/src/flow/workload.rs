//! The client application: what it sends, and what it reads from the answers.

use super::scenario::Scenario;
use crate::entra::{HttpRequest, HttpResponse};
use crate::text::json::Document;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Asks the managed-identity endpoint of the host for a token (Entra: managed identities on a VM).
pub(super) fn identity_request(scenario: &Scenario) -> HttpRequest {
    let mut parameters = vec![
        ("api-version", "2018-02-01"),
        ("resource", scenario.workload.resource.as_str()),
    ];
    if let Some(client_id) = &scenario.workload.client_id {
        parameters.push(("client_id", client_id));
    }
    let query = HttpRequest::post_form("", &parameters).body;
    HttpRequest::get(format!(
        "http://169.254.169.254/metadata/identity/oauth2/token?{query}"
    ))
    .header("Metadata", "true")
}

/// Asks Entra ID for an access token, with the identity's token as client assertion (RFC 7523 §2.2).
pub(super) fn token_request(scenario: &Scenario, assertion: &str) -> HttpRequest {
    let request = &scenario.request;
    let host = scenario.cloud.login_host();
    HttpRequest::post_form(
        format!("https://{host}/{}/oauth2/v2.0/token", request.tenant),
        &[
            ("client_id", request.client_id.as_str()),
            ("scope", &request.scope),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
            ("grant_type", "client_credentials"),
        ],
    )
}

/// Calls the API with the access token (RFC 6750 §2.1).
pub(super) fn api_request(scenario: &Scenario, access_token: &str) -> HttpRequest {
    HttpRequest::get(scenario.request.api.url.as_str())
        .header("Authorization", format!("Bearer {access_token}"))
}

/// The access token of a response.
pub(super) fn access_token(response: &HttpResponse) -> Option<String> {
    let body = Document::parse(response.body.as_str());
    let token = body.get("access_token")?.as_str()?.into_owned();
    (response.status == 200).then_some(token)
}
