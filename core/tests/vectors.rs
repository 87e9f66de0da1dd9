//! Signatures against examples from outside: RFC 7515, RFC 7519, RFC 7520 (see `vectors/ORIGIN.md`).

use std::path::PathBuf;

use fedcred_core::jose::{Keys, Kind, Role, State, Token, parse, verify};
use fedcred_core::text::base64url;
use serde_json::{Value, json};

fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name} is there"))
}

fn cookbook(name: &str) -> Value {
    serde_json::from_str(&file(&format!("jose-cookbook/{name}.json"))).unwrap()
}

/// An example of the RFC itself, by its algorithm.
fn rfc(alg: &str) -> Value {
    let document: Value = serde_json::from_str(&file("rfc7515.json")).unwrap();
    let examples = document["examples"].as_array().unwrap().iter();
    examples.clone().find(|e| e["alg"] == alg).unwrap().clone()
}

fn rs256() -> String {
    rfc("RS256")["compact"].as_str().unwrap().to_owned()
}

fn rs256_key() -> Value {
    rfc("RS256")["jwk"].clone()
}

fn keys(jwk: &Value) -> Keys {
    Keys::read(&jwk.to_string(), "test")
}

/// The RSA key with these members changed; `null` takes one away.
fn changed(mut jwk: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(jwk.as_object_mut().unwrap().remove(name)),
            _ => jwk[name] = value.clone(),
        }
    }
    jwk
}

#[track_caller]
fn sole(text: &str) -> Token {
    let mut parsed = parse(text);
    assert_eq!(parsed.tokens.len(), 1, "{text}");
    parsed.tokens.remove(0)
}

#[track_caller]
fn check(text: &str, keys: &Keys, state: State) {
    let signature = verify(&sole(text), keys);
    assert_eq!(signature.state, state, "{}", signature.reason);
    assert!(!signature.reason.is_empty());
    assert!(state != State::Valid || signature.key.is_some());
}

/// Whatever is found in the text, none of it is valid.
#[track_caller]
fn check_never_valid(text: &str, keys: &Keys) {
    for token in parse(text).tokens {
        assert_ne!(verify(&token, keys).state, State::Valid, "{text}");
    }
}

const SIGNED: [(&str, &str, State); 6] = [
    ("jws/4_1.rsa_v15_signature", "RS256", State::Valid),
    ("jws/4_2.rsa-pss_signature", "PS384", State::CannotCheck),
    ("jws/4_3.ecdsa_signature", "ES512", State::CannotCheck),
    (
        "jws/4_4.hmac-sha2_integrity_protection",
        "HS256",
        State::CannotCheck,
    ),
    (
        "jws/4_5.signature_with_detached_content",
        "HS256",
        State::CannotCheck,
    ),
    ("curve25519/jws", "EdDSA", State::CannotCheck),
];

#[test]
fn every_compact_token_of_the_cookbook_is_found_with_header_and_payload() {
    for (name, alg, state) in SIGNED {
        let example = cookbook(name);
        let compact = example["output"]["compact"].as_str().unwrap();
        let token = sole(&format!("Authorization: Bearer {compact}\n"));
        assert_eq!(
            (token.kind, token.compact()),
            (Kind::Jws, compact),
            "{name}"
        );
        let header: Value = serde_json::from_str(token.header().unwrap().source()).unwrap();
        assert_eq!(header, example["signing"]["protected"], "{name}");
        assert_eq!(token.header_text("alg").as_deref(), Some(alg));
        let detached = name.contains("detached");
        let payload = example["input"]["payload"].as_str().unwrap();
        let expected = if detached { "" } else { payload };
        let bytes = &token.part(Role::Payload).unwrap().bytes;
        assert_eq!(std::str::from_utf8(bytes), Ok(expected), "{name}");
        let signature = &token.part(Role::Signature).unwrap().bytes;
        assert_eq!(
            base64url::encode(signature),
            example["signing"]["sig"].as_str().unwrap()
        );
        if !detached {
            let input = String::from_utf8(token.signing_input().into_owned()).unwrap();
            assert_eq!(input, example["signing"]["sig-input"]);
        }
        check(compact, &keys(&example["input"]["key"]), state);
        check_never_valid(compact, &keys(&rs256_key()));
    }
}

