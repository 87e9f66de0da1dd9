//! `fedcred simulate`.

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, scenario, signed};
use crate::parts::{has_parts, shortened};
use crate::process::{Folder, Ran, codes, fedcred, has_fields};

const ALL: [&str; 4] = [
    "managed-identity",
    "article-2022",
    "article-today",
    "wrong-subject",
];

#[track_caller]
fn simulated(text: &str) -> Ran {
    fedcred(&["simulate", "-", "--format", "json"], text)
}

/// A shipped scenario in which the first `from` is replaced with `to`.
#[track_caller]
fn changed(name: &str, from: &str, to: &str) -> String {
    let text = scenario(name);
    assert!(text.contains(from), "{name} has no {from}");
    text.replacen(from, to, 1)
}

/// A scenario without `expect`.
fn expecting_nothing(text: &str) -> String {
    let (rest, _) = text.rsplit_once(",\n  \"expect\"").expect("an expectation");
    format!("{rest}\n}}\n")
}

#[test]
fn the_json_has_all_its_fields() {
    let folder = ALL.iter().fold(Folder::new(), |folder, name| {
        folder.and(name, scenario(name))
    });
    let arguments = [&["simulate", "--format", "json"][..], &ALL].concat();
    let json = folder.fedcred(&arguments, "").ends(0).quietly().json();
    let ends: Vec<_> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["outcome"].as_str().unwrap(), one["code"].as_u64()))
        .collect();
    assert_eq!(
        ends,
        [
            ("allowed", None),
            ("allowed", None),
            ("refused", Some(7_002_121)),
            ("refused", Some(700_213))
        ]
    );
    for (one, name) in json.as_array().unwrap().iter().zip(ALL) {
        has_fields(
            one,
            &[
                "file",
                "title",
                "outcome",
                "code",
                "steps",
                "expectationMet",
                "diagnostics",
            ],
        );
        assert_eq!(
            (
                one["file"].as_str(),
                &one["expectationMet"],
                &one["diagnostics"]
            ),
            (Some(name), &json!(true), &json!([]))
        );
        let steps = one["steps"].as_array().unwrap();
        assert!(steps.len() >= 12);
        for step in steps {
            has_fields(
                step,
                &["from", "to", "title", "request", "response", "checks"],
            );
            for check in step["checks"].as_array().unwrap() {
                has_fields(
                    check,
                    &[
                        "rule",
                        "verdict",
                        "confidence",
                        "presented",
                        "configured",
                        "source",
                    ],
                );
            }
        }
    }
    assert_eq!(json[0]["rules"], "current");
    assert_eq!(json[1]["rules"], "preview2022");
}

#[test]
fn the_text_numbers_the_steps_and_explains_the_failing_one() {
    for name in ["managed-identity", "article-2022"] {
        let ran = fedcred(&["simulate", "-"], scenario(name))
            .ends(0)
            .quietly();
        let ran = ran.says(&[
            "✓ allowed, as expected: ",
            "   1 ✓ client → home: ",
            "  16 ✓ api → client: Answer of the API (200)\n",
        ]);
        assert!(!ran.out.contains('×'));
    }
    let ran = fedcred(&["simulate", "-"], scenario("wrong-subject"));
    ran.ends(0).quietly().says(&[
        "✓ refused with AADSTS700213, as expected: The client ID as the subject\n",
        "  11 × entra: ",
        "       × subject: ",
        concat!(
            "         presented   aaaaaaaa-0000-4000-8000-000000000002\n",
            "         configured  bbbbbbbb-0000-4000-8000-000000000003\n",
        ),
        "         Source: Entra: ",
        "  12 × entra → client: ",
        "  13 – client → api: ",
        "(not reached)",
        "  AADSTS700213: No matching",
        "  What to do: ",
    ]);
    fedcred(&["simulate", "-"], scenario("article-today"))
        .ends(0)
        .quietly()
        .says(&["AADSTS7002121, as expected", "× audience: "]);
}

