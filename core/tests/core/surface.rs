//! Each endpoint of the mock by itself: what it answers, in which shape, and what it refuses.

use std::path::PathBuf;

use fedcred_core::entra::{
    APP_SERVICE_ENDPOINT, APP_SERVICE_HEADER, Directory, Entra, GRAPH_TOKEN, Handled, HttpRequest,
    HttpResponse, Setting, Tenant,
};
use fedcred_core::flow::Scenario;
use fedcred_core::text::CheckVerdict;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

const CONTOSO: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const IDENTITY: &str = "aaaaaaaa-0000-4000-8000-000000000002";
const IDENTITY_CLIENT: &str = "bbbbbbbb-0000-4000-8000-000000000003";
const IDENTITY_RESOURCE: &str = "/subscriptions/00000000-0000-4000-8000-000000000009/resourcegroups/billing/providers/Microsoft.ManagedIdentity/userAssignedIdentities/billing-worker";
const OWN: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const OWN_CLIENT: &str = "bbbbbbbb-0000-4000-8000-00000000000b";
const OWN_RESOURCE: &str = "/subscriptions/00000000-0000-4000-8000-000000000009/resourcegroups/billing/providers/Microsoft.Compute/virtualMachines/vm-billing";
const CLIENT: &str = "cccccccc-0000-4000-8000-000000000004";
const API: &str = "dddddddd-0000-4000-8000-000000000006";
const EXCHANGE: &str = "api://AzureADTokenExchange";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const IMDS: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
const LOGIN: &str = "https://login.microsoftonline.com";
/// 2026-11-23T15:24:00Z
const NOW: i64 = 1_795_447_440;
const OWN_WORDS: &str = "(Fedcred: ";

/// The mock with the directory of the scenario `managed-identity`.
struct Mock {
    directory: Directory,
    setting: Setting,
}

impl Mock {
    fn new() -> Self {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/scenarios/managed-identity.json");
        let scenario = Scenario::parse(&std::fs::read_to_string(path).unwrap()).scenario;
        Self {
            directory: scenario.directory,
            setting: Setting {
                host: scenario.workload.host,
                seed: "test".to_owned(),
                ..Setting::default()
            },
        }
    }

    fn contoso(&mut self) -> &mut Tenant {
        &mut self.directory.tenants[0]
    }

    /// Gives the host an identity of its own.
    fn with_own_identity(mut self) -> Self {
        let mut own = self.contoso().managed_identities[0].clone();
        (own.principal_id, own.client_id) = (OWN.into(), OWN_CLIENT.into());
        (own.resource_id, own.system_assigned) = (OWN_RESOURCE.to_owned(), true);
        self.contoso().managed_identities.push(own);
        self
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
            "client_id={CLIENT}&scope=api%3A%2F%2F{API}%2F.default&client_assertion_type={ASSERTION_TYPE}&grant_type=client_credentials&client_assertion={assertion}"
        )
    }
}

fn body(response: &HttpResponse) -> Value {
    serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("{}", response.body))
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
    checks
        .find(|c| c.verdict == CheckVerdict::Fail)
        .map(|c| c.rule)
}

#[track_caller]
fn check(mock: &Mock, request: &HttpRequest, status: u16, rule: Option<&str>, text: &str) {
    let handled = mock.handled(request);
    let found = (handled.response.status, failing(&handled));
    assert_eq!(found, (status, rule), "{}", handled.response.body);
    assert!(
        handled.response.body.contains(text),
        "{}",
        handled.response.body
    );
    assert!(status == 200 || !handled.response.body.contains("access_token"));
}

#[test]
fn methods() {
    let mock = Mock::new();
    for (url, allowed) in [
        (format!("{IMDS}?x"), "GET"),
        (APP_SERVICE_ENDPOINT.to_owned(), "GET"),
        (
            format!("{LOGIN}/{CONTOSO}/v2.0/.well-known/openid-configuration"),
            "GET, OPTIONS",
        ),
        (
            format!("{LOGIN}/{CONTOSO}/.well-known/openid-configuration"),
            "GET, OPTIONS",
        ),
        (
            format!("https://sts.windows.net/{CONTOSO}/.well-known/openid-configuration"),
            "GET, OPTIONS",
        ),
        (
            format!("{LOGIN}/common/discovery/v2.0/keys"),
            "GET, OPTIONS",
        ),
        (format!("{LOGIN}/common/discovery/keys"), "GET, OPTIONS"),
    ] {
        for method in ["POST", "PUT", "DELETE", "HEAD", "get", "", "GET ", "TRACE"] {
            let request = HttpRequest {
                method: method.to_owned(),
                ..HttpRequest::get(&*url)
            };
            let answer = mock.answer(&request);
            assert_eq!(
                (answer.status, answer.header_value("allow")),
                (405, Some(allowed)),
                "{method} {url}"
            );
        }
        let request = HttpRequest {
            method: "OPTIONS".to_owned(),
            ..HttpRequest::get(&*url)
        };
        let answer = mock.answer(&request);
        let status = if allowed == "GET" { 405 } else { 204 };
        assert_eq!(
            (answer.status, answer.header_value("allow")),
            (status, Some(allowed)),
            "{url}"
        );
    }
    let options = HttpRequest {
        method: "OPTIONS".to_owned(),
        ..post(&token_url(), "")
    };
    let answer = mock.answer(&options);
    assert_eq!(
        (answer.status, answer.header_value("Allow"), &*answer.body),
        (204, Some("POST, OPTIONS"), "")
    );
    for method in ["GET", "HEAD", "PATCH", "options", ""] {
        let request = HttpRequest {
            method: method.to_owned(),
            ..post(&token_url(), &mock.form())
        };
        check(&mock, &request, 400, Some("request-form"), "AADSTS900561");
    }
}

