//! `fedcred explain`.

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::process::{Folder, codes, fedcred, has_fields};

const BODY: &str = concat!(
    r#"{"error":"invalid_client","error_description":"AADSTS700213: No matching federated identity record found for "#,
    r#"presented assertion subject 'repo:contoso/shop:pull_request'. "#,
    r#"Please check your federated identity credential Subject, Audience and Issuer "#,
    r#"against the presented assertion. "#,
    r#"https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation "#,
    r#"Trace ID: 0a0a0a0a-0000-4000-8000-000000000000 Correlation ID: 0b0b0b0b-0000-4000-8000-000000000000 "#,
    r#"Timestamp: 2024-06-13 15:40:46Z","error_codes":[700213]}"#,
);

/// The errors of a text, each by its code, and the exit code.
#[track_caller]
fn check(text: &str, exit: i32, expected: &[Value]) -> Value {
    let ran = fedcred(&["explain", "-", "--format", "json"], text).ends(exit);
    let json = ran.json();
    let found: Vec<_> = json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["code"].clone())
        .collect();
    assert_eq!(found, expected);
    let of_argument = fedcred(&["explain", "--format", "json", "--text", text], "").ends(exit);
    assert_eq!(of_argument.json()["errors"], json["errors"]);
    json
}

#[test]
fn a_response_is_explained() {
    let json = check(BODY, 0, &[json!(700_213)]);
    has_fields(&json, &["errors", "diagnostics"]);
    let error = &json["errors"][0];
    let told = json!({
        "code": 700_213,
        "title": "No federated credential has this subject",
        "span": [47, 59],
        "parameters": {"sub": "repo:contoso/shop:pull_request"},
        "traceId": "0a0a0a0a-0000-4000-8000-000000000000",
        "correlationId": "0b0b0b0b-0000-4000-8000-000000000000",
        "timestamp": "2024-06-13 15:40:46Z",
        "cause": error["cause"],
        "fix": "Copy `sub` from the token into the credential.",
        "retry": "if-new",
        "unsent": null,
        "source": "Log in a GitHub issue (Azure/login 461)",
        "confidence": "observed",
        "lookUp": "https://login.microsoftonline.com/error?code=700213",
    });
    assert_eq!(*error, told);
    assert!(
        error["cause"]
            .as_str()
            .unwrap()
            .starts_with("The issuer matches")
    );
}

#[test]
fn the_text_output() {
    let log = format!("12:00 start\n{BODY}\nAADSTS123456: New.\n");
    let ran = Folder::with("job.log", log).fedcred(&["explain", "job.log"], "");
    ran.ends(0).quietly().says(&[
        "AADSTS700213: No federated credential has this subject\n",
        "  sub             repo:contoso/shop:pull_request\n",
        "  Timestamp       2024-06-13 15:40:46Z\n",
        "  Why: ",
        "  What to do: ",
        "  Source: ",
        "  Retrying helps only",
        "AADSTS123456: not in Fedcred's catalogue\n",
        "https://login.microsoftonline.com/error?code=123456\n",
    ]);
}

#[test]
fn errors_of_any_kind() {
    check("AADSTS700016", 0, &[json!(700_016)]);
    check("700016", 0, &[json!(700_016)]);
    check(
        "AADSTS50034 AADSTS700027 AADSTS50034",
        0,
        &[json!(50_034), json!(700_027)],
    );
    let json = check("Identity not found", 0, &[Value::Null]);
    assert_eq!(json["errors"][0]["lookUp"], Value::Null);
    let json = check("AADSTS123456: New.", 0, &[json!(123_456)]);
    for name in [
        "title",
        "cause",
        "fix",
        "retry",
        "unsent",
        "source",
        "confidence",
    ] {
        assert_eq!(json["errors"][0][name], Value::Null, "{name}");
    }
    let json = check("AADSTS700238", 0, &[json!(700_238)]);
    assert_eq!(json["errors"][0]["unsent"], "text");
}

#[test]
fn nothing_to_explain() {
    for text in [
        "",
        "404 Not Found",
        "AADSTS",
        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
        "\u{1b}[31m",
    ] {
        let json = check(text, 1, &[]);
        assert_eq!(codes(&json["diagnostics"]), ["no-errors"]);
    }
    let large = "AADSTS50034 ".repeat(500_000);
    let json = fedcred(&["explain", "-", "--format", "json"], large)
        .ends(1)
        .json();
    assert_eq!(codes(&json["diagnostics"]), ["input-too-large"]);
    let many: String = (100_000..100_200)
        .map(|code| format!("AADSTS{code}\n"))
        .collect();
    let json = fedcred(&["explain", "-", "--format", "json"], many)
        .ends(0)
        .json();
    assert_eq!(codes(&json["diagnostics"]), ["many-errors"]);
    assert_eq!(json["errors"].as_array().map(Vec::len), Some(100));
}

#[test]
fn hostile_values_do_not_reach_the_terminal() {
    let text = BODY
        .replace("shop", "\u{1b}]0;x\u{7}\u{202e}")
        .replace("pull_request", r"\u001b[31m");
    let ran = fedcred(&["explain", "-"], text)
        .ends(0)
        .says(&["\\u{202e}", "\\u{1b}[31m"]);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}', '\u{7}']));
}
