//! JWKs that cannot be used, and the reasons.

use similar_asserts::assert_eq;

use super::*;

/// The JWK gives no key, and the reason is told.
#[track_caller]
fn check_unusable(jwk: &Value, reason: &str) {
    for text in [jwk.to_string(), json!({ "keys": [jwk] }).to_string()] {
        let keys = Keys::parse(&text, "file");
        assert_eq!(
            (keys.len(), codes(&keys)),
            (0, vec!["key-unusable"]),
            "{text}"
        );
        let message = &keys.diagnostics()[0].message;
        assert!(message.contains(reason), "{message:?} has no {reason:?}");
    }
}

#[test]
fn a_jwk_that_cannot_be_used_says_why() {
    let jwk = |alg: &str| changed(&token_of(alg)["jwk"], &json!({"kid": null}));
    let (rsa, p256, p384, p521) = (jwk("RS256"), jwk("ES256"), jwk("ES384"), jwk("ES512"));
    let (ed, secret) = (jwk("EdDSA"), jwk("HS256"));
    for key in [&rsa, &p256, &p384, &p521, &ed, &secret] {
        check_unusable(&changed(key, &json!({"use": "enc"})), "`use`");
        check_unusable(&changed(key, &json!({"use": "SIG"})), "`use`");
        check_unusable(
            &changed(key, &json!({"key_ops": ["encrypt", "wrapKey"]})),
            "`key_ops`",
        );
        check_unusable(&changed(key, &json!({"key_ops": ["Verify"]})), "`key_ops`");
        check_unusable(&changed(key, &json!({"kty": "XYZ"})), "`XYZ`");
        for fine in [
            json!({"use": "sig"}),
            json!({"key_ops": ["verify"]}),
            json!({"x": {}, "use": null}),
        ] {
            let fine = if fine.get("x").is_some() {
                json!({"ext": true})
            } else {
                fine
            };
            let keys = Keys::parse(&changed(key, &fine).to_string(), "file");
            assert_eq!((keys.len(), keys.diagnostics().len()), (1, 0));
        }
    }
    for (key, name) in [
        (&rsa, "n"),
        (&rsa, "e"),
        (&p256, "x"),
        (&p256, "y"),
        (&ed, "x"),
        (&secret, "k"),
    ] {
        let quoted = format!("`{name}`");
        let value = text(key, name);
        check_unusable(&changed(key, &json!({name: null})), &quoted);
        check_unusable(&changed(key, &json!({name: 7})), &quoted);
        check_unusable(&changed(key, &json!({name: [value]})), &quoted);
        check_unusable(&changed(key, &json!({name: format!("{value}=")})), &quoted);
        check_unusable(&changed(key, &json!({name: format!(" {value}")})), &quoted);
        check_unusable(&changed(key, &json!({name: format!("{value}!")})), &quoted);
    }
    for (key, other) in [(&p256, &p384), (&p384, &p521), (&p521, &p256)] {
        for name in ["x", "y", "crv"] {
            check_unusable(&changed(key, &json!({name: other[name]})), "point");
        }
        check_unusable(
            &changed(key, &json!({"x": key["y"], "y": key["x"]})),
            "point",
        );
        check_unusable(&changed(key, &json!({"x": key["y"]})), "point");
        check_unusable(&changed(key, &json!({"x": "", "y": ""})), "point");
        for name in ["x", "y"] {
            let bytes = base64url::decode_strict(text(key, name)).unwrap();
            let zeros = base64url::encode(&vec![0; bytes.len()]);
            let longer = base64url::encode(&[&[0], &bytes[..]].concat());
            let shorter = base64url::encode(&bytes[1..]);
            let mut flipped = bytes.clone();
            flipped[bytes.len() / 2] ^= 1;
            for value in [zeros, longer, shorter, base64url::encode(&flipped)] {
                check_unusable(&changed(key, &json!({ name: value })), "point");
            }
        }
        let zeros = base64url::encode(&vec![0; text(key, "x").len() * 3 / 4]);
        check_unusable(&changed(key, &json!({"x": zeros, "y": zeros})), "point");
        for curve in ["secp256k1", "p-256", "P256", "Ed25519", ""] {
            check_unusable(&changed(key, &json!({"crv": curve})), "curve");
        }
        check_unusable(&changed(key, &json!({"crv": null})), "curve");
    }
    for curve in ["X25519", "Ed448", "ed25519", "P-256"] {
        check_unusable(&changed(&ed, &json!({"crv": curve})), "curve");
    }
    for length in [0, 31, 33, 64] {
        let bytes = base64url::encode(&vec![2; length]);
        check_unusable(&changed(&ed, &json!({"x": bytes})), "Ed25519");
    }
    // `y` = 2 is the height of no point of the curve.
    let mut none = [0; 32];
    none[0] = 2;
    check_unusable(
        &changed(&ed, &json!({"x": base64url::encode(&none)})),
        "Ed25519",
    );
    for e in ["", "AA", "AQ", "Ag", "AQAA"] {
        check_unusable(&changed(&rsa, &json!({"e": e})), "");
    }
    for n in ["", "AA", "AQ", "Dw", "_w"] {
        check_unusable(&changed(&rsa, &json!({"n": n})), "");
    }
    let huge = base64url::encode(&vec![0xff; 2049]);
    check_unusable(&changed(&rsa, &json!({"n": huge})), "`n`");
    for other in [
        json!({"kty": "oct"}),
        json!({"kty": "EC"}),
        json!({"kty": "OKP"}),
        json!({"kty": 1}),
    ] {
        check_unusable(&changed(&rsa, &other), "");
    }
}
