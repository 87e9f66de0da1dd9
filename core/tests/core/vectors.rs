//! Signatures against examples from outside: RFC 7515, 7519, 7520, 7797 and 8037 (see `vectors/ORIGIN.md`).

use std::path::PathBuf;

use fedcred_core::jose::{
    Keys, Role, Serialization, SignatureState, Token, TokenForm, parse, verify,
};
use fedcred_core::text::base64url;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

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
    Keys::parse(&jwk.to_string(), "test")
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
fn check(text: &str, keys: &Keys, state: SignatureState) {
    let signature = verify(&sole(text), keys);
    assert_eq!(signature.state, state, "{}", signature.reason);
    assert!(!signature.reason.is_empty());
    assert!(state != SignatureState::Valid || signature.key.is_some());
}

/// Whatever is found in the text, none of it is valid.
#[track_caller]
fn check_never_valid(text: &str, keys: &Keys) {
    for token in parse(text).tokens {
        assert_ne!(verify(&token, keys).state, SignatureState::Valid, "{text}");
    }
}

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
                let unnamed =
                    json!({"keys": [changed(expected["jwk"].clone(), &json!({"kid": null}))]});
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
        check(&rs256(), &Keys::parse(&text, "test"), SignatureState::Valid);
    }
}

#[test]
fn the_key_that_verified_is_named() {
    let wrong = changed(cookbook("jwk/3_3.rsa_public_key"), &json!({"kid": null}));
    let set = json!({"keys": [wrong, rs256_key()]}).to_string();
    let used = verify(&sole(&rs256()), &Keys::parse(&set, "page")).key;
    assert_eq!(used.unwrap().source.to_string(), "page, JWKS entry 2");
    let pem = Keys::parse(&file("rfc7515-a2.spki.pem"), "page");
    let used = verify(&sole(&rs256()), &pem).key.unwrap();
    assert_eq!(
        (used.source.to_string().as_str(), used.kid),
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
        (json!({}), SignatureState::NotChecked),
        (cookbook("jwk/3_3.rsa_public_key"), SignatureState::Invalid),
        (cookbook("jwk/3_4.rsa_private_key"), SignatureState::Invalid),
        (cookbook("jwk/3_1.ec_public_key"), SignatureState::Invalid),
        (
            cookbook("jwk/3_5.symmetric_key_mac_computation"),
            SignatureState::Invalid,
        ),
        (demo[0].clone(), SignatureState::Invalid),
        (demo[1].clone(), SignatureState::Invalid),
        (
            changed(right.clone(), &json!({"n": flipped})),
            SignatureState::Invalid,
        ),
        (
            changed(right.clone(), &json!({"e": "Aw"})),
            SignatureState::Invalid,
        ),
        (
            changed(right.clone(), &json!({"e": "AQ"})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"e": null})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"n": ""})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"n": "AA"})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"n": "AQ"})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"n": format!("{n}=")})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"n": n.replace('_', "/")})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"kty": "oct", "k": n})),
            SignatureState::Invalid,
        ),
        (
            changed(right.clone(), &json!({"kty": null})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"use": "enc"})),
            SignatureState::NotChecked,
        ),
        (
            changed(right.clone(), &json!({"alg": "RS512"})),
            SignatureState::Invalid,
        ),
        (
            changed(right.clone(), &json!({"alg": "PS256"})),
            SignatureState::Invalid,
        ),
        (
            changed(right.clone(), &json!({"alg": "RSA-OAEP"})),
            SignatureState::Invalid,
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
        (json!([right]), SignatureState::Valid),
        (json!([impostor, right]), SignatureState::Valid),
        (
            json!([changed(right.clone(), &json!({"kid": null}))]),
            SignatureState::Valid,
        ),
        (
            json!([named("Bilbo.baggins@hobbiton.example")]),
            SignatureState::NotChecked,
        ),
        (
            json!([named("bilbo.baggins@hobbiton.example ")]),
            SignatureState::NotChecked,
        ),
        (json!([named("")]), SignatureState::NotChecked),
        (json!([impostor]), SignatureState::Invalid),
        (json!([impostor, named("other")]), SignatureState::Invalid),
        (json!([]), SignatureState::NotChecked),
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
        check(
            &rs256(),
            &Keys::parse(&text, "test"),
            SignatureState::NotChecked,
        );
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
        (r#"{"alg":"HS256"}"#, SignatureState::Invalid),
        (r#"{"alg":"RS384"}"#, SignatureState::Invalid),
        (r#"{"alg":"RS512"}"#, SignatureState::Invalid),
        (r#"{"alg":"PS256"}"#, SignatureState::Invalid),
        (r#"{"alg":"ES256"}"#, SignatureState::Invalid),
        (r#"{"alg":"rs256"}"#, SignatureState::CannotCheck),
        (r#"{"alg":"RS256 "}"#, SignatureState::CannotCheck),
        (r#"{"alg":"none"}"#, SignatureState::Invalid),
        (r#"{"alg":"nOnE"}"#, SignatureState::Invalid),
        (r#"{"alg":""}"#, SignatureState::Invalid),
        (r#"{"alg":null}"#, SignatureState::Invalid),
        (r#"{"alg":["RS256"]}"#, SignatureState::Invalid),
        (r#"{"typ":"JWT"}"#, SignatureState::Invalid),
        (r#"{"alg":"none","alg":"RS256"}"#, SignatureState::Invalid),
        (r#"{"alg":"RS256","alg":"none"}"#, SignatureState::Invalid),
        (
            r#"{"alg":"RS256","crit":["exp"],"exp":1}"#,
            SignatureState::Invalid,
        ),
        (
            r#"{"alg":"RS256","nonce":"x"}"#,
            SignatureState::CannotCheck,
        ),
        (r#"{"alg":"RS256","b64":false}"#, SignatureState::Invalid),
        (r#"{ "alg":"RS256"}"#, SignatureState::Invalid),
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
                assert_ne!(state, SignatureState::Valid, "part {part}, bit {bit}");
                refused += usize::from(state == SignatureState::Invalid);
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
    ["demo-1", "demo-2"]
        .map(|name| {
            let key = fedcred_core::entra::DemonstrationKey::named(name).unwrap();
            let (n, e) = key.public_numbers();
            json!({"kty": "RSA", "n": n, "e": e})
        })
        .to_vec()
}
