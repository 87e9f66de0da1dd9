//! The v1.0 token endpoint.

use fedcred_core::entra::HttpRequest;
use serde_json::json;
use similar_asserts::assert_eq;

use super::*;

pub(super) fn v1_url() -> String {
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
        "expires_on": (NOW + 3600).to_string(), "not_before": (NOW - 300).to_string(),
        "resource": API_URI,
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
