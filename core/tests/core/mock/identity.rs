//! Endpoints for managed identities: the metadata service of a virtual machine (IMDS) and that of App Service.

use fedcred_core::claims::TOKEN_EXCHANGE_APP;
use fedcred_core::entra::{APP_SERVICE_ENDPOINT, APP_SERVICE_HEADER, HttpRequest};
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use super::*;

const IDENTITY_RESOURCE: &str = "/subscriptions/00000000-0000-4000-8000-000000000009/resourcegroups/billing\
    /providers/Microsoft.ManagedIdentity/userAssignedIdentities/billing-worker";
/// The host's own (system-assigned) identity.
const OWN: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const OWN_CLIENT: &str = "bbbbbbbb-0000-4000-8000-00000000000b";
const OWN_RESOURCE: &str = "/subscriptions/00000000-0000-4000-8000-000000000009/resourcegroups/billing\
    /providers/Microsoft.Compute/virtualMachines/vm-billing";

impl Mock {
    /// Gives the host an identity of its own.
    pub(super) fn with_own_identity(mut self) -> Self {
        let mut own = self.contoso().managed_identities[0].clone();
        (own.principal_id, own.client_id) = (OWN.into(), OWN_CLIENT.into());
        (own.resource_id, own.system_assigned) = (OWN_RESOURCE.to_owned(), true);
        self.contoso().managed_identities.push(own);
        self
    }
}

fn bare_identity_request(query: &str) -> HttpRequest {
    HttpRequest::get(format!("{IMDS}?{query}"))
}

/// A request to the metadata service with the header that it wants.
pub(super) fn identity_request(query: &str) -> HttpRequest {
    bare_identity_request(query).header("Metadata", "true")
}

pub(super) const FOR_EXCHANGE: &str =
    "api-version=2018-02-01&resource=api%3A%2F%2FAzureADTokenExchange";

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
        let answer = mock.answer(&identity_request(&format!("{FOR_EXCHANGE}{selector}")));
        assert_eq!(answer.status, 200, "{selector}: {}", answer.body);
        assert_eq!(claims(&answer)["sub"], subject, "{selector}");
    }
    for version in ["2018-02-01", "2019-08-01", "2021-02-01", "2023-11-15"] {
        let query = FOR_EXCHANGE.replace("2018-02-01", version);
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
    let several = "{\"error\":\"invalid_request\",\"error_description\":\"Multiple user assigned identities exist, \
        please specify the clientId / resourceId of the identity in the token request\"}";
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
        let query = FOR_EXCHANGE.replace("2018-02-01", version);
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
        let request = identity_request(&format!("{FOR_EXCHANGE}{more}"));
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
        let request = identity_request(&format!("{FOR_EXCHANGE}&{selector}"));
        check(&mock, &request, 400, attached, not_found);
    }
    let mut nameless = Mock::new();
    nameless.contoso().managed_identities[0].resource_id.clear();
    check(
        &nameless,
        &identity_request(&format!("{FOR_EXCHANGE}&msi_res_id=")),
        400,
        attached,
        not_found,
    );
    let mut two = Mock::new().with_own_identity();
    two.contoso().managed_identities[1].system_assigned = false;
    check(
        &two,
        &identity_request(FOR_EXCHANGE),
        400,
        attached,
        several,
    );
    let mut elsewhere = Mock::new();
    elsewhere.setting.host = "another".to_owned();
    check(
        &elsewhere,
        &identity_request(FOR_EXCHANGE),
        400,
        attached,
        not_found,
    );
}

#[test]
fn identity_requests_with_wrong_headers() {
    let mock = Mock::new();
    let header = Some("metadata-header");
    let bare = HttpRequest::get(format!("{IMDS}?{FOR_EXCHANGE}"));
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
        wrong.url = format!("http://169.254.169.254{path}?{FOR_EXCHANGE}");
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
    for request in [identity_request(FOR_EXCHANGE), HttpRequest::get(IMDS)] {
        check(&mock, &request, 429, Some("identity-throttle"), OWN_WORDS);
        assert_eq!(mock.answer(&request).header_value("retry-after"), Some("5"));
    }
    let app = app_request(&format!("{APP_FOR_EXCHANGE}&client_id={IDENTITY_CLIENT}"));
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
        let answer = mock.answer(&identity_request(&format!("{FOR_EXCHANGE}{selector}")));
        assert_eq!(claims(&answer)["xms_mirid"], Value::Null);
    }
}

pub(super) const APP_FOR_EXCHANGE: &str =
    "api-version=2019-08-01&resource=api://AzureADTokenExchange";

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

