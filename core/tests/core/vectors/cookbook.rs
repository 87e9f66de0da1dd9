//! The signed and encrypted examples of RFC 7520, RFC 8037, RFC 7797 and RFC 7515, in every serialization.

use similar_asserts::assert_eq;

use super::*;

/// The signed examples of RFC 7520, RFC 8037 and RFC 7797.
const SIGNED: [&str; 11] = [
    "jws/4_1.rsa_v15_signature",
    "jws/4_2.rsa-pss_signature",
    "jws/4_3.ecdsa_signature",
    "jws/4_4.hmac-sha2_integrity_protection",
    "jws/4_5.signature_with_detached_content",
    "jws/4_6.protecting_specific_header_fields",
    "jws/4_7.protecting_content_only",
    "jws/4_8.multiple_signatures",
    "curve25519/jws",
    "rfc7797/4.2.hmac-sha2_b64_false",
    "rfc7797/hmac-sha2_b64_false",
];

const ENCRYPTED: [&str; 4] = [
    "jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2",
    "jwe/5_3.key_wrap_using_pbes2-aes-keywrap_with-aes-cbc-hmac-sha2",
    "jwe/5_6.direct_encryption_using_aes-gcm",
    "curve25519/ecdh-es",
];

/// The serializations that an example is given in, and their texts.
fn outputs(example: &Value) -> Vec<(Serialization, String)> {
    let form = |name: &str, serialization| {
        let output = example["output"].get(name)?;
        let text = output.as_str().map_or(output.to_string(), str::to_owned);
        Some((serialization, text))
    };
    let forms = [
        form("compact", Serialization::Compact),
        form("json_flat", Serialization::Flattened),
        form("json", Serialization::General),
    ];
    forms.into_iter().flatten().collect()
}

/// What is a list or a single thing, as a list.
fn list(value: &Value) -> Vec<Value> {
    let single = || vec![value.clone()];
    value.as_array().cloned().unwrap_or_else(single)
}

#[track_caller]
fn json_of(token: &Token, role: Role) -> Value {
    let json = token.part(role).and_then(|part| part.json.as_ref());
    json.map_or(Value::Null, |json| {
        serde_json::from_str(json.source()).unwrap()
    })
}

#[track_caller]
fn bytes_of(token: &Token, role: Role) -> &[u8] {
    token.part(role).map_or(&[], |part| &part.bytes)
}

/// The token as the example describes it, with this key and none of these.
#[track_caller]
fn check_signed(token: Token, signing: &Value, payload: &str, own: &Value, foreign: &[Value]) {
    assert_eq!(token.form, TokenForm::Jws);
    assert_eq!(json_of(&token, Role::Header), signing["protected"]);
    let unprotected = json_of(&token, Role::UnprotectedHeader);
    assert_eq!(unprotected, signing["unprotected"]);
    let token = if token.is_detached() {
        check_token(&token, own, SignatureState::CannotCheck);
        let other = token.clone().with_payload(b"another");
        check_token(&other, own, SignatureState::Invalid);
        token.with_payload(payload.as_bytes())
    } else {
        let other = token.clone().with_payload(b"another");
        assert_eq!(other, token, "it has a payload of its own");
        token
    };
    assert_eq!(bytes_of(&token, Role::Payload), payload.as_bytes());
    let signature = base64url::encode(bytes_of(&token, Role::Signature));
    assert_eq!(signature, signing["sig"].as_str().unwrap());
    let input = String::from_utf8(token.signing_input().into_owned()).unwrap();
    assert_eq!(input, signing["sig-input"].as_str().unwrap());
    check_token(&token, own, SignatureState::Valid);
    check_token(&token, &json!({ "keys": [own] }), SignatureState::Valid);
    let mut all = foreign.to_vec();
    all.push(own.clone());
    check_token(&token, &json!({ "keys": all }), SignatureState::Valid);
    for key in foreign {
        let state = verify(&token, &keys(key)).state;
        assert_ne!(state, SignatureState::Valid, "{key}");
    }
}

