//! What Graph refuses: changes, objects and tokens.

use serde_json::json;
use similar_asserts::assert_eq;

use super::*;

#[test]
fn changes_that_are_refused() {
    let mut entra = mock();
    let new = github("shop").to_string();
    assert_eq!(
        entra
            .handle(NOW, &request("POST", &collection(), &new))
            .response
            .status,
        201
    );
    let taken = json!({"issuer": ISSUER, "subject": IDENTITY}).to_string();
    let missing = json!({"audiences": []}).to_string();
    for (patch, status, code, text) in [
        (
            r#"{"name":"other"}"#,
            400,
            BAD,
            "The name cannot be changed.",
        ),
        (r#"{"name":null}"#, 400, BAD, "The name cannot be changed."),
        (&*taken, 400, VALUE, "must be unique"),
        (&missing, 400, BAD, "audience"),
        (r#"{"subject":""}"#, 400, BAD, "The subject is empty"),
        (r#"{"nothing":""}"#, 400, BAD, "'nothing'"),
    ] {
        refused(
            &mut entra,
            &request("PATCH", &item("shop"), patch),
            status,
            code,
            text,
        );
    }
    let no_json = "Unable to read JSON request payload. \
        Please ensure Content-Type header is set and payload is of valid JSON format.";
    for text in [
        "",
        "x",
        "[]",
        "null",
        "\"x\"",
        "{",
        "{\"name\":}",
        "{}x",
        "{\"a\":1}{}",
    ] {
        for (method, url) in [("PATCH", item("shop")), ("POST", collection())] {
            refused(
                &mut entra,
                &request(method, &url, text),
                400,
                "BadRequest",
                no_json,
            );
        }
    }
    for media_type in [
        "",
        "text/plain",
        "application/jsonx",
        "application/x-www-form-urlencoded",
    ] {
        let mut wrong = request("POST", &collection(), &github("other").to_string());
        wrong.headers[1].1 = media_type.to_owned();
        refused(&mut entra, &wrong, 400, "BadRequest", no_json);
    }
    let mut charset = request("POST", &collection(), &github("other").to_string());
    charset.headers[1].1 = "Application/JSON;charset=utf-8".to_owned();
    assert_eq!(entra.handle(NOW, &charset).response.status, 201);
}

#[test]
fn objects_that_are_not_there() {
    let mut entra = mock();
    let tail = "federatedIdentityCredentials";
    for (url, text) in [
        (
            format!("{GRAPH}/applications/{IDENTITY}/{tail}"),
            "Resource 'aaaaaaaa-0000-4000-8000-000000000002' does not exist or one of its queried",
        ),
        (
            format!("{GRAPH}/applications/{CLIENT}/{tail}"),
            "does not exist",
        ),
        (
            format!("{GRAPH}/applications(appId='{OBJECT}')/{tail}"),
            "does not exist",
        ),
        (
            format!("{GRAPH}/applications(appId='')/{tail}"),
            "does not exist",
        ),
        (
            item("nobody"),
            "FederatedIdentityCredential with name nobody not found.",
        ),
        (item("MI-billing-contoso"), "not found."),
        (format!("{GRAPH}/applications/{OBJECT}"), "The mock has"),
        (
            format!("{GRAPH}/applications(id='{OBJECT}')/{tail}"),
            "The mock has",
        ),
        (
            format!("{GRAPH}/applications(appId={CLIENT})/{tail}"),
            "The mock has",
        ),
        (
            format!("{GRAPH}/applications/{OBJECT}/federatedidentitycredentials"),
            "The mock has",
        ),
        (
            format!("{GRAPH}/applications/{OBJECT}/{tail}/x/y"),
            "The mock has",
        ),
        (format!("{GRAPH}/applications/%zz/{tail}"), "The mock has"),
        (
            format!("{GRAPH}/servicePrincipals/{OBJECT}/{tail}"),
            "The mock has",
        ),
        (
            format!("https://graph.microsoft.com/v2.0/applications/{OBJECT}/{tail}"),
            "The mock has",
        ),
        ("https://graph.microsoft.com/".to_owned(), "The mock has"),
        ("https://graph.microsoft.com".to_owned(), "The mock has"),
    ] {
        refused(
            &mut entra,
            &request("GET", &url, ""),
            404,
            "Request_ResourceNotFound",
            text,
        );
    }
    // The credential of another application is not this one's.
    let api = format!("{GRAPH}/applications(appId='dddddddd-0000-4000-8000-000000000006')/{tail}");
    let answer = entra.handle(NOW, &request("GET", &api, "")).response;
    assert_eq!(body(&answer)["value"], json!([]));
    // Without an object id the app id stands for it.
    let plain = api.replace("(appId='", "/").replace("')", "");
    assert_eq!(
        entra
            .handle(NOW, &request("GET", &plain, ""))
            .response
            .status,
        200
    );
    for (method, url, allowed) in [
        ("PATCH", collection(), "GET, POST"),
        ("DELETE", collection(), "GET, POST"),
        ("OPTIONS", collection(), "GET, POST"),
        ("POST", item(CREDENTIAL), "GET, PATCH, DELETE"),
        ("PUT", item(CREDENTIAL), "GET, PATCH, DELETE"),
        ("get", item(CREDENTIAL), "GET, PATCH, DELETE"),
    ] {
        let answer = entra.handle(NOW, &request(method, &url, "{}")).response;
        assert_eq!(
            (answer.status, answer.header_value("Allow")),
            (405, Some(allowed)),
            "{method}"
        );
    }
}

/// A token of the client for Graph.
fn token_of(entra: &mut Entra, resource: &str) -> String {
    let url = format!("{IMDS}?api-version=2018-02-01&resource={EXCHANGE}");
    let answer = entra
        .handle(NOW, &HttpRequest::get(url).header("Metadata", "true"))
        .response;
    let assertion = body(&answer)["access_token"].as_str().unwrap().to_owned();
    let form = [
        ("client_id", CLIENT),
        ("scope", &*format!("{resource}/.default")),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", &assertion),
        ("grant_type", "client_credentials"),
    ];
    let url = format!("https://login.microsoftonline.com/{CONTOSO}/oauth2/v2.0/token");
    let answer = entra
        .handle(NOW, &HttpRequest::post_form(url, &form))
        .response;
    body(&answer)["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer.body))
        .to_owned()
}

fn with_token(token: &str, method: &str) -> HttpRequest {
    let mut request = request(method, &collection(), &github("shop").to_string());
    request.headers[0].1 = format!("Bearer {token}");
    request
}

#[test]
fn a_token_for_graph_with_its_role_is_taken() {
    let mut entra = mock();
    for resource in [
        "https://graph.microsoft.com",
        "https://graph.microsoft.com/",
        "00000003-0000-0000-c000-000000000000",
    ] {
        let token = token_of(&mut entra, resource);
        assert_eq!(
            entra
                .handle(NOW, &with_token(&token, "GET"))
                .response
                .status,
            200
        );
    }
    let token = token_of(&mut entra, "https://graph.microsoft.com");
    assert_eq!(
        entra
            .handle(NOW, &with_token(&token, "POST"))
            .response
            .status,
        201
    );
}

#[test]
fn other_tokens_are_not_taken() {
    let mut entra = mock();
    let invalid = "InvalidAuthenticationToken";
    for header in ["", "Bearer", "Bearer ", "bearer ", "Basic x", GRAPH_TOKEN] {
        let mut request = request("GET", &collection(), "");
        request.headers[0].1 = header.to_owned();
        refused(&mut entra, &request, 401, invalid, "Access token is empty.");
    }
    let mut lower = request("GET", &collection(), "");
    lower.headers[0].1 = format!("bearer {GRAPH_TOKEN}");
    assert_eq!(entra.handle(NOW, &lower).response.status, 200);
    let mut bare = request("GET", &collection(), "");
    bare.headers.clear();
    refused(&mut entra, &bare, 401, invalid, "Access token is empty.");
    let token = token_of(&mut entra, "https://graph.microsoft.com");
    for damaged in [
        "x".to_owned(),
        GRAPH_TOKEN.to_uppercase(),
        format!("{GRAPH_TOKEN} "),
        format!("{token}x"),
        format!(" {token}"),
        format!("{token} {token}"),
        token.rsplit_once('.').unwrap().0.to_owned() + ".",
    ] {
        refused(
            &mut entra,
            &with_token(&damaged, "GET"),
            401,
            invalid,
            "The mock did not issue this token",
        );
    }
    let later = entra
        .handle(NOW + 3601, &with_token(&token, "GET"))
        .response;
    assert_eq!(later.status, 401, "{}", later.body);
    let other = token_of(&mut entra, "api://dddddddd-0000-4000-8000-000000000006");
    refused(
        &mut entra,
        &with_token(&other, "GET"),
        401,
        invalid,
        "for another API",
    );

    let mut scenario = with_graph();
    let granted = &mut scenario.directory.tenants[0].service_principals[0].app_role_assignments;
    granted.last_mut().unwrap().app_role_id = "2".to_owned();
    let mut reader = of(&scenario);
    let token = token_of(&mut reader, "https://graph.microsoft.com");
    assert_eq!(
        reader
            .handle(NOW, &with_token(&token, "GET"))
            .response
            .status,
        200
    );
    let denied = "Authorization_RequestDenied";
    refused(
        &mut reader,
        &with_token(&token, "POST"),
        403,
        denied,
        "Insufficient privileges to complete the operation.",
    );
    scenario.directory.tenants[0].service_principals[0]
        .app_role_assignments
        .pop();
    let mut nobody = of(&scenario);
    let token = token_of(&mut nobody, "https://graph.microsoft.com");
    refused(
        &mut nobody,
        &with_token(&token, "GET"),
        403,
        denied,
        "Insufficient",
    );

    // A token of one tenant does not see the applications of another.
    let mut scenario = self::with_graph();
    let mut other = scenario.directory.tenants[0].clone();
    other.managed_identities.clear();
    let client = other.applications.remove(0);
    scenario.directory.tenants[0].applications[0].object_id = "x".into();
    (other.id, other.default_domain, other.applications) =
        ("other".into(), String::new(), vec![client]);
    scenario.directory.tenants.push(other);
    let mut entra = of(&scenario);
    let token = token_of(&mut entra, "https://graph.microsoft.com");
    refused(
        &mut entra,
        &with_token(&token, "GET"),
        404,
        "Request_ResourceNotFound",
        OBJECT,
    );
}
