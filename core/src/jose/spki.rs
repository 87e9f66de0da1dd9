//! Keys in DER: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), PKCS#1, PKCS#8 and SEC 1.

use ed25519_dalek::SigningKey;
use rsa::pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use rsa::{BoxedUint, PublicKey as RsaKey};
use sec1::{EcParameters, EcPrivateKey};
use x509_cert::der::asn1::{ObjectIdentifier, OctetStringRef, SequenceRef};
use x509_cert::der::oid::db::{rfc5912, rfc8410};
use x509_cert::der::{Decode, Reader, SliceReader};
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::algorithm::Family;
use super::key::Material;

/// The sizes of an RSA modulus that are taken, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 512..=8192;

/// A public key in a SubjectPublicKeyInfo.
pub(super) fn read(der: &[u8]) -> Option<Material> {
    let info = SubjectPublicKeyInfoRef::from_der(der).ok()?;
    let key = info.subject_public_key.as_bytes()?;
    match kind(info.algorithm)? {
        Family::Rsa => pkcs1(key),
        Family::Ed25519 => Material::of_ed25519(key),
        curve => Material::of_point(curve, key),
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

/// An RSA key of its numbers; `None` where they make none or one of an unlikely size.
pub(super) fn rsa(n: BoxedUint, e: BoxedUint) -> Option<Material> {
    let key = RsaKey::new_with_size_limits(n, e, MODULUS_BITS).ok()?;
    Some(Material::Rsa(key))
}

/// A public RSA key (RFC 8017 appendix A.1.1).
pub(super) fn pkcs1(der: &[u8]) -> Option<Material> {
    numbers(RsaPublicKeyRef::from_der(der).ok()?)
}

/// The public part of a private RSA key (RFC 8017 appendix A.1.2).
pub(super) fn public_part_of_pkcs1(der: &[u8]) -> Option<Material> {
    numbers(RsaPrivateKeyRef::from_der(der).ok()?.public_key())
}

fn numbers(key: RsaPublicKeyRef<'_>) -> Option<Material> {
    let [n, e] = [key.modulus, key.public_exponent]
        .map(|number| BoxedUint::from_be_slice_vartime(number.as_bytes()));
    rsa(n, e)
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
        Family::Rsa => public_part_of_pkcs1(key),
        // An octet string in the octet string (RFC 8410 §7).
        Family::Ed25519 => {
            let seed = <&OctetStringRef>::from_der(key).ok()?.as_bytes();
            let key = SigningKey::from_bytes(seed.try_into().ok()?);
            Some(Material::Ed25519(key.verifying_key()))
        }
        curve => public_part_of_sec1(key, Some(curve)),
    }
}

/// The public part of a private key in SEC 1 (RFC 5915 §3), where it is in there.
pub(super) fn public_part_of_sec1(der: &[u8], known: Option<Family>) -> Option<Material> {
    let key = EcPrivateKey::from_der(der).ok()?;
    let named = || curve(key.parameters.and_then(EcParameters::named_curve)?);
    Material::of_point(known.or_else(named)?, key.public_key?)
}
