//! `fedcred decode --issuer --audience --subject --leeway`: compares a token with expectations.

use fedcred_core::text::base64url;
use serde_json::json;
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, MOMENT, SUBJECT, signed, unsigned};
use crate::process::{Ran, fedcred, has_fields};

const ISSUER: &str = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
const AUDIENCE: &str = "fb60f99c-7a34-4190-8149-302f77469936";

#[track_caller]
fn expecting(input: &str, more: &[&str]) -> Ran {
    let start = ["decode", "--at", MOMENT, "--format", "json"];
    fedcred(&[&start, more].concat(), input)
}

/// The verdicts of `iss`, `aud`, `sub`, `exp`, `nbf` and `iat`, each by its first letter.
#[track_caller]
fn check(input: &str, more: &[&str], code: i32, verdicts: &str) {
    let json = expecting(input, more).ends(code).json();
    let checks = json["tokens"][0]["expected"].as_array().unwrap().clone();
    let found: String = checks
        .iter()
        .map(|check| &check["verdict"].as_str().unwrap()[..1])
        .collect();
    assert_eq!(found, verdicts, "{more:?}");
}

#[test]
fn values_are_compared_exactly() {
    check(CLAIMS, &["--issuer", ISSUER], 0, "psspps");
    let all = [
        "--issuer",
        ISSUER,
        "--audience",
        AUDIENCE,
        "--subject",
        SUBJECT,
    ];
    check(&signed("demo-1", CLAIMS), &all, 0, "ppppps");
    for (option, value, verdicts) in [
        ("--issuer", &*format!("{ISSUER}/"), "fsspps"),
        ("--issuer", &ISSUER.to_uppercase(), "fsspps"),
        ("--issuer", "", "fsspps"),
        ("--issuer", "-", "fsspps"),
        ("--audience", "api://AzureADTokenExchange", "sfspps"),
        ("--audience", &AUDIENCE[1..], "sfspps"),
        ("--subject", "\u{1b}[31m", "ssfpps"),
        ("--subject", &format!("{SUBJECT} "), "ssfpps"),
    ] {
        check(CLAIMS, &[option, value], 1, verdicts);
    }
}

#[test]
fn each_check_says_what_and_why() {
    let json = expecting(CLAIMS, &["--issuer", "https://i.example"]).json();
    let checks = json["tokens"][0]["expected"].as_array().unwrap().clone();
    let names: Vec<_> = checks.iter().map(|check| &check["name"]).collect();
    assert_eq!(names, ["iss", "aud", "sub", "exp", "nbf", "iat"]);
    for check in &checks {
        has_fields(
            check,
            &["name", "presented", "expected", "verdict", "reason"],
        );
    }
    assert_eq!(
        checks[0],
        json!({
            "name": "iss", "presented": ISSUER, "expected": "https://i.example",
            "verdict": "fail", "reason": "The values differ.",
        })
    );
}

