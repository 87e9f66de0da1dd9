//! Keys in every form that openssl writes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fedcred_core::jose::{Keys, SignatureState, Token, verify};
use fedcred_core::text::base64url;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixtures;
use crate::verification::{changed, check, sole};

mod attacks;
mod damaged;
mod sets;
mod unusable;

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
