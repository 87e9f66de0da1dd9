//! Signs tokens with RS256 (RFC 7518 §3.3).

use std::convert::Infallible;
use std::fmt;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams, MontyParams};
use crypto_bigint::{NonZero, Odd, Resize};
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, CrtValue, hazmat};
use serde::Serialize;

use super::algorithm::Hash;
use super::jwk;
use crate::text::base64url;
use crate::text::json::Value;

/// A private RSA key.
///
/// The numbers of RFC 8017 §3.2 as they are given: the crate's own private key computes them again from the
/// primes, which takes longer than all of an exchange and is 5 kB to download.
#[derive(Clone)]
pub struct SigningKey {
    n: NonZero<BoxedUint>,
    n_params: BoxedMontyParams,
    e: BoxedUint,
    d: BoxedUint,
    primes: [Odd<BoxedUint>; 2],
    p: MontyParams<BoxedUint>,
    q: MontyParams<BoxedUint>,
    dp: BoxedUint,
    dq: BoxedUint,
    qinv: BoxedMontyForm,
}

impl SigningKey {
    /// Reads a private RSA key with two primes from a JWK (RFC 7518 §6.3). `None` where a number is missing
    /// or can be none of a key; whether they belong together shows when something is signed. `d` may be missing:
    /// the other numbers are a private key without it (RFC 8017 §3.2, the second form).
    #[must_use]
    pub fn from_jwk(value: Value<'_>) -> Option<Self> {
        let number = |name| jwk::number(value, name);
        let odd = |name| Odd::new(number(name)?).into_option();
        let d = match value.get("d") {
            Some(_) => number("d")?,
            None => BoxedUint::default(),
        };
        let (n, primes) = (odd("n")?, [odd("p")?, odd("q")?]);
        let [p, q] = primes
            .each_ref()
            .map(|prime| BoxedMontyParams::new(prime.clone()));
        let qinv = number("qi")?.try_resize(p.bits_precision())?;
        Some(Self {
            n: n.as_nz_ref().clone(),
            n_params: BoxedMontyParams::new(n),
            e: number("e")?,
            d,
            primes,
            qinv: BoxedMontyForm::new(qinv, &p),
            p: p.as_ref().clone(),
            q: q.as_ref().clone(),
            dp: number("dp")?,
            dq: number("dq")?,
        })
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
        let encoded = encode(&Hash::Sha256.of(input.as_bytes()), self.size())?;
        let message = BoxedUint::from_be_slice(&encoded, self.n_bits_precision()).ok()?;
        let signature = hazmat::rsa_decrypt_and_check(self, None::<&mut NoRng>, &message).ok()?;
        Some(format!(
            "{input}.{}",
            base64url::encode(&bytes_of(&signature, self.size())?)
        ))
    }

    /// Modulus and exponent of the public key as Base64urlUInt (RFC 7518 §2).
    #[must_use]
    pub fn public_numbers(&self) -> (String, String) {
        (
            base64url::encode(&self.n_bytes()),
            base64url::encode(&self.e_bytes()),
        )
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2) of a SHA-256 hash; `None` where the modulus is too short for it.
fn encode(hash: &[u8], length: usize) -> Option<Vec<u8>> {
    const SHA_256: &[u8] =
        b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
    let padding = length.checked_sub(3 + SHA_256.len() + hash.len())?;
    let parts = [&[0, 1], &vec![0xff; padding][..], &[0], SHA_256, hash];
    (padding >= 8).then(|| parts.concat())
}

/// I2OSP (RFC 8017 §4.1).
fn bytes_of(number: &BoxedUint, length: usize) -> Option<Vec<u8>> {
    let bytes = number.to_be_bytes();
    Some(bytes.get(bytes.len().checked_sub(length)?..)?.to_vec())
}

/// What is secret is not shown.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

impl PublicKeyParts for SigningKey {
    fn n(&self) -> &NonZero<BoxedUint> {
        &self.n
    }

    fn e(&self) -> &BoxedUint {
        &self.e
    }

    fn n_params(&self) -> &BoxedMontyParams {
        &self.n_params
    }
}

impl PrivateKeyParts for SigningKey {
    /// Not asked for where there are primes.
    fn d(&self) -> &BoxedUint {
        &self.d
    }

    fn primes(&self) -> &[Odd<BoxedUint>] {
        &self.primes
    }

    fn p(&self) -> Option<&MontyParams<BoxedUint>> {
        Some(&self.p)
    }

    fn q(&self) -> Option<&MontyParams<BoxedUint>> {
        Some(&self.q)
    }

    fn dp(&self) -> Option<&BoxedUint> {
        Some(&self.dp)
    }

    fn dq(&self) -> Option<&BoxedUint> {
        Some(&self.dq)
    }

    fn qinv(&self) -> Option<&BoxedMontyForm> {
        Some(&self.qinv)
    }

    fn crt_values(&self) -> Option<&[CrtValue]> {
        None
    }
}

/// There is no randomness here, and PKCS #1 v1.5 needs none: blinding would only hide keys that are public anyway.
enum NoRng {}

impl TryRng for NoRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        match *self {}
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        match *self {}
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
        match *self {}
    }
}

impl TryCryptoRng for NoRng {}