#[test]
fn hosts_and_paths_that_are_not_there() {
    let mock = Mock::new();
    for url in [
        "https://login.example/common/discovery/keys",
        "https://login.microsoftonline.com.example/common/discovery/keys",
        "https://login.microsoftonline.com:8443/common/discovery/keys",
        "https://login.microsoftonline.us/common/discovery/keys",
        "https://x@login.microsoftonline.com/common/discovery/keys",
        "http://127.0.0.1:8080/common/discovery/keys",
        "http://localhost/MSI/token/",
        "http://localhost:4142/MSI/token/",
        "https://login.microsoftonline.com/",
        "https://login.microsoftonline.com/common",
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/DISCOVERY/keys",
        "https://login.microsoftonline.com/consumers/v2.0/.well-known/openid-configuration",
        "https://login.microsoftonline.com/consumers/discovery/v2.0/keys",
        "https://sts.windows.net/common/discovery/keys",
        "http://169.254.169.254/metadata/instance?api-version=2021-02-01",
        "http://169.254.169.254/",
        "http://localhost:4141/MSI/",
        "",
        "https://",
    ] {
        check(&mock, &HttpRequest::get(url), 404, None, "");
    }
    for url in [
        "https://LOGIN.Microsoftonline.com/common/discovery/keys",
        "https://login.microsoftonline.com:443/common/discovery/keys",
        "http://login.microsoftonline.com:80/common/discovery/keys?x=1",
    ] {
        check(&mock, &HttpRequest::get(url), 200, None, "demo-1");
    }
}

#[test]
fn forms_that_are_damaged() {
    let mock = Mock::new();
    let form = mock.form();
    let parameters = Some("parameters");
    for name in [
        "client_id",
        "scope",
        "client_assertion_type",
        "grant_type",
        "client_assertion",
    ] {
        for added in [format!("&{name}=x"), format!("&{name}")] {
            let request = post(&token_url(), &(form.clone() + &added));
            let text = format!("The parameter '{name}' is given more than once. {OWN_WORDS}");
            check(&mock, &request, 400, parameters, &text);
            let body = body(&mock.answer(&request));
            assert_eq!(body["error"], "invalid_request");
            assert_eq!(body["error_codes"], json!([]));
        }
        for damage in ["%", "%4", "%zz", "%ff", "%C3%28", "%ED%A0%80"] {
            let mut fields: Vec<_> = form.split('&').map(str::to_owned).collect();
            let mark = format!("{name}=");
            let field = fields.iter_mut().find(|field| field.starts_with(&mark));
            field.unwrap().push_str(damage);
            let damaged = fields.join("&");
            let text = format!("The parameter '{name}' is not percent-encoded UTF-8.");
            check(&mock, &post(&token_url(), &damaged), 400, parameters, &text);
        }
    }
    // What nobody reads may be anything.
    for added in [
        "&x=%zz",
        "&%ff=1",
        "&x=1&x=2",
        "&&&",
        "&=",
        "&client%5Fid2=a",
    ] {
        check(
            &mock,
            &post(&token_url(), &(form.clone() + added)),
            200,
            None,
            "access_token",
        );
    }
    let text = "AADSTS900144";
    for (media_type, body) in [
        ("application/json", form.as_str()),
        ("text/plain", &form),
        ("multipart/form-data; boundary=x", &form),
        ("application/x-www-form-urlencodedx", &form),
        ("", &form),
        ("application/x-www-form-urlencoded", ""),
        (
            "application/x-www-form-urlencoded",
            "{\"grant_type\":\"client_credentials\"}",
        ),
        (
            "application/x-www-form-urlencoded",
            "\u{0}\u{fffd}\u{1f600}",
        ),
    ] {
        let request = HttpRequest {
            headers: vec![("Content-Type".to_owned(), media_type.to_owned())],
            ..post(&token_url(), body)
        };
        check(&mock, &request, 400, parameters, text);
    }
    let in_address = HttpRequest {
        method: "POST".to_owned(),
        ..HttpRequest::get(format!("{}?{form}", token_url()))
    };
    check(&mock, &in_address, 400, parameters, text);
}

#[test]
fn sizes_are_bounded() {
    let mock = Mock::new();
    let padded = |size: usize| {
        let mut request = post(&token_url(), &(mock.form() + "&x="));
        let (name, value) = &request.headers[0];
        let missing = size - request.body.len() - request.url.len() - name.len() - value.len();
        request.body.push_str(&"a".repeat(missing));
        request
    };
    check(&mock, &padded(1 << 20), 200, None, "access_token");
    check(&mock, &padded((1 << 20) + 1), 413, None, "1 MiB");
    let header = padded(1 << 19).header("client-request-id", "a".repeat(1 << 19));
    check(&mock, &header, 413, None, "1 MiB");
    let long = HttpRequest::get(format!("{IMDS}?{}", "resource=&".repeat(200_000)));
    check(&mock, &long.header("Metadata", "true"), 413, None, "1 MiB");
}

fn identity_request(query: &str) -> HttpRequest {
    HttpRequest::get(format!("{IMDS}?{query}")).header("Metadata", "true")
}

