//! Certificates of odd content.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fedcred_core::jose::Keys;
use fedcred_core::text::time;

use super::write::*;

/// The common name, and an attribute that is not shown: a serial number (2.5.4.5).
const CN: [u8; 3] = [0x55, 4, 3];
const SERIAL_NUMBER: [u8; 3] = [0x55, 4, 5];

fn attribute(oid: &[u8], tag: u8, text: &[u8]) -> Vec<u8> {
    sequence(&[&value(OID, oid), &value(tag, text)])
}

/// A name of one attribute.
fn name(tag: u8, text: &[u8]) -> Vec<u8> {
    sequence(&[&value(SET, &attribute(&CN, tag, text))])
}

/// The fields of a certificate, each in DER (RFC 5280 §4.1).
#[derive(Clone)]
struct Fields {
    version: Vec<u8>,
    serial: Vec<u8>,
    algorithm: Vec<u8>,
    issuer: Vec<u8>,
    validity: Vec<u8>,
    subject: Vec<u8>,
    key: Vec<u8>,
    rest: Vec<u8>,
    signed: Vec<u8>,
}

impl Fields {
    fn usual() -> Self {
        let algorithm = sequence(&[&value(OID, &[0x2b, 0x65, 0x70])]);
        let signature = value(BITS, &[0; 65]);
        Self {
            version: value(0xa0, &value(INTEGER, &[2])),
            serial: value(INTEGER, &[1]),
            algorithm: algorithm.clone(),
            issuer: name(UTF8, b"issuer"),
            validity: validity(UTC, "260101000000Z", UTC, "270101000000Z"),
            subject: name(UTF8, b"subject"),
            key: STANDARD.decode(ED25519_KEY).unwrap(),
            rest: Vec::new(),
            signed: [algorithm, signature].concat(),
        }
    }

    fn der(&self) -> Vec<u8> {
        let certificate = sequence(&[
            &self.version,
            &self.serial,
            &self.algorithm,
            &self.issuer,
            &self.validity,
            &self.subject,
            &self.key,
            &self.rest,
        ]);
        sequence(&[&certificate, &self.signed])
    }
}

fn validity(from_tag: u8, from: &str, until_tag: u8, until: &str) -> Vec<u8> {
    let from = value(from_tag, from.as_bytes());
    sequence(&[&from, &value(until_tag, until.as_bytes())])
}

/// Subject, issuer and times of the certificate; none where it cannot be read.
fn shown(der: &[u8]) -> Option<[String; 4]> {
    let keys = Keys::parse(&pem("CERTIFICATE", der), "file");
    assert_eq!(keys.len() + keys.diagnostics().len(), 1);
    let found = keys.get(0)?.certificate().unwrap().clone();
    let times = [found.not_before, found.not_after].map(time::rfc3339);
    let [from, until] = times;
    Some([found.subject, found.issuer, from, until])
}

