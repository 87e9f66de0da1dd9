//! Requests that no endpoint takes: methods, hosts, damaged forms and sizes.

use fedcred_core::entra::{APP_SERVICE_ENDPOINT, HttpRequest};
use serde_json::json;
use similar_asserts::assert_eq;

use super::*;

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
