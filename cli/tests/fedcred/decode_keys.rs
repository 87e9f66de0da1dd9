//! `fedcred decode --keys` and `--own-key`: every kind of key, certificates, and keys that prove nothing.

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, MOMENT, foreign, foreign_token, key_file, key_set, signed, unsigned};
use crate::process::{Folder, Ran, codes, fedcred};

const JSON: [&str; 5] = ["decode", "--at", MOMENT, "--format", "json"];

/// The token, decoded with these keys.
#[track_caller]
fn with_keys(token: &str, keys: impl AsRef<[u8]>, more: &[&str]) -> Ran {
    let arguments = [&JSON[..], &["--keys", "keys"], more].concat();
    Folder::with("keys", keys).fedcred(&arguments, token)
}

/// The signature of a token with these keys.
#[track_caller]
fn check(token: &str, keys: impl AsRef<[u8]>, state: &str, code: i32) -> Value {
    let ran = with_keys(token, keys, &[]).ends(code);
    let signature = ran.json()["tokens"][0]["signature"].clone();
    assert_eq!(signature["state"], state, "{signature:#}");
    signature
}

#[track_caller]
fn jwk(name: &str) -> String {
    foreign(name)["jwk"].to_string()
}

#[test]
fn every_algorithm_with_its_key() {
    for alg in [
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
        "ES384", "ES512", "EdDSA",
    ] {
        let token = foreign_token(alg);
        let signature = check(&token, jwk(alg), "valid", 0);
        assert_eq!(signature["key"]["carried"], false);
        assert!(signature["key"]["words"].is_string(), "{signature}");
        check(&foreign_token("x5c"), jwk("jwk-in-header"), "invalid", 1);
        let (rest, signature) = token.rsplit_once('.').unwrap();
        let other = if signature.starts_with('A') { 'B' } else { 'A' };
        let changed = format!("{rest}.{other}{}", &signature[1..]);
        check(&changed, jwk(alg), "invalid", 1);
    }
}

#[test]
fn every_form_of_key() {
    for (alg, keys) in [
        ("RS256", "rsa.spki.pem"),
        ("RS256", "rsa.spki.der"),
        ("RS256", "rsa.pkcs1-public.pem"),
        ("PS512", "rsa.pkcs8.pem"),
        ("PS256", "rsa.pkcs1-private.pem"),
        ("RS512", "rsa.cert.pem"),
        ("RS512", "rsa.cert.der"),
        ("RS256", "rsa.from-pfx.pem"),
        ("RS256", "chain.pem"),
        ("ES256", "p256.sec1-with-parameters.pem"),
        ("ES384", "p384.spki.pem"),
        ("ES512", "p521.pkcs8.pem"),
        ("EdDSA", "ed25519.spki.pem"),
    ] {
        check(&foreign_token(alg), key_file(keys), "valid", 0);
    }
    for (alg, keys, state, code) in [
        ("RS256", "attacker-rsa.spki.pem", "invalid", 1),
        ("RS256", "p256.spki.pem", "invalid", 1),
        ("HS256", "rsa.spki.pem", "invalid", 1),
        ("RS256", "rsa.pkcs8-encrypted.pem", "not_checked", 0),
        ("RS256", "rsa.pkcs1-encrypted.pem", "not_checked", 0),
        ("ES256", "secp256k1.spki.pem", "not_checked", 0),
        ("EdDSA", "ed448.spki.pem", "not_checked", 0),
        ("RS256", "dsa.spki.pem", "not_checked", 0),
    ] {
        check(&foreign_token(alg), key_file(keys), state, code);
    }
}

#[test]
fn der_is_recognised_for_every_kind_of_key() {
    let pem = String::from_utf8(key_file("ed25519.spki.pem")).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let url = body
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    let der = fedcred_core::text::base64url::decode_strict(&url).unwrap();
    let signature = check(&foreign_token("EdDSA"), &der, "valid", 0);
    assert!(
        signature["key"]["from"]
            .as_str()
            .unwrap()
            .ends_with(", DER")
    );

    let mut damaged = der;
    damaged.truncate(30);
    for bytes in [damaged, vec![0x30, 0x82, 0xff], vec![0xff; 64]] {
        let ran = with_keys(&foreign_token("EdDSA"), &bytes, &[]).ends(0);
        let ran = ran.warns(&["error", "key-binary"]);
        assert_eq!(ran.json()["tokens"][0]["signature"]["state"], "not_checked");
        assert_eq!(ran.json()["keys"], json!([]));
    }
}

