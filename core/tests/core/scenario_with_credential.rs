//! The scenario made of a pasted token: its identity token is like the pasted one, and it ends as the rules say.

use fedcred_core::claims::TOKEN_EXCHANGE_APP;
use fedcred_core::errors::AadstsCode;
use fedcred_core::federation::{Credential, Hints, Rules, from_token};
use fedcred_core::flow::{Outcome, Scenario, Trace, run, scenario_with_credential};
use fedcred_core::jose::{self, Token};
use serde_json::{Value, json};
use similar_asserts::assert_eq;

const TENANT: &str = "7e0f3a52-1b6c-4d8e-9f20-3c4b5a697887";
const V2: &str = "https://login.microsoftonline.com/7e0f3a52-1b6c-4d8e-9f20-3c4b5a697887/v2.0";
const V1: &str = "https://sts.windows.net/7e0f3a52-1b6c-4d8e-9f20-3c4b5a697887/";
const SUBJECT: &str = "0d4b1c9e-5a77-4f3e-8b21-6e9f7c1a2b3d";
const OWN: &str = "5b6c7d8e-9f01-4234-8567-89abcdef0123";
const IAT: i64 = 1_726_000_000;
const NOW: i64 = 1_790_000_000;

/// The claims of a managed identity's token for the exchange.
fn pasted() -> Value {
    json!({
        "aud": TOKEN_EXCHANGE_APP, "iss": V2, "iat": IAT, "nbf": IAT, "exp": IAT + 86_700,
        "sub": SUBJECT, "oid": SUBJECT,
        "azp": "2f3e4d5c-6b7a-4899-8a0b-c1d2e3f40516", "azpacr": "2", "idtyp": "app", "tid": TENANT, "ver": "2.0",
    })
}

/// The token with these claims changed; `null` takes one away.
fn with(changes: &Value) -> Value {
    let mut claims = pasted();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    claims
}

#[track_caller]
fn token(claims: &Value) -> Token {
    jose::parse(&claims.to_string()).tokens.remove(0)
}

/// The scenario with the credential that is made of the token, as on the page.
fn made(claims: &Value, rules: Rules) -> Option<Scenario> {
    let token = token(claims);
    let hints = Hints {
        rules,
        ..Hints::default()
    };
    let credential = from_token(&token, &hints).credential;
    scenario_with_credential(token.payload()?, &credential, rules, NOW)
}

/// The scenario with a credential that holds the token's own values.
fn literal(claims: &Value, rules: Rules) -> Option<Scenario> {
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let credential = Credential {
        name: "literal".to_owned(),
        issuer: text("iss").into(),
        subject: text("sub").into(),
        audiences: vec![text("aud").into()],
        ..Credential::default()
    };
    scenario_with_credential(token(claims).payload()?, &credential, rules, NOW)
}

/// The claims of the identity's token in a trace.
#[track_caller]
fn identity_token(trace: &Trace) -> Value {
    let response = trace.steps[1].response.as_ref().unwrap();
    let body: Value = serde_json::from_str(&response.body).unwrap();
    let token = body["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{body}"));
    let parsed = jose::parse(token);
    serde_json::from_str(parsed.tokens[0].payload().unwrap().source()).unwrap()
}

#[track_caller]
fn check(scenario: Option<Scenario>, code: Option<u32>) -> Trace {
    let scenario = scenario.expect("a scenario");
    let written = Scenario::parse(&scenario.to_json());
    assert_eq!(
        (&written.scenario, written.diagnostics),
        (&scenario, Vec::new())
    );
    let trace = run(&scenario);
    let outcome = if code.is_none() {
        Outcome::Allowed
    } else {
        Outcome::Refused
    };
    assert_eq!(
        (trace.outcome, trace.code),
        (outcome, code.map(AadstsCode::new))
    );
    trace
}

#[track_caller]
fn check_same(trace: &Trace, claims: &Value, names: &[&str]) {
    let issued = identity_token(trace);
    for name in names {
        assert_eq!(issued[name], claims[name], "{name}");
    }
}

