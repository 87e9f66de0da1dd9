//! `fedcred match`.

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, GITHUB_CLAIMS, SUBJECT, credential, signed};
use crate::process::{Folder, Ran, codes, has_fields};

const CLIENT_ID: &str = "bbbbbbbb-0000-4000-8000-000000000003";

#[track_caller]
fn run_match(token: &str, credentials: &str, more: &[&str]) -> Ran {
    let arguments = ["match", "--token", "-", "--credentials", "list.json"];
    Folder::with("list.json", credentials).fedcred(&[&arguments, more].concat(), token)
}

#[track_caller]
fn match_json(token: &str, credentials: &str) -> Ran {
    run_match(token, credentials, &["--format", "json"])
}

/// The output must be one in which nothing was compared.
#[track_caller]
fn check_nothing(json: &Value, code: &str) {
    assert_eq!(
        (
            &json["matched"],
            &json["code"],
            &json["message"],
            &json["confidence"]
        ),
        (&json!(false), &Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(json["matches"], json!([]));
    let found = codes(&json["diagnostics"]);
    assert!(found.contains(&code), "{found:?}");
}

#[test]
fn the_json_has_all_its_fields() {
    let list = format!(
        "[{},{}]",
        credential("wrong", CLIENT_ID),
        credential("right", SUBJECT)
    );
    let json = match_json(&signed("demo-1", CLAIMS), &list)
        .ends(0)
        .quietly()
        .json();
    has_fields(
        &json,
        &[
            "matched",
            "code",
            "message",
            "confidence",
            "matches",
            "diagnostics",
        ],
    );
    assert_eq!(
        (&json["matched"], &json["code"]),
        (&json!(true), &Value::Null)
    );
    let names: Vec<_> = json["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["name"])
        .collect();
    assert_eq!(names, ["right", "wrong"], "nearest first");
    for one in json["matches"].as_array().unwrap() {
        has_fields(one, &["name", "matched", "code", "fields"]);
        for field in one["fields"].as_array().unwrap() {
            has_fields(
                field,
                &["field", "verdict", "presented", "configured", "diff"],
            );
        }
    }
    let subject = &json["matches"][1]["fields"][1];
    assert_eq!(
        (&subject["field"], &subject["verdict"]),
        (&json!("subject"), &json!("fail"))
    );
    assert_eq!(
        (&subject["presented"], &subject["configured"]),
        (&json!(SUBJECT), &json!(CLIENT_ID))
    );
    assert!(
        subject["diff"]["presented"].is_array()
            && json["matches"][0]["fields"][1]["diff"].is_null()
    );
}

#[test]
fn none_matches() {
    let cases = [
        (credential("c", CLIENT_ID), Some(700_213)),
        (credential("c", &SUBJECT.to_uppercase()), Some(7_002_138)),
        (
            credential("c", SUBJECT).replace("/v2.0", "/v2.0/"),
            Some(700_211),
        ),
        (
            credential("c", SUBJECT).replace("api://AzureAD", "api://azuread"),
            Some(700_212),
        ),
        ("[]".to_owned(), Some(70_025)),
        (r#"{"value":[]}"#.to_owned(), Some(70_025)),
    ];
    for (list, code) in cases {
        let json = match_json(CLAIMS, &list).ends(1).json();
        assert_eq!(
            (&json["matched"], json["code"].as_u64()),
            (&json!(false), code),
            "{list}"
        );
        let message = json["message"].as_str().unwrap_or_default();
        assert!(
            message.starts_with(&format!("AADSTS{}", code.unwrap())),
            "{message}"
        );
        assert!(json["confidence"].is_string());
        run_match(CLAIMS, &list, &[]).ends(1).says(&[
            "× None matches: AADSTS",
            "What to do: ",
            "Source: ",
        ]);
    }
}

#[test]
fn rules_are_chosen_by_name() {
    let shouting = credential("c", &SUBJECT.to_uppercase());
    let old = run_match(
        CLAIMS,
        &shouting,
        &["--rules", "preview2022", "--format", "json"],
    )
    .ends(0)
    .json();
    assert_eq!(old["rules"], "preview2022");
    let new = run_match(
        CLAIMS,
        &shouting,
        &["--rules", "current", "--format", "json"],
    )
    .ends(1)
    .json();
    assert_eq!(new["rules"], "current");
}

#[test]
fn carets_show_the_difference() {
    run_match(
        CLAIMS,
        &credential("billing", &SUBJECT.replace("02", "03")),
        &[],
    )
    .ends(1)
    .says(&[
        "1. billing: does not match, AADSTS700213\n",
        "   ✓ issuer    https://login.microsoftonline.com/",
        "   × subject   The values differ.\n",
        concat!(
            "       token sub   aaaaaaaa-0000-4000-8000-000000000002\n",
            "       credential  aaaaaaaa-0000-4000-8000-000000000003\n",
            "                                                      ^\n",
        ),
    ]);
    run_match(CLAIMS, &credential("billing", SUBJECT), &[])
        .ends(0)
        .says(&["✓ billing matches (current rules).\n"]);
}

fn flexible(expression: &str) -> String {
    json!({
        "name": "flexible", "issuer": "https://token.actions.githubusercontent.com", "subject": null,
        "audiences": ["api://AzureADTokenExchange"],
        "claimsMatchingExpression": {"value": expression, "languageVersion": 1},
    })
    .to_string()
}

#[test]
fn each_term_of_an_expression_is_shown() {
    let heads = "claims['sub'] matches 'repo:contoso/shop:ref:refs/heads/*'";
    let right = flexible(&format!("{heads} and claims['repository_id'] eq '74'"));
    run_match(GITHUB_CLAIMS, &right, &[]).ends(0).says(&[
        "✓ flexible matches",
        "   ✓ expression  claims['sub'] matches 'repo:",
        "       ✓ sub matches  repo:contoso/shop:ref:refs/heads/*\n       ✓ repository_id eq  74\n",
    ]);
    let wrong = "claims['sub'] matches 'repo:contoso/shop:ref:refs/tags/*' and claims['repository_owner_id'] eq '65'";
    run_match(GITHUB_CLAIMS, &flexible(wrong), &[])
        .ends(1)
        .says(&[
            "× None matches: AADSTS7002131",
            "   × expression  claims['sub'] matches",
            "       × sub matches  It fits the pattern until the marked characters.\n",
            "           token       repo:contoso/shop:ref:refs/heads/main\n",
            "           credential  repo:contoso/shop:ref:refs/tags/*\n",
            "       × repository_owner_id eq  The token has no `repository_owner_id`.\n",
        ]);
    let json = match_json(GITHUB_CLAIMS, &flexible(wrong)).ends(1).json();
    assert_eq!(
        (&json["code"], &json["confidence"]),
        (&json!(7_002_131), &json!("observed"))
    );
    let row = &json["matches"][0]["fields"][1];
    assert_eq!(
        (&row["field"], &row["verdict"]),
        (&json!("expression"), &json!("fail"))
    );
    has_fields(
        &row["terms"][0],
        &[
            "claim",
            "operator",
            "verdict",
            "presented",
            "configured",
            "diff",
            "span",
        ],
    );
    assert_eq!(row["terms"][0]["diff"]["kind"], "pattern");
    assert_eq!(row["terms"][1]["presented"], Value::Null);
    assert_eq!(row["terms"][1]["span"], json!([62, 99]));
    assert!(row.get("diagnostics").is_none());
}

#[test]
fn errors_in_an_expression_have_places() {
    let list = flexible("claims['sub'] like 'repo:*'");
    run_match(GITHUB_CLAIMS, &list, &[])
        .ends(1)
        .says(&["× `like` is not an operator. (bytes 14 to 18)\n"]);
    let json = match_json(GITHUB_CLAIMS, &list).ends(1).json();
    let row = &json["matches"][0]["fields"][1];
    assert_eq!(codes(&row["diagnostics"]), ["expression-operator"]);
    assert!(row.get("terms").is_none());
    let corrected = &json["corrected"]["claimsMatchingExpression"]["value"];
    assert_eq!(
        corrected,
        "claims['sub'] matches 'repo:contoso/shop:ref:refs/heads/*' and claims['repository_id'] eq '74'"
    );
    let gate = match_json(GITHUB_CLAIMS, &flexible("claims['sub'] matches 'repo:*'"))
        .ends(0)
        .json();
    let row = &gate["matches"][0]["fields"][1];
    assert_eq!(codes(&row["diagnostics"]), ["expression-required"]);
}

#[test]
fn hostile_expressions_are_escaped() {
    let ran = run_match(
        GITHUB_CLAIMS,
        &flexible("claims['\u{1b}'] eq '\u{202e}' and ‘"),
        &[],
    )
    .ends(1);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn a_credential_without_fields_is_compared() {
    let ran = run_match(CLAIMS, r#"{"issuer":""}"#, &[]).ends(1).says(&[
        "1. (no name): does not match, AADSTS700211",
        "One of the two values is empty.",
        "credential  (empty)\n",
    ]);
    assert!(!ran.out.contains('^'));
    run_match(CLAIMS, "{}", &[]).ends(1);
    let nameless = credential("", SUBJECT);
    run_match(CLAIMS, &nameless, &[])
        .ends(0)
        .says(&["✓ (no name) matches"]);
}

#[test]
fn look_alikes_and_hostile_names_are_escaped() {
    let list = credential(
        "evil\\u001b[31m\u{202e}",
        &SUBJECT.replacen('a', "\u{430}", 1),
    );
    let ran = run_match(CLAIMS, &list, &[]).ends(1).says(&[
        "evil\\u{1b}[31m\\u{202e}",
        "\\u{430}aaaaaaa-",
        "look alike",
    ]);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}', '\u{430}']));
}

#[test]
fn the_text_shows_few_of_many_credentials() {
    let list: Vec<_> = (0..40)
        .map(|n| credential(&format!("c{n}"), &format!("x{n}")))
        .collect();
    let list = format!("[{}]", list.join(","));
    run_match(CLAIMS, &list, &[])
        .ends(1)
        .says(&["35 more are less similar"])
        .warns(&["too-many-credentials"]);
    let json = match_json(CLAIMS, &list).ends(1).json();
    assert_eq!(json["matches"].as_array().map(Vec::len), Some(40));
}

#[test]
fn without_claims_there_is_nothing_to_compare() {
    let list = credential("c", SUBJECT);
    for token in [
        "",
        "garbage",
        "[1]",
        "eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC",
        "eyJhbGciOiJub25lIn0.bm8ganNvbg.AAAA",
    ] {
        let ran = match_json(token, &list).ends(1).warns(&["no-claims"]);
        check_nothing(&ran.json(), "no-claims");
        run_match(token, &list, &[])
            .ends(1)
            .says(&["× Nothing was compared."])
            .warns(&["no-claims"]);
    }
}

#[test]
fn damaged_credentials_are_reported_without_a_code() {
    for (list, code) in [
        ("", "json-truncated"),
        ("nonsense", "json-syntax"),
        ("7", "no-credentials"),
        ("[", "json-truncated"),
    ] {
        let ran = match_json(CLAIMS, list).ends(1).warns(&[code]);
        check_nothing(&ran.json(), code);
    }
    let ran = match_json(CLAIMS, &" ".repeat(fedcred_core::text::MAX_INPUT + 1)).ends(1);
    check_nothing(&ran.json(), "input-too-large");
}

#[test]
fn of_several_tokens_the_first_with_claims_is_used() {
    let other = CLAIMS.replace("aaaaaaaa", "99999999");
    let (first, second) = (signed("demo-1", CLAIMS), signed("demo-1", &other));
    let list = credential("c", SUBJECT);
    let encrypted = "eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC";
    for (text, code) in [
        (format!("{first} {second}"), 0),
        (format!("{encrypted} {first}"), 0),
        (format!("{second} {first}"), 1),
    ] {
        let ran = match_json(&text, &list)
            .ends(code)
            .warns(&["first-token-used"]);
        assert!(codes(&ran.json()["diagnostics"]).contains(&"first-token-used"));
    }
    match_json(&format!("log: {first} end"), &list)
        .ends(0)
        .quietly();
}

#[test]
fn a_damaged_token_is_reported() {
    let token = signed("demo-1", CLAIMS);
    let cut = &token[..token.rfind('.').unwrap() - 20];
    let ran = match_json(cut, &credential("c", SUBJECT))
        .ends(1)
        .warns(&["token-parts", "json-truncated"]);
    assert!(codes(&ran.json()["diagnostics"]).contains(&"json-truncated"));
}

#[test]
fn credentials_from_standard_input() {
    let list = format!(r#"{{"value":[{}]}}"#, credential("c", SUBJECT));
    let arguments = ["match", "--token", "token.txt", "--credentials", "-"];
    Folder::with("token.txt", CLAIMS)
        .fedcred(&arguments, list)
        .ends(0)
        .quietly();
}
