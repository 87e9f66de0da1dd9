//! `fedcred credential`.

use serde_json::{Value, json};

use crate::fixture::{CLAIMS, SUBJECT, signed};
use crate::process::{Ran, codes, fedcred, file, has_fields};

const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const IDENTITY: &str = r#"{"name":"mi-billing","principalId":"aaaaaaaa-0000-4000-8000-000000000002","clientId":"bbbbbbbb-0000-4000-8000-000000000003","tenantId":"c0c0c0c0-0000-4000-8000-000000000001"}"#;

#[track_caller]
fn made(source: &str, text: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["credential", source, "-", "--format", "json"];
    arguments.extend(more);
    fedcred(&arguments, text)
}

/// The codes of what is found about a made credential, and its exit code.
#[track_caller]
fn check(source: &str, text: &str, more: &[&str], exit: i32, expected: &[&str]) -> Value {
    let json = made(source, text, more).ends(exit).json();
    assert_eq!(codes(&json["diagnostics"]), expected, "{json:#}");
    json["credential"].clone()
}

#[test]
fn from_a_token() {
    let token = signed("demo-1", CLAIMS);
    let json = made("--from-token", &token, &["--app-name", "orders"])
        .ends(0)
        .quietly()
        .json();
    has_fields(&json, &["credential", "diagnostics"]);
    assert_eq!(
        json["credential"],
        json!({
            "name": format!("mi-orders-{TENANT}"),
            "issuer": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            "subject": SUBJECT,
            "audiences": ["api://AzureADTokenExchange"],
            "description": format!("Managed identity {SUBJECT} in {TENANT}"),
            "claimsMatchingExpression": null,
        })
    );
}

#[test]
fn what_is_made_of_a_token_matches_it() {
    let external = r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:contoso/shop:ref:refs/heads/main","aud":"api://AzureADTokenExchange"}"#;
    for claims in [CLAIMS, external] {
        let token = signed("demo-1", claims);
        let json = made("--from-token", &token, &[]).ends(0).json();
        let credentials = file(json["credential"].to_string());
        let matched = fedcred(
            &["match", "--token", "-", "--credentials", &credentials],
            &token,
        );
        matched.ends(0);
    }
}

#[test]
fn from_an_identity() {
    let credential = check("--managed-identity", IDENTITY, &[], 0, &[]);
    assert_eq!(credential["subject"], json!(SUBJECT));
    let gov = check(
        "--managed-identity",
        IDENTITY,
        &["--cloud", "usgov"],
        0,
        &[],
    );
    assert_eq!(gov["audiences"], json!(["api://AzureADTokenExchangeUSGov"]));
    assert_eq!(
        gov["issuer"],
        json!(format!("https://login.microsoftonline.us/{TENANT}/v2.0"))
    );
}

#[test]
fn what_would_fail_is_told() {
    let system = IDENTITY.replace("}", r#","type":"SystemAssigned"}"#);
    let other = "cccccccc-0000-4000-8000-000000000001";
    let swapped = ["--app-id", SUBJECT];
    let source = "--managed-identity";
    check(source, &system, &[], 1, &["system-assigned"]);
    check(
        source,
        IDENTITY,
        &["--app-tenant", other],
        1,
        &["tenant-differs"],
    );
    check(source, IDENTITY, &["--app-tenant", TENANT], 0, &[]);
    check(source, IDENTITY, &swapped, 1, &["client-id-as-subject"]);
    check(
        source,
        IDENTITY,
        &["--audience", "api://own"],
        1,
        &["audience-cloud"],
    );
    check(
        source,
        IDENTITY,
        &["--audience", "api://own", "--rules", "preview2022"],
        0,
        &[],
    );
    check(
        source,
        r#"{"principalId":"aaaaaaaa-0000-4000-8000-000000000002"}"#,
        &[],
        1,
        &["identity-tenant-missing"],
    );
    for text in ["", "{}", "no identity"] {
        let credential = check(source, text, &[], 1, &["no-identity"]);
        assert_eq!(credential, Value::Null);
    }
    let nothing = made("--from-token", "no token", &[]).ends(1).json();
    assert_eq!(nothing["credential"], Value::Null);
    assert_eq!(codes(&nothing["diagnostics"]).last(), Some(&"no-claims"));
}

#[test]
fn findings_have_source_and_confidence() {
    let json = made("--managed-identity", IDENTITY, &["--app-id", SUBJECT])
        .ends(1)
        .json();
    let finding = &json["diagnostics"][0];
    assert_eq!(finding["confidence"], "documented");
    assert!(
        finding["source"]
            .as_str()
            .is_some_and(|source| source.starts_with("Entra: "))
    );
}

#[test]
fn beside_the_credentials_there_are() {
    let first = made("--managed-identity", IDENTITY, &[]).ends(0).json()["credential"].clone();
    let same = file(first.to_string());
    check(
        "--managed-identity",
        IDENTITY,
        &["--credentials", &same],
        0,
        &[],
    );
    let other = file(first.to_string().replace("mi-mi-billing", "other"));
    check(
        "--managed-identity",
        IDENTITY,
        &["--credentials", &other],
        0,
        &["pair-taken"],
    );
}

#[test]
fn for_people() {
    let ran = fedcred(&["credential", "--managed-identity", "-"], IDENTITY)
        .ends(0)
        .quietly();
    let text = ran.out;
    for label in [
        "Issuer  ",
        "Subject identifier  ",
        "Name  ",
        "Description  ",
        "Audience  ",
    ] {
        assert!(text.contains(label.trim_end()), "{label} in {text}");
    }
    let none = fedcred(&["credential", "--managed-identity", "-"], "{}").ends(1);
    assert_eq!(none.out, "× No credential was made.\n");
}

#[test]
fn questions_that_cannot_be_asked() {
    for arguments in [
        &["credential"][..],
        &["credential", "--from-token", "-", "--managed-identity", "-"],
        &["credential", "--from-token", "-", "--credentials", "-"],
        &["credential", "--from-token", "no such file"],
        &["credential", "--from-token", "-", "--cloud", "moon"],
        &["credential", "--from-token", "-", "--rules", "old"],
    ] {
        fedcred(arguments, "").ends(2);
    }
}
