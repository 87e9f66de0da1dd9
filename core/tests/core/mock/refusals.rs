//! Each refusal of the token endpoint: its code, its status, the rule that fails and its body.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use fedcred_core::entra::APP_SERVICE_HEADER;
use fedcred_core::errors::{AadstsCode, CatalogueEntry, catalogue};
use fedcred_core::federation::Rules;
use fedcred_core::text::time;
use serde_json::json;
use similar_asserts::assert_eq;

use super::exchange::*;
use super::refusal_rows::*;
use super::*;

#[track_caller]
fn check(rows: &[Row]) {
    for (what, change, code, status, rule, text) in rows {
        let mut exchange = Exchange::new();
        change(&mut exchange);
        let handled = exchange.handled();
        let failing = handled
            .checks
            .iter()
            .find(|c| c.verdict == CheckVerdict::Fail);
        let found = (
            handled.code,
            handled.response.status,
            failing.map(|c| c.rule.as_str()),
        );
        assert_eq!(
            found,
            (code.map(AadstsCode::new), *status, Some(*rule)),
            "{what}: {}",
            handled.response.body
        );
        check_order(what, &handled);
        check_body(what, &exchange, &handled, text);
    }
}

/// Checks come in one order; what comes after the failing one is not reached.
#[track_caller]
fn check_order(what: &str, handled: &Handled) {
    static ORDER: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        Exchange::new()
            .handled()
            .checks
            .iter()
            .map(|c| c.rule.as_str())
            .collect()
    });
    let found: Vec<_> = handled.checks.iter().map(|c| c.rule.as_str()).collect();
    assert_eq!(found, *ORDER, "{what}");
    let mut rest = handled
        .checks
        .iter()
        .skip_while(|c| matches!(c.verdict, CheckVerdict::Pass | CheckVerdict::Skipped));
    assert_eq!(
        rest.next().map(|c| c.verdict),
        Some(CheckVerdict::Fail),
        "{what}"
    );
    assert!(
        rest.all(|c| c.verdict == CheckVerdict::NotReached),
        "{what}"
    );
}

/// The shape of an error (entra-docs: handling error codes; recorded bodies).
#[track_caller]
fn check_body(what: &str, exchange: &Exchange, handled: &Handled, text: &str) {
    let response = &handled.response;
    let body = body(response);
    let member = |name: &str| {
        body[name]
            .as_str()
            .unwrap_or_else(|| panic!("{what}: {name}"))
    };
    let timestamp = time::entra_timestamp(exchange.now);
    let (trace, correlation) = (member("trace_id"), member("correlation_id"));
    let (between, entry) = (" ", handled.code.and_then(AadstsCode::entry));
    let between = if exchange.mock.setting.rules == Rules::Preview2022 {
        "\r\n"
    } else {
        between
    };
    let end = format!(
        "{between}Trace ID: {trace}{between}Correlation ID: {correlation}{between}Timestamp: {timestamp}"
    );
    let message = member("error_description").strip_suffix(&end);
    let message = message.unwrap_or_else(|| panic!("{what}: {body}"));
    assert!(message.contains(text), "{what}: {message}");
    assert_eq!(member("timestamp"), timestamp, "{what}");
    assert_eq!(
        member("error") == "invalid_client",
        response.status == 401,
        "{what}"
    );
    let mut names = vec![
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
    ];
    match entry {
        Some(entry) => {
            let code = handled.code.map_or(0, AadstsCode::number);
            assert!(
                message.starts_with(&format!("AADSTS{code}: ")),
                "{what}: {message}"
            );
            assert!(!message.contains(['{', '}']), "{what}: {message}");
            assert_eq!(body["error_codes"], json!([code]), "{what}");
            assert_eq!(
                (entry.error.as_deref(), entry.status),
                (Some(member("error")), Some(response.status))
            );
            let uri = format!("https://{}/error?code={code}", exchange.host);
            assert_eq!(
                body.get("error_uri"),
                entry.error_uri.then_some(&json!(uri)),
                "{what}"
            );
            names.extend(entry.error_uri.then_some("error_uri"));
        }
        None => {
            assert!(
                !message.contains("AADSTS") && message.contains("Fedcred"),
                "{what}: {message}"
            );
            assert_eq!(body["error_codes"], json!([]), "{what}");
        }
    }
    let found: BTreeSet<_> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(found, names.into_iter().collect(), "{what}");
    assert_eq!(
        response.header_value("x-ms-request-id"),
        Some(trace),
        "{what}"
    );
    check_headers(response);
}

