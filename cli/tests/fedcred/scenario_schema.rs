//! docs/schemas/scenario.json: schema and parser agree on which scenarios are right.

use fedcred_core::flow::Scenario;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::scenario;
use crate::schemas::{changed, schema};

/// Schema and parser must agree on whether a scenario is right.
#[track_caller]
fn check_scenario(scenario: &Value, is_right: bool) {
    let diagnostics = Scenario::parse(&scenario.to_string()).diagnostics;
    let accepted = schema("scenario").validator.is_valid(scenario);
    assert_eq!(
        diagnostics.is_empty(),
        is_right,
        "the parser: {diagnostics:#?}"
    );
    assert_eq!(accepted, is_right, "the schema");
}

fn shipped(name: &str) -> Value {
    serde_json::from_str(&scenario(name)).expect("JSON")
}

const TENANT: &str = "/directory/tenants/0";
const APPLICATION: &str = "/directory/tenants/0/applications/0";
const CREDENTIAL: &str = "/directory/tenants/0/applications/0/federatedIdentityCredentials/0";

#[test]
fn wrong_scenarios_are_refused_by_schema_and_parser() {
    let right = shipped("wrong-subject");
    check_scenario(&right, true);
    for value in [json!([]), json!("text"), json!(1), json!({})] {
        check_scenario(&value, false);
    }
    for (object, name, value) in [
        ("", "fedcred", json!(2)),
        ("", "fedcred", json!("1")),
        ("", "title", json!(1)),
        ("", "about", json!(["x"])),
        ("", "rules", json!("preview2023")),
        ("", "cloud", json!("Global")),
        ("", "clock", json!(true)),
        ("", "colour", json!("unknown field")),
        ("", "faults", json!("case")),
        ("", "faults", json!(["no-such-fault"])),
        ("", "before", json!({})),
        ("", "before", json!([{"method": "GET"}])),
        ("", "expect", json!([])),
        ("/expect", "outcome", json!("Allowed")),
        ("/expect", "code", json!("AADSTS700213")),
        ("/expect", "stepsAtLeast", json!("12")),
        ("/expect", "steps", json!(12)),
        ("", "directory", json!([])),
        ("/directory", "tenants", json!({})),
        ("/directory", "metadataUnreachable", json!("yes")),
        ("/directory", "metadataCache", json!({"seconds": 1})),
        ("/directory", "signingKeys", json!([{"kid": "a"}])),
        (
            "/directory",
            "externalIssuers",
            json!([{"issuer": "https://a.example"}]),
        ),
        (TENANT, "id", Value::Null),
        (TENANT, "domain", json!("contoso.example")),
        (APPLICATION, "appId", json!(7)),
        (APPLICATION, "identifierUris", json!("api://a")),
        (APPLICATION, "identifierUris", json!([1])),
        (
            APPLICATION,
            "api",
            json!({"requestedAccessTokenVersion": "2"}),
        ),
        (APPLICATION, "appRoles", json!([{"value": "a"}])),
        (CREDENTIAL, "subject", Value::Null),
        (CREDENTIAL, "audiences", json!("api://a")),
        (
            CREDENTIAL,
            "claimsMatchingExpression",
            json!("claims['sub'] eq 'a'"),
        ),
        (CREDENTIAL, "createdAt", json!(false)),
        (
            "/directory/tenants/0/managedIdentities/0",
            "type",
            json!("System"),
        ),
        (
            "/directory/tenants/0/servicePrincipals/0",
            "appRoleAssignmentRequired",
            json!(1),
        ),
        ("/workload", "host", Value::Null),
        ("/workload", "resource", json!(1)),
        ("/workload", "token", json!({"kind": "issuer"})),
        (
            "/workload",
            "token",
            json!({"kind": "managed", "issuer": "https://a.example"}),
        ),
        (
            "/workload",
            "token",
            json!({"issuer": "https://a.example", "claims": []}),
        ),
        ("/request", "tenant", Value::Null),
        ("/request", "form", json!("a=b")),
        ("/request", "api", Value::Null),
        ("/request/api", "role", json!(["a"])),
        ("/request/api", "skip", json!(["everything"])),
    ] {
        let wrong = changed(&right, object, |object| object[name] = value);
        check_scenario(&wrong, false);
    }
    let members = [
        "fedcred",
        "title",
        "clock",
        "directory",
        "workload",
        "request",
    ];
    for name in members {
        let missing = changed(&right, "", |object| {
            object.as_object_mut().expect("an object").remove(name);
        });
        check_scenario(&missing, false);
    }
}

#[test]
fn right_scenarios_are_accepted_by_schema_and_parser() {
    let right = shipped("wrong-subject");
    for (object, name, value) in [
        ("", "about", Value::Null),
        ("", "rules", Value::Null),
        ("", "clock", json!(1_795_447_440)),
        (
            "",
            "before",
            json!([{"method": "GET", "url": "https://a.example/", "body": [1]}]),
        ),
        ("", "faults", Value::Null),
        ("", "expect", Value::Null),
        ("/expect", "code", Value::Null),
        (
            "/directory",
            "metadataCache",
            json!({"readAt": 1, "seconds": 60}),
        ),
        (
            APPLICATION,
            "id",
            json!("00000000-0000-4000-8000-000000000001"),
        ),
        (APPLICATION, "api", json!({})),
        (CREDENTIAL, "createdAt", json!("2026-11-23T15:24:00Z")),
        (CREDENTIAL, "description", Value::Null),
        (
            "/directory/tenants/0/managedIdentities/0",
            "type",
            json!("SystemAssigned"),
        ),
        ("/workload", "clientId", Value::Null),
        (
            "/workload",
            "token",
            json!({"issuer": "https://a.example", "claims": {"sub": "a"}}),
        ),
        ("/request", "form", json!({"scope": "", "a": 1})),
        (
            "/request/api",
            "skip",
            json!(["issuer", "audience", "signature", "time", "role"]),
        ),
    ] {
        let other = changed(&right, object, |object| object[name] = value);
        check_scenario(&other, true);
    }
    let flexible = changed(&right, CREDENTIAL, |credential| {
        credential["subject"] = Value::Null;
        credential["claimsMatchingExpression"] =
            json!({"value": "claims['sub'] eq 'a'", "languageVersion": 1});
    });
    check_scenario(&flexible, true);
    let token = changed(&right, "/workload", |workload| {
        *workload = json!({"token": {"kind": "app", "issuer": "x", "clientId": "a"}});
    });
    check_scenario(&token, true);
}
