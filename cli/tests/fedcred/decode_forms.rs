//! `fedcred decode`: serializations, parts, tokens inside tokens, readings.

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, MOMENT, cookbook, signed, unsigned};
use crate::process::{Folder, codes, fedcred};

#[track_caller]
fn tokens(input: &str) -> Value {
    let arguments = ["decode", "--at", MOMENT, "--format", "json"];
    fedcred(&arguments, input).ends(0).json()["tokens"].clone()
}

#[test]
fn each_serialization_has_a_name() {
    let example = cookbook("jws/4_6.protecting_specific_header_fields");
    for (form, word, words) in [
        ("json", "general", "as general JSON"),
        ("json_flat", "flattened", "as flattened JSON"),
    ] {
        let input = example["output"][form].to_string();
        let token = &tokens(&input)[0];
        assert_eq!(token["serialization"], word);
        assert_eq!(token["header"], json!({"alg": "HS256"}));
        let unprotected = &example["signing"]["unprotected"];
        assert_eq!(token["unprotectedHeaders"], json!([unprotected]));
        fedcred(&["decode"], &input).ends(0).says(&[
            words,
            "Unprotected header: not signed, so anyone can change it\n  kid  018c0ae5",
        ]);
    }
    let token = &tokens(&signed("demo-1", CLAIMS))[0];
    assert_eq!(
        (&token["serialization"], &token["unprotectedHeaders"]),
        (&json!("compact"), &json!([]))
    );
}

#[test]
fn each_signature_of_general_json_is_checked() {
    let example = cookbook("jws/4_8.multiple_signatures");
    let keys = json!({"keys": example["input"]["key"]}).to_string();
    let folder = Folder::with("jwks.json", keys);
    let input = example["output"]["json"].to_string();
    let arguments = ["decode", "--keys", "jwks.json", "--format", "json"];
    let found = folder.fedcred(&arguments, &input).ends(0).json()["tokens"].clone();
    let states: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|token| &token["signature"]["state"])
        .collect();
    assert_eq!(states, ["valid", "valid", "valid"]);
    let changed = input.replacen("\"payload\":\"SX", "\"payload\":\"TX", 1);
    folder.fedcred(&arguments, changed).ends(1);
}

#[test]
fn parts_have_places_and_sizes() {
    let input = signed("demo-1", CLAIMS);
    let parts = tokens(&input)[0]["parts"].clone();
    let roles: Vec<_> = parts
        .as_array()
        .unwrap()
        .iter()
        .map(|part| &part["role"])
        .collect();
    assert_eq!(roles, ["header", "payload", "signature"]);
    assert_eq!(parts[1]["bytes"], CLAIMS.len());
    assert_eq!(parts[2]["bytes"], 256);
    assert_eq!(parts[2]["span"][1], input.len());
    let cut = &input[..input.rfind('.').unwrap()];
    assert_eq!(tokens(cut)[0]["parts"].as_array().map(Vec::len), Some(2));
    fedcred(&["decode"], format!("{input}{}", ".AAAA".repeat(50)))
        .ends(0)
        .says(&["surplus 3 bytes", "and 44 more."]);
}

