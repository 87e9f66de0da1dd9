//! Verifies signatures. Four answers: not checked, valid, invalid, cannot be checked.

use rsa::sha2::{Digest, Sha256};
use serde::Serialize;

use super::keys::{Key, KeyId, Keys};
use super::parse::{Kind, Role, Token};

/// What is known of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No fitting key was given.
    NotChecked,
    /// A key verifies it.
    Valid,
    /// It is wrong, or nothing that could ever be right.
    Invalid,
    /// Nobody but the recipient, or not this program, can check it.
    CannotCheck,
}

/// The answer of [`verify`], with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// What is known.
    pub state: State,
    /// Why, in a sentence.
    pub reason: String,
    /// The key that was used.
    pub key: Option<KeyUsed>,
}

/// The key that a signature was checked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyUsed {
    /// Its name, where it has one.
    pub kid: Option<KeyId>,
    /// Where it came from.
    pub from: String,
}

/// Checks the signature of a token with the keys that were given.
///
/// The key's type bounds the algorithms and the header picks within them (RFC 8725 §3.1): the only
/// algorithm of this version is RS256, and `none` is never valid.
#[must_use]
pub fn verify(token: &Token, keys: &Keys) -> Signature {
    let alg = token.header_text("alg").unwrap_or_default();
    if let Some(answer) = without_key(token, &alg) {
        return answer;
    }
    let fitting = fitting_keys(token, keys);
    let Some(first) = fitting.first() else {
        return Signature::of(State::NotChecked, no_fitting_key(token, keys));
    };
    let signature = token
        .part(Role::Signature)
        .map_or(&[][..], |part| &part.bytes);
    let hash = Sha256::digest(token.signing_input().as_bytes());
    let verifies = |key: &&&Key| {
        key.public
            .pkcs1v15_verify_prehash::<Sha256>(&hash, signature)
            .is_ok()
    };
    match fitting.iter().find(verifies) {
        Some(key) => Signature::with(State::Valid, "The key verifies the signature.", key),
        None => Signature::with(State::Invalid, mismatch(fitting.len()), first),
    }
}

/// The answer where no key is needed for it.
fn without_key(token: &Token, alg: &str) -> Option<Signature> {
    let (state, reason) = match token.kind {
        Kind::Jwe => (
            State::CannotCheck,
            "The token is encrypted; there is no signature to check.",
        ),
        Kind::Claims => (
            State::CannotCheck,
            "These are claims alone; there is no signature.",
        ),
        Kind::Partial => (
            State::CannotCheck,
            "The token is not whole; its signature cannot be checked.",
        ),
        Kind::Jws if alg.is_empty() => (State::Invalid, "The header names no algorithm (`alg`)."),
        Kind::Jws if alg.eq_ignore_ascii_case("none") => (
            State::Invalid,
            "The algorithm is `none`: nothing is signed, anybody can write such a token.",
        ),
        Kind::Jws if strict_finding(token) => (
            State::Invalid,
            "The text is not canonical base64url; a verifier refuses it (RFC 7515 §5.2).",
        ),
        Kind::Jws if token.header()?.get("crit").is_some() => (
            State::Invalid,
            "The header has extensions (`crit`) that are not understood; RFC 7515 §4.1.11 says refuse.",
        ),
        Kind::Jws if alg != "RS256" => return Some(unsupported(alg)),
        Kind::Jws if token.header()?.get("nonce").is_some() => (
            State::CannotCheck,
            "The header has a `nonce`: Microsoft Graph signs a changed header, only Graph can check it.",
        ),
        Kind::Jws => return None,
    };
    Some(Signature::of(state, reason))
}

fn unsupported(alg: &str) -> Signature {
    let shown: String = alg.chars().take(40).collect();
    Signature::of(
        State::CannotCheck,
        format!("The algorithm {shown:?} is not supported; this version verifies RS256."),
    )
}

fn strict_finding(token: &Token) -> bool {
    token
        .diagnostics
        .iter()
        .any(|finding| finding.code.starts_with("base64url-"))
}

/// Keys with the header's `kid`; where there is none, keys without a name.
fn fitting_keys<'a>(token: &Token, keys: &'a Keys) -> Vec<&'a Key> {
    let usable = || {
        keys.keys
            .iter()
            .filter(|key| key.alg.as_deref().is_none_or(|alg| alg == "RS256"))
    };
    let Some(kid) = token.header_text("kid") else {
        return usable().collect();
    };
    let named: Vec<_> = usable()
        .filter(|key| key.kid.as_ref().is_some_and(|k| k.as_str() == kid))
        .collect();
    if named.is_empty() {
        usable().filter(|key| key.kid.is_none()).collect()
    } else {
        named
    }
}

fn no_fitting_key(token: &Token, keys: &Keys) -> String {
    if keys.keys.is_empty() {
        return "No key was given.".to_owned();
    }
    let kid: String = token
        .header_text("kid")
        .unwrap_or_default()
        .chars()
        .take(80)
        .collect();
    format!(
        "None of the {} keys given has the token's key id {kid:?}.",
        keys.keys.len()
    )
}

fn mismatch(tried: usize) -> String {
    match tried {
        1 => "The key does not verify the signature: the token was changed, or another key signed it.".to_owned(),
        _ => format!("None of the {tried} fitting keys verifies the signature."),
    }
}

impl Signature {
    fn of(state: State, reason: impl Into<String>) -> Self {
        Self {
            state,
            reason: reason.into(),
            key: None,
        }
    }

    fn with(state: State, reason: impl Into<String>, key: &Key) -> Self {
        Self {
            key: Some(KeyUsed {
                kid: key.kid.clone(),
                from: key.from.clone(),
            }),
            ..Self::of(state, reason)
        }
    }
}