const ASKED: &str = "api-version=2018-02-01&resource=api%3A%2F%2FAzureADTokenExchange";

/// The claims of the token in a response, not verified.
fn claims(response: &HttpResponse) -> Value {
    let body = body(response);
    let token = body["access_token"].as_str().unwrap();
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&fedcred_core::text::base64url::decode(payload).bytes).unwrap()
}

#[test]
fn an_identity_is_chosen() {
    let one = Mock::new();
    let two = Mock::new().with_own_identity();
    let resource = IDENTITY_RESOURCE.to_uppercase();
    for (mock, selector, subject) in [
        (&one, String::new(), IDENTITY),
        (&one, format!("&client_id={IDENTITY_CLIENT}"), IDENTITY),
        (&one, format!("&object_id={IDENTITY}"), IDENTITY),
        (&one, format!("&msi_res_id={IDENTITY_RESOURCE}"), IDENTITY),
        (&one, format!("&mi_res_id={resource}"), IDENTITY),
        (&one, format!("&unknown={OWN}&bypass_cache=true"), IDENTITY),
        (&two, String::new(), OWN),
        (&two, format!("&client_id={IDENTITY_CLIENT}"), IDENTITY),
        (&two, format!("&client_id={OWN_CLIENT}"), OWN),
        (&two, format!("&object_id={OWN}"), OWN),
    ] {
        let answer = mock.answer(&identity_request(&format!("{ASKED}{selector}")));
        assert_eq!(answer.status, 200, "{selector}: {}", answer.body);
        assert_eq!(claims(&answer)["sub"], subject, "{selector}");
    }
    for version in ["2018-02-01", "2019-08-01", "2021-02-01", "2023-11-15"] {
        let query = ASKED.replace("2018-02-01", version);
        assert_eq!(
            one.answer(&identity_request(&query)).status,
            200,
            "{version}"
        );
    }
}

#[test]
fn identity_requests_that_are_refused() {
    let mock = Mock::new();
    let missing = r#"{"error":"invalid_request","error_description":"Required query variable 'resource' is missing"}"#;
    let not_found = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    let several = r#"{"error":"invalid_request","error_description":"Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request"}"#;
    let (parameters, attached) = (Some("identity-parameters"), Some("identity-attached"));
    for query in [
        "",
        "api-version=2018-02-01",
        "api-version=2018-02-01&resource=",
        "api-version=2018-02-01&resource",
        "api-version=2018-02-01&Resource=x",
        "resource%3Dx",
    ] {
        check(&mock, &identity_request(query), 400, parameters, missing);
    }
    for version in [
        "",
        "2018-02",
        "2017-12-01",
        "2018-01-31",
        "latest",
        "2018-02-01 ",
        "20180201",
        "2018-2-001",
        "x018-02-01",
    ] {
        let query = ASKED.replace("2018-02-01", version);
        check(&mock, &identity_request(&query), 400, parameters, OWN_WORDS);
    }
    check(
        &mock,
        &identity_request("resource=x"),
        400,
        parameters,
        "api-version",
    );
    for more in [
        "&resource=x",
        "&api-version=2018-02-01",
        "&client_id=a&client_id=b",
        "&client_id=a&object_id=b",
        "&msi_res_id=a&mi_res_id=a",
        "&client_id=%zz",
        "&object_id=%ff",
    ] {
        let request = identity_request(&format!("{ASKED}{more}"));
        check(&mock, &request, 400, parameters, OWN_WORDS);
    }
    for selector in [
        "client_id=".to_owned(),
        format!("client_id={IDENTITY}"),
        format!("object_id={IDENTITY_CLIENT}"),
        format!("client_id={IDENTITY_RESOURCE}"),
        format!("msi_res_id={IDENTITY_RESOURCE}/"),
        format!("mi_res_id={IDENTITY_CLIENT}"),
        "object_id=%00".to_owned(),
    ] {
        let request = identity_request(&format!("{ASKED}&{selector}"));
        check(&mock, &request, 400, attached, not_found);
    }
    let mut nameless = Mock::new();
    nameless.contoso().managed_identities[0].resource_id.clear();
    check(
        &nameless,
        &identity_request(&format!("{ASKED}&msi_res_id=")),
        400,
        attached,
        not_found,
    );
    let mut two = Mock::new().with_own_identity();
    two.contoso().managed_identities[1].system_assigned = false;
    check(&two, &identity_request(ASKED), 400, attached, several);
    let mut elsewhere = Mock::new();
    elsewhere.setting.host = "another".to_owned();
    check(
        &elsewhere,
        &identity_request(ASKED),
        400,
        attached,
        not_found,
    );
}