#[test]
fn a_token_for_the_exchange_is_issued_again_and_exchanged() {
    let claims = pasted();
    let trace = check(made(&claims, Rules::Current), None);
    check_same(
        &trace,
        &claims,
        &[
            "iss", "sub", "aud", "iat", "nbf", "exp", "oid", "tid", "azp", "ver",
        ],
    );
    assert_eq!(trace.circumstances.clock, IAT + 300);
    let by_uri = with(&json!({"aud": "api://AzureADTokenExchange"}));
    let trace = check(made(&by_uri, Rules::Current), None);
    assert_eq!(identity_token(&trace)["aud"], TOKEN_EXCHANGE_APP);
}

#[test]
fn the_article_s_audience_works_in_2022_only() {
    let claims = with(&json!({"aud": format!("api://{OWN}")}));
    let trace = check(literal(&claims, Rules::Preview2022), None);
    check_same(&trace, &claims, &["iss", "sub", "aud", "iat", "nbf"]);
    check(made(&claims, Rules::Preview2022), None);
    check(literal(&claims, Rules::Current), Some(7_002_121));
    check(made(&claims, Rules::Current), Some(7_002_121));
}

#[test]
fn other_tokens_of_entra_give_a_scenario_that_says_why_not() {
    for (changes, rules, code) in [
        (json!({"aud": OWN}), Rules::Preview2022, None),
        (json!({"aud": OWN}), Rules::Current, Some(7_002_121)),
        (
            json!({"aud": "https://management.azure.com/"}),
            Rules::Current,
            Some(7_002_121),
        ),
        (
            json!({"aud": "api://AzureADTokenExchangeUSGov"}),
            Rules::Current,
            Some(7_002_121),
        ),
        (
            json!({"aud": ["api://x", "y"]}),
            Rules::Current,
            Some(7_002_121),
        ),
        (
            json!({"iss": V1, "ver": "1.0", "aud": format!("api://{OWN}")}),
            Rules::Preview2022,
            None,
        ),
        (
            json!({"iss": V1, "ver": "1.0", "aud": format!("api://{OWN}")}),
            Rules::Current,
            Some(7_002_121),
        ),
        (
            json!({"iss": V1, "ver": "1.0", "aud": "https://management.azure.com/"}),
            Rules::Current,
            Some(7_002_121),
        ),
    ] {
        let claims = with(&changes);
        let trace = check(literal(&claims, rules), code);
        check_same(&trace, &claims, &["iss", "sub", "iat", "nbf"]);
        if claims["aud"].is_string()
            && (rules == Rules::Preview2022 || changes.get("iss").is_some())
        {
            check_same(&trace, &claims, &["aud"]);
        }
    }
}

#[test]
fn a_credential_of_others_is_refused() {
    let payload = token(&pasted());
    let payload = payload.payload().unwrap();
    let good = made(&pasted(), Rules::Current).unwrap();
    let good = good.directory.tenants[0].applications[0].federated_identity_credentials[0].clone();
    type Change = fn(&mut Credential);
    let rows: [(Change, u32); 7] = [
        (|c| c.issuer = V1.into(), 700_211),
        (|c| c.issuer = format!("{V2}/").into(), 700_211),
        (|c| c.issuer = "".into(), 700_211),
        (|c| c.subject = OWN.into(), 700_213),
        (|c| c.subject = SUBJECT.to_uppercase().into(), 7_002_138),
        (|c| c.audiences = vec![TOKEN_EXCHANGE_APP.into()], 700_212),
        (|c| c.audiences.clear(), 700_212),
    ];
    for (change, code) in rows {
        let mut credential = good.clone();
        change(&mut credential);
        check(
            scenario_with_credential(payload, &credential, Rules::Current, NOW),
            Some(code),
        );
    }
}

#[test]
fn no_scenario_where_there_is_nothing_to_issue() {
    for changes in [
        json!({"sub": null}),
        json!({"sub": 7}),
        json!({"sub": [SUBJECT]}),
        json!({"iss": null}),
        json!({"iss": 7}),
        json!({"iss": ""}),
        json!({"iss": "https://"}),
        json!({"iss": "http://oidc.example"}),
        json!({"iss": "https://oidc.example?x"}),
        json!({"iss": "https://oidc.example#x"}),
        json!({"iss": format!("{V2}/")}),
        json!({"iss": V2.to_uppercase()}),
        json!({"iss": V2.replace("https", "http")}),
        json!({"iss": format!(" {V2}")}),
        json!({"iss": V2.replace("microsoftonline.com", "microsoftonline.com.example")}),
        json!({"iss": V2.replace("/v2.0", "")}),
        json!({"iss": V1.trim_end_matches('/')}),
        json!({"iss": V1.replace("windows.net/", "windows.net/x/")}),
    ] {
        for rules in Rules::ALL {
            assert_eq!(made(&with(&changes), rules), None, "{changes}");
        }
    }
}

