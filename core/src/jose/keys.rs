//! Keys that verify: JWK, JWKS (RFC 7517) and PEM, recognised by themselves.

use std::borrow::Cow;

use base64::Engine;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs8::SubjectPublicKeyInfoRef;
use rsa::{BoxedUint, PublicKey};

use crate::text::json::{Document, Value};
use crate::text::{Diagnostic, base64url, protocol_string, shifted};

protocol_string! {
    /// The `kid` of a key or of a header (RFC 7515 §4.1.4), compared byte by byte.
    KeyId
}

/// The sizes of an RSA modulus that are taken, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 512..=8192;

/// Keys that were read from a text.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// The usable keys in the order of the text.
    pub keys: Vec<Key>,
    /// What is wrong with the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// One public key.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its name, where it has one.
    pub kid: Option<KeyId>,
    /// The algorithm it is meant for, where it says so.
    pub alg: Option<String>,
    /// Where it came from, in words.
    pub from: String,
    pub(super) public: PublicKey,
}

impl Keys {
    /// Reads a JWK, a JWKS or PEM; never fails. `source` names the text in [`Key::from`].
    #[must_use]
    pub fn read(text: &str, source: &str) -> Self {
        let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let (body, offset) = (begins.trim_end(), text.len() - begins.len());
        match body {
            "" => Self::default(),
            _ if body.starts_with('{') => Self::from_json(body, offset, source),
            _ if body.contains("-----BEGIN ") => Self::from_pem(body, source),
            _ => Self::nothing(
                Diagnostic::error("key-unknown", "This is no key that Fedcred reads.")
                    .help("Give a JWK, a JWKS (`{\"keys\":[…]}`) or a public key as PEM."),
            ),
        }
    }

    /// Whether a key was given at all, usable or not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.diagnostics.is_empty()
    }

    fn nothing(diagnostic: Diagnostic) -> Self {
        Self {
            keys: Vec::new(),
            diagnostics: vec![diagnostic],
        }
    }

    fn from_json(text: &str, offset: usize, source: &str) -> Self {
        let document = Document::parse(text);
        let mut keys = Self {
            keys: Vec::new(),
            diagnostics: shifted(document.diagnostics(), offset),
        };
        match (document.get("keys"), document.get("kty")) {
            (Some(set), _) => {
                for (index, jwk) in set.items().enumerate() {
                    keys.take(jwk, format!("{source}, JWKS entry {}", index + 1));
                }
                if keys.is_empty() {
                    keys.diagnostics.push(empty_set());
                }
            }
            (None, Some(_)) => keys.extend_from(document.root(), format!("{source}, JWK")),
            (None, None) => keys.diagnostics.push(no_key_in_json()),
        }
        keys
    }

    fn extend_from(&mut self, jwk: Option<Value<'_>>, from: String) {
        if let Some(jwk) = jwk {
            self.take(jwk, from);
        }
    }

    fn take(&mut self, jwk: Value<'_>, from: String) {
        if jwk.get("d").is_some() {
            self.diagnostics.push(private_key(&from));
        }
        match Key::from_jwk(jwk, &from) {
            Ok(key) => self.keys.push(key),
            Err(reason) => self.diagnostics.push(
                Diagnostic::warning("key-unusable", format!("{from}: {reason}."))
                    .help("Only RSA public keys are used to verify RS256."),
            ),
        }
    }

    fn from_pem(text: &str, source: &str) -> Self {
        let label = text
            .split_once("-----BEGIN ")
            .and_then(|(_, rest)| rest.split_once("-----"))
            .map_or("", |(label, _)| label);
        let der = pem_body(text, label);
        let read = match label {
            "PUBLIC KEY" => rsa_of_spki(&der).and_then(|key| PublicKey::from_pkcs1_der(key).ok()),
            "RSA PUBLIC KEY" => PublicKey::from_pkcs1_der(&der).ok(),
            _ => return Self::nothing(other_pem(label)),
        };
        match read {
            Some(public) => Self {
                keys: vec![Key {
                    kid: None,
                    alg: None,
                    from: format!("{source}, PEM ({label})"),
                    public,
                }],
                diagnostics: Vec::new(),
            },
            None => Self::nothing(
                Diagnostic::error("key-pem", format!("The PEM block `{label}` holds no RSA public key."))
                    .help("It may be cut, or a key of another kind. Copy it again with both border lines."),
            ),
        }
    }
}

