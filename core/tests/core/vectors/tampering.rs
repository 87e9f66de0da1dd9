//! The example of RFC 7515 with its key, its text or its header changed: nothing but the original is valid.

use similar_asserts::assert_eq;

use super::*;

#[test]
fn the_right_key_verifies_in_every_form() {
    let jwk = rs256_key();
    let other = cookbook("jwk/3_3.rsa_public_key");
    let wrong = changed(&other, &json!({"kid": null}));
    for text in [
        jwk.to_string(),
        format!("\u{feff}\n {jwk}\n"),
        json!({"keys": [jwk]}).to_string(),
        json!({"keys": [wrong, {"kty": "EC"}, {}, 7, jwk]}).to_string(),
        changed(&jwk, &json!({"kid": "any", "alg": "RS256", "use": "sig"})).to_string(),
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
    let wrong = changed(&cookbook("jwk/3_3.rsa_public_key"), &json!({"kid": null}));
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
            changed(&right, &json!({"n": flipped})),
            SignatureState::Invalid,
        ),
        (
            changed(&right, &json!({"e": "Aw"})),
            SignatureState::Invalid,
        ),
        (
            changed(&right, &json!({"e": "AQ"})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"e": null})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"n": ""})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"n": "AA"})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"n": "AQ"})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"n": format!("{n}=")})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"n": n.replace('_', "/")})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"kty": "oct", "k": n})),
            SignatureState::Invalid,
        ),
        (
            changed(&right, &json!({"kty": null})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"use": "enc"})),
            SignatureState::NotChecked,
        ),
        (
            changed(&right, &json!({"alg": "RS512"})),
            SignatureState::Invalid,
        ),
        (
            changed(&right, &json!({"alg": "PS256"})),
            SignatureState::Invalid,
        ),
        (
            changed(&right, &json!({"alg": "RSA-OAEP"})),
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
    let named = |kid: &str| changed(&right, &json!({ "kid": kid }));
    let impostor = changed(
        &rs256_key(),
        &json!({"kid": "bilbo.baggins@hobbiton.example"}),
    );
    for (set, state) in [
        (json!([right]), SignatureState::Valid),
        (json!([impostor, right]), SignatureState::Valid),
        (
            json!([changed(&right, &json!({"kid": null}))]),
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