#[track_caller]
fn check_token(token: &Token, jwk: &Value, state: SignatureState) {
    let signature = verify(token, &keys(jwk));
    assert_eq!(signature.state, state, "{}", signature.reason);
}

/// An example as its file describes it. What the files of RFC 7797 say besides their outputs is partly
/// that of another example; their outputs are right, and say what is signed.
fn signings(name: &str) -> Vec<Value> {
    let example = cookbook(name);
    if !name.starts_with("rfc7797") {
        return list(&example["signing"]);
    }
    let flat = &example["output"]["json_flat"];
    let protected = flat["protected"].as_str().unwrap();
    let header = base64url::decode_strict(protected).unwrap();
    let input = format!(
        "{protected}.{}",
        example["input"]["payload"].as_str().unwrap()
    );
    vec![json!({
        "protected": serde_json::from_slice::<Value>(&header).unwrap(),
        "sig": flat["signature"],
        "sig-input": input,
    })]
}

#[test]
fn every_signed_example_verifies_in_every_serialization() {
    let all: Vec<_> = SIGNED
        .iter()
        .flat_map(|name| list(&cookbook(name)["input"]["key"]))
        .chain([rs256_key()])
        .collect();
    let mut checked = 0;
    for name in SIGNED {
        let example = cookbook(name);
        let (own, signings) = (list(&example["input"]["key"]), signings(name));
        let payload = example["input"]["payload"].as_str().unwrap();
        for (serialization, text) in outputs(&example) {
            let tokens = parse(&text).tokens;
            assert_eq!(tokens.len(), signings.len(), "{name}: {text}");
            for ((token, signing), own) in tokens.into_iter().zip(&signings).zip(&own) {
                assert_eq!(token.serialization, serialization, "{name}");
                let material = |jwk: &Value| [jwk["n"].clone(), jwk["x"].clone(), jwk["k"].clone()];
                let mut foreign = all.clone();
                foreign.retain(|key| material(key) != material(own));
                check_signed(token, signing, payload, own, &foreign);
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 6 * 3 + 2 * 2 + 3 + 2 + 3);
}

/// With a member renamed, or a character of one exchanged, nothing is valid.
#[test]
fn a_changed_example_is_never_valid() {
    let mut seen = 0;
    for name in SIGNED {
        let example = cookbook(name);
        let own = list(&example["input"]["key"]);
        let keys = keys(&json!({ "keys": own }));
        for (serialization, text) in outputs(&example) {
            if serialization == Serialization::Compact || own.len() > 1 {
                continue;
            }
            let mut cuts = vec!["payload", "signature", "signatures"];
            if name.contains("content_only") {
                cuts.push("header");
            } else {
                cuts.push("protected");
            }
            let renamed = cuts
                .iter()
                .map(|cut| text.replace(&format!("\"{cut}\""), "\"x\""));
            let exchanged = [("e", "f"), ("X", "Y"), ("A", "B"), ("g", "h")]
                .iter()
                .map(|(from, to)| text.replace(from, to));
            for changed in renamed.chain(exchanged).filter(|other| *other != text) {
                check_never_valid(&changed, &keys);
                seen += 1;
            }
        }
    }
    assert!(seen > 90, "{seen}");
}

#[test]
fn every_token_of_a_sentence_is_found() {
    for name in SIGNED {
        let example = cookbook(name);
        let compact = example["output"]["compact"].as_str();
        if let Some(compact) = compact.filter(|compact| !compact.contains(' ')) {
            let token = sole(&format!("Authorization: Bearer {compact}\n"));
            assert_eq!((token.form, token.compact()), (TokenForm::Jws, compact));
        }
    }
}

/// RFC 7515 appendix A.1 to A.7.
#[test]
fn every_token_of_the_rfc_verifies_with_its_key_alone() {
    let document: Value = serde_json::from_str(&file("rfc7515.json")).unwrap();
    let examples = document["examples"].as_array().unwrap();
    let of = |example: &Value| match example.get("signatures") {
        Some(signatures) => list(signatures),
        None => vec![example.clone()],
    };
    let all: Vec<_> = examples.iter().flat_map(of).collect();
    let mut checked = 0;
    for example in examples {
        let text = match example["compact"].as_str() {
            Some(compact) => compact.to_owned(),
            None => example["json"].to_string(),
        };
        let tokens = parse(&text).tokens;
        assert_eq!(tokens.len(), of(example).len(), "{text}");
        for (token, expected) in tokens.iter().zip(of(example)) {
            assert_eq!(token.form, TokenForm::Jws);
            assert_eq!(token.header().unwrap().source(), expected["header"]);
            let unprotected = json_of(token, Role::UnprotectedHeader);
            assert_eq!(unprotected, expected["unprotected"]);
            let payload = example["payload"].as_str().unwrap();
            assert_eq!(bytes_of(token, Role::Payload), payload.as_bytes());
            let exp = token.payload().and_then(|claims| claims.get("exp"));
            let times = payload.contains("exp").then_some(1_300_819_380);
            assert_eq!(exp.and_then(|exp| exp.as_seconds()), times);
            for other in &all {
                let jwk = other.get("jwk").cloned().unwrap_or_else(|| json!({}));
                let signature = verify(token, &keys(&jwk));
                let own = jwk == expected["jwk"];
                let valid = signature.state == SignatureState::Valid;
                assert_eq!(valid, own, "{text}: {}", signature.reason);
                checked += 1;
            }
            if expected["alg"] == "none" {
                check_token(token, &json!({}), SignatureState::Invalid);
            } else {
                let unnamed = json!({"keys": [changed(&expected["jwk"], &json!({"kid": null}))]});
                check_token(token, &unnamed, SignatureState::Valid);
            }
        }
    }
    assert_eq!(checked, 8 * 8);
}

#[test]
fn encrypted_tokens_are_recognised_in_every_serialization() {
    let roles = [
        Role::Header,
        Role::EncryptedKey,
        Role::InitializationVector,
        Role::Ciphertext,
        Role::AuthenticationTag,
    ];
    for name in ENCRYPTED {
        let example = cookbook(name);
        let compact = example["output"]["compact"].as_str().unwrap();
        let forms = outputs(&example);
        assert_eq!(forms.len(), 3);
        for (serialization, text) in forms {
            let token = sole(&text);
            assert_eq!((token.form, token.compact()), (TokenForm::Jwe, compact));
            // Where nobody is named, the general form is the flattened one.
            if text.contains("recipients") || serialization != Serialization::General {
                assert_eq!(token.serialization, serialization, "{name}");
            }
            let header = &example["encrypting_content"]["protected"];
            assert_eq!(json_of(&token, Role::Header), *header, "{name}");
            let parts = roles.map(|role| base64url::encode(bytes_of(&token, role)));
            assert_eq!(parts.join("."), compact, "{name}");
            assert!(token.payload().is_none());
            check(
                &text,
                &keys(&example["input"]["key"]),
                SignatureState::CannotCheck,
            );
            check(&text, &keys(&rs256_key()), SignatureState::CannotCheck);
            check(&text, &Keys::default(), SignatureState::CannotCheck);
        }
    }
}

/// RFC 7520 §4.8.2 signs the same payload with a header that names no key.
#[test]
fn the_first_of_several_signatures_verifies_alone() {
    let first = &cookbook("jws/4_8.multiple_signatures")["signing"][0];
    let part = |name: &str| first[name].as_str().unwrap().to_owned();
    let compact = format!("{}.{}", part("sig-input"), part("sig"));
    check(
        &compact,
        &keys(&cookbook("jwk/3_3.rsa_public_key")),
        SignatureState::Valid,
    );
    check(&compact, &keys(&rs256_key()), SignatureState::Invalid);
}