impl Key {
    fn from_jwk(jwk: Value<'_>, from: &str) -> Result<Self, String> {
        let text = |name| jwk.text_of(name).map(Cow::into_owned);
        match text("kty").as_deref() {
            Some("RSA") => {}
            Some(kty) => return Err(format!("the key type {kty:?} is not supported yet")),
            None => return Err("it has no key type (`kty`)".to_owned()),
        }
        if text("use").is_some_and(|usage| usage != "sig") {
            return Err("it is not meant for signatures (`use`)".to_owned());
        }
        let number =
            |name| jwk_number(jwk, name).ok_or(format!("`{name}` is missing or no base64url"));
        let public = PublicKey::new_with_size_limits(number("n")?, number("e")?, MODULUS_BITS)
            .map_err(|_| "the numbers make no RSA key".to_owned())?;
        Ok(Self {
            kid: text("kid").map(KeyId::from),
            alg: text("alg"),
            from: from.to_owned(),
            public,
        })
    }
}

/// A Base64urlUInt (RFC 7518 §2).
pub(super) fn jwk_number(jwk: Value<'_>, name: &str) -> Option<BoxedUint> {
    let bytes = base64url::decode_strict(&jwk.text_of(name)?)?;
    let bits = u32::try_from(bytes.len()).ok()?.checked_mul(8)?;
    let sane = (8..=16_384).contains(&bits);
    sane.then(|| BoxedUint::from_be_slice(&bytes, bits).ok())?
}

/// The bytes between the border lines of a PEM block (RFC 7468 §3); none where they are no base64.
fn pem_body(text: &str, label: &str) -> Vec<u8> {
    let begin = format!("-----BEGIN {label}-----");
    let body = text
        .split_once(&begin)
        .and_then(|(_, rest)| rest.split_once("-----END "));
    let body: String = body
        .map_or("", |(body, _)| body)
        .split_ascii_whitespace()
        .collect();
    base64::engine::general_purpose::STANDARD
        .decode(body)
        .unwrap_or_default()
}

/// The RSA key inside a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), as PKCS#1.
fn rsa_of_spki(der: &[u8]) -> Option<&[u8]> {
    let info = SubjectPublicKeyInfoRef::try_from(der).ok()?;
    let rsa = info.algorithm.oid == rsa::pkcs1::ALGORITHM_OID;
    rsa.then(|| info.subject_public_key.as_bytes())?
}

fn private_key(from: &str) -> Diagnostic {
    Diagnostic::warning("key-private", format!("{from} holds a private key."))
        .help("Only its public part is used. Do not share it; replace it if it was shared.")
}

fn empty_set() -> Diagnostic {
    Diagnostic::error("key-set-empty", "The key set holds no key.")
        .help("`keys` must be a list of JWKs.")
}

fn no_key_in_json() -> Diagnostic {
    Diagnostic::error("key-unknown", "This JSON is no key.")
        .help("A JWK has `kty`, a JWKS has `keys`. A discovery document only names the address (`jwks_uri`).")
}

fn other_pem(label: &str) -> Diagnostic {
    if label.contains("PRIVATE KEY") {
        return Diagnostic::error("key-private", "This is a private key; it was not used.")
            .help("Give the public key. Do not share this one; replace it if it was shared.");
    }
    Diagnostic::error(
        "key-pem",
        format!("The PEM block `{label}` is not read yet."),
    )
    .help("Read are `PUBLIC KEY` (SPKI) and `RSA PUBLIC KEY` (PKCS#1).")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_before_the_keys_is_left_out() {
        let jwk = r#"{"kty":"RSA","n":"x","e":"AQAB"}"#;
        let codes = |text: &str| {
            let keys = Keys::read(text, "file");
            keys.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&format!("\u{feff}{jwk}")), codes(jwk));
        assert!(Keys::read("\u{feff}\n", "file").is_empty());
    }

    #[test]
    fn places_count_from_the_start_of_the_text() {
        let place = |text: &str| Keys::read(text, "file").diagnostics[0].span.unwrap();
        assert_eq!(place("\n\n  {]"), place("{]").shifted(4));
    }
}
