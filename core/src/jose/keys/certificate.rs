//! X.509 certificates (RFC 5280): the key in one, whose it is, and from when to when.

use serde::Serialize;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::asn1::{AnyRef, ObjectIdentifier, SequenceRef};
use x509_cert::der::oid::db::rfc4519;
use x509_cert::der::{Decode, Reader, SliceReader, Tag, TagMode, TagNumber, Tagged};
use x509_cert::name::Name;

use super::der;
use super::material::Material;
use crate::jose::algorithm::Hash;
use crate::text::{base64url, time};

/// What an X.509 certificate says about the key in it. Its own signature and its chain are not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// The distinguished name of the key's owner: `CN=app.example, O=Example`. Less common attributes are left out.
    pub subject: String,
    /// The distinguished name of the certification authority, in the same form.
    pub issuer: String,
    /// The first second in which the certificate is valid, counted from 1970-01-01T00:00:00Z.
    pub not_before: i64,
    /// The last second in which the certificate is valid, counted in the same way.
    pub not_after: i64,
    /// The SHA-256 of the DER as base64url, which is the value of `x5t#S256` (RFC 7515 §4.1.8).
    pub thumbprint: String,
}

/// How a time stands to the validity period of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateValidity {
    /// From `notBefore` to `notAfter`.
    Within,
    /// After `notAfter`.
    Expired,
    /// Before `notBefore`.
    NotYet,
}

impl Certificate {
    /// Compares `now`, in seconds since 1970-01-01T00:00:00Z, with the validity period. Both ends belong to the
    /// period (RFC 5280 §4.1.2.5).
    #[must_use]
    pub fn validity(&self, now: i64) -> CertificateValidity {
        if now < self.not_before {
            CertificateValidity::NotYet
        } else if now > self.not_after {
            CertificateValidity::Expired
        } else {
            CertificateValidity::Within
        }
    }
}

/// Reads a DER certificate and the key in it; the key is missing where it is of an unknown kind.
pub(super) fn parse(der: &[u8]) -> Option<(Certificate, Option<Material>)> {
    let fields = fields(der).ok()?;
    let [not_before, not_after] = *fields.validity.as_slice() else {
        return None;
    };
    let certificate = Certificate {
        subject: name(&fields.subject),
        issuer: name(&fields.issuer),
        not_before: seconds(not_before)?,
        not_after: seconds(not_after)?,
        thumbprint: base64url::encode(&Hash::Sha256.digest(der)),
    };
    Some((certificate, der::public_key(fields.key)))
}

/// What is shown of a certificate.
struct Fields<'a> {
    issuer: Name,
    validity: Vec<AnyRef<'a>>,
    subject: Name,
    /// The SubjectPublicKeyInfo.
    key: &'a [u8],
}

/// Reads the fields up to the key (RFC 5280 §4.1).
///
/// `x509_cert::Certificate` holds no time before 1970, and refuses a certificate because of a version or an extension
/// that is not shown here.
fn fields(der: &[u8]) -> x509_cert::der::Result<Fields<'_>> {
    let mut signed = SliceReader::new(<&SequenceRef>::from_der(der)?.as_bytes())?;
    let mut fields = SliceReader::new(<&SequenceRef>::decode(&mut signed)?.as_bytes())?;
    let _version: Option<u8> = fields.context_specific(TagNumber(0), TagMode::Explicit)?;
    let serial_number: AnyRef<'_> = fields.decode()?;
    serial_number.tag().assert_eq(Tag::Integer)?;
    let _signature_algorithm: &SequenceRef = fields.decode()?;
    Ok(Fields {
        issuer: fields.decode()?,
        validity: fields.decode()?,
        subject: fields.decode()?,
        key: fields.tlv_bytes()?,
    })
}

/// `YYMMDDhhmmssZ`, where 50 and more are years of the last century, or `YYYYMMDDhhmmssZ` (RFC 5280 §4.1.2.5).
fn seconds(moment: AnyRef<'_>) -> Option<i64> {
    let text = std::str::from_utf8(moment.value()).ok()?;
    let century = match moment.tag() {
        Tag::GeneralizedTime => "",
        Tag::UtcTime if text < "50" => "20",
        Tag::UtcTime => "19",
        _ => return None,
    };
    let text = format!("{century}{text}");
    let part = |from: usize| text.get(from..from + 2);
    let (year, month, day) = (text.get(..4)?, part(4)?, part(6)?);
    let (hour, minute, second) = (part(8)?, part(10)?, part(12)?);
    let rfc3339 = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    time::parse(&rfc3339).filter(|_| text.get(14..) == Some("Z"))
}

/// The names that certificates commonly hold; others are left out.
const ATTRIBUTES: [(ObjectIdentifier, &str); 6] = [
    (rfc4519::COMMON_NAME, "CN"),
    (rfc4519::COUNTRY_NAME, "C"),
    (rfc4519::LOCALITY_NAME, "L"),
    (rfc4519::ST, "ST"),
    (rfc4519::ORGANIZATION_NAME, "O"),
    (rfc4519::ORGANIZATIONAL_UNIT_NAME, "OU"),
];

/// A distinguished name as text. Attributes that share one part of it are in the order of DER.
fn name(name: &Name) -> String {
    let attributes: Vec<_> = name.iter().filter_map(attribute).collect();
    attributes.join(", ")
}

fn attribute(attribute: &AttributeTypeAndValue) -> Option<String> {
    let (_, short) = ATTRIBUTES.iter().find(|(oid, _)| *oid == attribute.oid)?;
    let value = &attribute.value;
    let text = match value.tag() {
        Tag::BmpString => utf16(value.value()),
        _ => String::from_utf8_lossy(value.value()).into_owned(),
    };
    Some(format!("{short}={text}"))
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter();
    let units: Vec<u16> = units.map(|unit| u16::from_be_bytes(*unit)).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tag: Tag, text: &str, expected: Option<&str>) {
        let moment = AnyRef::new(tag, text.as_bytes()).unwrap();
        let found = seconds(moment).map(time::rfc3339);
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn years_of_two_digits_are_of_two_centuries() {
        let utc = |text, expected| check(Tag::UtcTime, text, Some(expected));
        utc("260228235959Z", "2026-02-28T23:59:59Z");
        utc("491231235959Z", "2049-12-31T23:59:59Z");
        utc("500101000000Z", "1950-01-01T00:00:00Z");
        utc("991231235959Z", "1999-12-31T23:59:59Z");
        let long = Some("2050-01-01T00:00:00Z");
        check(Tag::GeneralizedTime, "20500101000000Z", long);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "Z",
            "2601010000Z",
            "260101000000",
            "260101000000z",
            "260101000000+0100",
            "260101000000ZZ",
            "260101000000.5Z",
            "261301000000Z",
            "260229000000Z",
            "260101240000Z",
            "260101006000Z",
            "26 101000000Z",
            "-60101000000Z",
            "2é0101000000Z",
        ] {
            check(Tag::UtcTime, text, None);
            check(Tag::GeneralizedTime, &format!("20{text}"), None);
        }
        check(Tag::GeneralizedTime, "260101000000Z", None);
        check(Tag::UtcTime, "20260101000000Z", None);
        check(Tag::Integer, "260101000000Z", None);
    }
}
