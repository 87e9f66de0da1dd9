//! One key that verifies signatures, and where it was found.

use std::fmt;

use serde::{Serialize, Serializer};

use super::certificate::{self, Certificate};
use super::der;
use super::material::Material;
use crate::text::{Diagnostic, protocol_string};

protocol_string! {
    /// The `kid` of a key or of a header (RFC 7515 §4.1.4), compared byte by byte.
    KeyId
}

/// One key that can verify signatures: a public key, or a secret that both sides share.
///
/// Its `Debug` text never holds the secret.
#[derive(Debug, Clone)]
pub struct Key {
    pub(super) kid: Option<KeyId>,
    pub(super) alg: Option<String>,
    pub(super) source: KeySource,
    pub(super) certificate: Option<Certificate>,
    pub(super) material: Material,
}

/// Where a key was found. Its text reads `keys.json, JWKS entry 2`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct KeySource {
    /// The name of the text, as it was given to [`Keys::parse`](super::Keys::parse).
    pub text: String,
    /// How the key is written there.
    pub format: KeyFormat,
}

/// How a key is written down.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyFormat {
    /// A JWK by itself (RFC 7517 §4).
    Jwk,
    /// A JWK in a JWK Set (RFC 7517 §5).
    JwkSet {
        /// Which one of the set, from 1.
        entry: usize,
    },
    /// A PEM block (RFC 7468).
    Pem {
        /// The label of the block, as in `PUBLIC KEY`; at most 40 characters.
        label: String,
        /// Which block of the text, from 1; `None` where it is the only one.
        block: Option<usize>,
    },
    /// A certificate or a public key in DER.
    Der,
    /// The same as base64, without the border lines of PEM.
    Base64Der,
    /// A shared secret: the bytes of the text.
    SecretText,
    /// A shared secret: the bytes of the text without the line break that ends it.
    SecretLine,
    /// A shared secret: the bytes that the text is base64url or base64 of.
    SecretBase64url,
    /// The `jwk` parameter of a token's own header (RFC 7515 §4.1.3).
    HeaderJwk,
    /// The `x5c` parameter of a token's own header (RFC 7515 §4.1.6).
    HeaderX5c,
}

impl Key {
    pub(super) fn new(material: Material, source: KeySource) -> Self {
        Self {
            kid: None,
            alg: None,
            source,
            certificate: None,
            material,
        }
    }

    /// The key in a DER certificate; `None` where it is no certificate, or its key is of an unknown kind.
    pub(super) fn from_certificate(der: &[u8], source: KeySource) -> Option<Self> {
        let (certificate, material) = certificate::parse(der)?;
        Some(Self {
            certificate: Some(certificate),
            ..Self::new(material?, source)
        })
    }

    /// The key in DER without a label: a certificate or a public key.
    pub(super) fn from_der(der: &[u8], source: KeySource) -> Option<Self> {
        Self::from_certificate(der, source.clone())
            .or_else(|| Some(Self::new(der::public_key(der)?, source)))
    }

    /// The key ID, `kid`; `None` where the key has none, and for a key from a token's own header.
    #[must_use]
    pub fn kid(&self) -> Option<&KeyId> {
        self.kid.as_ref()
    }

    /// The algorithm that the key is meant for, where its JWK names one (`alg`, RFC 7517 §4.4).
    #[must_use]
    pub fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// The text and the form in which the key was found.
    #[must_use]
    pub fn source(&self) -> &KeySource {
        &self.source
    }

    /// The certificate that holds the key; of a JWK the first of its `x5c`.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// What it is, with its size: `an RSA key, 2048 bits`.
    #[must_use]
    pub fn description(&self) -> String {
        self.material.description()
    }

    pub(in crate::jose) fn material(&self) -> &Material {
        &self.material
    }

    /// Whether the token itself holds the key, which proves nothing.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.source.format.is_embedded()
    }
}

impl KeySource {
    pub(super) fn new(text: &str, format: KeyFormat) -> Self {
        Self {
            text: text.to_owned(),
            format,
        }
    }
}

impl KeyFormat {
    /// Whether the key stands in a token's own header.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!(self, Self::HeaderJwk | Self::HeaderX5c)
    }

    /// Whether the text was taken for a secret because it is nothing else.
    #[must_use]
    pub fn is_guess(&self) -> bool {
        matches!(
            self,
            Self::SecretText | Self::SecretLine | Self::SecretBase64url
        )
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.format.is_embedded() { " " } else { ", " };
        write!(f, "{}{separator}{}", self.text, self.format)
    }
}

impl fmt::Display for KeyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Jwk => f.write_str("JWK"),
            Self::JwkSet { entry } => write!(f, "JWKS entry {entry}"),
            Self::Pem { label, block: None } => write!(f, "PEM ({label})"),
            Self::Pem {
                label,
                block: Some(block),
            } => write!(f, "PEM block {block} ({label})"),
            Self::Der => f.write_str("DER"),
            Self::Base64Der => f.write_str("DER in base64"),
            Self::SecretText => f.write_str("secret as text"),
            Self::SecretLine => f.write_str("secret as text without its final line break"),
            Self::SecretBase64url => f.write_str("secret as base64url"),
            Self::HeaderJwk => f.write_str("(`jwk`)"),
            Self::HeaderX5c => f.write_str("(`x5c`)"),
        }
    }
}

/// Written as its text.
impl Serialize for KeySource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Says that a key was left out, and why.
pub(super) fn unusable(source: &KeySource, reason: &str) -> Diagnostic {
    Diagnostic::warning("key-unusable", format!("{source}: {reason}."))
        .help("This key was ignored. The other keys are still used.")
}

/// Says that a key holds its private part.
pub(super) fn private(source: &KeySource) -> Diagnostic {
    Diagnostic::warning("key-private", format!("{source} contains a private key.")).help(
        "Only its public part is used. Do not share the key, and replace it if it was shared.",
    )
}
