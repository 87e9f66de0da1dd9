//! Keys in DER: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), PKCS#1, PKCS#8 and SEC 1.

use ed25519_dalek::SigningKey;
use rsa::{BoxedUint, PublicKey as RsaKey};
use x509_cert::der::Tag;
use x509_cert::der::asn1::ObjectIdentifier;

use super::algorithm::Family;
use super::asn1::{Elements, elements, sequence};
use super::key::Material;

/// Kinds of keys by their object identifiers (RFC 8017, RFC 5480, RFC 8410).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// The sizes of an RSA modulus that are taken, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 512..=8192;

/// A public key in a SubjectPublicKeyInfo.
pub(super) fn read(der: &[u8]) -> Option<Material> {
    of_info(sequence(der)?)
}

pub(super) fn of_info(mut info: Elements<'_>) -> Option<Material> {
    let kind = kind(info.sequence()?)?;
    let key = info.bits()?;
    match kind {
        Family::Rsa => pkcs1(key),
        Family::Ed25519 => Material::of_ed25519(key),
        curve => Material::of_point(curve, key),
    }
}

/// The kind of key that an AlgorithmIdentifier names.
fn kind(mut identifier: Elements<'_>) -> Option<Family> {
    let oid = identifier.oid()?;
    if oid == RSA || oid == RSA_PSS {
        Some(Family::Rsa)
    } else if oid == ED25519 {
        Some(Family::Ed25519)
    } else if oid == EC {
        curve(identifier.oid()?)
    } else {
        None
    }
}

fn curve(oid: ObjectIdentifier) -> Option<Family> {
    let curves = [
        (P256, Family::P256),
        (P384, Family::P384),
        (P521, Family::P521),
    ];
    let found = curves.into_iter().find(|(known, _)| *known == oid);
    found.map(|(_, family)| family)
}

/// An RSA key of its numbers; `None` where they make none or one of an unlikely size.
pub(super) fn rsa(n: BoxedUint, e: BoxedUint) -> Option<Material> {
    let key = RsaKey::new_with_size_limits(n, e, MODULUS_BITS).ok()?;
    Some(Material::Rsa(key))
}

/// A public RSA key (RFC 8017 appendix A.1.1).
pub(super) fn pkcs1(der: &[u8]) -> Option<Material> {
    numbers(sequence(der)?)
}

/// The public part of a private RSA key (RFC 8017 appendix A.1.2), which a version precedes.
pub(super) fn public_part_of_pkcs1(der: &[u8]) -> Option<Material> {
    let mut key = sequence(der)?;
    key.content(Tag::Integer)?;
    numbers(key)
}

fn numbers(mut key: Elements<'_>) -> Option<Material> {
    let mut number = || {
        let bytes = key.content(Tag::Integer)?;
        let bits = u32::try_from(bytes.len()).ok()?.checked_mul(8)?;
        // Negative where the first bit is set (X.690 §8.3.3).
        let sane = bits <= 16_400 && bytes.first().is_some_and(|first| *first < 0x80);
        sane.then(|| BoxedUint::from_be_slice(bytes, bits).ok())?
    };
    rsa(number()?, number()?)
}

/// The public part of a private key in PKCS#8 (RFC 5958).
pub(super) fn public_part_of_pkcs8(der: &[u8]) -> Option<Material> {
    let mut info = sequence(der)?;
    info.content(Tag::Integer)?;
    let kind = kind(info.sequence()?)?;
    let key = info.content(Tag::OctetString)?;
    match kind {
        Family::Rsa => public_part_of_pkcs1(key),
        // An octet string in the octet string (RFC 8410 §7).
        Family::Ed25519 => {
            let seed = elements(key)?.content(Tag::OctetString)?;
            let key = SigningKey::from_bytes(seed.try_into().ok()?);
            Some(Material::Ed25519(key.verifying_key()))
        }
        curve => public_part_of_sec1(key, Some(curve)),
    }
}

/// The public part of a private key in SEC 1 (RFC 5915 §3), where it is in there.
pub(super) fn public_part_of_sec1(der: &[u8], known: Option<Family>) -> Option<Material> {
    let key = sequence(der)?;
    let named = || curve(elements(key.context(0)?)?.oid()?);
    Material::of_point(known.or_else(named)?, elements(key.context(1)?)?.bits()?)
}