#[test]
fn identity_requests_with_wrong_headers() {
    let mock = Mock::new();
    let header = Some("metadata-header");
    let bare = HttpRequest::get(format!("{IMDS}?{ASKED}"));
    let right = bare.clone().header("mEtAdAtA", "true");
    check(&mock, &right, 200, None, "access_token");
    for forwarded in ["X-Forwarded-For", "x-forwarded-for"] {
        for value in ["10.0.0.1", ""] {
            let request = right.clone().header(forwarded, value);
            check(&mock, &request, 400, header, "X-Forwarded-For");
            check(&mock, &request, 400, header, OWN_WORDS);
        }
    }
    let text = "Required metadata header not specified";
    for request in [
        bare.clone(),
        bare.clone().header("Metadata", "false"),
        right.clone().header("Metadata", "false"),
        bare.clone()
            .header("Metadata", "")
            .header("Metadata", "true"),
        bare.clone().header("X-Forwarded-For", "10.0.0.1"),
        bare.clone().header("X-IDENTITY-HEADER", APP_SERVICE_HEADER),
    ] {
        check(&mock, &request, 400, header, text);
    }
    let mut wrong = right.clone();
    for path in [
        "/metadata/identity/oauth2/tokens",
        "/metadata/identity",
        "/metadata/identity/oauth2/token/x",
    ] {
        wrong.url = format!("http://169.254.169.254{path}?{ASKED}");
        check(
            &mock,
            &wrong,
            401,
            None,
            &format!(r#"{{"error":"unknown_source","error_description":"Unknown Source {path}"}}"#),
        );
    }
}

#[test]
fn too_many_identity_requests() {
    let mut mock = Mock::new();
    mock.setting.imds_throttled = true;
    for request in [identity_request(ASKED), HttpRequest::get(IMDS)] {
        check(&mock, &request, 429, Some("identity-throttle"), OWN_WORDS);
        assert_eq!(mock.answer(&request).header_value("retry-after"), Some("5"));
    }
    let app = app_request(&format!("{APP_ASKED}&client_id={IDENTITY_CLIENT}"));
    check(&mock, &app, 200, None, "access_token");
}

/// A system-assigned identity's token names the host; a token of version 2 names no resource.
#[test]
fn tokens_name_the_resource_of_the_identity() {
    let mut mock = Mock::new().with_own_identity();
    mock.contoso().applications[1].requested_access_token_version = 1;
    for (selector, resource) in [
        ("", OWN_RESOURCE),
        (
            "&client_id=bbbbbbbb-0000-4000-8000-000000000003",
            IDENTITY_RESOURCE,
        ),
    ] {
        let query = format!("api-version=2018-02-01&resource=api://{API}{selector}");
        let answer = mock.answer(&identity_request(&query));
        assert_eq!(claims(&answer)["xms_mirid"], resource, "{}", answer.body);
        let answer = mock.answer(&identity_request(&format!("{ASKED}{selector}")));
        assert_eq!(claims(&answer)["xms_mirid"], Value::Null);
    }
}

const APP_ASKED: &str = "api-version=2019-08-01&resource=api://AzureADTokenExchange";

#[test]
fn an_identity_has_the_roles_that_are_granted_to_it() {
    let mut mock = Mock::new();
    let asked = identity_request(&format!(
        "api-version=2018-02-01&resource=api://{API}&client_id={IDENTITY_CLIENT}"
    ));
    assert!(claims(&mock.answer(&asked))["roles"].is_null());
    let mut principal = mock.contoso().service_principals[0].clone();
    principal.app_id = IDENTITY_CLIENT.into();
    mock.contoso().service_principals.push(principal);
    assert!(claims(&mock.answer(&asked))["roles"][0].is_string());
    let exchange = asked
        .url
        .replace(&format!("api://{API}"), "api://AzureADTokenExchange");
    let asked = HttpRequest {
        url: exchange,
        ..asked
    };
    assert!(claims(&mock.answer(&asked))["roles"].is_null());
}

fn app_request(query: &str) -> HttpRequest {
    HttpRequest::get(format!("{APP_SERVICE_ENDPOINT}?{query}"))
        .header("X-IDENTITY-HEADER", APP_SERVICE_HEADER)
}

#[test]
fn app_service_answers() {
    let mock = Mock::new().with_own_identity();
    for (selector, subject, client) in [
        (String::new(), OWN, OWN_CLIENT),
        (
            format!("&client_id={IDENTITY_CLIENT}"),
            IDENTITY,
            IDENTITY_CLIENT,
        ),
        (
            format!("&principal_id={IDENTITY}"),
            IDENTITY,
            IDENTITY_CLIENT,
        ),
        (format!("&object_id={IDENTITY}"), IDENTITY, IDENTITY_CLIENT),
        (
            format!("&mi_res_id={IDENTITY_RESOURCE}"),
            IDENTITY,
            IDENTITY_CLIENT,
        ),
    ] {
        let answer = mock.answer(&app_request(&format!("{APP_ASKED}{selector}")));
        assert_eq!(claims(&answer)["sub"], subject, "{selector}");
        let mut body = body(&answer);
        body["access_token"].take();
        let expected = json!({
            "access_token": null, "client_id": client.to_uppercase(), "expires_on": (NOW + 86_400).to_string(),
            "resource": EXCHANGE, "token_type": "Bearer",
        });
        assert_eq!(body, expected);
    }
}

#[test]
fn app_service_refuses() {
    let mock = Mock::new();
    let url = format!("{APP_SERVICE_ENDPOINT}?{APP_ASKED}&client_id={IDENTITY_CLIENT}");
    for request in [
        HttpRequest::get(&*url),
        HttpRequest::get(&*url).header("X-IDENTITY-HEADER", ""),
        HttpRequest::get(&*url).header("X-IDENTITY-HEADER", "x"),
        HttpRequest::get(&*url).header("X-IDENTITY-HEADER", APP_SERVICE_HEADER.to_uppercase()),
        HttpRequest::get(&*url).header("Metadata", "true"),
        HttpRequest::get(&*url).header("secret", APP_SERVICE_HEADER),
    ] {
        check(&mock, &request, 400, Some("metadata-header"), OWN_WORDS);
    }
    let resource = "resource=api://AzureADTokenExchange";
    for query in [
        String::new(),
        "api-version=2019-08-01".to_owned(),
        resource.to_owned(),
        format!("api-version=2017-09-01&{resource}"),
        format!("api-version=2018-02-01&{resource}"),
        format!("{APP_ASKED}&{resource}"),
        format!("{APP_ASKED}&client_id=a&mi_res_id=b"),
        format!("{APP_ASKED}&client_id=%zz"),
    ] {
        check(
            &mock,
            &app_request(&query),
            400,
            Some("identity-parameters"),
            OWN_WORDS,
        );
    }
    let attached = Some("identity-attached");
    for selector in [
        "client_id=x",
        "principal_id=bbbbbbbb-0000-4000-8000-000000000003",
        "mi_res_id=",
        "object_id=x",
    ] {
        let text = "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.";
        check(
            &mock,
            &app_request(&format!("{APP_ASKED}&{selector}")),
            400,
            attached,
            text,
        );
    }
    check(
        &mock,
        &app_request(APP_ASKED),
        400,
        attached,
        "no system-assigned identity",
    );
    let ignored = app_request(&format!("{APP_ASKED}&msi_res_id={IDENTITY_RESOURCE}"));
    check(&mock, &ignored, 400, attached, OWN_WORDS);
    let unknown = app_request(&format!(
        "api-version=2019-08-01&resource=api://x&client_id={IDENTITY_CLIENT}"
    ));
    check(&mock, &unknown, 400, Some("identity-resource"), OWN_WORDS);
    let answer = body(&mock.answer(&unknown));
    assert_eq!(answer["statusCode"], 400);
    assert_eq!(answer["correlationId"].as_str().unwrap().len(), 36);
}

fn v1_url() -> String {
    format!("{LOGIN}/{CONTOSO}/oauth2/token")
}

fn v1_form(mock: &Mock) -> String {
    let form = mock.form();
    form.replace("scope=", "resource=")
        .replace("%2F.default", "")
}

#[test]
fn the_v1_endpoint_answers_with_texts() {
    let mock = Mock::new();
    let answer = mock.answer(&post(&v1_url(), &v1_form(&mock)));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (mut members, claims) = (body(&answer), claims(&answer));
    members["access_token"].take();
    let expected = json!({
        "access_token": null, "token_type": "Bearer", "expires_in": "3599", "ext_expires_in": "3599",
        "expires_on": (NOW + 3600).to_string(), "not_before": (NOW - 300).to_string(), "resource": format!("api://{API}"),
    });
    assert_eq!(members, expected);
    // The resource chooses the version of the token, not the endpoint.
    assert_eq!(
        (&claims["ver"], &claims["aud"]),
        (&json!("2.0"), &json!(API))
    );
    assert_eq!(claims["roles"], json!(["Orders.Read"]));
    let by_id = v1_form(&mock).replace("api%3A%2F%2F", "") + "&scope=ignored";
    assert_eq!(mock.answer(&post(&v1_url(), &by_id)).status, 200);
}

#[test]
fn v1_requests_that_are_refused() {
    let mock = Mock::new();
    let form = v1_form(&mock);
    let check_v1 = |form: &str, status: u16, rule: &str, text: &str| {
        check(&mock, &post(&v1_url(), form), status, Some(rule), text);
    };
    check_v1(
        &form.replace("resource=", "scope="),
        400,
        "parameters",
        "AADSTS900144: The request body must contain the following parameter: 'resource'",
    );
    check_v1(
        &(form.clone() + "&resource=x"),
        400,
        "parameters",
        "'resource' is given more than once",
    );
    check_v1(
        &form.replace("resource=", "resource=%zz"),
        400,
        "parameters",
        "'resource' is not percent-encoded",
    );
    check_v1(
        &form.replace(API, &format!("{API}%2F.default")),
        400,
        "resource",
        "AADSTS500011",
    );
    check_v1(
        &form.replace("resource=", "resource=x+"),
        400,
        "resource",
        "AADSTS500011: The resource principal named x api://",
    );
    check_v1(
        &form.replace("grant_type=client", "grant_type=x"),
        400,
        "grant-type",
        "AADSTS70003",
    );
    check_v1(
        &form.replace(CLIENT, IDENTITY_CLIENT),
        400,
        "client",
        "AADSTS700016",
    );
    check_v1(
        &form.replace("client_assertion=", "client_assertion=+"),
        400,
        "assertion-form",
        "AADSTS50027",
    );
    check_v1("", 400, "parameters", "'grant_type'");
    let get = HttpRequest::get(v1_url());
    check(&mock, &get, 400, Some("request-form"), "AADSTS900561");
    for path in [
        "oauth2/v1.0/token",
        "oauth2/v2.0/v2.0/token",
        "oauth2/v2.0",
        "oauth2/token/x",
        "token",
    ] {
        check(
            &mock,
            &post(&format!("{LOGIN}/{CONTOSO}/{path}"), &form),
            404,
            None,
            "",
        );
    }
    for added in [
        "&resource=",
        "&resource=x",
        "&resource=%zz",
        "&resource=a&resource=b",
    ] {
        let request = post(&token_url(), &(mock.form() + added));
        check(
            &mock,
            &request,
            400,
            Some("parameters"),
            "code 901002 is documented",
        );
    }
}

#[test]
fn an_answer_has_the_headers_that_are_read() {
    let mock = Mock::new();
    let answer = mock.answer(&post(&token_url(), &mock.form()));
    let expected = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-store, no-cache"),
        ("Pragma", "no-cache"),
        ("Expires", "-1"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header_value(name), Some(value));
    }
    assert_eq!(answer.headers.len(), expected.len() + 1);
    let members = body(&answer);
    let names: Vec<_> = members.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert_eq!(
        (&members["expires_in"], &members["ext_expires_in"]),
        (&json!(3599), &json!(3599))
    );
}

