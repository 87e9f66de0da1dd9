//! `fedcred decode`.

use fedcred_core::text::MAX_INPUT;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, MOMENT, key_set, signed, unsigned};
use crate::parts::has_parts;
use crate::process::{Folder, Ran, codes, fedcred, has_fields};

#[track_caller]
fn decoded(input: impl AsRef<[u8]>) -> Ran {
    fedcred(&["decode", "--at", MOMENT], input)
}

#[track_caller]
fn decoded_json(input: impl AsRef<[u8]>) -> Ran {
    fedcred(&["decode", "-", "--at", MOMENT, "--format", "json"], input)
}

#[track_caller]
fn with_keys(token: &str, keys: &str) -> Ran {
    let arguments = [
        "decode", "--at", MOMENT, "--keys", "keys", "--format", "json",
    ];
    Folder::with("keys", keys).fedcred(&arguments, token)
}

#[track_caller]
fn check_state(ran: &Ran, state: &str) -> Value {
    let signature = ran.json()["tokens"][0]["signature"].clone();
    assert_eq!(signature["state"], state, "{signature}");
    assert!(
        signature["reason"]
            .as_str()
            .is_some_and(|reason| !reason.is_empty())
    );
    signature["key"].clone()
}

#[test]
fn the_json_has_all_its_fields() {
    let ran = decoded_json(format!("Bearer {}", signed("demo-1", CLAIMS)))
        .ends(0)
        .quietly();
    let json = ran.json();
    has_fields(
        &json,
        &["at", "tokens", "skipped", "keys", "compared", "diagnostics"],
    );
    assert_eq!(
        (&json["keys"], &json["compared"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(json["skipped"], json!([{"span": [0, 6], "text": "Bearer"}]));
    let token = &json["tokens"][0];
    has_fields(
        token,
        &[
            "kind",
            "serialization",
            "span",
            "inside",
            "header",
            "unprotectedHeaders",
            "payload",
            "parts",
            "signature",
            "tokenKind",
            "title",
            "evidence",
            "platform",
            "issuer",
            "assignment",
            "validity",
            "expected",
            "headerParameters",
            "claims",
            "diagnostics",
        ],
    );
    assert_eq!(
        (&token["kind"], &token["tokenKind"]),
        (&json!("jws"), &json!("managed_identity"))
    );
    assert_eq!(
        token["payload"],
        serde_json::from_str::<Value>(CLAIMS).unwrap()
    );
    assert_eq!(token["header"]["kid"], "demo-1");
    assert_eq!(
        token["signature"],
        json!({"state": "not_checked", "reason": "No key was given.", "key": null, "diagnostics": []})
    );
    let claims = token["claims"].as_array().unwrap();
    assert_eq!(claims.len(), 6);
    for claim in claims {
        has_fields(
            claim,
            &[
                "name",
                "value",
                "meaning",
                "never",
                "by",
                "unit",
                "source",
                "confidence",
                "label",
                "labelConfidence",
                "time",
                "readings",
                "span",
            ],
        );
    }
    assert_eq!(
        token["evidence"][0],
        json!({"text": "`idtyp` is `app`: no user took part.", "confidence": "documented"})
    );
    assert_eq!(
        token["platform"],
        json!({"id": "entra", "title": "Entra ID"})
    );
    assert_eq!(
        token["issuer"],
        json!({"cloud": "global", "version": "2.0", "tenant": "c0c0c0c0-0000-4000-8000-000000000001"})
    );
    assert_eq!(claims[3]["value"], json!(1_795_533_840));
    assert_eq!(claims[3]["time"], "2026-11-24T15:24:00Z");
    assert_eq!(token["diagnostics"], json!([]));
}

#[test]
fn signatures_and_their_keys() {
    let token = signed("demo-1", CLAIMS);
    let key = check_state(&with_keys(&token, &key_set()).ends(0).quietly(), "valid");
    assert_eq!(key["kid"], "demo-1");
    assert!(key["from"].as_str().unwrap().contains("JWKS entry 1"));

    let (rest, signature) = token.rsplit_once('.').unwrap();
    let changed = format!("{rest}.{}", signature.chars().rev().collect::<String>());
    let key = check_state(&with_keys(&changed, &key_set()).ends(1), "invalid");
    assert!(key.is_null() || key["kid"] == "demo-1");

    let other_claims = token.replacen(".ey", ".eyA", 1);
    check_state(&with_keys(&other_claims, &key_set()).ends(1), "invalid");
    let other_key = key_set().replace("demo-1", "x").replace("demo-2", "demo-1");
    let key = check_state(&with_keys(&token, &other_key).ends(1), "invalid");
    assert_eq!(key["kid"], "demo-1");
    let no_fitting_key = key_set().replace("demo-1", "x");
    assert!(check_state(&with_keys(&token, &no_fitting_key).ends(0), "not_checked").is_null());

    let none = unsigned(r#"{"alg":"none"}"#, CLAIMS);
    check_state(&decoded_json(none).ends(1), "invalid");
    let other_kind = unsigned(r#"{"alg":"ES256"}"#, CLAIMS);
    check_state(&with_keys(&other_kind, &key_set()).ends(1), "invalid");
    let other_algorithm = unsigned(r#"{"alg":"ES256K"}"#, CLAIMS);
    check_state(
        &with_keys(&other_algorithm, &key_set()).ends(0),
        "cannot_check",
    );
    let graph = unsigned(r#"{"alg":"RS256","nonce":"n"}"#, CLAIMS);
    check_state(&with_keys(&graph, &key_set()).ends(0), "cannot_check");
}

#[test]
fn unusable_keys_are_reported_and_nothing_is_checked() {
    let token = signed("demo-1", CLAIMS);
    for (keys, code) in [
        ("", "key-unknown"),
        ("\u{feff}\n", "key-unknown"),
        ("https://issuer.example/keys", "key-unknown"),
        ("eyJhbGciOiJub25lIn0.e30.", "key-unknown"),
        ("{}", "key-unknown"),
        (r#"{"keys":[]}"#, "key-set-empty"),
        (r#"{"keys":[{"kty":"EC"}]}"#, "key-unusable"),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "key-private",
        ),
    ] {
        let ran = with_keys(&token, keys).ends(0).warns(&[code]);
        assert!(check_state(&ran, "not_checked").is_null());
        assert!(codes(&ran.json()["diagnostics"]).contains(&code), "{keys}");
    }
    let ran = with_keys(&token, &" ".repeat(MAX_INPUT + 1)).ends(0);
    assert_eq!(codes(&ran.json()["diagnostics"]), ["input-too-large"]);
}

#[test]
fn the_text_has_verdict_reason_and_source() {
    let log = format!("12:00 got token\n{}\n12:01 done", signed("demo-1", CLAIMS));
    Folder::with("jwks.json", key_set())
        .fedcred(&["decode", "--keys", "jwks.json", "--at", MOMENT], log)
        .ends(0)
        .quietly()
        .says(&[
            "signed token (JWS), bytes 16 to ",
            "✓ Signature valid: ",
            "Key demo-1, from jwks.json, JWKS entry 1",
            "Looks like a managed identity token.",
            "✓ Within its lifetime; it expires 2026-11-24T15:24:00Z, in 1 d.",
            "  exp  1795533840\n      2026-11-24T15:24:00Z, in 1 d\n",
            "Source: RFC 7519 §4.1.4 (documented)",
            "bytes 0 to 15: 12:00 got token",
        ]);
}

#[test]
fn an_expired_token_is_reported_but_is_not_a_failure() {
    let at = |moment: &str| {
        fedcred(&["decode", "--at", moment, "--format", "json"], CLAIMS)
            .ends(0)
            .json()
    };
    let late = at("2030-01-01T00:00:00Z");
    assert_eq!(codes(&late["tokens"][0]["diagnostics"]), ["expired"]);
    assert_eq!(
        late["tokens"][0]["validity"],
        json!({"expired": 1_795_533_840})
    );
    assert_eq!(
        codes(&at("0")["tokens"][0]["diagnostics"]),
        ["not-yet-valid"]
    );
    assert_eq!(at("-1")["at"], "1969-12-31T23:59:59Z");
    assert_eq!(
        at("1795533839")["tokens"][0]["validity"],
        json!({"within": 1_795_533_840})
    );
    fedcred(&["decode", "--at", "2030-01-01T00:00:00+01:00"], CLAIMS)
        .ends(0)
        .says(&["! The token expired ", "at 2026-11-24T15:24:00Z"]);
    let now = fedcred(&["decode", "--format", "json"], CLAIMS)
        .ends(0)
        .json();
    assert!(now["at"].as_str().unwrap() > "2025");
}

#[test]
fn text_without_a_token_exits_with_1() {
    for (input, code) in [
        ("", "no-token"),
        (" \n\t", "no-token"),
        ("garbage", "no-token"),
        ("a.b.c", "no-token"),
        ("[1]", "no-token"),
        ("null", "no-token"),
        ("\u{0}\u{202e}", "no-token"),
    ] {
        let ran = decoded_json(input).ends(1).warns(&["error", code]);
        let json = ran.json();
        assert_eq!(json["tokens"], json!([]), "{input:?}");
        assert_eq!(codes(&json["diagnostics"]), [code], "{input:?}");
        assert_eq!(json["diagnostics"][0]["file"], "standard input");
        decoded(input)
            .ends(1)
            .says(&["× No token found."])
            .warns(&[code]);
    }
}

#[test]
fn larger_inputs_are_rejected() {
    let mut input = signed("demo-1", CLAIMS);
    input.push_str(&" ".repeat(MAX_INPUT));
    let json = decoded_json(&input).ends(1).json();
    assert_eq!(codes(&json["diagnostics"]), ["input-too-large"]);
    let keys = with_keys(&signed("demo-1", CLAIMS), &input).ends(0).json();
    let message = |json: &Value| json["diagnostics"][0]["message"].clone();
    assert_eq!(message(&json), message(&keys));
    decoded_json(&input[..MAX_INPUT]).ends(0);
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(input.encode_utf16().flat_map(u16::to_le_bytes));
    decoded_json(utf16).ends(1).warns(&["input-too-large"]);
}

#[cfg(unix)]
#[test]
fn an_endless_file_is_not_read_to_its_end() {
    fedcred(&["decode", "/dev/zero"], "")
        .ends(1)
        .warns(&["input-too-large"]);
}

#[test]
fn partial_tokens_and_other_forms() {
    let token = signed("demo-1", CLAIMS);
    let cut = &token[..token.rfind('.').unwrap() - 10];
    let json = with_keys(cut, &key_set()).ends(0).json();
    let piece = &json["tokens"][0];
    assert_eq!(
        (&piece["kind"], &piece["signature"]["state"]),
        (&json!("partial"), &json!("cannot_check"))
    );
    let payload = piece["payload"].as_str().expect("damaged JSON is a string");
    assert!(CLAIMS.starts_with(payload) && payload.len() > 100);
    assert_eq!(
        piece["claims"][0]["value"],
        "fb60f99c-7a34-4190-8149-302f77469936"
    );
    assert!(piece["claims"].as_array().unwrap().last().unwrap()["value"].is_string());

    let jwe = decoded_json("eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC")
        .ends(0)
        .json();
    let jwe = &jwe["tokens"][0];
    assert_eq!(
        (&jwe["kind"], &jwe["payload"]),
        (&json!("jwe"), &Value::Null)
    );
    assert_eq!(jwe["signature"]["state"], "cannot_check");
    assert_eq!(jwe["header"], json!({"alg": "dir"}));
    decoded("eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC")
        .ends(0)
        .says(&["encrypted token (JWE)", "? Signature cannot be checked"]);

    let claims = decoded_json(CLAIMS).ends(0).json();
    let claims = &claims["tokens"][0];
    assert_eq!(
        (&claims["kind"], &claims["header"]),
        (&json!("claims"), &Value::Null)
    );
    assert_eq!(claims["signature"]["state"], "cannot_check");

    let no_json = decoded_json(unsigned(r#"{"alg":"RS256","kid":"k"}"#, "no json"))
        .ends(0)
        .json();
    assert_eq!(no_json["tokens"][0]["payload"], "no json");
    assert_eq!(
        codes(&no_json["tokens"][0]["diagnostics"]),
        ["not-an-object"]
    );
    let list = decoded_json(unsigned(r#"{"alg":"RS256"}"#, "[1,2]"))
        .ends(0)
        .json();
    assert_eq!(list["tokens"][0]["payload"], json!([1, 2]));
}

#[test]
fn every_token_has_an_entry_and_one_invalid_token_fails() {
    let good = signed("demo-1", CLAIMS);
    let bad = unsigned(r#"{"alg":"none"}"#, CLAIMS);
    let json = decoded_json(format!("{good} and {good}")).ends(0).json();
    assert_eq!(json["tokens"].as_array().map(Vec::len), Some(2));
    let both = format!("{good} and {bad}");
    decoded_json(&both).ends(1);
    decoded(&both)
        .ends(1)
        .says(&["Token 1 of 2: ", "Token 2 of 2: ", "× Signature invalid"]);
}

/// Order, duplicate names and numbers beyond doubles are the same in the output as in the token.
#[test]
fn json_is_kept_byte_for_byte() {
    let claims = r#"{"z":1,"a":[1.0,1e2,-0],"big":123456789012345678901234567890,"z":2,"s":"\u00e9\ud800\/","d":0.10}"#;
    for input in [signed("demo-1", claims), claims.to_owned()] {
        let ran = decoded_json(&input).ends(0);
        has_parts(&ran.out, &[&format!("\"payload\": {claims},")]);
        for value in [
            "[1.0,1e2,-0]",
            "123456789012345678901234567890",
            r#""\u00e9\ud800\/""#,
            "0.10",
        ] {
            has_parts(&ran.out, &[&format!("\"value\": {value},")]);
        }
        assert!(ran.out.find("\"value\": 1,") < ran.out.find("\"value\": 2,"));
        assert!(ran.out.contains("json-duplicate-name"));
    }
}

#[test]
fn deep_json_does_not_crash() {
    let depth = 200_000;
    let claims = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    for input in [claims.clone(), unsigned(r#"{"alg":"RS256"}"#, &claims)] {
        let ran = decoded_json(&input).ends(0);
        assert!(ran.out.contains(&claims));
        decoded(&input)
            .ends(0)
            .says(&["characters; --format json shows all"]);
    }
}

#[test]
fn hostile_text_is_escaped_in_text_and_kept_in_json() {
    let claims = "{\"sub\":\"a\u{202e}b\u{200b}\u{9b}31m\",\"\u{202e}name\":\"\\u001b]0;title\\u0007\",\"exp\":\"x\"}";
    for input in [
        claims.to_owned(),
        unsigned(r#"{"alg":"RS256"}"#, claims),
        format!(
            "\u{1b}[2J\u{202e} {}",
            unsigned(r#"{"alg":"\u001b[31mES256"}"#, claims)
        ),
    ] {
        let ran = decoded(&input).ends(0).says(&[
            "a\\u{202e}b\\u{200b}\\u{9b}31m",
            "\\u{202e}name",
            "\\u{1b}]0;title\\u{7}",
        ]);
        assert!(
            ran.out
                .chars()
                .all(|c| c == '\n' || !(c.is_control() || ('\u{200b}'..='\u{206f}').contains(&c)))
        );
        let json = decoded_json(&input).ends(0);
        assert!(json.out.contains("a\u{202e}b"));
        assert_eq!(
            json.json()["tokens"][0]["claims"][0]["value"],
            "a\u{202e}b\u{200b}\u{9b}31m"
        );
    }
}

#[test]
fn invalid_utf8_does_not_crash() {
    let mut input = b"\xff\xfe\xfd log ".to_vec();
    input.extend(signed("demo-1", CLAIMS).bytes());
    decoded_json(&input[2..])
        .ends(0)
        .warns(&["utf8", "warning"]);
    decoded_json(b"\xff").ends(1);
    decoded_json(b"\xff\xfe").ends(1);
}

/// Windows PowerShell writes UTF-16 with `>`.
#[test]
fn utf16_is_read() {
    let token = signed("demo-1", CLAIMS);
    for (mark, bytes) in [
        ([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]),
        ([0xfe, 0xff], u16::to_be_bytes),
    ] {
        let mut input = mark.to_vec();
        input.extend(token.encode_utf16().flat_map(bytes));
        let json = Folder::with("token.txt", input)
            .fedcred(&["decode", "token.txt", "--format", "json"], "")
            .ends(0)
            .json();
        assert_eq!(
            (
                json["tokens"][0]["kind"].as_str(),
                codes(&json["diagnostics"])
            ),
            (Some("jws"), vec!["input-utf16"])
        );
    }
}

#[test]
fn the_same_input_gives_the_same_output() {
    let token = signed("demo-1", CLAIMS);
    assert_eq!(decoded(&token).out, decoded(&token).out);
    let arguments = ["decode", "token.txt", "--at", MOMENT, "--format", "json"];
    let from_file = Folder::with("token.txt", &token).fedcred(&arguments, "");
    assert_eq!(from_file.out, decoded_json(&token).out);
}
