//! Tests a client of your own against the mock of Entra ID: no network, no clock, no secrets.
//!
//! ```text
//! cargo run -p fedcred-core --example mock_in_a_test
//! cargo test -p fedcred-core --example mock_in_a_test
//! ```

use fedcred_core::entra::{HttpRequest, HttpResponse};
use fedcred_core::flow::{Fault, Mock, Scenario, shipped_scenarios};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What your client needs from the network. In production, wrap your HTTP library in it.
pub(crate) trait Transport {
    /// Sends a request and waits for the response.
    fn send(&mut self, request: HttpRequest) -> HttpResponse;
}

/// Your client: gets the token of the managed identity and exchanges it for an access token.
///
/// # Errors
///
/// What the endpoint answered, if it refused.
pub(crate) fn access_token(network: &mut impl Transport) -> Result<String, String> {
    let identity = HttpRequest::get(
        "http://169.254.169.254/metadata/identity/oauth2/token\
         ?api-version=2018-02-01&resource=api://AzureADTokenExchange",
    );
    let assertion = token_in(network.send(identity.header("Metadata", "true")))?;
    let exchange = HttpRequest::post_form(
        "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/oauth2/v2.0/token",
        &[
            ("client_id", "cccccccc-0000-4000-8000-000000000004"),
            (
                "scope",
                "api://dddddddd-0000-4000-8000-000000000006/.default",
            ),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
            ("grant_type", "client_credentials"),
        ],
    );
    token_in(network.send(exchange))
}

fn token_in(response: HttpResponse) -> Result<String, String> {
    let body: serde_json::Value =
        serde_json::from_str(&response.body).map_err(|error| error.to_string())?;
    match body["access_token"].as_str() {
        Some(token) => Ok(token.to_owned()),
        None => Err(body["error_description"]
            .as_str()
            .unwrap_or("no token")
            .to_owned()),
    }
}

/// The mock in place of the network. Time is an argument, so a test never waits.
#[derive(Debug)]
pub(crate) struct MockNetwork {
    mock: Mock,
    now: i64,
}

impl MockNetwork {
    /// The network of a scenario that comes with the library, with these faults.
    pub(crate) fn new(name: &str, faults: &[Fault]) -> Option<Self> {
        let shipped = shipped_scenarios().iter().find(|one| one.name == name)?;
        let mut scenario = Scenario::parse(shipped.json).scenario;
        scenario.faults = faults.to_vec();
        Some(Self {
            mock: Mock::new(&scenario),
            now: scenario.clock,
        })
    }
}

impl Transport for MockNetwork {
    fn send(&mut self, request: HttpRequest) -> HttpResponse {
        self.mock.handle(self.now, &request).response
    }
}

/// What the client makes of an exchange that works, and of one that does not.
pub(crate) fn report() -> String {
    let mut report = String::new();
    for faults in [&[][..], &[Fault::WrongSubject]] {
        let Some(mut network) = MockNetwork::new("managed-identity", faults) else {
            continue;
        };
        report += &match access_token(&mut network) {
            Ok(token) => format!("A token of {} parts.\n", token.split('.').count()),
            Err(message) => format!("Refused: {}\n", message.lines().next().unwrap_or_default()),
        };
    }
    report
}

#[allow(dead_code, reason = "a test includes this file for its function alone")]
fn main() {
    print!("{}", report());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_gets_a_token() {
        let mut network = MockNetwork::new("managed-identity", &[]).unwrap();
        assert!(access_token(&mut network).is_ok());
    }

    #[test]
    fn the_client_passes_the_error_on() {
        let mut network = MockNetwork::new("managed-identity", &[Fault::WrongSubject]).unwrap();
        let error = access_token(&mut network).unwrap_err();
        assert!(error.starts_with("AADSTS700213"), "{error}");
    }
}
