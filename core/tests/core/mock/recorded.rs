//! Bodies of refusals that others published: the mock answers with the same.

use fedcred_core::federation::Rules;
use fedcred_core::text::time;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use super::exchange::*;
use super::*;

/// The body with the trace id, which is the server's own, replaced.
fn without_trace(body: &str) -> Value {
    let id = serde_json::from_str::<Value>(body).unwrap()["trace_id"]
        .as_str()
        .unwrap()
        .to_owned();
    serde_json::from_str(&body.replace(&id, "TRACE")).unwrap()
}

#[track_caller]
fn check_real(exchange: &mut Exchange, at: &str, correlation: &str, status: u16, real: &str) {
    exchange.now = time::parse(at).unwrap();
    exchange
        .headers
        .push(("client-request-id".to_owned(), correlation.to_owned()));
    for (name, distance) in [("nbf", -60), ("exp", 60)] {
        exchange.claims[name] = (exchange.now + distance).into();
    }
    let handled = exchange.handled();
    assert_eq!(without_trace(&handled.response.body), without_trace(real));
    assert_eq!(handled.response.status, status);
}

/// Azure/azure-workload-identity issue 616 (2022).
#[test]
fn real_body_of_70021() {
    let mut exchange = Exchange::new();
    exchange.mock.setting.rules = Rules::Preview2022;
    exchange.claims["iss"] = "https://kubernetes.default.svc.cluster.local".into();
    exchange.claims["sub"] = "system:serviceaccount:default:workload-identity-sa".into();
    exchange.claims["aud"] = json!([EXCHANGE]);
    let real = include_str!("../../recorded/error-70021.json");
    let correlation = "dffc6012-a4af-4f00-80ab-3e831069b3cc";
    check_real(
        &mut exchange,
        "2022-10-27T23:39:22Z",
        correlation,
        400,
        real,
    );
}

/// MicrosoftDocs/azure-docs issue 43780 (2019).
#[test]
fn real_body_of_900144() {
    let mut exchange = Exchange::new();
    exchange.mock.setting.rules = Rules::Preview2022;
    exchange.without("grant_type");
    let real = include_str!("../../recorded/error-900144.json");
    let correlation = "f669e3e6-57ee-4725-baab-186cb844e7bd";
    check_real(
        &mut exchange,
        "2019-11-29T06:39:27Z",
        correlation,
        400,
        real,
    );
}

/// Azure/login issue 461 (2024), with the wording and the link of 2025.
#[test]
fn real_body_of_700213() {
    let mut exchange = Exchange::new();
    exchange.claims["sub"] = "repo:orgName/repoName:pull_request".into();
    let real = include_str!("../../recorded/error-700213.json")
        .replace("Please check", "Check")
        .replace(
            "docs.microsoft.com/en-us/azure/active-directory/develop",
            "learn.microsoft.com/entra/workload-id",
        )
        .replace("\"traceId\"", "\"a-trace-id\"")
        .replace("Trace ID: traceId", "Trace ID: a-trace-id")
        .replace("correlationId", "a-correlation-id");
    check_real(
        &mut exchange,
        "2024-06-13T15:40:46Z",
        "a-correlation-id",
        401,
        &real,
    );
}

/// Azure/azure-workload-identity issue 1232 (2024), with the issuer of this test.
#[test]
fn real_body_of_7000272() {
    let mut exchange = Exchange::new();
    exchange.header["kid"] = "36GEq14rP2UpuM_OGVMFAUI24pc".into();
    let real = include_str!("../../recorded/error-7000272.json")
        .replace("https://oidc.svasys.com", ISSUER);
    let correlation = "ba0dd475-3cd4-47f7-9a6a-046821c5ad7a";
    check_real(
        &mut exchange,
        "2024-01-14T20:29:53Z",
        correlation,
        401,
        &real,
    );
}
