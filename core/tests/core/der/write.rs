//! Writes DER (X.690), right or wrong.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One DER value: tag, length in its shortest form, content.
pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let length: &[u8] = match u8::try_from(length) {
        Ok(short @ ..128) => &[short],
        Ok(long) => &[0x81, long],
        Err(_) => &[&[0x82], &u16::try_from(length).unwrap().to_be_bytes()[..]].concat(),
    };
    [&[tag], length, content].concat()
}

/// A sequence of these values.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    value(0x30, &parts.concat())
}

pub(crate) const BOOLEAN: u8 = 1;
pub(crate) const INTEGER: u8 = 2;
pub(crate) const BITS: u8 = 3;
pub(crate) const OCTETS: u8 = 4;
pub(crate) const NULL: u8 = 5;
pub(crate) const OID: u8 = 6;
pub(crate) const UTF8: u8 = 0x0c;
pub(crate) const PRINTABLE: u8 = 0x13;
pub(crate) const TELETEX: u8 = 0x14;
pub(crate) const IA5: u8 = 0x16;
pub(crate) const UTC: u8 = 0x17;
pub(crate) const GENERALIZED: u8 = 0x18;
pub(crate) const BMP: u8 = 0x1e;
pub(crate) const SET: u8 = 0x31;

/// These bytes as a PEM block.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

/// The SubjectPublicKeyInfo of an Ed25519 key of the fixtures.
pub(crate) const ED25519_KEY: &str = "MCowBQYDK2VwAyEAyXDw0U0td1IHgp4btS34VdUW5IqePJixmz3CZ6wHPaQ=";
