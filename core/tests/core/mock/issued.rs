//! Tokens that are issued: their claims, their signature and the answer that holds them.

use fedcred_core::claims::TOKEN_EXCHANGE_APP;
use fedcred_core::errors::AadstsCode;
use fedcred_core::federation::Rules;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use super::exchange::*;
use super::identity::{APP_FOR_EXCHANGE, FOR_EXCHANGE, app_request, identity_request};
use super::refusal_rows::Change;
use super::v1::v1_url;
use super::*;

#[test]
fn a_token_is_issued() {
    let claims = issued("as it is", &Exchange::new());
    let expected = json!({
        "aud": API, "iss": ISSUER, "sub": CLIENT_PRINCIPAL, "oid": CLIENT_PRINCIPAL, "azp": CLIENT, "azpacr": "2",
        "iat": NOW - 300, "nbf": NOW - 300, "exp": NOW + 3_600, "roles": ["Orders.Read"], "tid": CONTOSO, "ver": "2.0",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&claims[name], value, "{name}");
    }
}

/// What makes no difference, or makes another token.
#[test]
fn a_token_is_issued_all_the_same() {
    type Row = (&'static str, Change, &'static str, Value);
    #[rustfmt::skip]
    let rows: Vec<Row> = vec![
        ("domain", |x| x.tenant = "contoso.example".to_owned(), "tid", json!(CONTOSO)),
        ("case of the tenant", |x| x.tenant = CONTOSO.to_uppercase(), "tid", json!(CONTOSO)),
        ("case of the client id", |x| x.set("client_id", &CLIENT.to_uppercase()), "azp", json!(CLIENT)),
        ("charset", |x| x.headers = form("Application/X-WWW-form-urlencoded ; charset=utf-8"), "ver", json!("2.0")),
        ("field nobody knows", |x| x.set("x-client-SKU", "fedcred"), "ver", json!("2.0")),
        ("no nbf", |x| x.drop_claim("nbf"), "ver", json!("2.0")),
        ("nbf now", |x| x.claims["nbf"] = NOW.into(), "ver", json!("2.0")),
        ("exp in a second", |x| x.claims["exp"] = (NOW + 1).into(), "ver", json!("2.0")),
        ("audience in a list", |x| x.claims["aud"] = json!(["x", TOKEN_EXCHANGE_APP]), "ver", json!("2.0")),
        ("audience by URI", |x| x.claims["aud"] = EXCHANGE.into(), "ver", json!("2.0")),
        ("resource by client id", |x| x.set("scope", &format!("{API}/.default")), "aud", json!(API)),
        ("slash behind the resource", |x| x.set("scope", &format!("api://{API}//.default")), "aud", json!(API)),
        ("no roles", |x| { x.contoso().service_principals[0].app_role_assignments.clear() }, "roles", Value::Null),
        (
            "assignment required and there",
            |x| x.contoso().service_principals[1].app_role_assignment_required = true,
            "aud", json!(API),
        ),
        ("v1", |x| x.contoso().applications[1].requested_access_token_version = 1, "aud", json!(API_URI)),
        ("v1, issuer", |x| x.contoso().applications[1].requested_access_token_version = 1, "iss", json!(V1_ISSUER)),
        ("audience of 2022", |x| x.mock.setting.rules = Rules::Preview2022, "aud", json!(format!("api://{API}"))),
        (
            "own audience in 2022",
            |x| { x.mock.setting.rules = Rules::Preview2022; x.federated(ISSUER, IDENTITY, "api://own"); },
            "azp", json!(CLIENT),
        ),
        (
            "another case in 2022",
            |x| { x.mock.setting.rules = Rules::Preview2022; x.claims["sub"] = IDENTITY.to_uppercase().into(); },
            "azp", json!(CLIENT),
        ),
        (
            "multitenant application in another tenant",
            |x| {
                let principals = x.contoso().service_principals.clone();
                x.fabrikam().service_principals = principals;
                x.contoso().applications[0].sign_in_audience = "AzureADMultipleOrgs".to_owned();
                x.tenant = "fabrikam.example".to_owned();
            },
            "iss", json!(ISSUER.replace(CONTOSO, FABRIKAM)),
        ),
        (
            "credential that matches is not the first",
            |x| {
                let credentials = &mut x.contoso().applications[0].federated_identity_credentials;
                let mut other = credentials[0].clone();
                other.subject = CLIENT.into();
                credentials.insert(0, other);
            },
            "azp", json!(CLIENT),
        ),
        (
            "new key, both published",
            |x| {
                let mut entry = x.mock.directory.keys.signing[0].clone();
                (entry.kid, entry.key) = ("demo-2".to_owned(), "demo-2".to_owned());
                x.mock.directory.keys.signing.insert(0, entry);
            },
            "azp", json!(CLIENT),
        ),
    ];
    for (what, change, name, value) in rows {
        let mut exchange = Exchange::new();
        change(&mut exchange);
        assert_eq!(issued(what, &exchange)[name], value, "{what}");
    }
}

