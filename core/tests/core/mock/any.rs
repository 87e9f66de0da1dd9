//! Whatever a request holds, the mock answers and lets nobody in.

use fedcred_core::errors::AadstsCode;
use fedcred_core::federation::Rules;
use proptest::prelude::*;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use super::exchange::*;
use super::*;

#[test]
fn an_empty_directory_refuses_and_never_panics() {
    let mut exchange = Exchange::new();
    exchange.mock.directory = Directory::default();
    assert_eq!(exchange.handled().code, Some(AadstsCode::TENANT_NOT_FOUND));
    exchange.mock.directory.tenants = vec![Tenant::default()];
    for tenant in ["", "common", CONTOSO, "."] {
        exchange.tenant = tenant.to_owned();
        assert!(!exchange.handled().response.body.contains("access_token"));
    }
    let mut exchange = Exchange::new();
    exchange.mock.directory.keys.signing[0].key = "demo-3".to_owned();
    assert_eq!(
        exchange.handled().code,
        Some(AadstsCode::KEY_NOT_PUBLISHED),
        "no key is published"
    );
}

/// Field values: anything, or a good one, or a damaged assertion.
fn value() -> impl Strategy<Value = String> {
    let token = Exchange::new().signed();
    let damaged = (0..token.len(), any::<char>())
        .prop_map(move |(at, c)| format!("{}{c}{}", &token[..at], &token[at + 1..]));
    prop_oneof![
        ".{0,40}",
        "[a-z_/.:=&%{}\"\\\\]{0,30}",
        prop::sample::select(vec![
            CLIENT,
            "client_credentials",
            ASSERTION_TYPE,
            "api://x/.default"
        ])
        .prop_map(str::to_owned),
        damaged,
    ]
}

const FIELDS: [&str; 6] = [
    "client_id",
    "scope",
    "client_assertion_type",
    "client_assertion",
    "grant_type",
    "x",
];

/// Addresses: those of the mock, nearly those, and anything.
const URLS: &str = "(https?://(login\\.microsoftonline\\.com|169\\.254\\.169\\.254|sts\\.windows\\.net|.{0,9})\
    /(c0c0c0c0-0000-4000-8000-000000000001|metadata|.{0,9})\
    /(oauth2/v2\\.0/token|v2\\.0/\\.well-known/openid-configuration|discovery/keys|identity/oauth2/token|.{0,9})\
    (\\?.{0,30})?|.{0,30})";
const HEADER_NAMES: &str = "(Metadata|Content-Type|.{0,5})";
const HEADER_VALUES: &str = "(true|application/x-www-form-urlencoded|.{0,9})";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn any_fields_give_an_answer(
        fields in prop::collection::vec((prop::sample::select(FIELDS.to_vec()), value()), 0..8),
        valid in 0..4_u8,
        preview in any::<bool>(),
        now in prop_oneof![any::<i64>(), proptest::strategy::Just(NOW)],
        id in ".{0,20}",
    ) {
        let mut exchange = Exchange::new();
        exchange.now = now;
        exchange.headers.push(("client-request-id".to_owned(), id));
        if preview {
            exchange.mock.setting.rules = Rules::Preview2022;
        }
        if valid < 3 {
            exchange.assertion = Some(String::new());
        }
        if valid == 0 {
            exchange.fields.clear();
        }
        let honest = exchange.signed();
        for (name, value) in fields.iter().filter(|(_, value)| *value != honest) {
            exchange.set(name, value);
        }
        let response = exchange.handled().response;
        prop_assert!(matches!(response.status, 200 | 400 | 401));
        prop_assert!(serde_json::from_str::<Value>(&response.body).is_ok());
        prop_assert!(response.status != 200 || valid == 3, "{:?}", exchange.fields);
    }

    #[test]
    fn any_request_gives_an_answer(
        method in "(GET|POST|[A-Z]{0,5})",
        url in URLS,
        tenant in ".{0,20}",
        headers in prop::collection::vec((HEADER_NAMES, HEADER_VALUES), 0..3),
        body in ".{0,60}",
        now in any::<i64>(),
    ) {
        let mut exchange = Exchange::new();
        let request = HttpRequest { method, url, headers, body };
        let handled = exchange.mock.entra().handle(now, &request);
        prop_assert!((200..500).contains(&handled.response.status));
        exchange.tenant = tenant;
        let handled = exchange.handled();
        prop_assert!((200..500).contains(&handled.response.status));
    }

    #[test]
    fn any_token_that_is_not_the_honest_one_is_refused(
        header in ".{0,30}",
        claims in prop::collection::vec((prop::sample::select(vec!["iss", "sub", "aud", "exp", "nbf"]), value()), 0..3),
        number in any::<f64>(),
        place in prop::sample::select(vec!["iss", "sub", "aud", "exp", "nbf", "scp"]),
    ) {
        let mut exchange = Exchange::new();
        exchange.header["kid"] = header.into();
        for (name, value) in claims {
            exchange.claims[name] = value.into();
        }
        exchange.claims[place] = json!(number);
        prop_assert!(exchange.handled().response.status != 200);
    }
}