/// What of the usual certificate is shown where this changes nothing that is shown.
fn usual() -> Option<[String; 4]> {
    let usual = [
        "CN=subject",
        "CN=issuer",
        "2026-01-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    ];
    Some(usual.map(str::to_owned))
}

type Change = (&'static str, fn(&mut Fields));

#[track_caller]
fn check(changes: &[Change], expected: Option<&[String; 4]>) {
    for (what, change) in changes {
        let mut fields = Fields::usual();
        change(&mut fields);
        assert_eq!(shown(&fields.der()).as_ref(), expected, "{what}");
    }
}

#[test]
fn what_is_not_shown_may_be_odd() {
    let changes: [Change; 21] = [
        ("nothing", |_| {}),
        ("version 1", |f| f.version.clear()),
        ("version 1, written", |f| {
            f.version = value(0xa0, &value(INTEGER, &[0]));
        }),
        ("version 4", |f| {
            f.version = value(0xa0, &value(INTEGER, &[3]))
        }),
        ("serial number 0", |f| f.serial = value(INTEGER, &[0])),
        ("a negative serial number", |f| {
            f.serial = value(INTEGER, &[0x80, 1]);
        }),
        ("a serial number of 40 bytes", |f| {
            f.serial = value(INTEGER, &[1; 40]);
        }),
        ("a serial number with zeros before it", |f| {
            f.serial = value(INTEGER, &[0, 0, 1]);
        }),
        ("an unknown signature algorithm", |f| {
            let oid = value(OID, &[0x2a, 3, 4]);
            f.algorithm = sequence(&[&oid, &sequence(&[&value(INTEGER, &[7])])]);
        }),
        ("no parameters of RSA", |f| {
            f.algorithm = sequence(&[&value(
                OID,
                &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 0x0b],
            )]);
        }),
        ("an issuer's unique identifier", |f| {
            f.rest = value(0x81, &[0, 1]);
        }),
        ("no extensions", |f| {
            f.rest = value(0xa3, &sequence(&[]));
        }),
        ("an extension that is not critical, written", |f| {
            let oid = value(OID, &[0x55, 0x1d, 0x13]);
            let extension =
                sequence(&[&oid, &value(BOOLEAN, &[0]), &value(OCTETS, &sequence(&[]))]);
            f.rest = value(0xa3, &sequence(&[&extension]));
        }),
        ("an extension twice", |f| {
            let oid = value(OID, &[0x55, 0x1d, 0x13]);
            let extension = sequence(&[&oid, &value(OCTETS, &sequence(&[]))]);
            f.rest = value(0xa3, &sequence(&[&extension, &extension]));
        }),
        ("an extension of random bytes", |f| {
            let oid = value(OID, &[0x2a, 3, 4]);
            let extension = sequence(&[&oid, &value(OCTETS, &[0xff, 0, 0x30])]);
            f.rest = value(0xa3, &sequence(&[&extension]));
        }),
        ("extensions that are none", |f| {
            f.rest = value(0xa3, &value(INTEGER, &[1]));
        }),
        ("a field that no version has", |f| f.rest = value(0xa9, &[])),
        ("another algorithm than inside", |f| {
            let algorithm = sequence(&[&value(OID, &[0x2a, 3, 4])]);
            f.signed = [algorithm, value(BITS, &[0, 1])].concat();
        }),
        ("an empty signature", |f| {
            f.signed = [f.algorithm.clone(), value(BITS, &[0])].concat();
        }),
        ("an attribute that is not shown", |f| {
            let serial = value(SET, &attribute(&SERIAL_NUMBER, PRINTABLE, b"7"));
            let common = value(SET, &attribute(&CN, UTF8, b"subject"));
            f.subject = sequence(&[&serial, &common]);
        }),
        ("two attributes in one set, not in their order", |f| {
            let common = attribute(&CN, UTF8, b"subject");
            let serial = attribute(&SERIAL_NUMBER, PRINTABLE, b"7");
            f.subject = sequence(&[&value(SET, &[serial, common].concat())]);
        }),
    ];
    check(&changes, usual().as_ref());
}

#[test]
fn names_are_shown_in_any_string_type() {
    for (tag, bytes, text) in [
        (UTF8, &b"plain"[..], "plain"),
        (PRINTABLE, b"plain", "plain"),
        (IA5, b"plain", "plain"),
        (UTF8, "\u{e9}\u{4e2d}".as_bytes(), "\u{e9}\u{4e2d}"),
        (UTF8, b"", ""),
        (UTF8, b"a, CN=b", "a, CN=b"),
        (UTF8, b"\xff\xfe", "\u{fffd}\u{fffd}"),
        (PRINTABLE, "\u{e9}".as_bytes(), "\u{e9}"),
        (TELETEX, b"plain", "plain"),
        (TELETEX, b"caf\xe9", "caf\u{fffd}"),
        (BMP, b"\0a\x4e\x2d", "a\u{4e2d}"),
        (BMP, b"\xd8\x3d\xde\x00", "\u{1f600}"),
        (BMP, b"\xd8\x3d", "\u{fffd}"),
        (BMP, b"\0a\0", "a"),
        (INTEGER, b"7", "7"),
    ] {
        let mut fields = Fields::usual();
        fields.subject = name(tag, bytes);
        let subject = shown(&fields.der()).map(|[subject, ..]| subject);
        assert_eq!(
            subject.as_deref(),
            Some(&*format!("CN={text}")),
            "{bytes:?}"
        );
    }
    let mut fields = Fields::usual();
    fields.subject = sequence(&[]);
    let subject = shown(&fields.der()).map(|[subject, ..]| subject);
    assert_eq!(subject.as_deref(), Some(""), "a name without attributes");
    let known = [(6, "C"), (7, "L"), (8, "ST"), (10, "O"), (11, "OU")];
    let sets = known.map(|(last, text)| {
        let oid = [0x55, 4, last];
        value(SET, &attribute(&oid, UTF8, text.as_bytes()))
    });
    fields.subject = sequence(&sets.each_ref().map(Vec::as_slice));
    let subject = shown(&fields.der()).map(|[subject, ..]| subject);
    let all = "C=C, L=L, ST=ST, O=O, OU=OU";
    assert_eq!(subject.as_deref(), Some(all), "in the order of the name");
}

#[test]
fn times_of_any_century_are_shown() {
    for (tag, text, expected) in [
        (UTC, "691231235959Z", "1969-12-31T23:59:59Z"),
        (UTC, "500101000000Z", "1950-01-01T00:00:00Z"),
        (UTC, "491231235959Z", "2049-12-31T23:59:59Z"),
        (GENERALIZED, "20260101000000Z", "2026-01-01T00:00:00Z"),
        (GENERALIZED, "99991231235959Z", "9999-12-31T23:59:59Z"),
        (GENERALIZED, "19500101000000Z", "1950-01-01T00:00:00Z"),
        (GENERALIZED, "00010101000000Z", "0001-01-01T00:00:00Z"),
    ] {
        let mut fields = Fields::usual();
        fields.validity = validity(tag, text, tag, text);
        let found = shown(&fields.der()).map(|[_, _, from, until]| [from, until]);
        assert_eq!(found, Some([expected.to_owned(), expected.to_owned()]));
    }
}

#[test]
fn what_has_no_times_is_refused() {
    for (tag, text) in [
        (UTC, "2601010000Z"),
        (UTC, "260101000000"),
        (UTC, "260101000000+0100"),
        (UTC, "261301000000Z"),
        (UTC, "20260101000000Z"),
        (GENERALIZED, "260101000000Z"),
        (GENERALIZED, "20260101000000.5Z"),
        (GENERALIZED, "20260229000000Z"),
        (UTF8, "260101000000Z"),
        (INTEGER, "260101000000Z"),
    ] {
        for other_first in [false, true] {
            let mut fields = Fields::usual();
            fields.validity = match other_first {
                true => validity(UTC, "260101000000Z", tag, text),
                false => validity(tag, text, UTC, "270101000000Z"),
            };
            assert_eq!(shown(&fields.der()), None, "{text}");
        }
    }
}

#[test]
fn what_is_cut_or_in_another_order_is_refused() {
    let changes: [Change; 14] = [
        ("no serial number", |f| f.serial.clear()),
        ("no algorithm", |f| f.algorithm.clear()),
        ("no issuer", |f| f.issuer.clear()),
        ("no validity", |f| f.validity.clear()),
        ("no subject", |f| f.subject.clear()),
        ("no key", |f| f.key.clear()),
        ("one time", |f| {
            f.validity = sequence(&[&value(UTC, b"260101000000Z")]);
        }),
        ("the validity before the issuer", |f| {
            std::mem::swap(&mut f.issuer, &mut f.validity);
        }),
        ("the key before the subject", |f| {
            std::mem::swap(&mut f.subject, &mut f.key);
        }),
        ("a text as the serial number", |f| {
            f.serial = value(UTF8, b"1")
        }),
        ("a set as the issuer", |f| f.issuer = value(SET, &[])),
        ("a key of another kind", |f| {
            let algorithm = sequence(&[&value(OID, &[0x2a, 3, 4])]);
            f.key = sequence(&[&algorithm, &value(BITS, &[0, 1])]);
        }),
        ("a key of 31 bytes", |f| {
            f.key = sequence(&[&f.algorithm, &value(BITS, &[0; 32])]);
        }),
        ("a key of some bits less", |f| {
            let mut bits = [2; 33];
            bits[0] = 3;
            f.key = sequence(&[&f.algorithm, &value(BITS, &bits)]);
        }),
    ];
    check(&changes, None);
}

#[test]
fn what_is_no_der_is_refused() {
    let der = Fields::usual().der();
    assert_eq!(shown(&der), usual());
    assert_eq!(shown(&[&der[..], &[0]].concat()), None, "a byte after it");
    assert_eq!(shown(&[&der[..], b"\n"].concat()), None, "a line break");
    assert_eq!(shown(&[&der[..], &der].concat()), None, "two of them");
    for end in 0..der.len() {
        assert_eq!(shown(&der[..end]), None, "cut at {end}");
    }
    // The length in more bytes than it needs, and the indefinite length of BER (X.690 §8.1.3.6).
    let (content, _) = der.split_at(der.len());
    let content = &content[3..];
    let length = u8::try_from(content.len()).unwrap();
    assert_eq!(der[..3], [0x30, 0x81, length]);
    assert_eq!(shown(&[&[0x30, 0x82, 0, length], content].concat()), None);
    assert_eq!(shown(&[&[0x30, 0x80], content, &[0, 0]].concat()), None);
}