#[test]
fn the_token_of_another_issuer_is_issued_again_with_all_its_claims() {
    let issuer = "https://token.actions.githubusercontent.com";
    let claims = json!({
        "iss": issuer, "sub": "repo:o/r:ref:refs/heads/main", "aud": "api://AzureADTokenExchange",
        "iat": IAT, "nbf": IAT - 600, "exp": IAT + 300, "repository": "o/r", "x": [1.50, {"y": null}],
    });
    let scenario = made(&claims, Rules::Current).unwrap();
    let trace = run(&scenario);
    assert_eq!(trace.outcome, Outcome::Allowed);
    let answer = trace.steps[1].response.as_ref().unwrap();
    let sent = jose::parse(&answer.body).tokens.remove(0);
    let sent: Value = serde_json::from_str(sent.payload().unwrap().source()).unwrap();
    let mut expected = claims.clone();
    expected["jti"] = sent["jti"].clone();
    assert_eq!(sent, expected);
    let mut late = claims;
    late["exp"] = json!(IAT);
    assert_eq!(
        run(&made(&late, Rules::Current).unwrap()).code,
        Some(AadstsCode::ASSERTION_NOT_IN_TIME)
    );
}

#[test]
fn any_byte_that_changes_is_seen() {
    for audience in [TOKEN_EXCHANGE_APP.to_owned(), format!("api://{OWN}")] {
        let claims = with(&json!({ "aud": audience }));
        for rules in Rules::ALL {
            let trace = run(&made(&claims, rules).unwrap());
            for name in ["iss", "sub", "aud"] {
                let value = claims[name].as_str().unwrap();
                for at in 0..value.len() {
                    let other = if value[at..].starts_with('7') {
                        "8"
                    } else {
                        "7"
                    };
                    let value = format!("{}{other}{}", &value[..at], &value[at + 1..]);
                    let changed = made(&with(&json!({"aud": audience, name: value})), rules);
                    let same = changed.is_some_and(|scenario| run(&scenario) == trace);
                    assert!(!same, "{name}: {value}");
                }
            }
            for power in 0..10 {
                let iat = IAT + 10_i64.pow(power);
                let changed = made(&with(&json!({"aud": audience, "iat": iat})), rules);
                assert_ne!(run(&changed.unwrap()), trace, "{iat}");
            }
        }
    }
}

#[test]
fn any_time_gives_a_trace() {
    let iats = [
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN + 1),
        json!(i64::MIN),
        json!(i64::MAX - 299),
        json!(u64::MAX),
        json!(1.5e300),
        json!(253_402_300_800_i64),
        json!("1726000000"),
        json!(true),
        Value::Null,
    ];
    for iat in iats {
        for now in [NOW, i64::MAX, i64::MIN] {
            let token = token(&with(&json!({ "iat": iat })));
            let credential = from_token(&token, &Hints::default()).credential;
            let scenario = scenario_with_credential(
                token.payload().unwrap(),
                &credential,
                Rules::Current,
                now,
            );
            let trace = run(&scenario.unwrap());
            assert!(!trace.steps.is_empty());
            // The smallest number is out of the reader's range, as are those beyond it.
            let clock = match iat.as_i64().filter(|iat| *iat != i64::MIN) {
                Some(iat) => iat.saturating_add(300),
                None => now,
            };
            assert_eq!(trace.circumstances.clock, clock, "{iat}");
        }
    }
}

/// The mock's identity endpoint issues v2 tokens for the exchange, as Entra ID does: such a v1 token exists nowhere.
#[test]
fn a_v1_token_for_the_exchange_does_not_exist() {
    let claims = with(&json!({"iss": V1, "ver": "1.0"}));
    let trace = check(literal(&claims, Rules::Current), Some(700_211));
    assert_eq!(identity_token(&trace)["iss"], V2);
}
