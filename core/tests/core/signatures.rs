//! Signatures that other libraries made: with the right key valid, with any other and with any bit changed not.

use fedcred_core::jose::{Keys, Signature, SignatureState, parse, verify};
use fedcred_core::text::base64url;
use fedcred_core::text::{Diagnostic, Severity};
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixtures;
use crate::verification::{self, sole};

/// The tokens of two libraries, one of each algorithm from each.
fn tokens() -> Vec<Value> {
    let mut tokens = fixtures::list("tokens-jose.json", "tokens");
    tokens.extend(fixtures::list("tokens-jwcrypto.json", "tokens"));
    assert_eq!(tokens.len(), 26);
    tokens
}

fn keys() -> Vec<Value> {
    fixtures::list("keys.json", "keys")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn without_kid(jwk: &Value) -> Value {
    named(jwk, &Value::Null)
}

fn named(jwk: &Value, kid: &Value) -> Value {
    let mut jwk = jwk.clone();
    match kid {
        Value::Null => drop(jwk.as_object_mut().unwrap().remove("kid")),
        _ => jwk["kid"] = kid.clone(),
    }
    jwk
}

#[track_caller]
fn check(token: &str, keys: &str, state: SignatureState) -> Signature {
    let signature = verification::check(token, &Keys::parse(keys, "test"), state, "");
    assert!(state != SignatureState::Valid || signature.diagnostics.is_empty());
    signature
}

#[track_caller]
fn check_codes(keys: &str, codes: &[&str]) {
    let read = Keys::parse(keys, "test");
    let found: Vec<_> = read.diagnostics().iter().map(|d| d.code).collect();
    assert_eq!((found.as_slice(), read.len()), (codes, 1), "{keys}");
}

#[test]
fn a_token_verifies_with_each_form_of_its_key() {
    let mut checked = 0;
    for entry in tokens() {
        let token = text(&entry, "token");
        let jwk = entry["jwk"].clone();
        let mut forms = vec![
            jwk.to_string(),
            without_kid(&jwk).to_string(),
            json!([jwk]).to_string(),
            json!({ "keys": [jwk] }).to_string(),
            format!("\n{}\n", serde_json::to_string_pretty(&jwk).unwrap()),
        ];
        for name in ["pem", "private_pem"] {
            let pem = entry.get(name).and_then(Value::as_str).unwrap_or_default();
            forms.extend([pem.to_owned(), pem.replace('\n', "\r\n")]);
        }
        forms.extend(entry.get("private_jwk").map(ToString::to_string));
        for form in forms.iter().filter(|form| !form.is_empty()) {
            check(token, form, SignatureState::Valid);
            let secret = form.contains("PRIVATE KEY") || form.contains("\"d\"");
            check_codes(form, if secret { &["key-private"] } else { &[] });
            checked += 1;
        }
    }
    assert_eq!(checked, 26 * 5 + 20 * 5);
}

/// A secret is also read as the text that it is written as.
#[test]
fn a_token_verifies_with_its_secret_as_base64url() {
    for entry in tokens() {
        if let Some(secret) = entry["jwk"]["k"].as_str() {
            check(text(&entry, "token"), secret, SignatureState::Valid);
            check(text(&entry, "token"), &secret[1..], SignatureState::Invalid);
            check(
                text(&entry, "token"),
                &format!("{secret}!"),
                SignatureState::Invalid,
            );
            let hidden = format!("{:?}", Keys::parse(secret, "test"));
            assert!(!hidden.contains(secret), "{hidden}");
        }
    }
}

#[test]
fn the_private_part_is_nowhere() {
    for key in keys() {
        let private = key["private_jwk"].to_string();
        let debug = format!("{:?}", Keys::parse(&private, "test"));
        for name in ["d", "p", "q"] {
            let number = key["private_jwk"][name].as_str().unwrap_or("none");
            assert!(!debug.contains(number), "{name}");
        }
    }
}

#[test]
fn of_a_set_the_key_with_the_id_is_used() {
    let all: Vec<_> = keys().iter().map(|key| key["jwk"].clone()).collect();
    let reversed: Vec<_> = all.iter().rev().collect();
    for entry in tokens() {
        for set in [json!({ "keys": all }), json!({ "keys": reversed })] {
            let signature = verify(
                &sole(text(&entry, "token")),
                &Keys::parse(&set.to_string(), "set"),
            );
            assert_eq!(
                signature.state,
                SignatureState::Valid,
                "{}",
                signature.reason
            );
            let used = signature.key.unwrap();
            assert_eq!(used.kid.unwrap().as_str(), text(&entry["jwk"], "kid"));
            assert!(!used.is_embedded && used.source.to_string().starts_with("set, JWKS entry "));
        }
    }
}

/// Every token with every key of this folder: the other ones never verify, under whatever id.
#[test]
fn no_other_key_verifies() {
    let mut foreign: Vec<_> = keys().iter().map(|key| key["jwk"].clone()).collect();
    for special in fixtures::list("tokens-special.json", "tokens") {
        foreign.push(special["jwk"].clone());
    }
    let (mut valid, mut refused) = (0, 0);
    for entry in tokens() {
        let own = &entry["jwk"];
        for key in &foreign {
            let same = key["n"] == own["n"] && key["x"] == own["x"] && key["k"] == own["k"];
            for key in [
                key.clone(),
                without_kid(key),
                named(key, &own["kid"]),
                named(key, &json!("another")),
            ] {
                let named = key.get("kid").is_none_or(|kid| *kid == own["kid"]);
                let state = match (same, named) {
                    (true, true) => SignatureState::Valid,
                    (false, true) => SignatureState::Invalid,
                    (_, false) => SignatureState::NotChecked,
                };
                check(text(&entry, "token"), &key.to_string(), state);
                valid += usize::from(state == SignatureState::Valid);
                refused += usize::from(state != SignatureState::Valid);
            }
        }
    }
    assert!(valid >= 26 * 3 && refused > 1700, "{valid} {refused}");
}

#[test]
fn no_other_pem_verifies() {
    let files = fixtures::list("keys/index.json", "keys");
    let mut refused = 0;
    for entry in tokens() {
        for file in &files {
            let pem = String::from_utf8(fixtures::bytes(&format!("keys/{}", text(file, "file"))));
            let read = Keys::parse(&pem.unwrap(), "file");
            let state = verify(&sole(text(&entry, "token")), &read).state;
            let own = file["kid"] == entry["jwk"]["kid"] && file["encrypted"] == false;
            assert_eq!(state == SignatureState::Valid, own, "{file}: {state:?}");
            refused += usize::from(!own);
        }
    }
    assert!(refused > 700, "{refused}");
}

/// The key stays, the header names each of the other algorithms.
#[test]
fn no_other_algorithm_verifies() {
    let all = tokens();
    for entry in &all {
        let token = text(entry, "token");
        let (header, rest) = token.split_once('.').unwrap();
        let header = String::from_utf8(base64url::decode_strict(header).unwrap()).unwrap();
        let own = text(entry, "alg");
        for other in all.iter().map(|other| text(other, "alg")).take(13) {
            let header = header.replace(own, other);
            let forged = format!("{}.{rest}", base64url::encode(header.as_bytes()));
            let state = if own == other {
                SignatureState::Valid
            } else {
                SignatureState::Invalid
            };
            check(&forged, &entry["jwk"].to_string(), state);
        }
    }
}

/// Whether one of the findings is a warning or an error that is not among the `known` ones.
fn speaks(findings: &[Diagnostic], known: &[Diagnostic]) -> bool {
    let is_known = |code| known.iter().any(|known| known.code == code);
    let mut findings = findings.iter();
    findings.any(|f| f.severity != Severity::Info && !is_known(f.code))
}

/// A changed token is never valid, and the user is told: by the state, or by a finding that is new.
#[track_caller]
fn check_changed(text: &str, keys: &Keys, known: &[Diagnostic]) {
    let parsed = parse(text);
    let mut told = speaks(&parsed.diagnostics, known);
    for token in &parsed.tokens {
        let signature = verify(token, keys);
        assert_ne!(signature.state, SignatureState::Valid, "{text}");
        assert!(!signature.reason.is_empty());
        told |= signature.state == SignatureState::Invalid || speaks(&token.diagnostics, known);
    }
    assert!(told, "nothing is said of {text}");
}

/// The token, a key for it, and what is found in the token as it is.
fn unchanged(alg: &str) -> (String, Keys, Vec<Diagnostic>) {
    let tokens = fixtures::list("tokens-jose.json", "tokens");
    let entry = tokens.iter().find(|entry| entry["alg"] == alg).unwrap();
    // A key without a name is tried whatever becomes of `kid`.
    let pem = entry.get("pem").and_then(Value::as_str);
    let key = pem.map_or(without_kid(&entry["jwk"]).to_string(), str::to_owned);
    let token = text(entry, "token");
    check(token, &key, SignatureState::Valid);
    let known = sole(token).diagnostics;
    (token.to_owned(), Keys::parse(&key, "test"), known)
}

/// Each bit of the bytes of each part is flipped.
#[track_caller]
fn check_every_bit_of_the_bytes(alg: &str) {
    let (token, keys, known) = unchanged(alg);
    let decode = |part| base64url::decode_strict(part).unwrap();
    let parts: Vec<_> = token.split('.').map(decode).collect();
    for part in 0..parts.len() {
        for bit in 0..parts[part].len() * 8 {
            let mut parts = parts.clone();
            parts[part][bit / 8] ^= 1 << (bit % 8);
            let parts: Vec<_> = parts.iter().map(|part| base64url::encode(part)).collect();
            check_changed(&parts.join("."), &keys, &known);
        }
    }
}

/// Each bit of the characters is flipped, as far as they stay ASCII.
#[track_caller]
fn check_every_bit_of_the_text(alg: &str) {
    let (token, keys, known) = unchanged(alg);
    for bit in 0..token.len() * 7 {
        let mut bytes = token.clone().into_bytes();
        bytes[bit / 7] ^= 1 << (bit % 7);
        let changed = String::from_utf8(bytes).unwrap();
        check_changed(&changed, &keys, &known);
    }
}

#[track_caller]
fn check_every_bit(algorithms: &[&str]) {
    for alg in algorithms {
        check_every_bit_of_the_bytes(alg);
        check_every_bit_of_the_text(alg);
    }
}

#[test]
fn no_bit_may_be_flipped_under_a_secret() {
    check_every_bit(&["HS256", "HS384", "HS512"]);
}

#[test]
fn no_bit_may_be_flipped_under_pkcs1() {
    check_every_bit(&["RS256", "RS384", "RS512"]);
}

#[test]
fn no_bit_may_be_flipped_under_pss() {
    check_every_bit(&["PS256", "PS384", "PS512"]);
}

#[test]
fn no_bit_may_be_flipped_under_p256_and_ed25519() {
    check_every_bit(&["ES256", "EdDSA"]);
}

#[test]
fn no_bit_may_be_flipped_under_p384() {
    check_every_bit(&["ES384"]);
}

#[test]
fn no_bit_of_the_bytes_may_be_flipped_under_p521() {
    check_every_bit_of_the_bytes("ES512");
}

#[test]
fn no_bit_of_the_text_may_be_flipped_under_p521() {
    check_every_bit_of_the_text("ES512");
}
