//! One token and the verdict on its signature, for all tests of signatures and keys.

use fedcred_core::jose::{Keys, Signature, SignatureState, Token, parse, verify};
use serde_json::Value;
use similar_asserts::assert_eq;

/// The only token of a text.
#[track_caller]
pub(crate) fn sole(text: &str) -> Token {
    let mut parsed = parse(text);
    assert_eq!(parsed.tokens.len(), 1, "{text}");
    parsed.tokens.remove(0)
}

/// The verdict on the only token of a text: its state, and a part of its reason.
#[track_caller]
pub(crate) fn check(token: &str, keys: &Keys, state: SignatureState, reason: &str) -> Signature {
    let signature = verify(&sole(token), keys);
    let found = &signature.reason;
    assert_eq!(signature.state, state, "{token}: {found}");
    assert!(found.contains(reason), "{found:?} has no {reason:?}");
    assert!(found.len() > 10 && found.ends_with('.'), "{found}");
    assert!(state != SignatureState::Valid || signature.key.is_some());
    signature
}

/// A JWK with these members changed; `null` removes one.
pub(crate) fn changed(jwk: &Value, changes: &Value) -> Value {
    let mut jwk = jwk.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(jwk.as_object_mut().unwrap().remove(name)),
            _ => jwk[name] = value.clone(),
        }
    }
    jwk
}
