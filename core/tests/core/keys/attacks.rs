//! Keys that tokens bring along, attacks and mistakes.

use similar_asserts::assert_eq;

use super::*;

#[test]
fn a_key_that_the_token_brings_along_proves_nothing() {
    for (name, source) in [
        ("x5c", "x5c"),
        ("x5c-chain", "x5c"),
        ("jwk-in-header", "jwk"),
    ] {
        let token = special(name);
        let carried = Keys::embedded_in(&sole(text(&token, "token")));
        let answer = check(
            text(&token, "token"),
            &carried,
            SignatureState::Valid,
            "proves nothing",
        );
        let used = answer.key.unwrap();
        assert!(
            used.is_embedded && used.source.to_string().contains(source),
            "{used:?}"
        );
        assert!(carried.iter().all(|key| key.kid().is_none()));
        assert!(carried.diagnostics().is_empty());
    }
    for name in [
        "weak-rsa-1024",
        "hs256-with-public-key",
        "client-assertion-ps256",
    ] {
        assert!(Keys::embedded_in(&sole(text(&special(name), "token"))).found_nothing());
    }
    let attack = special("jwk-in-header");
    for published in [
        attack["published_jwk"].to_string(),
        text(&attack, "published_pem").to_owned(),
    ] {
        let keys = Keys::parse(&published, "published");
        check(
            text(&attack, "token"),
            &keys,
            SignatureState::Invalid,
            "another key signed it",
        );
    }
    for header in [
        r#"{"alg":"RS256","jwk":{}}"#,
        r#"{"alg":"RS256","jwk":"x"}"#,
        r#"{"alg":"RS256","x5c":["MIIB"]}"#,
        r#"{"alg":"RS256","x5c":[""]}"#,
        r#"{"alg":"RS256","x5c":[7]}"#,
    ] {
        let token = format!("{}.e30.AAAA", base64url::encode(header.as_bytes()));
        let carried = Keys::embedded_in(&sole(&token));
        assert_eq!(
            (carried.len(), codes(&carried)),
            (0, vec!["key-unusable"]),
            "{header}"
        );
    }
    for header in [
        r#"{"alg":"RS256","x5c":[]}"#,
        r#"{"alg":"RS256","x5c":"MIIB"}"#,
    ] {
        let token = format!("{}.e30.AAAA", base64url::encode(header.as_bytes()));
        assert!(Keys::embedded_in(&sole(&token)).found_nothing(), "{header}");
    }
}

#[test]
fn attacks_and_mistakes_are_refused_with_the_reason() {
    let attack = special("hs256-with-public-key");
    for published in [
        attack["published_jwk"].to_string(),
        text(&attack, "published_pem").to_owned(),
    ] {
        let keys = Keys::parse(&published, "published");
        check(
            text(&attack, "token"),
            &keys,
            SignatureState::Invalid,
            "known attack",
        );
    }
    let named = json!({"alg": "HS256", "kid": "x"}).to_string();
    let named = format!("{}.e30.AAAA", base64url::encode(named.as_bytes()));
    let (rsa, secret) = (&token_of("RS256")["jwk"], &token_of("HS256")["jwk"]);
    for (set, kind) in [
        (json!([rsa]), "`x`. The key does not fit the algorithm"),
        (json!([rsa, rsa]), "`x`. The key does not fit the algorithm"),
        (json!([rsa]), "known attack"),
        (json!([rsa, rsa]), "the first key given is an RSA key"),
    ] {
        let keys = Keys::parse(&set.to_string(), "file");
        check(&named, &keys, SignatureState::NotChecked, kind);
    }
    for fitting in [json!([secret]), json!([rsa, secret])] {
        let keys = Keys::parse(&fitting.to_string(), "file");
        let answer = check(&named, &keys, SignatureState::NotChecked, "`x`");
        assert!(!answer.reason.contains("together"), "{}", answer.reason);
    }
    let der = special("es256-der-signature");
    for key in [
        der["jwk"].to_string(),
        text(&der, "pem").to_owned(),
        text(&der, "private_pem").to_owned(),
    ] {
        check(
            text(&der, "token"),
            &Keys::parse(&key, "file"),
            SignatureState::Invalid,
            "ASN.1 DER",
        );
    }
    for name in [
        "ps256-rsa-pss-key",
        "ps256-rsa-pss-sha256-key",
        "client-assertion-ps256",
        "client-assertion-rs256",
    ] {
        let token = special(name);
        for key in [
            token["jwk"].to_string(),
            text(&token, "pem").to_owned(),
            text(&token, "private_pem").to_owned(),
        ] {
            check(
                text(&token, "token"),
                &Keys::parse(&key, "file"),
                SignatureState::Valid,
                "",
            );
        }
    }
}

