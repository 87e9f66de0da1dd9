//! Keys in every form that openssl writes, damaged ones, sets of keys, and the keys that tokens bring along.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fedcred_core::jose::{Keys, Signature, SignatureState, Token, parse, verify};
use fedcred_core::text::base64url;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixtures;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

fn key_file(name: &str) -> String {
    let bytes = fixtures::bytes(&format!("keys/{name}"));
    String::from_utf8(bytes.clone()).unwrap_or_else(|_| STANDARD.encode(bytes))
}

fn token_of(alg: &str) -> Value {
    let tokens = fixtures::list("tokens-jose.json", "tokens");
    tokens.into_iter().find(|t| t["alg"] == alg).unwrap()
}

fn special(name: &str) -> Value {
    let tokens = fixtures::list("tokens-special.json", "tokens");
    tokens.into_iter().find(|t| t["name"] == name).unwrap()
}

#[track_caller]
fn sole(text: &str) -> Token {
    let mut parsed = parse(text);
    assert_eq!(parsed.tokens.len(), 1, "{text}");
    parsed.tokens.remove(0)
}

#[track_caller]
fn check(token: &str, keys: &Keys, state: SignatureState, reason: &str) -> Signature {
    let signature = verify(&sole(token), keys);
    let found = &signature.reason;
    assert_eq!(signature.state, state, "{found}");
    assert!(found.contains(reason), "{found:?} has no {reason:?}");
    signature
}

fn codes(keys: &Keys) -> Vec<&str> {
    keys.diagnostics().iter().map(|d| d.code).collect()
}

#[test]
fn a_key_file_is_read_as_what_it_is() {
    let files = fixtures::list("keys/index.json", "keys");
    for file in &files {
        let keys = Keys::parse(&key_file(text(file, "file")), "file");
        let words = match (text(file, "kty"), file["crv"].as_str()) {
            ("RSA", _) => format!("an RSA key, {} bits", file["bits"]),
            ("OKP", Some("Ed25519")) => "an Ed25519 key".to_owned(),
            (_, curve) => format!("a {} key", curve.unwrap_or_default()),
        };
        let labels = file["labels"].as_array().unwrap().iter();
        let blocks = labels.filter(|label| *label != "EC PARAMETERS").count();
        let weak = file["bits"] == 1024;
        let usable = file["encrypted"] == false && (weak || file.get("unusable").is_none());
        let found: Vec<_> = keys.iter().map(|key| key.description()).collect();
        assert_eq!(
            found,
            vec![words; if usable { blocks } else { 0 }],
            "{file}"
        );
        let private = codes(&keys).contains(&"key-private");
        assert_eq!(private, file["private"] == true, "{file}");
        assert_eq!(keys.diagnostics().is_empty(), usable && !private, "{file}");
        let silent = keys.diagnostics().iter().any(|d| d.help.is_empty());
        assert!(!silent, "{file}");
    }
    assert_eq!(files.len(), 38);
}

#[test]
fn a_pem_on_one_line_is_the_same_key() {
    let read = |text: &str| {
        let keys = Keys::parse(text, "file");
        let words: Vec<_> = keys.iter().map(|key| key.description()).collect();
        (words, codes(&keys).join(" "))
    };
    for file in fixtures::list("keys/index.json", "keys") {
        let pem = key_file(text(&file, "file"));
        if pem.starts_with("-----BEGIN ") {
            // As in a settings file or a JSON string, and as a copy from a web page.
            for line_break in ["\\n", " "] {
                let line = pem.replace('\n', line_break);
                assert_eq!(read(&line), read(&pem), "{line}");
            }
        }
    }
}

#[test]
fn a_certificate_says_whose_and_when() {
    let sorted = |name: &str| {
        let mut parts: Vec<_> = name.split(',').map(|part| part.trim().to_owned()).collect();
        parts.sort();
        parts
    };
    let mut certificates = fixtures::list("keys/certificates.json", "certificates");
    let mut binary = certificates
        .iter()
        .find(|c| c["file"] == "rsa.cert.pem")
        .unwrap()
        .clone();
    binary["file"] = json!("rsa.cert.der");
    certificates.push(binary);
    for expected in certificates {
        let keys = Keys::parse(&key_file(text(&expected, "file")), "file");
        let place = usize::try_from(expected["place"].as_u64().unwrap()).unwrap();
        let mut found = keys.iter().filter_map(|key| key.certificate());
        let found = found.nth(place).unwrap();
        assert_eq!(sorted(&found.subject), sorted(text(&expected, "subject")));
        assert_eq!(sorted(&found.issuer), sorted(text(&expected, "issuer")));
        assert_eq!(found.not_before, expected["not_before_seconds"]);
        assert_eq!(found.not_after, expected["not_after_seconds"]);
        assert_eq!(found.thumbprint, text(&expected, "x5t#S256"));
    }
    let plain = Keys::parse(&key_file("rsa.spki.der"), "file");
    assert_eq!((plain.len(), codes(&plain).len()), (1, 0));
    assert!(plain.get(0).unwrap().certificate().is_none());
}

#[test]
fn an_encrypted_key_is_told_once() {
    for label in ["RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
        let proc = match label {
            "ENCRYPTED PRIVATE KEY" => "",
            _ => "Proc-Type: 4,ENCRYPTED\r\nDEK-Info: AES-128-CBC,00\r\n\r\n",
        };
        let pem = format!("-----BEGIN {label}-----\r\n{proc}AAAA\r\n-----END {label}-----\r\n");
        let keys = Keys::parse(&pem, "file");
        assert_eq!((keys.len(), codes(&keys)), (0, vec!["key-private"]));
        let message = &keys.diagnostics()[0].message;
        assert!(message.contains("encrypted"), "{message}");
    }
}

#[test]
fn parameters_without_their_key_are_told() {
    let pem = key_file("p256.sec1-with-parameters.pem");
    let (parameters, _) = pem.split_once("-----BEGIN EC PRIVATE KEY").unwrap();
    let keys = Keys::parse(parameters, "file");
    assert_eq!((keys.len(), codes(&keys)), (0, vec!["key-pem"]));
}

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

/// A JWK with these members changed; `null` takes one away.
fn changed(jwk: &Value, changes: &Value) -> Value {
    let mut jwk = jwk.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(jwk.as_object_mut().unwrap().remove(name)),
            _ => jwk[name] = value.clone(),
        }
    }
    jwk
}

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
