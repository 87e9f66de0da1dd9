//! Headers, keys and forms of tokens that no verifier takes, or that none but one can check: with the reasons.

use fedcred_core::jose::{Keys, SignatureState, TokenForm, parse, verify};
use fedcred_core::text::base64url;
use hmac::{Hmac, KeyInit, Mac};
use rsa::sha2::Sha256;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixtures;
use crate::verification::{check, sole};

const SECRET: &[u8] = b"a demonstration of thirty-two by";

fn secret() -> Keys {
    let jwk = json!({"kty": "oct", "k": base64url::encode(SECRET)});
    Keys::parse(&jwk.to_string(), "test")
}

fn mac(input: &str) -> String {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(SECRET).unwrap();
    base64url::encode(&mac.chain_update(input).finalize().into_bytes())
}

/// A token that the secret has signed, whatever its header says.
fn signed(header: &str, payload: &str) -> String {
    let header = base64url::encode(header.as_bytes());
    let input = format!("{header}.{}", base64url::encode(payload.as_bytes()));
    format!("{input}.{}", mac(&input))
}

/// The signature is right, so that only the header decides.
#[track_caller]
fn check_header(header: &str, state: SignatureState, reason: &str) {
    check(&signed(header, r#"{"sub":"x"}"#), &secret(), state, reason);
}

#[test]
fn a_header_that_is_not_to_be_taken() {
    use SignatureState::{CannotCheck, Invalid, Valid};
    check_header(r#"{"alg":"HS256"}"#, Valid, "");
    check_header(r#"{"typ":"JWT","alg":"HS256","x":[{}]}"#, Valid, "");
    for none in ["none", "None", "NONE", "nOnE", "noNe"] {
        check_header(&json!({ "alg": none }).to_string(), Invalid, "`none`");
    }
    for header in [
        r#"{}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"alg":""}"#,
        r#"{"alg":256}"#,
        r#"{"alg":null}"#,
        r#"{"alg":true}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":{"HS256":1}}"#,
        r#"{"Alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":7}"#,
    ] {
        check_header(header, Invalid, "does not name an algorithm");
    }
    for alg in [
        "hs256", "HS256 ", " HS256", "HS-256", "HS257", "HS1", "ES256K", "Ed448",
    ] {
        check_header(
            &json!({ "alg": alg }).to_string(),
            CannotCheck,
            "not supported",
        );
    }
    for alg in [
        "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
    ] {
        check_header(
            &json!({ "alg": alg }).to_string(),
            Invalid,
            "does not fit the algorithm",
        );
    }
    for alg in ["HS384", "HS512"] {
        check_header(
            &json!({ "alg": alg }).to_string(),
            Invalid,
            "does not verify",
        );
    }
}

#[test]
fn extensions_that_are_critical() {
    use SignatureState::{Invalid, Valid};
    check_header(r#"{"alg":"HS256","crit":["b64"],"b64":true}"#, Valid, "");
    check_header(r#"{"alg":"HS256","b64":true}"#, Valid, "");
    for unknown in [
        r#"["exp"]"#,
        r#"["b64","exp"]"#,
        r#"["exp","b64"]"#,
        r#"["B64"]"#,
        r#"["b64 "]"#,
        r#"[""]"#,
        r#"[7]"#,
        r#"[null]"#,
        r#"[["b64"]]"#,
        r#"[{"b64":1}]"#,
        r#"["http://example.com/UNDEFINED"]"#,
    ] {
        let header = format!(r#"{{"alg":"HS256","b64":true,"exp":1,"crit":{unknown}}}"#);
        check_header(&header, Invalid, "says to reject");
    }
    for form in ["[]", "{}", "\"b64\"", "null", "true", "1"] {
        let header = format!(r#"{{"alg":"HS256","b64":true,"crit":{form}}}"#);
        check_header(&header, Invalid, "must be a list");
    }
    for b64 in ["\"false\"", "0", "null", "[]", "{}", "\"\""] {
        let header = format!(r#"{{"alg":"HS256","b64":{b64},"crit":["b64"]}}"#);
        check_header(&header, Invalid, "true or false");
    }
}

#[test]
fn an_unencoded_payload_verifies_and_its_name_must_be_critical() {
    for (header, findings) in [
        (r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, 0),
        (r#"{"alg":"HS256","b64":false}"#, 1),
    ] {
        let header = base64url::encode(header.as_bytes());
        for payload in ["$.02", "a b", "{\"sub\":\"x\"}", "ünïcode", "a.b.c.d"] {
            let input = format!("{header}.{payload}");
            let json = json!({"protected": header, "payload": payload, "signature": mac(&input)});
            for text in [format!("{input}.{}", mac(&input)), json.to_string()] {
                let answer = check(&text, &secret(), SignatureState::Valid, "");
                let codes: Vec<_> = answer.diagnostics.iter().map(|d| d.code).collect();
                assert_eq!(codes, ["b64-not-critical"][..findings], "{text}");
            }
            let detached = format!("{header}..{}", mac(&input));
            let token = sole(&detached);
            check(
                &detached,
                &secret(),
                SignatureState::CannotCheck,
                "detached",
            );
            let with = token.clone().with_payload(payload.as_bytes());
            assert_eq!(verify(&with, &secret()).state, SignatureState::Valid);
            for other in [
                format!("{payload} "),
                payload.to_uppercase() + "x",
                base64url::encode(payload.as_bytes()),
            ] {
                let with = token.clone().with_payload(other.as_bytes());
                assert_eq!(
                    verify(&with, &secret()).state,
                    SignatureState::Invalid,
                    "{other}"
                );
            }
            // The same payload encoded is not what was signed.
            let encoded = base64url::encode(payload.as_bytes());
            check(
                &format!("{header}.{encoded}.{}", mac(&input)),
                &secret(),
                SignatureState::Invalid,
                "",
            );
        }
    }
}

/// What no signature covers does not count where the signature must cover it.
#[test]
fn a_header_without_protection() {
    let json = |protected: &str, header: Value| {
        let protected = base64url::encode(protected.as_bytes());
        let input = format!("{protected}.e30");
        json!({"protected": protected, "header": header, "payload": "e30", "signature": mac(&input)})
            .to_string()
    };
    let hs256 = r#"{"alg":"HS256"}"#;
    check(
        &json(hs256, json!({})),
        &secret(),
        SignatureState::Valid,
        "",
    );
    check(
        &json(hs256, json!({"kid": "x"})),
        &secret(),
        SignatureState::Valid,
        "",
    );
    check(
        &json("{}", json!({"alg": "HS256"})),
        &secret(),
        SignatureState::Valid,
        "",
    );
    for (protected, header, reason) in [
        (hs256, json!({"crit": ["b64"]}), "protected header"),
        (hs256, json!({"crit": []}), "protected header"),
        (
            hs256,
            json!({"crit": ["exp"], "exp": 1}),
            "protected header",
        ),
        (hs256, json!({"b64": "x"}), "true or false"),
        (hs256, json!({"b64": false}), "protected header"),
        (hs256, json!({"alg": "HS256"}), "both headers"),
        (hs256, json!({"alg": "none"}), "both headers"),
        (r#"{"alg":"none"}"#, json!({"alg": "HS256"}), "`none`"),
        (
            r#"{"alg":"HS256","kid":"a"}"#,
            json!({"kid": "b"}),
            "both headers",
        ),
        ("{}", json!({"alg": "none"}), "`none`"),
        ("{}", json!({}), "does not name an algorithm"),
    ] {
        check(
            &json(protected, header),
            &secret(),
            SignatureState::Invalid,
            reason,
        );
    }
}

/// The signature is right and the header is no JSON object: a verifier refuses it (RFC 7515 §5.2).
#[test]
fn a_header_that_is_no_json_is_never_valid() {
    for header in [
        r#"{"alg":"HS256""#,
        r#"{"alg":"HS256",}"#,
        r#"{"alg":"HS256"}}"#,
        r#"{"alg":"HS256"} x"#,
        r#"{"alg":"HS256" "typ":"JWT"}"#,
        r#"{"alg":"HS256","a":}"#,
        r#"{'alg':'HS256'}"#,
        r#"["HS256"]"#,
        "`HS256`",
        "null",
        "",
    ] {
        for token in parse(&signed(header, r#"{"sub":"x"}"#)).tokens {
            let state = verify(&token, &secret()).state;
            assert_ne!(state, SignatureState::Valid, "{header}");
        }
    }
    let bytes = b"{\"alg\":\"HS256\",\"a\":\"\xff\"}";
    let input = format!("{}.e30", base64url::encode(bytes));
    check(
        &format!("{input}.{}", mac(&input)),
        &secret(),
        SignatureState::Invalid,
        "JSON",
    );
}

/// Spellings of the same bytes that only lenient decoders take.
#[test]
fn text_that_is_no_canonical_base64url_is_invalid() {
    let header = base64url::encode(br#"{"alg":"HS256"}"#);
    for payload in ["e30=", "e31", "eyJhIjoi-_8ifQ".replace('_', "/").as_str()] {
        let input = format!("{header}.{payload}");
        let token = format!("{input}.{}", mac(&input));
        check(&token, &secret(), SignatureState::Invalid, "canonical");
    }
}

#[test]
fn a_key_of_another_kind() {
    let tokens = fixtures::list("tokens-jose.json", "tokens");
    for token in &tokens {
        let text = token["token"].as_str().unwrap();
        let symmetric = token["jwk"]["kty"] == "oct";
        for other in &tokens {
            if other["jwk"]["kty"] == token["jwk"]["kty"]
                && other["jwk"]["crv"] == token["jwk"]["crv"]
            {
                continue;
            }
            let mut jwk = other["jwk"].clone();
            jwk.as_object_mut().unwrap().remove("kid");
            let keys = Keys::parse(&jwk.to_string(), "test");
            let reason = if symmetric {
                "known attack"
            } else {
                "does not fit the algorithm"
            };
            check(text, &keys, SignatureState::Invalid, reason);
        }
        for guess in ["hush", "aGVsbG8", "-----BEGIN", "any text at all"] {
            let keys = Keys::parse(guess, "test");
            let (state, reason) = if symmetric {
                (SignatureState::Invalid, "")
            } else {
                (
                    SignatureState::NotChecked,
                    "not a key in a supported format",
                )
            };
            check(text, &keys, state, reason);
        }
        for nothing in [
            "",
            " \n",
            "{}",
            "[]",
            "{\"keys\":[]}",
            "https://issuer.example/keys",
            text,
        ] {
            let keys = Keys::parse(nothing, "test");
            check(text, &keys, SignatureState::NotChecked, "No key was given");
        }
    }
}

/// Microsoft Graph signs a header with another `nonce` than the one that it sends.
#[test]
fn a_token_for_graph_cannot_be_checked() {
    let header = r#"{"alg":"HS256","nonce":"x"}"#;
    let own = signed(header, "{}");
    check(&own, &secret(), SignatureState::Valid, "");
    let (input, _) = own.rsplit_once('.').unwrap();
    let changed = format!("{input}.{}", base64url::encode(&[7; 32]));
    check(&changed, &secret(), SignatureState::CannotCheck, "Graph");
    check(
        &changed,
        &Keys::default(),
        SignatureState::CannotCheck,
        "Graph",
    );
    check(&own, &Keys::default(), SignatureState::CannotCheck, "Graph");
    let other = Keys::parse(r#"{"kty":"oct","k":"AAAA","kid":"y"}"#, "test");
    let named = signed(r#"{"alg":"HS256","nonce":"x","kid":"z"}"#, "{}");
    check(&named, &other, SignatureState::NotChecked, "`z`");
    check_header(
        r#"{"alg":"none","nonce":"x"}"#,
        SignatureState::Invalid,
        "`none`",
    );
}

#[test]
fn what_has_no_signature_cannot_be_checked() {
    let header = base64url::encode(br#"{"alg":"HS256"}"#);
    let payload = base64url::encode(br#"{"iss":"https://issuer.example"}"#);
    for (text, kind, reason) in [
        (
            r#"{"iss":"x","sub":"y"}"#.to_owned(),
            TokenForm::Claims,
            "only claims",
        ),
        (
            r#"{"alg":"HS256"}"#.to_owned(),
            TokenForm::Claims,
            "only claims",
        ),
        (header.clone(), TokenForm::Partial, "is incomplete"),
        (
            format!("{header}.{payload}"),
            TokenForm::Partial,
            "is incomplete",
        ),
        (
            format!("{header}.{payload}.AA.AA"),
            TokenForm::Partial,
            "is incomplete",
        ),
        (
            format!("{header}.{payload}.AA.AA.AA.AA"),
            TokenForm::Partial,
            "is incomplete",
        ),
        (
            "eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC".to_owned(),
            TokenForm::Jwe,
            "encrypted",
        ),
    ] {
        assert_eq!(sole(&text).form, kind, "{text}");
        for keys in [secret(), Keys::default()] {
            check(&text, &keys, SignatureState::CannotCheck, reason);
        }
    }
    for (signature, state) in [
        ("", SignatureState::Invalid),
        ("AAAA", SignatureState::Invalid),
        ("A", SignatureState::Invalid),
    ] {
        check(
            &format!("{header}.{payload}.{signature}"),
            &secret(),
            state,
            "",
        );
    }
}
