//! Damaged keys: what is left of a key is that key or none.

use super::*;

/// One token of each kind of key.
fn one_of_each() -> Vec<(String, Token)> {
    [
        "HS256", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA",
    ]
    .into_iter()
    .map(|alg| {
        let token = token_of(alg);
        (
            text(&token["jwk"], "kid").to_owned(),
            sole(text(&token, "token")),
        )
    })
    .collect()
}

/// What is left of a key is that key or none.
#[track_caller]
fn check_damaged(text: &str, kid: &Value, tokens: &[(String, Token)]) -> usize {
    let keys = Keys::parse(text, "file");
    for (own, token) in tokens.iter().filter(|(own, _)| *own != *kid) {
        let state = verify(token, &keys).state;
        assert_ne!(state, SignatureState::Valid, "{own}: {text}");
    }
    assert!(!keys.found_nothing());
    1
}

#[test]
fn a_cut_key_is_that_key_or_none() {
    let tokens = one_of_each();
    let mut cuts = 0;
    for file in fixtures::list("keys/index.json", "keys") {
        let pem = key_file(text(&file, "file"));
        for end in (1..pem.len())
            .step_by(7)
            .filter(|end| pem.is_char_boundary(*end))
        {
            cuts += check_damaged(&pem[..end], &file["kid"], &tokens);
            let rest = &pem[end..];
            cuts += check_damaged(&format!("-----BEGIN {rest}"), &file["kid"], &tokens);
        }
    }
    assert!(cuts > 8000, "{cuts}");
}

/// The label and the bytes of the only block of a file.
fn block(pem: &str) -> (String, Vec<u8>) {
    let (_, rest) = pem.split_once("-----BEGIN ").unwrap();
    let (label, rest) = rest.split_once("-----").unwrap();
    let body: String = rest
        .split_once("-----END")
        .unwrap()
        .0
        .split_whitespace()
        .collect();
    (label.to_owned(), STANDARD.decode(body).unwrap())
}

fn armoured(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

#[test]
fn a_key_with_a_byte_changed_is_that_key_or_none() {
    let tokens = one_of_each();
    let mut changed = 0;
    for file in fixtures::list("keys/index.json", "keys") {
        let pem = key_file(text(&file, "file"));
        if pem.len() > 700 || file["labels"].as_array().unwrap().len() > 1 {
            continue;
        }
        let (label, der) = block(&pem);
        for at in 0..der.len() {
            for bits in [0x01, 0x80, 0xff] {
                let mut der = der.clone();
                der[at] ^= bits;
                changed += check_damaged(&armoured(&label, &der), &file["kid"], &tokens);
                changed += check_damaged(&STANDARD.encode(&der), &file["kid"], &tokens);
            }
            changed += check_damaged(&armoured(&label, &der[..at]), &file["kid"], &tokens);
        }
    }
    assert!(changed > 10_000, "{changed}");
}

#[test]
fn a_certificate_with_a_byte_changed_is_that_key_or_none() {
    let tokens = one_of_each();
    for certificate in fixtures::list("keys/certificates.json", "certificates") {
        let name = text(&certificate, "file");
        if name != "p256.cert-expired-2020.pem" && name != "ed25519.cert-from-2090.pem" {
            continue;
        }
        let (label, der) = block(&key_file(name));
        for at in 0..der.len() {
            for bits in [0x01, 0x80] {
                let mut der = der.clone();
                der[at] ^= bits;
                check_damaged(&armoured(&label, &der), &certificate["kid"], &tokens);
            }
            check_damaged(&armoured(&label, &der[..at]), &certificate["kid"], &tokens);
        }
    }
}