#[test]
fn secrets_in_each_form() {
    let token = foreign_token("HS256");
    let k = foreign("HS256")["jwk"]["k"].as_str().unwrap().to_owned();
    let signature = check(&token, &k, "valid", 0);
    assert!(
        signature["key"]["from"]
            .as_str()
            .unwrap()
            .ends_with("secret as base64url")
    );
    check(&token, format!("{k}\n"), "valid", 0);
    check(&token, "another secret", "invalid", 1);
    // A text that is not a key does not prove that a public key would not fit.
    check(&foreign_token("RS256"), "another secret", "not_checked", 0);
    let weak = check(&foreign_token("weak-hs256-5-bytes"), "demo5", "valid", 0);
    assert_eq!(codes(&weak["diagnostics"]), ["key-weak"]);
    let ran = with_keys(&token, &k, &[]);
    assert!(
        !ran.out.contains(&k) && !ran.err.contains(&k),
        "no secret is shown"
    );
}

#[test]
fn diagnostics_of_keys_are_shown() {
    for (keys, code) in [
        ("rsa.pkcs8.pem", "key-private"),
        ("rsa.key-and-cert.pem", "key-private"),
        ("dsa.spki.pem", "key-unusable"),
    ] {
        let ran = with_keys(&foreign_token("RS256"), key_file(keys), &[]);
        let ran = ran.warns(&[code]);
        let json = ran.json();
        let found = codes(&json["diagnostics"]);
        assert!(found.contains(&code), "{found:?}");
    }
}

#[test]
fn keys_are_listed() {
    let token = signed("demo-1", CLAIMS);
    let ran = with_keys(&token, key_set(), &[]).ends(0);
    let keys = ran.json()["keys"].clone();
    let kids: Vec<_> = keys.as_array().unwrap().iter().map(|k| &k["kid"]).collect();
    assert_eq!(kids, ["demo-1", "demo-2"]);
    assert_eq!(
        (&keys[0]["words"], &keys[0]["certificate"]),
        (&json!("an RSA key, 2048 bits"), &Value::Null)
    );
    let arguments = ["decode", "--keys", "keys"];
    Folder::with("keys", key_set())
        .fedcred(&arguments, &token)
        .ends(0)
        .says(&["\nKeys\n  Key demo-1, from keys, JWKS entry 1"]);
    let ran =
        Folder::with("keys", key_file("rsa.spki.pem")).fedcred(&arguments, foreign_token("RS256"));
    assert!(!ran.out.contains("\nKeys\n"), "shown once only");
}

#[test]
fn a_certificate_has_names_dates_and_thumbprint() {
    let token = foreign_token("RS256");
    let keys = key_file("chain.pem");
    let signature = check(&token, &keys, "valid", 0);
    assert_eq!(
        signature["key"]["certificate"],
        json!({
            "subject": "O=Example Workshop, CN=workload.example",
            "issuer": "O=Example Workshop, CN=Demonstration authority",
            "notBefore": "2024-02-29T12:00:00Z",
            "notAfter": "2098-12-31T23:59:59Z",
            "thumbprint": "8zhr2oy6Li6zjMCxlXcn6BABQBl2QLeOAaUBZOsvRPQ",
            "state": "within",
        })
    );
    let ran = with_keys(&token, &keys, &[]).quietly();
    assert_eq!(ran.json()["keys"].as_array().map(Vec::len), Some(2));
    Folder::with("chain.pem", keys)
        .fedcred(&["decode", "--keys", "chain.pem", "--at", MOMENT], &token)
        .ends(0)
        .says(&[
            "    Certificate of  O=Example Workshop, CN=workload.example\n",
            "✓ valid from 2024-02-29T12:00:00Z to 2098-12-31T23:59:59Z",
            "x5t#S256  8zhr2oy6Li6zjMCxlXcn6BABQBl2QLeOAaUBZOsvRPQ",
        ]);
}

#[test]
fn an_expired_certificate_is_only_a_warning() {
    for (alg, keys, at, word) in [
        (
            "ES256",
            "p256.cert-expired-2020.pem",
            "2020-01-01T00:00:01Z",
            Some("expired"),
        ),
        (
            "ES256",
            "p256.cert-expired-2020.pem",
            "2020-01-01T00:00:00Z",
            None,
        ),
        ("ES256", "p256.cert-expired-2020.pem", "0", Some("not_yet")),
        (
            "EdDSA",
            "ed25519.cert-from-2090.pem",
            "2089-12-31T23:59:59Z",
            Some("not_yet"),
        ),
        (
            "EdDSA",
            "ed25519.cert-from-2090.pem",
            "2090-01-01T00:00:00Z",
            None,
        ),
    ] {
        let arguments = ["decode", "--keys", "keys", "--at", at, "--format", "json"];
        let folder = Folder::with("keys", key_file(keys));
        let json = folder
            .fedcred(&arguments, foreign_token(alg))
            .ends(0)
            .json();
        let signature = &json["tokens"][0]["signature"];
        assert_eq!(signature["state"], "valid");
        let state = &signature["key"]["certificate"]["state"];
        assert_eq!(state, word.unwrap_or("within"), "{keys} at {at}");
        let found = codes(&json["diagnostics"]);
        assert_eq!(found.contains(&"certificate-not-valid"), word.is_some());
    }
}