/// RFC 9864 names the curve; before it there was `EdDSA` for both curves.
#[test]
fn eddsa_and_ed25519_are_one_algorithm_and_ed448_is_another() {
    let token = token_of("EdDSA");
    let header = |alg: &str| {
        let header = base64url::encode(json!({ "alg": alg }).to_string().as_bytes());
        format!("{header}.e30.AAAA")
    };
    for meant in ["EdDSA", "Ed25519"] {
        let jwk = changed(&token["jwk"], &json!({ "alg": meant }));
        let keys = Keys::parse(&jwk.to_string(), "file");
        check(text(&token, "token"), &keys, SignatureState::Valid, "");
        for alg in ["EdDSA", "Ed25519"] {
            check(&header(alg), &keys, SignatureState::Invalid, "has 3 bytes");
        }
        check(
            &header("Ed448"),
            &keys,
            SignatureState::CannotCheck,
            "not supported",
        );
    }
    for other in ["Ed448", "ed25519", "ES256", ""] {
        let jwk = changed(&token["jwk"], &json!({ "alg": other }));
        let keys = Keys::parse(&jwk.to_string(), "file");
        check(
            text(&token, "token"),
            &keys,
            SignatureState::Invalid,
            "meant only for",
        );
    }
}

/// Where no `kid` names the key, the thumbprint of the certificate does.
#[test]
fn the_certificate_that_the_token_names_is_used() {
    let token = special("client-assertion-ps256");
    let certificate = text(&token, "certificate");
    let other = key_file("p256.cert-expired-2020.pem");
    for text_of_keys in [
        certificate.to_owned(),
        format!("{other}{certificate}"),
        format!("{certificate}{other}"),
    ] {
        check(
            text(&token, "token"),
            &Keys::parse(&text_of_keys, "file"),
            SignatureState::Valid,
            "",
        );
    }
    check(
        text(&token, "token"),
        &Keys::parse(&other, "file"),
        SignatureState::Invalid,
        "P-256",
    );
    let attacker = key_file("attacker-rsa.spki.pem");
    check(
        text(&token, "token"),
        &Keys::parse(&attacker, "file"),
        SignatureState::Invalid,
        "",
    );
}

#[test]
fn a_signature_of_zeros_or_of_another_length_is_invalid() {
    for alg in [
        "ES256", "ES384", "ES512", "EdDSA", "RS256", "PS256", "HS256", "HS512",
    ] {
        let token = token_of(alg);
        let keys = Keys::parse(&token["jwk"].to_string(), "file");
        let (input, signature) = text(&token, "token").rsplit_once('.').unwrap();
        let right = base64url::decode_strict(signature).unwrap();
        let with = |signature: &[u8]| format!("{input}.{}", base64url::encode(signature));
        check(&with(&right), &keys, SignatureState::Valid, "");
        let length = right.len();
        let half = length / 2;
        let fixed = alg.starts_with('E');
        for other in [
            right[..length - 1].to_vec(),
            right[1..].to_vec(),
            right[..1].to_vec(),
            right[..half].to_vec(),
            [&right[..], &[0]].concat(),
            [&[0], &right[..]].concat(),
            [&right[..], &right[..]].concat(),
        ] {
            let reason = if fixed {
                format!("has {} bytes", other.len())
            } else {
                String::new()
            };
            check(&with(&other), &keys, SignatureState::Invalid, &reason);
        }
        check(&with(&[]), &keys, SignatureState::Invalid, "empty");
        let zero = alg.starts_with("ES");
        for range in [0..half, half..length, 0..length] {
            let mut zeros = right.clone();
            zeros[range].fill(0);
            let reason = if zero { "CVE-2022-21449" } else { "" };
            check(&with(&zeros), &keys, SignatureState::Invalid, reason);
        }
        check(
            &with(&vec![0xff; length]),
            &keys,
            SignatureState::Invalid,
            "",
        );
    }
}