#[test]
fn missing_and_odd_claims_fail() {
    for (claims, option, verdicts) in [
        (r#"{"exp":9999999999}"#, "--issuer", "fssp"),
        (r#"{"iss":null,"exp":9999999999}"#, "--issuer", "fssp"),
        (r#"{"iss":["x"],"exp":9999999999}"#, "--issuer", "fssp"),
        (r#"{"aud":[],"exp":9999999999}"#, "--audience", "sfsp"),
        (
            r#"{"aud":["y","z"],"exp":9999999999}"#,
            "--audience",
            "sfsp",
        ),
        (r#"{"aud":["x"]}"#, "--audience", "spsf"),
        (r#"{"sub":"x","exp":"soon"}"#, "--subject", "sspf"),
    ] {
        check(claims, &[option, "x"], 1, &format!("{verdicts}ss"));
    }
    check(
        r#"{"aud":["y","x"],"exp":9999999999}"#,
        &["--audience", "x"],
        0,
        "spspss",
    );
}

#[test]
fn an_expectation_includes_the_times() {
    let at = |moment, more: &[&str]| {
        let arguments = ["decode", "--format", "json", "--at", moment];
        fedcred(&[&arguments, more].concat(), CLAIMS)
    };
    let late = "2026-11-24T15:24:30Z"; // 30 s after `exp`
    let none = at(late, &[]).ends(0).json();
    assert_eq!(none["tokens"][0]["expected"], json!([]));
    at(late, &["--issuer", ISSUER]).ends(1);
    at(late, &["--leeway", "0"]).ends(1);
    at(late, &["--leeway", "30"]).ends(1);
    at(late, &["--leeway", "31"]).ends(0);
    let early = "2026-11-23T15:18:30Z"; // 30 s before `nbf`
    at(early, &["--leeway", "29"]).ends(1);
    at(early, &["--leeway", "30"]).ends(0);
}

#[test]
fn leeway_is_a_number_of_seconds() {
    for wrong in ["-1", "1.5", "a", "", "86401", "99999999999999999999"] {
        let ran = expecting(CLAIMS, &["--leeway", wrong]);
        assert_eq!((ran.code, &*ran.out), (2, ""), "{wrong}");
    }
    expecting(CLAIMS, &["--leeway", "86400"]).ends(0);
}

#[test]
fn unreadable_claims_meet_no_expectation() {
    let jwe = "eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC";
    check(jwe, &["--issuer", "x"], 1, "nnnnnn");
    let no_claims = unsigned(r#"{"alg":"RS256"}"#, "no json");
    check(&no_claims, &["--issuer", "x"], 1, "nnnnnn");
    let ran = fedcred(&["decode", "--issuer", "x"], jwe).ends(1);
    assert_eq!(ran.out.matches("no readable claims").count(), 1);
    expecting("no token", &["--issuer", "x"]).ends(1);
}

#[test]
fn expectations_apply_to_tokens_that_are_not_inside_others() {
    let good = signed("demo-1", CLAIMS);
    let bad = signed(
        "demo-1",
        r#"{"iss":"https://other.example","exp":9999999999}"#,
    );
    let asked = ["--issuer", ISSUER];
    expecting(&format!("{good} {good}"), &asked).ends(0);
    expecting(&format!("{good} {bad}"), &asked).ends(1);

    let claim = format!(r#"{{"iss":"{ISSUER}","exp":9999999999,"inner":"{bad}"}}"#);
    let ran = expecting(&signed("demo-1", &claim), &asked).ends(0);
    let tokens = ran.json()["tokens"].clone();
    assert_eq!(
        (&tokens[1]["inside"], &tokens[1]["expected"]),
        (&json!(0), &json!([]))
    );

    let part = |text: &str| base64url::encode(text.as_bytes());
    for (inner, code) in [(&good, 0), (&bad, 1)] {
        let header = part(r#"{"alg":"RS256","cty":"JWT"}"#);
        let wrapped = format!("{header}.{}.AAAA", part(inner));
        let tokens = expecting(&wrapped, &asked).ends(code).json()["tokens"].clone();
        assert_eq!(tokens[0]["expected"], json!([]));
        assert_eq!(tokens[1]["expected"].as_array().map(Vec::len), Some(6));
    }
}

#[test]
fn the_text_shows_where_they_differ() {
    let arguments = [
        "decode",
        "--at",
        MOMENT,
        "--issuer",
        "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v1.0",
        "--audience",
        AUDIENCE,
    ];
    fedcred(&arguments, CLAIMS).ends(1).says(&[
        "  × Not as expected\n    × iss: The values differ.\n        token iss   https://login.",
        "\n        expected    https://login.",
        "                    ^\n",
        "    ✓ aud: The values match, character by character.\n    ✓ exp: ",
    ]);
    let hostile = ["decode", "--subject", "\u{1b}[31m\u{202e}"];
    let ran = fedcred(&hostile, CLAIMS).ends(1).says(&["\\u{1b}[31m"]);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']));
}
