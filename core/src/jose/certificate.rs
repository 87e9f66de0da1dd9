//! X.509 certificates (RFC 5280): the key in one, whose it is, and from when to when.

use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Tag, Tagged};

use super::algorithm::Hash;
use super::asn1::{Elements, elements, sequence};
use super::key::Material;
use super::spki;
use crate::text::{base64url, time};

/// What a certificate says of the key in it. Its own signature is not checked: nothing here is proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose key it is: `CN=app.example, O=Example`.
    pub subject: String,
    /// Who made it.
    pub issuer: String,
    /// The first second in which it is valid.
    pub not_before: i64,
    /// The last second in which it is valid.
    pub not_after: i64,
    /// SHA-256 of the whole as base64url, the value of `x5t#S256` (RFC 7515 §4.1.8).
    pub thumbprint: String,
}

/// Reads a DER certificate and the key in it; the key is missing where it is of an unknown kind.
///
/// Only the fields that are shown are read (RFC 5280 §4.1): the whole, with all extensions, would be 12 kB more
/// to download.
pub(super) fn read(der: &[u8]) -> Option<(Certificate, Option<Material>)> {
    let mut fields = sequence(der)?.sequence()?;
    // The version is missing in certificates of version 1.
    if fields.context(0).is_some() {
        fields.any()?;
    }
    let (_serial, _algorithm) = (fields.content(Tag::Integer)?, fields.sequence()?);
    let issuer = fields.sequence()?;
    let mut validity = fields.sequence()?;
    let subject = fields.sequence()?;
    let certificate = Certificate {
        subject: words(subject)?,
        issuer: words(issuer)?,
        not_before: seconds(validity.any()?)?,
        not_after: seconds(validity.any()?)?,
        thumbprint: base64url::encode(&Hash::Sha256.of(der)),
    };
    Some((certificate, spki::of_info(fields.sequence()?)))
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

/// The names that certificates commonly hold, by their object identifiers; others are left out.
const ATTRIBUTES: [(&[u8], &str); 6] = [
    (&[0x55, 4, 3], "CN"),
    (&[0x55, 4, 6], "C"),
    (&[0x55, 4, 7], "L"),
    (&[0x55, 4, 8], "ST"),
    (&[0x55, 4, 10], "O"),
    (&[0x55, 4, 11], "OU"),
];

/// A distinguished name: a sequence of sets of pairs (RFC 5280 §4.1.2.4).
fn words(mut name: Elements<'_>) -> Option<String> {
    let mut words = String::new();
    while let Some(set) = name.any() {
        let mut set = elements(set.value())?;
        while let Some(pair) = set.any() {
            if let Some(attribute) = attribute(elements(pair.value())?) {
                let comma = if words.is_empty() { "" } else { ", " };
                words.extend([comma, &attribute]);
            }
        }
    }
    Some(words)
}

fn attribute(mut pair: Elements<'_>) -> Option<String> {
    let oid = pair.content(Tag::ObjectIdentifier)?;
    let (_, short) = ATTRIBUTES.iter().find(|(known, _)| *known == oid)?;
    let value = pair.any()?;
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