#[test]
fn requests_that_are_refused() {
    check(REQUEST);
}

#[test]
fn assertions_that_are_no_signed_token_of_somebody() {
    check(ASSERTION);
}

#[test]
fn clients_that_are_refused() {
    check(CLIENTS);
}

#[test]
fn assertions_that_nobody_vouches_for() {
    check(SIGNATURE);
}

#[test]
fn assertions_out_of_their_time() {
    check(TIME);
}

#[test]
fn assertions_that_match_no_credential() {
    check(MATCHING);
}

#[test]
fn resources_that_are_refused() {
    check(RESOURCE);
}

/// An error of the catalogue is either answered here or says why it is not; what is not in it is not answered.
#[test]
fn every_error_is_reached_or_says_why_not() {
    let rows = TABLES.iter().copied().flatten();
    let reached: BTreeSet<_> = rows
        .filter_map(|(_, change, ..)| {
            let mut exchange = Exchange::new();
            change(&mut exchange);
            exchange.handled().code
        })
        .collect();
    let sent = catalogue().filter(|entry| entry.unsent.is_none());
    let (coded, without): (Vec<_>, Vec<_>) = sent.partition(|entry| entry.code.is_some());
    // Graph's are in its own tests.
    let of_identity = |e: &&&CatalogueEntry| {
        e.error
            .as_deref()
            .is_none_or(|error| error == "invalid_request")
    };
    let instance = HttpRequest::get(
        "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1&authorization_endpoint=https://x/",
    );
    let instance = Mock::new().entra().handle(NOW, &instance).code;
    let reached = reached.into_iter().chain(instance).collect();
    assert_eq!(
        coded.iter().filter_map(|e| e.code).collect::<BTreeSet<_>>(),
        reached
    );
    let texts: BTreeSet<_> = [
        ("http://169.254.169.254/metadata/identity/oauth2/token", ""),
        ("http://169.254.169.254/metadata/identity/oauth2/token", "true"),
        ("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x&client_id=x", "true"),
        ("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x", "true"),
        ("http://localhost:4141/MSI/token/?api-version=2019-08-01&resource=x&client_id=x", ""),
    ]
    .into_iter()
    .map(|(url, metadata)| {
        let request = HttpRequest::get(url)
            .header("Metadata", metadata)
            .header("X-IDENTITY-HEADER", APP_SERVICE_HEADER);
        let mut exchange = Exchange::new();
        let mut second = exchange.contoso().managed_identities[0].clone();
        second.client_id = CLIENT.into();
        exchange.contoso().managed_identities.push(second);
        let response = exchange.mock.entra().handle(NOW, &request).response;
        let body = body(&response);
        let text = body["error_description"].as_str().or(body["message"].as_str());
        (Some(response.status), text.map(str::to_owned))
    })
    .collect();
    assert_eq!(
        texts,
        without
            .iter()
            .filter(of_identity)
            .map(|e| (e.status, e.template.clone()))
            .collect()
    );
}

#[test]
fn every_rule_but_none_else_fails_somewhere() {
    let rows = TABLES.iter().copied().flatten();
    let failing: BTreeSet<_> = rows.map(|(_, _, _, _, rule, _)| *rule).collect();
    let all = Exchange::new().handled().checks;
    assert_eq!(
        failing,
        all.iter().map(|check| check.rule.as_str()).collect()
    );
}