pub(super) fn app_request(query: &str) -> HttpRequest {
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
        let answer = mock.answer(&app_request(&format!("{APP_FOR_EXCHANGE}{selector}")));
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
    let url = format!("{APP_SERVICE_ENDPOINT}?{APP_FOR_EXCHANGE}&client_id={IDENTITY_CLIENT}");
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
        format!("{APP_FOR_EXCHANGE}&{resource}"),
        format!("{APP_FOR_EXCHANGE}&client_id=a&mi_res_id=b"),
        format!("{APP_FOR_EXCHANGE}&client_id=%zz"),
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
        let text = "No User Assigned or Delegated Managed Identity found \
            for specified ClientId/ResourceId/PrincipalId.";
        check(
            &mock,
            &app_request(&format!("{APP_FOR_EXCHANGE}&{selector}")),
            400,
            attached,
            text,
        );
    }
    check(
        &mock,
        &app_request(APP_FOR_EXCHANGE),
        400,
        attached,
        "no system-assigned identity",
    );
    let ignored = app_request(&format!(
        "{APP_FOR_EXCHANGE}&msi_res_id={IDENTITY_RESOURCE}"
    ));
    check(&mock, &ignored, 400, attached, OWN_WORDS);
    let unknown = app_request(&format!(
        "api-version=2019-08-01&resource=api://x&client_id={IDENTITY_CLIENT}"
    ));
    check(&mock, &unknown, 400, Some("identity-resource"), OWN_WORDS);
    let answer = body(&mock.answer(&unknown));
    assert_eq!(answer["statusCode"], 400);
    assert_eq!(answer["correlationId"].as_str().unwrap().len(), 36);
}

#[test]
fn the_identity_endpoint_answers_with_strings() {
    let mock = Mock::new();
    for query in [
        FOR_EXCHANGE.to_owned(),
        format!(
            "{FOR_EXCHANGE}&client_id={}",
            IDENTITY_CLIENT.to_uppercase()
        ),
    ] {
        let request = bare_identity_request(&query).header("metadata", "true");
        let handled = mock.handled(&request);
        assert_eq!(handled.response.status, 200);
        let mut body = body(&handled.response);
        let claims = mock.verified(&body["access_token"].take());
        let expected = json!({
            "access_token": null, "client_id": IDENTITY_CLIENT, "expires_in": "86399", "ext_expires_in": "86399",
            "expires_on": (NOW + 86_400).to_string(), "not_before": (NOW - 300).to_string(), "resource": EXCHANGE,
            "token_type": "Bearer",
        });
        assert_eq!(body, expected);
        let claim = |name: &str| claims[name].clone();
        assert_eq!(
            (claim("aud"), claim("iss")),
            (TOKEN_EXCHANGE_APP.into(), ISSUER.into())
        );
        assert_eq!(
            (claim("sub"), claim("oid")),
            (IDENTITY.into(), IDENTITY.into())
        );
        assert_eq!(
            (claim("exp"), claim("iat")),
            ((NOW + 86_400).into(), (NOW - 300).into())
        );
    }
}

#[test]
fn the_identity_endpoint_refuses() {
    let mut mock = Mock::new();
    let request = bare_identity_request(FOR_EXCHANGE);
    let no_header = r#"{"error":"invalid_request","error_description":"Required metadata header not specified"}"#;
    for value in [
        None,
        Some("True"),
        Some("TRUE"),
        Some(" true"),
        Some(""),
        Some("1"),
        Some("true, true"),
    ] {
        let request = match value {
            Some(value) => request.clone().header("Metadata", value),
            None => request.clone(),
        };
        check(&mock, &request, 400, Some("metadata-header"), no_header);
    }
    let not_found = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    for id in ["", IDENTITY, "x"] {
        let request = identity_request(&format!("{FOR_EXCHANGE}&client_id={id}"));
        check(&mock, &request, 400, Some("identity-attached"), not_found);
    }
    for (resource, shown) in [
        (
            "api%3A%2F%2FAzureADTokenExchange%2F.default",
            "named api://AzureADTokenExchange/.default was",
        ),
        (
            "api://azureadtokenexchange",
            "named api://azureadtokenexchange was",
        ),
        ("api://AzureADTokenExchangeUSGov", "AADSTS500011"),
        ("%22%5C%00", "AADSTS500011"),
    ] {
        let request = identity_request(&format!("api-version=2018-02-01&resource={resource}"));
        check(&mock, &request, 400, Some("identity-resource"), shown);
    }
    let mut elsewhere = request.clone().header("Metadata", "true");
    elsewhere.url = elsewhere.url.replace("oauth2", "oauth");
    check(&mock, &elsewhere, 401, None, "unknown_source");
    mock.setting.host = "another-host".to_owned();
    check(
        &mock,
        &identity_request(FOR_EXCHANGE),
        400,
        Some("identity-attached"),
        not_found,
    );
}

#[test]
fn several_identities_need_a_client_id() {
    let mut mock = Mock::new();
    let mut second = mock.contoso().managed_identities[0].clone();
    second.client_id = CLIENT.into();
    mock.contoso().managed_identities.push(second);
    let request = identity_request(FOR_EXCHANGE);
    check(
        &mock,
        &request,
        400,
        Some("identity-attached"),
        "Multiple user assigned identities exist",
    );
    let named = identity_request(&format!("{FOR_EXCHANGE}&client_id={CLIENT}"));
    assert_eq!(mock.answer(&named).status, 200);
}