fn document(name: &str, version: &str) -> String {
    format!("{LOGIN}/{name}/{version}.well-known/openid-configuration")
}

#[test]
fn documents_are_those_that_were_recorded() {
    let mock = Mock::new();
    let v2 = mock.answer(&HttpRequest::get(document("contoso.example", "v2.0/")));
    let recorded = include_str!("../recorded/discovery-v2.json").replace("{tid}", CONTOSO);
    assert_eq!(body(&v2), serde_json::from_str::<Value>(&recorded).unwrap());
    assert_eq!(
        v2.header_value("cache-control"),
        Some("max-age=86400, private")
    );
    assert_eq!(v2.header_value("access-control-allow-origin"), Some("*"));
    let v1 = body(&mock.answer(&HttpRequest::get(document(CONTOSO, ""))));
    for (name, value) in [
        (
            "issuer",
            json!(format!("https://sts.windows.net/{CONTOSO}/")),
        ),
        ("jwks_uri", json!(format!("{LOGIN}/common/discovery/keys"))),
        (
            "token_endpoint",
            json!(format!("{LOGIN}/{CONTOSO}/oauth2/token")),
        ),
        (
            "authorization_endpoint",
            json!(format!("{LOGIN}/{CONTOSO}/oauth2/authorize")),
        ),
        ("scopes_supported", json!(["openid"])),
        ("microsoft_multi_refresh_token", json!(true)),
        (
            "userinfo_endpoint",
            json!(format!("{LOGIN}/{CONTOSO}/openid/userinfo")),
        ),
        ("tenant_region_scope", json!("WW")),
    ] {
        assert_eq!(v1[name], value, "{name}");
    }
    let claims = v1["claims_supported"].as_array().unwrap();
    assert!(claims.contains(&json!("nickname")) && !claims.contains(&json!("tid")));
    for name in ["common", "organizations"] {
        for (version, issuer) in [
            ("v2.0/", "https://login.microsoftonline.com/{tenantid}/v2.0"),
            ("", "https://sts.windows.net/{tenantid}/"),
        ] {
            let found = body(&mock.answer(&HttpRequest::get(document(name, version))));
            assert_eq!(found["issuer"], issuer);
            assert_eq!(found["tenant_region_scope"], Value::Null);
            let token = found["token_endpoint"].as_str().unwrap();
            assert!(
                token.starts_with(&format!("{LOGIN}/{name}/oauth2/")),
                "{token}"
            );
        }
    }
}

