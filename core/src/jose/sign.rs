//! Signs tokens with RS256 (RFC 7518 §3.3).

use rsa::PrivateKey;
use rsa::sha2::Sha256;
use rsa::traits::PublicKeyParts;
use serde::Serialize;

use super::jwk;
use crate::text::base64url;
use crate::text::json::Value;

/// A private RSA key.
#[derive(Debug, Clone)]
pub struct SigningKey {
    private: PrivateKey,
}

impl SigningKey {
    /// Reads the two primes (`p`, `q`) and the exponent (`e`) of a private RSA key from a JWK; the rest
    /// follows from them. `None` where they make no key.
    #[must_use]
    pub fn from_jwk(value: Value<'_>) -> Option<Self> {
        let number = |name| jwk::number(value, name);
        let private = PrivateKey::from_p_q(number("p")?, number("q")?, number("e")?).ok()?;
        Some(Self { private })
    }

    /// Signs header and claims as compact JWS. The same input gives the same bytes (RFC 8017 §8.2).
    ///
    /// `None` where one of them cannot be written as JSON.
    #[must_use]
    pub fn sign(&self, header: &impl Serialize, claims: &impl Serialize) -> Option<String> {
        let header = serde_json::to_string(header).ok()?;
        self.sign_text(&header, &serde_json::to_string(claims).ok()?)
    }

    /// Signs a header and a payload that are JSON already.
    #[must_use]
    pub fn sign_text(&self, header: &str, payload: &str) -> Option<String> {
        let part = |json: &str| base64url::encode(json.as_bytes());
        let input = format!("{}.{}", part(header), part(payload));
        let signature = self
            .private
            .pkcs1v15_sign::<Sha256>(input.as_bytes())
            .ok()?;
        Some(format!("{input}.{}", base64url::encode(&signature)))
    }

    /// Modulus and exponent of the public key as Base64urlUInt (RFC 7518 §2).
    #[must_use]
    pub fn public_numbers(&self) -> (String, String) {
        let number = |n: &rsa::BoxedUint| {
            let bytes = n.to_be_bytes();
            let leading = bytes.iter().take_while(|byte| **byte == 0).count();
            base64url::encode(bytes.get(leading..).unwrap_or_default())
        };
        (number(self.private.n()), number(self.private.e()))
    }
}