#[test]
fn an_encrypted_token_part_by_part() {
    let example = cookbook("jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2");
    let input = example["output"]["compact"].as_str().unwrap();
    let token = &tokens(input)[0];
    assert_eq!(
        (&token["kind"], &token["payload"]),
        (&json!("jwe"), &Value::Null)
    );
    let sizes: Vec<_> = token["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| {
            (
                part["role"].as_str().unwrap(),
                part["bytes"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        sizes[1..3],
        [("encrypted_key", 256), ("initialization_vector", 16)]
    );
    assert_eq!(
        (sizes[3].0, sizes[4]),
        ("ciphertext", ("authentication_tag", 16))
    );
    for part in token["parts"].as_array().unwrap() {
        assert!(part["meaning"].is_string(), "{part}");
    }
    fedcred(&["decode"], input).ends(0).says(&[
        "\nParts\n  header 77 bytes, at bytes 0 to 103\n",
        "  encrypted key 256 bytes, at bytes 104 to 446\n",
        "  authentication tag 16 bytes",
    ]);
    for form in ["json", "json_flat"] {
        let token = tokens(&example["output"][form].to_string())[0].clone();
        assert_eq!(token["kind"], "jwe");
        assert_eq!(token["parts"].as_array().map(Vec::len), Some(5));
    }
}

#[test]
fn a_token_inside_a_token_names_the_outer_one() {
    let inner = signed("demo-2", r#"{"iss":"inner"}"#);
    let outer = signed("demo-1", &format!(r#"{{"iss":"outer","token":"{inner}"}}"#));
    let found = tokens(&format!("{inner} and {outer}"));
    let insides: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|token| &token["inside"])
        .collect();
    assert_eq!(insides, [&Value::Null, &Value::Null, &json!(1)]);
    fedcred(&["decode"], &outer).ends(0).says(&[
        "Token 2 of 2: signed token (JWS), bytes ",
        ", inside token 1\n",
    ]);
    let bad = unsigned(r#"{"alg":"none"}"#, r#"{"iss":"inner"}"#);
    let outer = signed("demo-1", &format!(r#"{{"token":"{bad}"}}"#));
    fedcred(&["decode"], outer).ends(1);
}

#[test]
fn the_explanation_of_a_claim_is_shown() {
    let claims = CLAIMS.replace(
        "\"idtyp\"",
        concat!(
            r#""tid":"c0c0c0c0-0000-4000-8000-000000000001","uti":"OQZCL2CY80uXMgjZyL4OAA","#,
            r#""azp":"04b07795-8ddb-461a-bbee-02f9e1bf7b46","idtyp""#,
        ),
    );
    let token = tokens(&claims)[0].clone();
    let claim = |name: &str| {
        let claims = token["claims"].as_array().unwrap();
        claims
            .iter()
            .find(|claim| claim["name"] == name)
            .unwrap()
            .clone()
    };
    let uti = claim("uti");
    assert_eq!(uti["readings"].as_array().map(Vec::len), Some(1));
    for field in ["text", "source", "confidence"] {
        assert!(uti["readings"][0][field].is_string(), "{uti:#}");
    }
    assert!(uti["readings"][0].get("agrees").is_some());
    assert_eq!(
        (&claim("azp")["label"], &claim("azp")["labelConfidence"]),
        (&json!("client ID: Azure CLI"), &json!("documented"))
    );
    assert_eq!(claim("idtyp")["by"], "the API, as an optional claim");
    assert!(
        claim("exp")["unit"]
            .as_str()
            .unwrap()
            .starts_with("seconds")
    );
    fedcred(&["decode", "--at", MOMENT], &claims)
        .ends(0)
        .says(&[
            "Set by: the API, as an optional claim.",
            "Unit: seconds since",
            "(client ID: Azure CLI; name documented)",
            "Platform: Entra ID, version 2.0, global cloud",
            "no user took part. (documented)",
        ]);
}

#[test]
fn findings_have_places_and_are_limited() {
    let many: String = (0..500).map(|n| format!("\"a\":{n},")).collect();
    let claims = format!("{{{many}\"iss\":\"x\"}}");
    let found = tokens(&claims)[0]["diagnostics"].clone();
    assert!(codes(&found).len() > 400);
    fedcred(&["decode"], &claims).ends(0).says(&[
        "appears twice in this object. (bytes ",
        " more messages; --format json shows all",
    ]);
    let keys = json!({"keys": vec![json!({"kty": "EC"}); 500]}).to_string();
    let ran = Folder::with("jwks.json", keys)
        .fedcred(&["decode", "--keys", "jwks.json"], signed("demo-1", CLAIMS))
        .ends(0);
    let ran = ran.warns(&["There are 481 more findings about the keys."]);
    assert_eq!(ran.err.lines().count(), 20);
}