#[track_caller]
fn check_issuer(iss: &str, of_keys: &str, finding: bool) {
    let token = signed("demo-1", &format!("{{{iss}}}"));
    let keys = format!(
        r#"{{"issuer":"{of_keys}","jwks_uri":"https://i.example/keys"}} {}"#,
        key_set()
    );
    let signature = check(&token, keys, "valid", 0);
    let found = codes(&signature["diagnostics"]);
    assert_eq!(found.contains(&"key-issuer-differs"), finding, "{iss}");
}

#[test]
fn keys_of_another_issuer_are_reported() {
    check_issuer(r#""iss":"https://i.example""#, "https://i.example", false);
    check_issuer(r#""iss":"https://i.example/""#, "https://i.example", true);
    check_issuer(r#""iss":"https://I.example""#, "https://i.example", true);
    check_issuer(r#""iss":["https://i.example"]"#, "https://i.example", true);
    check_issuer(r#""sub":"no issuer""#, "https://i.example", true);
    check_issuer(
        r#""iss":"https://login.microsoftonline.com/t/v2.0""#,
        "https://login.microsoftonline.com/{tenantid}/v2.0",
        true,
    );
    let keys = r#"{"issuer":"https://i.example","jwks_uri":"https://i.example/keys"}"#;
    with_keys(&signed("demo-1", CLAIMS), keys, &[])
        .ends(0)
        .warns(&["key-discovery"]);
}

/// The signature of a token with these keys, or with its own key.
#[track_caller]
fn check_own(token: &str, keys: Option<&str>, state: &str, code: i32) -> Value {
    let ran = match keys {
        Some(keys) => with_keys(token, keys, &["--own-key"]),
        None => fedcred(&[&JSON[..], &["--own-key"]].concat(), token),
    };
    let ran = ran.ends(code);
    let signature = ran.json()["tokens"][0]["signature"].clone();
    assert_eq!(signature["state"], state, "{signature:#}");
    signature
}

#[test]
fn a_tokens_own_key_is_labelled() {
    for name in ["x5c", "x5c-chain", "jwk-in-header"] {
        let token = foreign_token(name);
        let signature = check_own(&token, None, "valid", 0);
        assert_eq!(signature["key"]["carried"], true);
        assert!(
            signature["reason"]
                .as_str()
                .unwrap()
                .contains("proves nothing")
        );
        let certified = signature["key"]["certificate"].is_object();
        assert_eq!(certified, name.starts_with("x5c"));
        let ran = fedcred(&["decode", "--own-key"], &token).ends(0);
        let ran = ran.says(&["? Signature matches only the token's own key"]);
        assert!(!ran.out.contains("✓ Signature"), "{ran:?}");
        fedcred(&JSON, &token).ends(0).says(&["\"not_checked\""]);
    }
}

#[test]
fn a_given_key_outranks_the_tokens_own() {
    let attack = foreign_token("jwk-in-header");
    let published = foreign("jwk-in-header")["published_jwk"].to_string();
    check_own(&attack, Some(&published), "invalid", 1);
    let signature = check_own(&attack, Some(&key_set()), "valid", 0);
    assert_eq!(signature["key"]["carried"], true);
    let own = jwk("jwk-in-header");
    let signature = check_own(&foreign_token("x5c"), Some(&own), "invalid", 1);
    assert_eq!(signature["key"]["carried"], false);
}

#[test]
fn unusable_own_keys_are_reported() {
    let token = signed("demo-1", CLAIMS);
    let signature = check_own(&token, None, "not_checked", 0);
    assert_eq!(codes(&signature["diagnostics"]), ["own-key-missing"]);
    for (header, state, code) in [
        (r#"{"alg":"RS256","jwk":{"kty":"RSA"}}"#, "not_checked", 0),
        (r#"{"alg":"RS256","jwk":7}"#, "not_checked", 0),
        (r#"{"alg":"RS256","x5c":["AAAA"]}"#, "not_checked", 0),
        (r#"{"alg":"RS256","x5c":[]}"#, "not_checked", 0),
        (
            r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"#,
            "invalid",
            1,
        ),
        (
            r#"{"alg":"none","jwk":{"kty":"oct","k":"AAAA"}}"#,
            "invalid",
            1,
        ),
    ] {
        check_own(&unsigned(header, CLAIMS), None, state, code);
    }
    let token = foreign_token("jwk-in-header");
    let (rest, _) = token.rsplit_once('.').unwrap();
    check_own(&format!("{rest}.AAAA"), None, "invalid", 1);
    check_own(CLAIMS, None, "cannot_check", 0);
}