#[test]
fn every_token_of_the_rfcs_is_found_with_header_and_payload() {
    for (alg, state) in [
        ("RS256", State::Valid),
        ("HS256", State::CannotCheck),
        ("none", State::Invalid),
    ] {
        let example = rfc(alg);
        let compact = example["compact"].as_str().unwrap();
        let token = sole(compact);
        assert_eq!(token.kind, Kind::Jws);
        assert_eq!(example["header"], token.header().unwrap().source());
        assert_eq!(example["payload"], token.payload().unwrap().source());
        let exp = token.payload().unwrap().get("exp").unwrap().as_seconds();
        assert_eq!(exp, Some(1_300_819_380));
        let own = if alg == "none" {
            json!({})
        } else {
            example["jwk"].clone()
        };
        check(compact, &keys(&own), state);
        assert_eq!(
            alg == "RS256",
            verify(&token, &keys(&rs256_key())).state == State::Valid
        );
    }
}

#[test]
fn encrypted_tokens_are_recognised() {
    for name in [
        "jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2",
        "jwe/5_3.key_wrap_using_pbes2-aes-keywrap_with-aes-cbc-hmac-sha2",
        "jwe/5_6.direct_encryption_using_aes-gcm",
        "curve25519/ecdh-es",
    ] {
        let example = cookbook(name);
        let compact = example["output"]["compact"].as_str().unwrap();
        let token = sole(compact);
        assert_eq!(
            (token.kind, token.compact()),
            (Kind::Jwe, compact),
            "{name}"
        );
        let header: Value = serde_json::from_str(token.header().unwrap().source()).unwrap();
        assert_eq!(header, example["encrypting_content"]["protected"], "{name}");
        assert!(token.payload().is_none());
        check(compact, &keys(&example["input"]["key"]), State::CannotCheck);
        check(compact, &keys(&rs256_key()), State::CannotCheck);
    }
}

/// JSON serializations, unprotected headers and unencoded payloads are not read as valid tokens.
#[test]
fn other_forms_are_never_valid() {
    for name in [
        "jws/4_1.rsa_v15_signature",
        "jws/4_6.protecting_specific_header_fields",
        "jws/4_7.protecting_content_only",
        "jws/4_8.multiple_signatures",
        "rfc7797/4.2.hmac-sha2_b64_false",
        "rfc7797/hmac-sha2_b64_false",
        "jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2",
    ] {
        let output = &cookbook(name)["output"];
        let rsa = keys(&cookbook("jwk/3_3.rsa_public_key"));
        for form in ["json", "json_flat"] {
            check_never_valid(&output[form].to_string(), &rsa);
        }
        if name.starts_with("rfc7797") {
            check_never_valid(output["compact"].as_str().unwrap_or_default(), &rsa);
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
        State::Valid,
    );
    check(&compact, &keys(&rs256_key()), State::Invalid);
}

#[test]
fn the_right_key_verifies_in_every_form() {
    let jwk = rs256_key();
    let other = cookbook("jwk/3_3.rsa_public_key");
    let wrong = changed(other, &json!({"kid": null}));
    for text in [
        jwk.to_string(),
        format!("\u{feff}\n {jwk}\n"),
        json!({"keys": [jwk]}).to_string(),
        json!({"keys": [wrong, {"kty": "EC"}, {}, 7, jwk]}).to_string(),
        changed(
            jwk.clone(),
            &json!({"kid": "any", "alg": "RS256", "use": "sig"}),
        )
        .to_string(),
        file("rfc7515-a2.spki.pem"),
        file("rfc7515-a2.pkcs1.pem"),
        file("rfc7515-a2.spki.pem").replace('\n', "\r\n"),
        format!("some text before\n{}", file("rfc7515-a2.pkcs1.pem")),
    ] {
        check(&rs256(), &Keys::read(&text, "test"), State::Valid);
    }
}

#[test]
fn the_key_that_verified_is_named() {
    let wrong = changed(cookbook("jwk/3_3.rsa_public_key"), &json!({"kid": null}));
    let set = json!({"keys": [wrong, rs256_key()]}).to_string();
    let used = verify(&sole(&rs256()), &Keys::read(&set, "page")).key;
    assert_eq!(used.unwrap().from, "page, JWKS entry 2");
    let pem = Keys::read(&file("rfc7515-a2.spki.pem"), "page");
    let used = verify(&sole(&rs256()), &pem).key.unwrap();
    assert_eq!(
        (used.from.as_str(), used.kid),
        ("page, PEM (PUBLIC KEY)", None)
    );
}

#[test]
fn a_wrong_key_never_verifies() {
    let right = rs256_key();
    let n = right["n"].as_str().unwrap().to_owned();
    let mut bytes = base64url::decode_strict(&n).unwrap();
    bytes[200] ^= 4;
    let flipped = base64url::encode(&bytes);
    let demo = demo_public_keys();
    for (jwk, state) in [
        (json!({}), State::NotChecked),
        (cookbook("jwk/3_3.rsa_public_key"), State::Invalid),
        (cookbook("jwk/3_4.rsa_private_key"), State::Invalid),
        (cookbook("jwk/3_1.ec_public_key"), State::NotChecked),
        (
            cookbook("jwk/3_5.symmetric_key_mac_computation"),
            State::NotChecked,
        ),
        (demo[0].clone(), State::Invalid),
        (demo[1].clone(), State::Invalid),
        (
            changed(right.clone(), &json!({"n": flipped})),
            State::Invalid,
        ),
        (changed(right.clone(), &json!({"e": "Aw"})), State::Invalid),
        (
            changed(right.clone(), &json!({"e": "AQ"})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"e": null})),
            State::NotChecked,
        ),
        (changed(right.clone(), &json!({"n": ""})), State::NotChecked),
        (
            changed(right.clone(), &json!({"n": "AA"})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"n": "AQ"})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"n": format!("{n}=")})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"n": n.replace('_', "/")})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"kty": "oct", "k": n})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"kty": null})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"use": "enc"})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"alg": "RS512"})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"alg": "PS256"})),
            State::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"alg": "RSA-OAEP"})),
            State::NotChecked,
        ),
    ] {
        check(&rs256(), &keys(&jwk), state);
        check(&rs256(), &keys(&json!({"keys": [jwk]})), state);
    }
}

