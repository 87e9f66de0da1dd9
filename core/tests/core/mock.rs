//! The mock of Entra ID, asked directly: what each of its endpoints answers, and what it refuses.

mod any;
mod discovery;
mod exchange;
mod graph;
mod identity;
mod issued;
mod malformed;
mod recorded;
mod refusal_rows;
mod refusals;
mod v1;

use fedcred_core::entra::{Directory, Entra, Handled, HttpRequest, HttpResponse, Settings, Tenant};
use fedcred_core::jose::{self, Keys, SignatureState};
use fedcred_core::text::{CheckVerdict, base64url};
use serde_json::Value;
use similar_asserts::assert_eq;

use crate::contoso::*;

const FABRIKAM: &str = "f0f0f0f0-0000-4000-8000-000000000001";
const V1_ISSUER: &str = "https://sts.windows.net/c0c0c0c0-0000-4000-8000-000000000001/";
/// How a text of the mock begins that is not Entra ID's own.
const OWN_WORDS: &str = "(Fedcred: ";

/// The mock with the directory of the scenario `managed-identity`.
#[derive(Clone)]
struct Mock {
    directory: Directory,
    setting: Settings,
}

impl Mock {
    fn new() -> Self {
        Self {
            directory: scenario().directory,
            setting: settings(),
        }
    }

    fn contoso(&mut self) -> &mut Tenant {
        &mut self.directory.tenants[0]
    }

    fn entra(&self) -> Entra {
        Entra::new(self.directory.clone(), self.setting.clone())
    }

    fn handled(&self, request: &HttpRequest) -> Handled {
        self.entra().handle(NOW, request)
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        self.handled(request).response
    }

    /// A token of the managed identity for the exchange.
    fn assertion(&self) -> String {
        let url = format!(
            "{IMDS}?api-version=2018-02-01&resource={EXCHANGE}&client_id={IDENTITY_CLIENT}"
        );
        let answer = self.answer(&HttpRequest::get(url).header("Metadata", "true"));
        body(&answer)["access_token"].as_str().unwrap().to_owned()
    }

    /// The exchange as a form.
    fn form(&self) -> String {
        let assertion = self.assertion();
        format!(
            "client_id={CLIENT}&scope=api%3A%2F%2F{API}%2F.default&client_assertion_type={ASSERTION_TYPE}\
             &grant_type=client_credentials&client_assertion={assertion}"
        )
    }

    /// The claims of a token whose signature a key of its own issuer's metadata verifies.
    #[track_caller]
    fn verified(&self, token: &Value) -> Value {
        let parsed = jose::parse(token.as_str().unwrap());
        let token = &parsed.tokens[0];
        let payload = token.payload().unwrap();
        let issuer = payload.get("iss").unwrap().to_text();
        let mut entra = self.entra();
        let mut get = |url: &str| entra.handle(NOW, &HttpRequest::get(url)).response;
        let base = issuer.trim_end_matches('/');
        let metadata = body(&get(&format!("{base}/.well-known/openid-configuration")));
        assert_eq!(metadata["issuer"], *issuer);
        let keys = get(metadata["jwks_uri"].as_str().unwrap()).body;
        let keys = Keys::parse(&keys, "metadata");
        assert_eq!(jose::verify(token, &keys).state, SignatureState::Valid);
        serde_json::from_str(payload.source()).unwrap()
    }
}

fn body(response: &HttpResponse) -> Value {
    serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("{}", response.body))
}

/// The claims of the token in a response, not verified.
fn claims(response: &HttpResponse) -> Value {
    let body = body(response);
    let token = body["access_token"].as_str().unwrap();
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64url::decode(payload).bytes).unwrap()
}

fn post(url: &str, form: &str) -> HttpRequest {
    HttpRequest {
        body: form.to_owned(),
        ..HttpRequest::post_form(url, &[])
    }
}

fn token_url() -> String {
    format!("{LOGIN}/{CONTOSO}/oauth2/v2.0/token")
}

/// The rule that failed.
fn failing(handled: &Handled) -> Option<&'static str> {
    let mut checks = handled.checks.iter();
    let failed = checks.find(|check| check.verdict == CheckVerdict::Fail);
    failed.map(|check| check.rule.as_str())
}

#[track_caller]
fn check(mock: &Mock, request: &HttpRequest, status: u16, rule: Option<&str>, text: &str) {
    let handled = mock.handled(request);
    let found = (handled.response.status, failing(&handled));
    let body = &handled.response.body;
    assert_eq!(found, (status, rule), "{body}");
    assert!(body.contains(text), "{body}");
    assert!(status == 200 || !body.contains("access_token"));
}