#[test]
fn documents_hold_what_is_known_of_a_cloud() {
    for (cloud, host, instance) in [
        (
            fedcred_core::claims::Cloud::UsGov,
            "login.microsoftonline.us",
            "microsoftonline.us",
        ),
        (
            fedcred_core::claims::Cloud::China,
            "login.partner.microsoftonline.cn",
            "partner.microsoftonline.cn",
        ),
    ] {
        let mut mock = Mock::new();
        mock.setting.cloud = cloud;
        for (name, version) in [(CONTOSO, ""), (CONTOSO, "v2.0/"), ("common", "v2.0/")] {
            let url = document(name, version).replace("login.microsoftonline.com", host);
            let found = body(&mock.answer(&HttpRequest::get(url)));
            assert_eq!(found["cloud_instance_name"], instance);
            assert_eq!(found["msgraph_host"], cloud.graph_host());
            for unknown in ["tenant_region_scope", "rbac_url", "cloud_graph_host_name"] {
                assert!(found.get(unknown).is_none(), "{unknown}");
            }
            assert!(
                !found.to_string().contains("microsoftonline.com"),
                "{found}"
            );
        }
    }
}

#[test]
fn graph_has_a_host_in_each_cloud() {
    for cloud in fedcred_core::claims::Cloud::ALL {
        let mut mock = Mock::new();
        mock.setting.cloud = cloud;
        for other in fedcred_core::claims::Cloud::ALL {
            let host = other.graph_host();
            let url =
                format!("https://{host}/v1.0/applications/{CLIENT}/federatedIdentityCredentials");
            let request =
                HttpRequest::get(url).header("Authorization", format!("Bearer {GRAPH_TOKEN}"));
            let (status, text) = if other == cloud {
                (200, host)
            } else {
                (404, "nothing here")
            };
            check(&mock, &request, status, None, text);
        }
    }
}

#[test]
fn keys_have_their_issuer_in_version_2() {
    let mock = Mock::new();
    for (path, issuer) in [
        (
            "common/discovery/v2.0/keys",
            json!("https://login.microsoftonline.com/{tenantid}/v2.0"),
        ),
        (
            "organizations/discovery/v2.0/keys",
            json!("https://login.microsoftonline.com/{tenantid}/v2.0"),
        ),
        (
            "contoso.example/discovery/v2.0/keys",
            json!(format!("{LOGIN}/{CONTOSO}/v2.0")),
        ),
        ("common/discovery/keys", Value::Null),
        (
            "c0c0c0c0-0000-4000-8000-000000000001/discovery/keys?appid=x",
            Value::Null,
        ),
    ] {
        let keys = body(&mock.answer(&HttpRequest::get(format!("{LOGIN}/{path}"))));
        let key = &keys["keys"][0];
        assert_eq!(key["issuer"], issuer, "{path}");
        assert_eq!(
            (&key["kid"], &key["x5t"], &key["use"]),
            (&json!("demo-1"), &json!("demo-1"), &json!("sig"))
        );
        assert!(key.get("x5c").is_none() && key.get("d").is_none());
    }
}