#[test]
fn the_name_of_a_key_counts_where_the_token_names_one() {
    let compact = cookbook("jws/4_1.rsa_v15_signature")["output"]["compact"].clone();
    let compact = compact.as_str().unwrap();
    let right = cookbook("jwk/3_3.rsa_public_key");
    let named = |kid: &str| changed(right.clone(), &json!({ "kid": kid }));
    let impostor = changed(
        rs256_key(),
        &json!({"kid": "bilbo.baggins@hobbiton.example"}),
    );
    for (set, state) in [
        (json!([right]), State::Valid),
        (json!([impostor, right]), State::Valid),
        (
            json!([changed(right.clone(), &json!({"kid": null}))]),
            State::Valid,
        ),
        (
            json!([named("Bilbo.baggins@hobbiton.example")]),
            State::NotChecked,
        ),
        (
            json!([named("bilbo.baggins@hobbiton.example ")]),
            State::NotChecked,
        ),
        (json!([named("")]), State::NotChecked),
        (json!([impostor]), State::Invalid),
        (json!([impostor, named("other")]), State::Invalid),
        (json!([]), State::NotChecked),
    ] {
        check(compact, &keys(&json!({ "keys": set })), state);
    }
}

#[test]
fn text_that_is_no_key_verifies_nothing() {
    let spki = file("rfc7515-a2.spki.pem");
    let pkcs1 = file("rfc7515-a2.pkcs1.pem");
    let cut: String = spki.chars().take(120).collect();
    for text in [
        String::new(),
        "null".to_owned(),
        rs256(),
        cut,
        spki.replace("PUBLIC KEY", "RSA PUBLIC KEY"),
        pkcs1.replace("RSA PUBLIC KEY", "PUBLIC KEY"),
        spki.replace("PUBLIC KEY", "PRIVATE KEY"),
        spki.replace("PUBLIC KEY", "CERTIFICATE"),
        spki.replace("MIIB", "MIIC"),
        spki.replace('+', "-"),
        "-----BEGIN PUBLIC KEY-----".to_owned(),
        "-----BEGIN ".to_owned(),
    ] {
        check(&rs256(), &Keys::read(&text, "test"), State::NotChecked);
    }
}