#[test]
fn an_unmet_expectation_exits_with_1() {
    for text in [
        changed(
            "managed-identity",
            r#""outcome": "allowed""#,
            r#""outcome": "denied""#,
        ),
        changed("wrong-subject", r#""code": 700213"#, r#""code": 700211"#),
        changed("wrong-subject", "\"wrong-subject\"", ""),
        changed(
            "managed-identity",
            r#""stepsAtLeast": 16"#,
            r#""stepsAtLeast": 17"#,
        ),
        changed(
            "managed-identity",
            r#""role": "Orders.Read""#,
            r#""role": "Orders.Write""#,
        ),
    ] {
        let json = simulated(&text).ends(1).quietly().json();
        assert_eq!(
            (json.as_array().map(Vec::len), &json[0]["expectationMet"]),
            (Some(1), &json!(false))
        );
        fedcred(&["simulate", "-"], &text)
            .ends(1)
            .says(&["× ", "; expected "]);
    }
}

#[test]
fn without_expectation_the_outcome_decides() {
    let outcomes = [
        (scenario("managed-identity"), "allowed", 0),
        (scenario("wrong-subject"), "refused", 1),
        (
            changed(
                "managed-identity",
                r#""role": "Orders.Read""#,
                r#""role": "Orders.Write""#,
            ),
            "denied",
            1,
        ),
    ];
    for (text, outcome, code) in outcomes {
        let json = simulated(&expecting_nothing(&text))
            .ends(code)
            .quietly()
            .json();
        assert_eq!(
            (&json[0]["outcome"], &json[0]["expectationMet"]),
            (&json!(outcome), &Value::Null)
        );
    }
}

#[test]
fn damaged_scenarios_are_reported() {
    for (text, code) in [
        ("", "json-truncated"),
        ("{", "json-truncated"),
        ("nonsense", "json-syntax"),
        ("[]", "field-type"),
        ("null", "field-type"),
        ("{}", "field-missing"),
        (r#"{"fedcred":2}"#, "field-type"),
        ("eyJhbGciOiJub25lIn0.e30.", "json-syntax"),
    ] {
        let ran = simulated(text).ends(1).warns(&["standard input: error: "]);
        let json = ran.json();
        has_fields(
            &json[0],
            &[
                "file",
                "title",
                "outcome",
                "code",
                "steps",
                "expectationMet",
            ],
        );
        let found = codes(&json[0]["diagnostics"]);
        assert!(found.contains(&code), "{text}: {found:?}");
        fedcred(&["simulate", "-"], text)
            .ends(1)
            .says(&["the scenario file has errors"]);
    }
    let ran = simulated(&" ".repeat(fedcred_core::text::MAX_INPUT + 1))
        .ends(1)
        .warns(&["input-too-large"]);
    assert_eq!(codes(&ran.json()[0]["diagnostics"]), ["input-too-large"]);
    let unknown: String = (0..500).map(|n| format!(",\"x{n}\":1")).collect();
    let ran = fedcred(&["simulate", "-"], format!("{{\"fedcred\":1{unknown}}}")).ends(1);
    let ran = ran.warns(&[" more messages; --format json shows all."]);
    assert_eq!(ran.err.lines().count(), 41);
}

#[test]
fn errors_in_the_file_fail_a_scenario_that_ends_as_expected() {
    let text = changed(
        "managed-identity",
        "\"faults\": []",
        "\"faults\": [\"no-such-fault\"]",
    );
    let json = simulated(&text)
        .ends(1)
        .warns(&["`faults` must be one of"])
        .json();
    assert_eq!(
        (&json[0]["expectationMet"], codes(&json[0]["diagnostics"])),
        (&json!(true), vec!["field-type"])
    );
    let unknown = changed(
        "managed-identity",
        "\"faults\": []",
        "\"faults\": [], \"colour\": 1",
    );
    simulated(&unknown)
        .ends(0)
        .warns(&["warning", "`colour` is not a known field"]);
}

#[test]
fn one_failure_fails_the_whole_run() {
    let folder = Folder::with("good.json", scenario("managed-identity")).and("bad.json", "{}");
    for [one, other] in [["good.json", "bad.json"], ["bad.json", "good.json"]] {
        let arguments = ["simulate", one, other, "--format", "json"];
        let ran = folder.fedcred(&arguments, "").ends(1);
        assert_eq!(ran.json().as_array().map(Vec::len), Some(2));
    }
}

#[test]
fn hostile_scenarios_do_not_reach_the_terminal() {
    let text = changed(
        "wrong-subject",
        "\"title\": \"",
        "\"title\": \"\\u001b[2J\u{202e}",
    )
    .replacen("vm-billing", "vm\\u0007\u{202e}", 9);
    let ran = fedcred(&["simulate", "-"], &text).says(&["\\u{1b}[2J\\u{202e}"]);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}', '\u{7}']));
}

#[test]
fn the_same_scenario_gives_the_same_output() {
    let run = || simulated(&scenario("managed-identity")).ends(0).out;
    assert_eq!(run(), run());
}

#[track_caller]
fn check_export(name: &str, format: &str, code: i32, begins: &str, holds: &str) {
    let ran = fedcred(&["simulate", "-", "--format", format], scenario(name));
    let text = ran.ends(code).quietly().out;
    assert!(text.starts_with(begins), "{}", shortened(&text));
    has_parts(&text, &[holds]);
}

#[test]
fn an_exchange_can_be_exported() {
    let title = "# A managed identity as client credential\n";
    check_export(
        "managed-identity",
        "mermaid",
        0,
        "sequenceDiagram\n",
        "\n    client->>home: Ask",
    );
    check_export("managed-identity", "markdown", 0, title, "\n**allowed**. ");
    check_export(
        "wrong-subject",
        "mermaid",
        0,
        "sequenceDiagram\n",
        "refused with AADSTS700213",
    );
    check_export(
        "wrong-subject",
        "markdown",
        0,
        "# The client ID as the subject\n",
        "| × Subject and audience",
    );
    let broken = expecting_nothing(&scenario("wrong-subject"));
    let refused = fedcred(&["simulate", "-", "--format", "mermaid"], &broken);
    refused.ends(1);
    fedcred(&["simulate", "-", "--format", "png"], "").ends(2);
}

#[track_caller]
fn from_token(text: &str) -> Ran {
    fedcred(&["simulate", "--from-token", "-", "--format", "json"], text)
}

/// The end of the one exchange.
#[track_caller]
fn end(ran: &Ran) -> (Value, Value) {
    let json = ran.json();
    assert_eq!(json.as_array().map(Vec::len), Some(1));
    (json[0]["outcome"].clone(), json[0]["code"].clone())
}

#[test]
fn a_token_is_simulated() {
    for text in [CLAIMS.to_owned(), signed("demo-1", CLAIMS)] {
        let ran = from_token(&text).ends(0).quietly();
        assert_eq!(end(&ran), (json!("allowed"), Value::Null));
    }
    let folder = Folder::with("token.txt", signed("demo-1", CLAIMS));
    let ran = folder.fedcred(&["simulate", "--from-token", "token.txt"], "");
    ran.ends(0)
        .says(&["✓ allowed: Your token", "token.txt; current rules"]);
}

#[test]
fn the_token_of_a_user_is_refused() {
    let user = CLAIMS.replace(r#""idtyp":"app""#, r#""idtyp":"user","scp":"User.Read""#);
    let ran = from_token(&signed("demo-1", &user)).ends(1);
    assert_eq!(end(&ran), (json!("refused"), json!(700_229)));
}

#[test]
fn of_several_tokens_the_first_that_can_be_simulated_is_named() {
    let token = signed("demo-1", CLAIMS);
    let other = signed("demo-1", r#"{"sub":"a"}"#);
    for (text, number) in [
        (format!("{token}\n{token}"), 1),
        (format!("{other} {token}"), 2),
    ] {
        let wanted = format!("The text contains 2 tokens; token {number} is simulated.");
        let ran = from_token(&text).ends(0).warns(&[&wanted]);
        let found = codes(&ran.json()[0]["diagnostics"]).contains(&"first-token-used");
        assert!(found, "{text}");
    }
}

#[test]
fn text_without_a_usable_token_exits_with_1() {
    let encrypted = format!(
        "{}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA",
        fedcred_core::text::base64url::encode(br#"{"alg":"dir","enc":"A128GCM"}"#)
    );
    for (text, why) in [
        ("", "no-claims"),
        ("no token", "no-claims"),
        (&encrypted, "token-encrypted"),
        (r#"{"sub":"a"}"#, "token-issuer"),
        (
            r#"{"iss":"https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0"}"#,
            "token-subject",
        ),
    ] {
        let ran = from_token(text).ends(1).warns(&[why]);
        assert_eq!(ran.json(), json!([]), "{text}");
        let ran = fedcred(&["simulate", "--from-token", "-"], text).ends(1);
        assert_eq!(ran.out, "", "{text}");
    }
    fedcred(&["simulate", "--from-token", "no-such-file"], "").ends(2);
    fedcred(&["simulate", "--from-token", "-", "scenario.json"], "").ends(2);
    fedcred(&["simulate"], "").ends(2);
}

#[test]
fn an_exchange_is_drawn_light_and_dark() {
    check_export("managed-identity", "svg", 0, "<svg xmlns=", "<tspan");
    check_export(
        "wrong-subject",
        "svg",
        0,
        "<svg xmlns=",
        "refused with AADSTS700213",
    );
    let drawn = |theme: &[&str]| {
        let arguments = [&["simulate", "-", "--format", "svg"][..], theme].concat();
        let file = fedcred(&arguments, scenario("managed-identity"))
            .ends(0)
            .out;
        ["#ffffff", "#1b1d22"].map(|colour| file.contains(colour))
    };
    assert_eq!(drawn(&[]), [true, true]);
    assert_eq!(drawn(&["--theme", "auto"]), [true, true]);
    assert_eq!(drawn(&["--theme", "light"]), [true, false]);
    assert_eq!(drawn(&["--theme", "dark"]), [false, true]);
    let of_token = ["simulate", "--from-token", "-", "--format", "svg"];
    fedcred(&of_token, CLAIMS).ends(0).says(&["<title"]);
    assert_eq!(fedcred(&of_token, "no token").ends(1).out, "");
}

#[test]
fn an_svg_is_of_one_scenario_and_only_it_has_a_theme() {
    let folder = Folder::with("a.json", scenario("managed-identity")).and("b.json", "{}");
    for arguments in [
        &["simulate", "a.json", "b.json", "--format", "svg"][..],
        &["simulate", "a.json", "--theme", "dark"],
        &["simulate", "a.json", "--format", "json", "--theme", "auto"],
        &["simulate", "a.json", "--format", "svg", "--theme", "blue"],
    ] {
        let ran = folder.fedcred(arguments, "").ends(2);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}