#[test]
fn metadata_of_nobody() {
    let mut mock = Mock::new();
    for name in [
        "x",
        "Common",
        "{tenantid}",
        "%",
        "f0f0f0f0-0000-4000-8000-000000000001",
        "\"",
        "'",
    ] {
        for path in [
            "v2.0/.well-known/openid-configuration",
            ".well-known/openid-configuration",
            "discovery/keys",
            "discovery/v2.0/keys",
        ] {
            let handled = mock.handled(&HttpRequest::get(format!("{LOGIN}/{name}/{path}")));
            assert_eq!(
                (handled.code, handled.response.status),
                (Some(90_002), 400),
                "{name}"
            );
            let body = body(&handled.response);
            assert_eq!(body["error"], "invalid_tenant");
            assert_eq!(
                handled.response.header_value("x-ms-request-id"),
                body["trace_id"].as_str()
            );
        }
    }
    // An odd id stays one text.
    mock.contoso().id = "a\"b\\{host}\n\"".into();
    let found = body(&mock.answer(&HttpRequest::get(document("contoso.example", "v2.0/"))));
    assert_eq!(
        found["issuer"],
        "https://login.microsoftonline.com/a\"b\\{host}\n\"/v2.0"
    );
}

fn instance_request(query: &str) -> HttpRequest {
    HttpRequest::get(format!("{LOGIN}/common/discovery/instance?{query}"))
}

#[test]
fn instances_are_told() {
    let mock = Mock::new();
    for (asked, told) in [
        (
            "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize",
            "https://login.microsoftonline.com/contoso.example/v2.0",
        ),
        (
            "https%3A%2F%2FLOGIN.windows.net%2Fcommon%2Foauth2%2Fv2.0%2Fauthorize",
            "https://login.microsoftonline.com/common/v2.0",
        ),
        (
            "https://sts.windows.net:443/x/oauth2/authorize",
            "https://login.microsoftonline.com/x",
        ),
        (
            "https://login.usgovcloudapi.net/%22/oauth2/v2.0/authorize",
            "https://login.microsoftonline.us/\"/v2.0",
        ),
        (
            "https://login.chinacloudapi.cn/x",
            "https://login.partner.microsoftonline.cn/x",
        ),
    ] {
        let request = instance_request(&format!(
            "api-version=1.1&authorization_endpoint={asked}&x=1"
        ));
        let answer = mock.answer(&request);
        let found = body(&answer);
        assert_eq!(
            found["tenant_discovery_endpoint"],
            format!("{told}/.well-known/openid-configuration")
        );
        assert_eq!(found["api-version"], "1.1");
        assert_eq!(found["metadata"].as_array().unwrap().len(), 5);
        assert_eq!(found["metadata"][0]["preferred_cache"], "login.windows.net");
        assert_eq!(
            answer.header_value("cache-control"),
            Some("max-age=86400, private")
        );
    }
    // As long as the recorded answer with its id in the address.
    let request = instance_request(&format!(
        "api-version=1.1&authorization_endpoint={LOGIN}/{CONTOSO}/oauth2/v2.0/authorize"
    ));
    assert_eq!(mock.answer(&request).body.len(), 980);
}

#[test]
fn instances_nobody_knows() {
    let mock = Mock::new();
    for endpoint in [
        "https://login.example/x/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com.example/x",
        "login.microsoftonline.com/x",
        "",
        "https://x@login.microsoftonline.com/x",
        "x",
    ] {
        let handled = mock.handled(&instance_request(&format!(
            "api-version=1.1&authorization_endpoint={endpoint}"
        )));
        assert_eq!(
            (handled.code, handled.response.status),
            (Some(50_049), 400),
            "{endpoint}"
        );
        let body = body(&handled.response);
        let text = body["error_description"].as_str().unwrap();
        assert!(
            text.starts_with("AADSTS50049: Unknown or invalid instance. Trace ID: "),
            "{text}"
        );
        assert_eq!(body["error"], "invalid_instance");
        assert_eq!(
            body["error_uri"],
            "https://login.microsoftonline.com/error?code=50049"
        );
    }
    let known = format!("authorization_endpoint={LOGIN}/x/oauth2/v2.0/authorize");
    for query in [
        known.clone(),
        format!("api-version=1.0&{known}"),
        format!("api-version=&{known}"),
        format!("api-version=1.1&api-version=1.1&{known}"),
        format!("api-version=1.1&{known}&{known}"),
        "api-version=1.1&authorization_endpoint=%zz".to_owned(),
        format!("api-version=1.1&authorization_endpoint={LOGIN}"),
        format!("api-version=1.1&authorization_endpoint={LOGIN}//x"),
    ] {
        let handled = mock.handled(&instance_request(&query));
        assert_eq!(
            (handled.code, handled.response.status),
            (None, 400),
            "{query}"
        );
        assert!(
            handled.response.body.contains(OWN_WORDS),
            "{}",
            handled.response.body
        );
    }
    for name in ["organizations", CONTOSO] {
        let url = instance_request("").url.replace("common", name);
        check(&mock, &HttpRequest::get(url), 404, None, "");
    }
}

