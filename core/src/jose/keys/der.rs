//! Keys in DER: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), PKCS#1, PKCS#8 and SEC 1.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SigningKey;
use rsa::BoxedUint;
use rsa::pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use sec1::{EcParameters, EcPrivateKey};
use x509_cert::der::asn1::{ObjectIdentifier, OctetStringRef, SequenceRef};
use x509_cert::der::oid::db::{rfc5912, rfc8410};
use x509_cert::der::{Decode, Reader, SliceReader};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::material::Material;
use crate::jose::algorithm::Family;

/// The DER in plain base64 with line breaks; empty where the text is no base64.
pub(super) fn from_base64(text: &str) -> Vec<u8> {
    let body: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(body).unwrap_or_default()
}

/// A public key in a SubjectPublicKeyInfo.
pub(super) fn public_key(der: &[u8]) -> Option<Material> {
    let info = SubjectPublicKeyInfoRef::from_der(der).ok()?;
    let key = info.subject_public_key.as_bytes()?;
    match kind(info.algorithm)? {
        Family::Rsa => rsa_public_key(key),
        Family::Ed25519 => Material::from_ed25519(key),
        curve => Material::from_point(curve, key),
    }
}

/// The kind of key that an AlgorithmIdentifier names (RFC 8017, RFC 5480, RFC 8410).
fn kind(algorithm: AlgorithmIdentifierRef<'_>) -> Option<Family> {
    match algorithm.oid {
        rfc5912::RSA_ENCRYPTION | rfc5912::ID_RSASSA_PSS => Some(Family::Rsa),
        rfc5912::ID_EC_PUBLIC_KEY => curve(algorithm.parameters_oid().ok()?),
        rfc8410::ID_ED_25519 => Some(Family::Ed25519),
        _ => None,
    }
}

fn curve(oid: ObjectIdentifier) -> Option<Family> {
    match oid {
        rfc5912::SECP_256_R_1 => Some(Family::P256),
        rfc5912::SECP_384_R_1 => Some(Family::P384),
        rfc5912::SECP_521_R_1 => Some(Family::P521),
        _ => None,
    }
}

/// A public RSA key (RFC 8017 appendix A.1.1).
pub(super) fn rsa_public_key(der: &[u8]) -> Option<Material> {
    rsa_key(RsaPublicKeyRef::from_der(der).ok()?)
}

/// The public part of a private RSA key (RFC 8017 appendix A.1.2).
pub(super) fn public_part_of_rsa_key(der: &[u8]) -> Option<Material> {
    rsa_key(RsaPrivateKeyRef::from_der(der).ok()?.public_key())
}

fn rsa_key(key: RsaPublicKeyRef<'_>) -> Option<Material> {
    let [n, e] = [key.modulus, key.public_exponent]
        .map(|number| BoxedUint::from_be_slice_vartime(number.as_bytes()));
    Material::from_rsa_numbers(n, e)
}

/// The public part of a private key in PKCS#8 (RFC 5958).
///
/// `pkcs8::PrivateKeyInfoRef` refuses keys whose public part is in the form that ring wrote before 0.17.
pub(super) fn public_part_of_pkcs8(der: &[u8]) -> Option<Material> {
    let mut info = SliceReader::new(<&SequenceRef>::from_der(der).ok()?.as_bytes()).ok()?;
    let _version: u8 = info.decode().ok()?;
    let algorithm = info.decode().ok()?;
    let key: &OctetStringRef = info.decode().ok()?;
    let key = key.as_bytes();
    match kind(algorithm)? {
        Family::Rsa => public_part_of_rsa_key(key),
        // An octet string in the octet string (RFC 8410 §7).
        Family::Ed25519 => {
            let seed = <&OctetStringRef>::from_der(key).ok()?.as_bytes();
            let key = SigningKey::from_bytes(seed.try_into().ok()?);
            Some(Material::Ed25519(key.verifying_key()))
        }
        curve => public_part_of_ec_key(key, Some(curve)),
    }
}

/// The public part of a private key in SEC 1 (RFC 5915 §3), where it is in there.
pub(super) fn public_part_of_ec_key(der: &[u8], known: Option<Family>) -> Option<Material> {
    let key = EcPrivateKey::from_der(der).ok()?;
    let named = || curve(key.parameters.and_then(EcParameters::named_curve)?);
    Material::from_point(known.or_else(named)?, key.public_key?)
}