/// The issuer of v1 tokens has its metadata at its own address.
#[test]
fn metadata_of_the_v1_issuer_is_read() {
    let mut exchange = Exchange::new();
    exchange.federated(V1_ISSUER, IDENTITY, "api://own");
    let handled = exchange.handled();
    assert_eq!(
        handled.code,
        Some(AadstsCode::AUDIENCE_NOT_EXCHANGE),
        "{}",
        handled.response.body
    );
    assert_eq!(handled.fetches[0].request.host(), "sts.windows.net");
    exchange.mock.setting.rules = Rules::Preview2022;
    issued("v1 in 2022", &exchange);
}

/// The credential must have the v2 issuer (documented); the text of the code reported for v1 is not known.
#[test]
fn a_v1_token_for_the_exchange_is_refused_without_a_code() {
    let mut exchange = Exchange::new();
    exchange.federated(V1_ISSUER, IDENTITY, "api://AzureADTokenExchange");
    let handled = exchange.handled();
    assert_eq!((handled.code, handled.response.status), (None, 401));
    let failing = handled
        .checks
        .iter()
        .find(|c| c.verdict == CheckVerdict::Fail);
    assert_eq!(
        failing.map(|check| check.rule.as_str()),
        Some("entra-token")
    );
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
                    TOKEN_EXCHANGE_APP,
                    86_400,
                ),
                (
                    app_request(&format!("{APP_FOR_EXCHANGE}&client_id={IDENTITY_CLIENT}")),
                    TOKEN_EXCHANGE_APP,
                    86_400,
                ),
            ];
            for (request, resource, lifetime) in requests {
                let answer = mock.answer(&request);
                check_token(&answer, resource, lifetime);
                if let Some(id) = answer.header_value("x-ms-request-id") {
                    let uti = fedcred_core::claims::guid_to_base64url(id).unwrap();
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
    let decoded = |name: &str| {
        let claim = explanation.claims.iter().find(|claim| claim.name == name);
        claim
            .unwrap_or_else(|| panic!("{name}"))
            .decoded
            .iter()
            .map(|r| r.text.clone())
            .collect::<Vec<_>>()
    };
    let rh = decoded("rh");
    assert_eq!(rh[0], format!("tenant {CONTOSO}, the same as `tid`."));
    assert!(rh[1].starts_with(&format!("resource {resource}")), "{rh:?}");
    assert_eq!(decoded("uti").len(), 1);
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
    mock.setting.rules = Rules::Preview2022;
    let claims = claims(&mock.answer(&identity_request(FOR_EXCHANGE)));
    for name in ["rh", "xms_idrel"] {
        assert!(claims.get(name).is_none());
    }
    // An id that is no GUID cannot stand in `rh`.
    let mut mock = Mock::new();
    mock.contoso().id = "contoso".into();
    let odd = mock.answer(&identity_request(FOR_EXCHANGE));
    assert!(self::claims(&odd).get("rh").is_none());
}