/// Every kind of token: what it says of itself agrees, and nothing about it surprises.
#[test]
fn tokens_are_consistent() {
    let mut mock = Mock::new().with_own_identity();
    let assertion = mock.form();
    let mut seen = 0;
    for version in [1, 2] {
        mock.contoso().applications[1].requested_access_token_version = version;
        for roles in [true, false] {
            if !roles {
                mock.contoso().service_principals[0]
                    .app_role_assignments
                    .clear();
            }
            let mine = |query: &str| identity_request(&format!("api-version=2018-02-01&{query}"));
            let requests = [
                (post(&token_url(), &assertion), API, 3600),
                (
                    post(
                        &v1_url(),
                        &assertion
                            .replace("scope=", "resource=")
                            .replace("%2F.default", ""),
                    ),
                    API,
                    3600,
                ),
                (mine(&format!("resource=api://{API}")), API, 86_400),
                (
                    mine(&format!("resource={API}&client_id={IDENTITY_CLIENT}")),
                    API,
                    86_400,
                ),
                (
                    mine("resource=api://AzureADTokenExchange"),
                    fedcred_core::claims::TOKEN_EXCHANGE_APP,
                    86_400,
                ),
                (
                    app_request(&format!("{APP_ASKED}&client_id={IDENTITY_CLIENT}")),
                    fedcred_core::claims::TOKEN_EXCHANGE_APP,
                    86_400,
                ),
            ];
            for (request, resource, lifetime) in requests {
                let answer = mock.answer(&request);
                check_token(&answer, resource, lifetime);
                if let Some(id) = answer.header_value("x-ms-request-id") {
                    let uti = fedcred_core::claims::eid1_of_guid(id).unwrap();
                    assert_eq!(claims(&answer)["uti"], uti, "the id of the request");
                    assert_eq!(claims(&answer)["roles"].is_array(), roles);
                }
                seen += 1;
            }
        }
        mock.contoso().service_principals[0].app_role_assignments =
            Mock::new().directory.tenants[0].service_principals[0]
                .app_role_assignments
                .clone();
    }
    assert_eq!(seen, 24);
}

#[track_caller]
fn check_token(answer: &HttpResponse, resource: &str, lifetime: i64) {
    let text = body(answer)["access_token"].as_str().unwrap().to_owned();
    let token = fedcred_core::jose::parse(&text).tokens.remove(0);
    let found = fedcred_core::claims::lint(&token, NOW);
    let found: Vec<_> = found.iter().map(|finding| finding.code).collect();
    // That nobody granted a role is told of a token that is sound.
    let without_roles = resource == API && claims(answer).get("roles").is_none();
    let expected: &[&str] = if without_roles {
        &["roles-missing"]
    } else {
        &[]
    };
    assert_eq!(found, expected);
    let explanation = fedcred_core::claims::explain(&token, NOW);
    let readings = |name: &str| {
        let claim = explanation.claims.iter().find(|claim| claim.name == name);
        claim
            .unwrap_or_else(|| panic!("{name}"))
            .readings
            .iter()
            .map(|r| r.text.clone())
            .collect::<Vec<_>>()
    };
    let rh = readings("rh");
    assert_eq!(rh[0], format!("tenant {CONTOSO}, the same as `tid`."));
    assert!(rh[1].starts_with(&format!("resource {resource}")), "{rh:?}");
    assert_eq!(readings("uti").len(), 1);
    let claims = claims(answer);
    let v1 = claims["ver"] == "1.0";
    let (mine, other) = if v1 {
        ("appid", "azp")
    } else {
        ("azp", "appid")
    };
    assert!(claims[mine].is_string() && claims[other].is_null());
    assert_eq!(claims[format!("{mine}acr").as_str()], "2");
    assert_eq!(
        claims["idp"],
        if v1 {
            claims["iss"].clone()
        } else {
            Value::Null
        }
    );
    let exchange = resource != API;
    assert_eq!(
        claims["idtyp"],
        if v1 || exchange {
            json!("app")
        } else {
            Value::Null
        }
    );
    assert_eq!(
        (&claims["oid"], &claims["tid"]),
        (&claims["sub"], &json!(CONTOSO))
    );
    assert_eq!(
        (&claims["iat"], &claims["nbf"], &claims["exp"]),
        (&json!(NOW - 300), &json!(NOW - 300), &json!(NOW + lifetime))
    );
    let relation = if lifetime == 86_400 { "7 14" } else { "7 10" };
    assert_eq!(claims["xms_idrel"], relation);
    assert!(claims.get("scp").is_none());
}

/// What nobody knows of tokens of 2022 is not in them.
#[test]
fn tokens_of_2022_have_no_claims_of_today() {
    let mut mock = Mock::new();
    mock.setting.rules = fedcred_core::federation::Rules::Preview2022;
    let claims = claims(&mock.answer(&identity_request(ASKED)));
    for name in ["rh", "xms_idrel"] {
        assert!(claims.get(name).is_none());
    }
    // An id that is no GUID cannot stand in `rh`.
    let mut mock = Mock::new();
    mock.contoso().id = "contoso".into();
    let odd = mock.answer(&identity_request(ASKED));
    assert!(self::claims(&odd).get("rh").is_none());
}
