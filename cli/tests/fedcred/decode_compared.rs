//! `fedcred decode --compare`: compares two tokens, member by member.

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, MOMENT, signed};
use crate::process::{Folder, Ran, codes, fedcred};

#[track_caller]
fn compared(left: &str, right: &str) -> Ran {
    let arguments = [
        "decode",
        "--at",
        MOMENT,
        "--compare",
        "other.txt",
        "--format",
        "json",
    ];
    Folder::with("other.txt", right).fedcred(&arguments, left)
}

/// Rows as `part.name likeness`, with `~` where a difference is expected.
#[track_caller]
fn check(left: &str, right: &str, expected: &[&str]) {
    let json = compared(left, right).ends(0).json();
    let rows = json["compared"].as_array().expect("rows").clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            let mark = if row["varies"] == true { "~" } else { "" };
            let (part, name) = (text(&row["part"]), text(&row["name"]));
            format!("{part}.{name} {mark}{}", text(&row["likeness"]))
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn member_by_member() {
    check(
        r#"{"iss":"a","exp":1,"x":1}"#,
        r#"{"y":1,"exp":2,"iss":"a"}"#,
        &[
            "payload.iss same",
            "payload.exp ~differs",
            "payload.x only_left",
            "payload.y only_right",
        ],
    );
    check("{}", "{}", &[]);
    let one = signed("demo-1", r#"{"iss":"a"}"#);
    let two = signed("demo-2", r#"{"iss":"A"}"#);
    check(
        &one,
        &two,
        &[
            "header.alg same",
            "header.typ same",
            "header.kid differs",
            "payload.iss differs",
        ],
    );
}

#[test]
fn values_are_exactly_those_of_the_tokens() {
    let ran = compared(
        r#"{"iss":"a","n":1.0,"big":123456789012345678901234567890}"#,
        r#"{"iss":"\u0061","n":1}"#,
    )
    .ends(0);
    ran.says(&[
        "\"left\": 1.0,",
        "\"right\": 1,",
        "\"left\": 123456789012345678901234567890,",
        r#""right": "\u0061","#,
        "\"right\": null,",
    ]);
}

#[test]
fn without_a_token_there_is_no_comparison() {
    for (left, right, findings) in [
        (CLAIMS, "garbage", &["no-token"][..]),
        (CLAIMS, "", &["no-token"]),
        ("garbage", CLAIMS, &["no-token"]),
        ("", "", &["no-token", "no-token"]),
    ] {
        let json = compared(left, right).ends(1).json();
        assert_eq!(json["compared"], Value::Null);
        assert_eq!(codes(&json["diagnostics"]), findings);
    }
    let alone = fedcred(&["decode", "--format", "json"], CLAIMS).ends(0);
    assert_eq!(alone.json()["compared"], Value::Null);
}

#[test]
fn only_the_first_of_several_tokens_is_compared() {
    let two = format!("{} {}", signed("demo-1", CLAIMS), signed("demo-2", "{}"));
    let json = compared(&two, &signed("demo-1", CLAIMS)).ends(0).json();
    assert_eq!(codes(&json["diagnostics"]), ["first-token-used"]);
    let rows = json["compared"].as_array().unwrap().clone();
    assert!(rows.iter().all(|row| row["likeness"] == json!("same")));
    let json = compared(CLAIMS, &two).ends(0).json();
    assert_eq!(codes(&json["diagnostics"]), ["first-token-used"]);
    assert_eq!(json["diagnostics"][0]["file"], "other.txt");
}

#[test]
fn the_text_shows_differences_first() {
    let other = CLAIMS.replace("idtyp\":\"app", "idtyp\":\"apq").replace(
        "\"exp\":1795533840",
        "\"exp\":1795533841,\"jti\":\"\u{202e}\"",
    );
    let arguments = ["decode", "--at", MOMENT, "--compare", "other.txt"];
    let ran = Folder::with("other.txt", other).fedcred(&arguments, CLAIMS);
    let ran = ran.ends(0).says(&[
        "Compared: left standard input, right other.txt\n",
        "  ≠ payload idtyp\n      left        \"app\"\n      right       \"apq\"\n                     ^\n",
        "  ~ payload exp\n      left        1795533840\n      right       1795533841\n",
        "= same in both: aud, iss, nbf, sub",
        "\\u{202e}",
    ]);
    assert!(!ran.out.contains('\u{202e}'));
    Folder::with("same.txt", CLAIMS)
        .fedcred(&["decode", "--compare", "same.txt"], CLAIMS)
        .ends(0)
        .says(&["✓ No member differs."]);
}

#[test]
fn long_and_many_values_are_bounded() {
    let long = format!(r#"{{"iss":"{}"}}"#, "a".repeat(1_000_000));
    let other = Folder::with("other.txt", long.replace("a\"}", "b\"}"));
    let arguments = ["decode", "--compare", "other.txt", "--issuer", "x"];
    let ran = other.fedcred(&arguments, &long).ends(1);
    assert!(ran.out.len() < 30_000, "{}", ran.out.len());
    let many: String = (0..5_000).map(|n| format!("\"n{n}\":{n},")).collect();
    let many = format!("{{{many}\"iss\":\"a\"}}");
    let json = compared(&many, &many).ends(0).json();
    assert_eq!(json["compared"].as_array().map(Vec::len), Some(1000));
}