/// The oldest attack: a symmetric algorithm, with the public key as the secret (RFC 8725 §2.1).
#[test]
fn the_header_does_not_choose_the_kind_of_key() {
    let (_, rest) = rs256()
        .split_once('.')
        .map(|(h, r)| (h.to_owned(), r.to_owned()))
        .unwrap();
    for (header, state) in [
        (r#"{"alg":"HS256"}"#, State::CannotCheck),
        (r#"{"alg":"RS384"}"#, State::CannotCheck),
        (r#"{"alg":"RS512"}"#, State::CannotCheck),
        (r#"{"alg":"PS256"}"#, State::CannotCheck),
        (r#"{"alg":"ES256"}"#, State::CannotCheck),
        (r#"{"alg":"rs256"}"#, State::CannotCheck),
        (r#"{"alg":"RS256 "}"#, State::CannotCheck),
        (r#"{"alg":"none"}"#, State::Invalid),
        (r#"{"alg":"nOnE"}"#, State::Invalid),
        (r#"{"alg":""}"#, State::Invalid),
        (r#"{"alg":null}"#, State::Invalid),
        (r#"{"alg":["RS256"]}"#, State::Invalid),
        (r#"{"typ":"JWT"}"#, State::Invalid),
        (r#"{"alg":"none","alg":"RS256"}"#, State::Invalid),
        (r#"{"alg":"RS256","alg":"none"}"#, State::Invalid),
        (r#"{"alg":"RS256","crit":["exp"],"exp":1}"#, State::Invalid),
        (r#"{"alg":"RS256","nonce":"x"}"#, State::CannotCheck),
        (r#"{"alg":"RS256","b64":false}"#, State::Invalid),
        (r#"{ "alg":"RS256"}"#, State::Invalid),
    ] {
        let forged = format!("{}.{rest}", base64url::encode(header.as_bytes()));
        let signature = verify(&sole(&forged), &keys(&rs256_key()));
        assert_eq!(signature.state, state, "{header}: {}", signature.reason);
    }
}

#[test]
fn no_single_bit_may_be_flipped() {
    let keys = keys(&rs256_key());
    let compact = rs256();
    let parts: Vec<_> = compact
        .split('.')
        .map(|part| base64url::decode_strict(part).unwrap())
        .collect();
    let (mut flipped, mut refused) = (0, 0);
    for part in 0..3 {
        for bit in 0..parts[part].len() * 8 {
            let mut parts = parts.clone();
            parts[part][bit / 8] ^= 1 << (bit % 8);
            let text: Vec<_> = parts.iter().map(|bytes| base64url::encode(bytes)).collect();
            flipped += 1;
            for token in parse(&text.join(".")).tokens {
                let state = verify(&token, &keys).state;
                assert_ne!(state, State::Valid, "part {part}, bit {bit}");
                refused += usize::from(state == State::Invalid);
            }
        }
    }
    assert_eq!(flipped, (15 + 70 + 256) * 8);
    assert!(
        refused > 2500,
        "only {refused} of {flipped} reached the key"
    );
}

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The texts that a lenient decoder takes for the same bytes as this part.
fn lenient_variants(part: &str) -> Vec<String> {
    let mut variants: Vec<_> = ["=", "==", "===", "A", "."]
        .map(|end| format!("{part}{end}"))
        .into();
    variants.extend([part.replace('_', "/"), part.replace('-', "+")]);
    let unused_bits = [0, 0, 4, 2][part.len() % 4];
    let last = part.bytes().last().unwrap();
    let value = ALPHABET.iter().position(|c| *c == last).unwrap();
    for surplus in 1..1_usize << unused_bits {
        let end = char::from(ALPHABET[value | surplus]);
        variants.push(format!("{}{end}", &part[..part.len() - 1]));
    }
    variants.retain(|variant| variant != part);
    variants
}

#[test]
fn another_spelling_of_the_same_bytes_is_never_valid() {
    let keys = keys(&rs256_key());
    let compact = rs256();
    let parts: Vec<_> = compact.split('.').collect();
    let mut seen = 0;
    for place in 0..3 {
        for variant in lenient_variants(parts[place]) {
            let mut parts = parts.clone();
            parts[place] = &variant;
            let text = parts.join(".");
            if text.trim_end_matches('.') == compact {
                continue; // A full stop after the token belongs to the sentence around it.
            }
            seen += 1;
            check_never_valid(&text, &keys);
        }
    }
    assert_eq!(seen, 5 + (5 + 15) + (4 + 2 + 15));
}

#[test]
fn pieces_of_a_token_are_never_valid() {
    let (keys, compact) = (keys(&rs256_key()), rs256());
    for cut in 1..compact.len() {
        check_never_valid(&compact[..cut], &keys);
    }
    for cut in (1..compact.len()).step_by(7) {
        check_never_valid(&compact[cut..], &keys);
    }
    let twice = format!("{compact}.{compact}");
    check_never_valid(&twice, &keys);
}

/// The demonstration keys as public JWKs.
fn demo_public_keys() -> Vec<Value> {
    let document =
        fedcred_core::text::json::Document::parse(include_str!("../data/demo-keys.json"));
    let keys = document.get("keys").unwrap();
    keys.items()
        .map(|jwk| {
            let (n, e) = fedcred_core::jose::SigningKey::from_jwk(jwk)
                .unwrap()
                .public_numbers();
            json!({"kty": "RSA", "n": n, "e": e})
        })
        .collect()
}
