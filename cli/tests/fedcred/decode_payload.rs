//! `fedcred decode --payload`: detached tokens.

use serde_json::Value;
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, cookbook, signed};
use crate::process::{Folder, codes};

const DETACHED: &str = "jws/4_5.signature_with_detached_content";
const UNENCODED: &str = "rfc7797/4.2.hmac-sha2_b64_false";

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), Into::into)
}

/// The token with this payload: its state, and the whole JSON.
#[track_caller]
fn check(example: &Value, form: &str, payload: impl AsRef<[u8]>, state: &str, code: i32) -> Value {
    let folder = Folder::with("key.json", example["input"]["key"].to_string());
    let arguments = [
        "decode",
        "--keys",
        "key.json",
        "--payload",
        "payload.txt",
        "--format",
        "json",
    ];
    let ran = folder
        .and("payload.txt", payload)
        .fedcred(&arguments, text_of(&example["output"][form]));
    let json = ran.ends(code).json();
    let signature = &json["tokens"][0]["signature"];
    assert_eq!(signature["state"], state, "{signature:#}");
    json
}

#[test]
fn a_detached_payload_is_checked_byte_by_byte() {
    let example = cookbook(DETACHED);
    let payload = text_of(&example["input"]["payload"]);
    for form in ["compact", "json", "json_flat"] {
        let json = check(&example, form, &payload, "valid", 0);
        let found = codes(&json["tokens"][0]["diagnostics"]);
        assert!(found.contains(&"payload-given") && !found.contains(&"payload-detached"));
        assert_eq!(json["tokens"][0]["payload"], payload.as_str());
        for wrong in [
            payload.to_uppercase(),
            format!(" {payload}"),
            payload.replace('’', "'"),
            "x".to_owned(),
        ] {
            check(&example, form, wrong, "invalid", 1);
        }
    }
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(payload.encode_utf16().flat_map(u16::to_le_bytes));
    check(&example, "compact", utf16, "invalid", 1);
}

#[test]
fn an_added_line_break_is_reported() {
    let example = cookbook(DETACHED);
    let payload = text_of(&example["input"]["payload"]);
    for (end, told) in [("\n", true), ("\r\n", true), ("\n\n", false), (" ", false)] {
        let json = check(&example, "compact", payload.clone() + end, "invalid", 1);
        let found = codes(&json["tokens"][0]["signature"]["diagnostics"]);
        assert_eq!(found.contains(&"payload-line-break"), told, "{end:?}");
    }
}

/// RFC 7797: the payload is signed as it is, not as base64url.
#[test]
fn an_unencoded_payload() {
    let mut example = cookbook(UNENCODED);
    let token = example["output"]["json_flat"].as_object_mut().unwrap();
    assert!(token.remove("payload").is_some());
    let payload = text_of(&example["input"]["payload"]);
    check(&example, "json_flat", &payload, "valid", 0);
    check(&example, "json_flat", payload + "!", "invalid", 1);
}

#[test]
fn a_detached_token_without_payload_is_not_checked() {
    let example = cookbook(DETACHED);
    let json = check(&example, "compact", "", "cannot_check", 0);
    assert_eq!(codes(&json["diagnostics"]), ["payload-empty"]);
    Folder::with("key.json", example["input"]["key"].to_string())
        .fedcred(
            &["decode", "--keys", "key.json"],
            text_of(&example["output"]["compact"]),
        )
        .ends(0)
        .says(&["? Signature cannot be checked: The payload is detached"]);
}

#[test]
fn an_unused_payload_is_reported() {
    let folder = Folder::with("payload.txt", "anything");
    for (input, code, finding) in [
        (signed("demo-1", CLAIMS), 0, "payload-not-needed"),
        (CLAIMS.to_owned(), 0, "payload-not-needed"),
        (
            "eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC".to_owned(),
            0,
            "payload-not-needed",
        ),
        ("no token".to_owned(), 1, "no-token"),
    ] {
        let arguments = ["decode", "--payload", "payload.txt", "--format", "json"];
        let json = folder.fedcred(&arguments, input).ends(code).json();
        assert_eq!(codes(&json["diagnostics"]), [finding]);
    }
}

#[cfg(unix)]
#[test]
fn a_larger_payload_is_rejected() {
    let token = text_of(&cookbook(DETACHED)["output"]["compact"]);
    Folder::new()
        .fedcred(&["decode", "--payload", "/dev/zero"], token)
        .ends(0)
        .warns(&["/dev/zero", "input-too-large"])
        .says(&["? Signature"]);
}
