//! The key itself: public numbers or a secret, and checking a signature with it.

use ed25519_dalek::VerifyingKey as Ed25519Key;
use hmac::{Hmac, KeyInit, Mac};
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Pkcs1v15Sign, PublicKey as RsaKey};

use crate::jose::algorithm::{Algorithm, Family, Hash};

/// The sizes of an RSA modulus that are taken, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 512..=8192;

/// A key without its name and origin.
#[derive(Clone)]
pub(in crate::jose) enum Material {
    Rsa(RsaKey),
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Ed25519(Ed25519Key),
    Secret(Vec<u8>),
}

/// The kind of key alone: a secret is nobody's business.
impl std::fmt::Debug for Material {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.family().name())
    }
}

impl Material {
    pub(in crate::jose) fn family(&self) -> Family {
        match self {
            Self::Rsa(_) => Family::Rsa,
            Self::P256(_) => Family::P256,
            Self::P384(_) => Family::P384,
            Self::P521(_) => Family::P521,
            Self::Ed25519(_) => Family::Ed25519,
            Self::Secret(_) => Family::Secret,
        }
    }

    /// What it is, with its size: `an RSA key, 2048 bits`.
    pub(in crate::jose) fn description(&self) -> String {
        let name = self.family().name();
        match self.size() {
            Some(size) => format!("{name}, {size}"),
            None => name.to_owned(),
        }
    }

    fn size(&self) -> Option<String> {
        match self {
            Self::Rsa(_) => Some(format!("{} bits", self.rsa_bits())),
            Self::Secret(bytes) => Some(format!("{} bytes", bytes.len())),
            _ => None,
        }
    }

    /// The length of the modulus; none where it is no RSA key.
    pub(in crate::jose) fn rsa_bits(&self) -> u32 {
        match self {
            Self::Rsa(key) => key.n().bit_width(),
            _ => 0,
        }
    }

    /// An RSA key from its two numbers; `None` where they make none or one of an unlikely size.
    pub(in crate::jose) fn from_rsa_numbers(n: BoxedUint, e: BoxedUint) -> Option<Self> {
        RsaKey::new_with_size_limits(n, e, MODULUS_BITS)
            .ok()
            .map(Self::Rsa)
    }

    /// A key on an elliptic curve from its point (SEC 1 §2.3.3), compressed or not; `None` where it is not on it.
    pub(in crate::jose) fn from_point(curve: Family, point: &[u8]) -> Option<Self> {
        Some(match curve {
            Family::P256 => Self::P256(p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?),
            Family::P384 => Self::P384(p384::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?),
            Family::P521 => Self::P521(p521::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?),
            _ => return None,
        })
    }

    /// A key on an elliptic curve from its two numbers, each as long as the field (RFC 7518 §6.2.1).
    pub(in crate::jose) fn from_coordinates(curve: Family, x: &[u8], y: &[u8]) -> Option<Self> {
        let uncompressed = [&[4], x, y].concat();
        (x.len() == y.len()).then(|| Self::from_point(curve, &uncompressed))?
    }

    /// An Ed25519 key from its 32 bytes (RFC 8032 §5.1.5).
    pub(in crate::jose) fn from_ed25519(bytes: &[u8]) -> Option<Self> {
        let key = Ed25519Key::from_bytes(bytes.try_into().ok()?).ok()?;
        Some(Self::Ed25519(key))
    }

    /// Whether the key verifies the signature; never where key and algorithm are of different kinds.
    pub(in crate::jose) fn verifies(
        &self,
        algorithm: Algorithm,
        input: &[u8],
        signature: &[u8],
    ) -> bool {
        match (self, algorithm) {
            (Self::Rsa(key), Algorithm::Pkcs1(hash)) => pkcs1(key, hash, input, signature),
            (Self::Rsa(key), Algorithm::Pss(hash)) => pss(key, hash, input, signature),
            (Self::Secret(secret), Algorithm::Hmac(hash)) => hmac(secret, hash, input, signature),
            (Self::Ed25519(key), Algorithm::EdDsa) => {
                let signature = ed25519_dalek::Signature::from_slice(signature);
                signature.is_ok_and(|signature| key.verify_strict(input, &signature).is_ok())
            }
            (_, Algorithm::Ecdsa(family)) if family == self.family() => {
                self.ecdsa(input, signature)
            }
            _ => false,
        }
    }

    fn ecdsa(&self, input: &[u8], signature: &[u8]) -> bool {
        use p256::ecdsa::signature::hazmat::PrehashVerifier;
        macro_rules! verifies {
            ($curve:ident, $key:ident, $hash:ident) => {
                $curve::ecdsa::Signature::from_slice(signature).is_ok_and(|signature| {
                    $key.verify_prehash(&Hash::$hash.digest(input), &signature)
                        .is_ok()
                })
            };
        }
        match self {
            Self::P256(key) => verifies!(p256, key, Sha256),
            Self::P384(key) => verifies!(p384, key, Sha384),
            Self::P521(key) => verifies!(p521, key, Sha512),
            _ => false,
        }
    }
}

fn pkcs1(key: &RsaKey, hash: Hash, input: &[u8], signature: &[u8]) -> bool {
    let scheme = match hash {
        Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
        Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
        Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
    };
    key.verify(scheme, &hash.digest(input), signature).is_ok()
}

/// The salt is as long as the hash (RFC 7518 §3.5).
fn pss(key: &RsaKey, hash: Hash, input: &[u8], signature: &[u8]) -> bool {
    let digest = hash.digest(input);
    match hash {
        Hash::Sha256 => key.pss_verify_prehash::<Sha256>(&digest, signature),
        Hash::Sha384 => key.pss_verify_prehash::<Sha384>(&digest, signature),
        Hash::Sha512 => key.pss_verify_prehash::<Sha512>(&digest, signature),
    }
    .is_ok()
}

fn hmac(secret: &[u8], hash: Hash, input: &[u8], signature: &[u8]) -> bool {
    fn check<M: Mac + KeyInit>(secret: &[u8], input: &[u8], signature: &[u8]) -> bool {
        let mac = <M as KeyInit>::new_from_slice(secret);
        mac.is_ok_and(|mac| mac.chain_update(input).verify_slice(signature).is_ok())
    }
    match hash {
        Hash::Sha256 => check::<Hmac<Sha256>>(secret, input, signature),
        Hash::Sha384 => check::<Hmac<Sha384>>(secret, input, signature),
        Hash::Sha512 => check::<Hmac<Sha512>>(secret, input, signature),
    }
}
