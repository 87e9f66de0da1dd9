//! Signatures against examples from outside: RFC 7515, 7519, 7520, 7797 and 8037 (see `vectors/ORIGIN.md`).

use std::path::PathBuf;

use fedcred_core::jose::{
    Keys, Role, Serialization, SignatureState, Token, TokenForm, parse, verify,
};
use fedcred_core::text::base64url;
use serde_json::{Value, json};

use crate::verification::{self, changed, sole};

mod cookbook;
mod tampering;

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

#[track_caller]
fn check(text: &str, keys: &Keys, state: SignatureState) {
    verification::check(text, keys, state, "");
}

/// Whatever is found in the text, none of it is valid.
#[track_caller]
fn check_never_valid(text: &str, keys: &Keys) {
    for token in parse(text).tokens {
        assert_ne!(verify(&token, keys).state, SignatureState::Valid, "{text}");
    }
}
