//! Several keys: which one verifies, which ones are weak, and how a discovery document brings its own.

use fedcred_core::jose::Signature;
use similar_asserts::assert_eq;

use super::*;

#[test]
fn several_fitting_keys_are_tried_and_named() {
    let token = token_of("RS256");
    let (compact, right) = (text(&token, "token"), &token["jwk"]);
    let wrong = changed(
        &special("jwk-in-header")["jwk"],
        &json!({"kid": right["kid"]}),
    );
    let other = changed(
        &special("ps256-rsa-pss-key")["jwk"],
        &json!({"kid": right["kid"]}),
    );
    let unnamed = |jwk: &Value| changed(jwk, &json!({"kid": null}));
    let read = |keys: Value| Keys::parse(&json!({ "keys": keys }).to_string(), "set");
    let twice = read(json!([wrong, right]));
    assert_eq!(codes(&twice), ["key-id-repeated"]);
    let used = check(compact, &twice, SignatureState::Valid, "")
        .key
        .unwrap();
    assert_eq!(used.source.to_string(), "set, JWKS entry 2");
    let list = Keys::parse(&json!([wrong, right]).to_string(), "set");
    let used = check(compact, &list, SignatureState::Valid, "")
        .key
        .unwrap();
    assert_eq!(
        (used.source.to_string().as_str(), used.index),
        ("set, list entry 2, JWK", 1)
    );
    let thrice = read(json!([wrong, other, wrong]));
    assert_eq!(codes(&thrice), ["key-id-repeated"]);
    check(
        compact,
        &thrice,
        SignatureState::Invalid,
        "None of the 3 suitable keys",
    );
    check(
        compact,
        &thrice,
        SignatureState::Invalid,
        "`demo-rsa`; `demo-rsa`",
    );
    let nameless = read(json!([unnamed(&wrong), unnamed(&other)]));
    check(
        compact,
        &nameless,
        SignatureState::Invalid,
        "set, JWKS entry 1; set, JWKS entry 2",
    );
    let used = read(json!([unnamed(&wrong), unnamed(right)]));
    check(compact, &used, SignatureState::Valid, "");
    // The right key under another name is not tried where one has the name.
    let renamed = changed(right, &json!({"kid": "x"}));
    check(
        compact,
        &read(json!([renamed, wrong])),
        SignatureState::Invalid,
        "",
    );
    check(
        compact,
        &read(json!([renamed])),
        SignatureState::NotChecked,
        "`demo-rsa`",
    );
    check(
        compact,
        &read(json!([renamed, renamed])),
        SignatureState::NotChecked,
        "None of the 2 keys",
    );
}

#[test]
fn secrets_and_public_keys_in_one_set_are_reported() {
    let (rs, hs) = (token_of("RS256"), token_of("HS256"));
    let set = json!({"keys": [rs["jwk"], hs["jwk"]]}).to_string();
    let keys = Keys::parse(&set, "set");
    assert_eq!(codes(&keys), ["key-set-mixed"]);
    check(text(&rs, "token"), &keys, SignatureState::Valid, "");
    check(text(&hs, "token"), &keys, SignatureState::Valid, "");
    let secrets = json!({"keys": [hs["jwk"], token_of("HS384")["jwk"]]}).to_string();
    assert_eq!(codes(&Keys::parse(&secrets, "set")), [""; 0]);
}

#[test]
fn a_discovery_document_may_come_with_its_keys() {
    let token = token_of("ES256");
    let discovery =
        json!({"issuer": "https://issuer.example", "jwks_uri": "https://issuer.example/keys"});
    let set = json!({ "keys": [token["jwk"]] });
    for text in [
        format!("{discovery}{set}"),
        format!("{set}\n{discovery}\n"),
        json!([discovery, set]).to_string(),
    ] {
        let keys = Keys::parse(&text, "file");
        assert_eq!(keys.issuer(), Some("https://issuer.example"));
        check(
            token["token"].as_str().unwrap(),
            &keys,
            SignatureState::Valid,
            "",
        );
    }
    let alone = Keys::parse(&discovery.to_string(), "file");
    assert_eq!(codes(&alone), ["key-discovery"]);
    check(
        text(&token, "token"),
        &alone,
        SignatureState::NotChecked,
        "No key",
    );
    let broken = Keys::parse(&format!("{discovery}\n{{\"keys\":["), "file");
    assert!(broken.is_empty() && !broken.diagnostics().is_empty());
}

/// A weak key verifies, and it is told which key is weak.
#[test]
fn weak_keys_are_named() {
    let codes =
        |signature: Signature| -> Vec<_> { signature.diagnostics.iter().map(|d| d.code).collect() };
    for (name, size) in [
        ("weak-rsa-1024", "1024 bits"),
        ("weak-hs256-5-bytes", "5 bytes"),
    ] {
        let token = special(name);
        let keys = Keys::parse(&token["jwk"].to_string(), "file");
        let signature = check(text(&token, "token"), &keys, SignatureState::Valid, "");
        assert!(signature.diagnostics[0].message.contains(size));
        assert_eq!(codes(signature), ["key-weak"]);
        let (start, _) = text(&token, "token").rsplit_once('.').unwrap();
        let wrong = check(&format!("{start}.AAAA"), &keys, SignatureState::Invalid, "");
        assert_eq!(codes(wrong), ["key-weak"]);
    }
    let weak = special("weak-hs256-5-bytes");
    let typed = Keys::parse("demo5", "page");
    assert_eq!(
        codes(check(
            text(&weak, "token"),
            &typed,
            SignatureState::Valid,
            ""
        )),
        ["key-weak"]
    );
    for (alg, length, expected) in [
        ("HS256", 31, 1),
        ("HS256", 32, 0),
        ("HS384", 47, 1),
        ("HS512", 63, 1),
        ("HS512", 64, 0),
    ] {
        let secret = json!({"kty": "oct", "k": base64url::encode(&vec![1; length])});
        let keys = Keys::parse(&secret.to_string(), "file");
        let token = token_of(alg);
        let answer = check(text(&token, "token"), &keys, SignatureState::Invalid, "");
        assert_eq!(answer.diagnostics.len(), expected, "{alg}, {length}");
    }
}

#[test]
fn the_weak_one_of_two_pem_blocks_is_named() {
    let weak = special("weak-rsa-1024");
    let strong = token_of("RS256");
    let blocks = [text(&strong, "pem"), text(&weak, "pem")].join("\n");
    let keys = Keys::parse(&blocks, "file");
    assert_eq!(keys.len(), 2);
    let answer = check(text(&weak, "token"), &keys, SignatureState::Valid, "");
    assert_eq!(answer.diagnostics.len(), 1, "the second key is weak");
    let used = answer.key.unwrap();
    assert_eq!(used.source.to_string(), "file, PEM block 2 (PUBLIC KEY)");
    assert_eq!(used.index, 1);
    let answer = check(text(&strong, "token"), &keys, SignatureState::Valid, "");
    assert_eq!(answer.diagnostics.len(), 0, "the first key is not");
}
