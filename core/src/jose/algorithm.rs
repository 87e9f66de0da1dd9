//! The signature algorithms that are checked (RFC 7518 §3, RFC 8037 §3.1), and what each of them needs.

use rsa::sha2::{self, Digest};

/// A hash function of SHA-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// What kind of key it is: it limits the algorithms that the key may be used with (RFC 8725 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Rsa,
    P256,
    P384,
    P521,
    Ed25519,
    Secret,
}

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Hmac(Hash),
    Pkcs1(Hash),
    Pss(Hash),
    Ecdsa(Family),
    EdDsa,
}

impl Algorithm {
    /// The algorithm with this `alg` value, compared byte by byte; `Ed25519` is its name in RFC 9864.
    pub(super) fn from_name(alg: &str) -> Option<Self> {
        Some(match alg {
            "HS256" => Self::Hmac(Hash::Sha256),
            "HS384" => Self::Hmac(Hash::Sha384),
            "HS512" => Self::Hmac(Hash::Sha512),
            "RS256" => Self::Pkcs1(Hash::Sha256),
            "RS384" => Self::Pkcs1(Hash::Sha384),
            "RS512" => Self::Pkcs1(Hash::Sha512),
            "PS256" => Self::Pss(Hash::Sha256),
            "PS384" => Self::Pss(Hash::Sha384),
            "PS512" => Self::Pss(Hash::Sha512),
            "ES256" => Self::Ecdsa(Family::P256),
            "ES384" => Self::Ecdsa(Family::P384),
            "ES512" => Self::Ecdsa(Family::P521),
            "EdDSA" | "Ed25519" => Self::EdDsa,
            _ => return None,
        })
    }

    /// The kind of key it works with.
    pub(super) fn family(self) -> Family {
        match self {
            Self::Hmac(_) => Family::Secret,
            Self::Pkcs1(_) | Self::Pss(_) => Family::Rsa,
            Self::Ecdsa(family) => family,
            Self::EdDsa => Family::Ed25519,
        }
    }
}

/// The signature algorithms of the JOSE registry that are not checked here (RFC 7518, 8812, 9864 and 9964; HS1
/// and RS1 are registered as prohibited).
const OTHERS: [&str; 8] = [
    "none",
    "ES256K",
    "Ed448",
    "HS1",
    "RS1",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
];

/// Whether the JOSE registry has a signature algorithm of this name.
pub(super) fn is_registered(alg: &str) -> bool {
    Algorithm::from_name(alg).is_some() || OTHERS.contains(&alg)
}

impl Hash {
    /// The hash of these bytes.
    pub(super) fn digest(self, input: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => sha2::Sha256::digest(input).to_vec(),
            Self::Sha384 => sha2::Sha384::digest(input).to_vec(),
            Self::Sha512 => sha2::Sha512::digest(input).to_vec(),
        }
    }

    /// The length of its result in bytes.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl Family {
    /// What a key of this kind is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rsa => "an RSA key",
            Self::P256 => "a P-256 key",
            Self::P384 => "a P-384 key",
            Self::P521 => "a P-521 key",
            Self::Ed25519 => "an Ed25519 key",
            Self::Secret => "a secret",
        }
    }

    /// The length of a signature in bytes, where the kind of key sets it (RFC 7518 §3.4, RFC 8032 §5.1.6).
    pub(super) fn signature_length(self) -> Option<usize> {
        match self {
            Self::P256 | Self::Ed25519 => Some(64),
            Self::P384 => Some(96),
            Self::P521 => Some(132),
            Self::Rsa | Self::Secret => None,
        }
    }
}