#[test]
fn an_expression_that_matches_takes_the_place_of_a_subject() {
    let mut exchange = Exchange::new();
    exchange.flexible(&format!(
        "claims['oid'] eq '{IDENTITY}' and claims['sub'] matches 'aaaa*'"
    ));
    assert_eq!(exchange.handled().code, None);
}

#[test]
fn several_faults_are_told_in_the_order_of_the_checks() {
    let mut exchange = Exchange::new();
    let faults: [(Change, u32); 8] = [
        (|x| x.set("scope", "x"), 1_002_012),
        (|x| x.claims["aud"] = "x".into(), 7_002_121),
        (|x| x.claims["sub"] = "x".into(), 700_213),
        (|x| x.claims["exp"] = 0.into(), 700_024),
        (|x| x.header["kid"] = "x".into(), 7_000_272),
        (|x| x.claims["iss"] = "x".into(), 700_211),
        (|x| x.set("client_id", "x"), 700_016),
        (|x| x.set("grant_type", "x"), 70_003),
    ];
    for (fault, code) in faults {
        fault(&mut exchange);
        assert_eq!(exchange.handled().code, Some(AadstsCode::new(code)));
    }
}

#[test]
fn the_id_of_the_request_comes_back() {
    let mut exchange = Exchange::new();
    exchange.tenant = FABRIKAM.to_owned();
    let own = body(&exchange.handled().response);
    exchange
        .headers
        .push(("Client-Request-Id".to_owned(), "0f0f0f0f-1".to_owned()));
    let given = body(&exchange.handled().response);
    assert_eq!(given["correlation_id"], "0f0f0f0f-1");
    assert_ne!(own["correlation_id"], own["trace_id"]);
    assert_eq!(
        own["trace_id"], given["trace_id"],
        "the same seed and number"
    );
    let mut entra = exchange.mock.entra();
    let ids: BTreeSet<_> = (0..5)
        .map(|_| body(&entra.handle(NOW, &exchange.request()).response)["trace_id"].to_string())
        .collect();
    assert_eq!(ids.len(), 5, "each request has an id of its own");
    assert!(ids.iter().all(|id| id.len() == 38 && id.ends_with("00\"")));
}

/// 7000216 speaks of the client credentials grant alone.
#[test]
fn another_grant_is_not_told_that_an_assertion_is_missing() {
    check(&[(
        "another grant",
        |x| {
            x.set("grant_type", "refresh_token");
            x.without("client_assertion");
        },
        Some(70_003),
        400,
        "grant-type",
        "'refresh_token'",
    )]);
}

#[test]
fn a_key_named_by_its_thumbprint_alone_is_looked_up() {
    let mut exchange = Exchange::new();
    exchange.header = json!({"alg": "RS256", "x5t": "demo-1"});
    issued("thumbprint", &exchange);
    check(&[(
        "unknown thumbprint",
        |x| x.header = json!({"alg": "RS256", "x5t": "3wEB"}),
        Some(7_000_272),
        401,
        "key",
        "identifier DF0101 used",
    )]);
}

#[test]
fn rs384_is_not_called_unsupported_by_a_text_that_lists_it() {
    let rows: [Row; 2] = [
        (
            "RS384",
            |x| x.header["alg"] = "RS384".into(),
            None,
            401,
            "algorithm",
            "with RS384",
        ),
        (
            "RS512",
            |x| x.header["alg"] = "RS512".into(),
            None,
            401,
            "algorithm",
            "with RS512",
        ),
    ];
    check(&rows);
}

/// The text of 9001023 recommends /organizations.
#[test]
fn organizations_is_not_told_to_use_organizations() {
    check(&[(
        "organizations",
        |x| x.tenant = "organizations".to_owned(),
        None,
        400,
        "grant-type",
        "names no tenant",
    )]);
}
