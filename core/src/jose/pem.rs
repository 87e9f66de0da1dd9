//! Keys in PEM (RFC 7468): each block of a text by its label.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::key::{Key, Material};
use super::keys::{Keys, private_key};
use super::{certificate, spki};
use crate::text::Diagnostic;

const BEGIN: &str = "-----BEGIN ";

/// Adds the keys of all blocks. In a chain of certificates the first is the signer's.
pub(super) fn read(text: &str, source: &str, keys: &mut Keys) {
    let several = text.matches(BEGIN).nth(1).is_some();
    for (number, block) in text.split(BEGIN).enumerate().skip(1) {
        let (label, rest) = block.split_once("-----").unwrap_or_default();
        let body = rest.split_once("-----END ").map_or(rest, |(body, _)| body);
        // A settings file or a JSON string holds line breaks as `\n`.
        let der = base64(&without_headers(body).replace("\\n", "\n"));
        let block = if several {
            format!(" block {number}")
        } else {
            String::new()
        };
        let from = format!("{source}, PEM{block} ({})", short(label));
        match label {
            // Written by OpenSSL before PKCS #8: the headers tell it, not the label (RFC 1421 §4.6.1.1).
            _ if label.starts_with("ENCRYPTED ") || body.contains(",ENCRYPTED") => {
                keys.diagnostics.push(encrypted());
            }
            "CERTIFICATE" => {
                let key = of_certificate(&der, &from);
                keys.add(
                    key.ok_or(
                        "the certificate cannot be read, or its key is of another kind".to_owned(),
                    ),
                    &from,
                );
            }
            "PUBLIC KEY" => public(spki::read(&der), from, keys),
            "RSA PUBLIC KEY" => public(spki::pkcs1(&der), from, keys),
            "PRIVATE KEY" => private(spki::public_part_of_pkcs8(&der), from, keys),
            "RSA PRIVATE KEY" => private(spki::public_part_of_pkcs1(&der), from, keys),
            "EC PRIVATE KEY" => private(spki::public_part_of_sec1(&der, None), from, keys),
            // They stand before a key, which names the curve itself.
            "EC PARAMETERS" if text.contains("-----BEGIN EC PRIVATE KEY-----") => {}
            _ => keys.diagnostics.push(other(label)),
        }
    }
}

/// A key in DER without a label: a certificate or a public key.
pub(super) fn der(der: &[u8], from: &str) -> Option<Key> {
    of_certificate(der, from).or_else(|| Some(Key::new(spki::read(der)?, from.to_owned())))
}

/// The bytes of base64 with line breaks in it; none where it is no base64.
pub(super) fn base64(text: &str) -> Vec<u8> {
    let body: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(body).unwrap_or_default()
}

fn of_certificate(der: &[u8], from: &str) -> Option<Key> {
    let (certificate, material) = certificate::read(der)?;
    Some(Key {
        certificate: Some(certificate),
        ..Key::new(material?, from.to_owned())
    })
}

fn public(material: Option<Material>, from: String, keys: &mut Keys) {
    let key = material.map(|material| Key::new(material, from.clone()));
    keys.add(key.ok_or_else(|| UNREADABLE.to_owned()), &from);
}

fn private(material: Option<Material>, from: String, keys: &mut Keys) {
    keys.diagnostics.push(private_key(&from));
    let key = material.map(|material| Key::new(material, from.clone()));
    keys.add(key.ok_or_else(|| WITHOUT_PUBLIC_PART.to_owned()), &from);
}

const UNREADABLE: &str = "it is cut, or a key of a kind that is not supported; read are RSA, P-256, P-384, P-521 and Ed25519";
const WITHOUT_PUBLIC_PART: &str = "its public part cannot be read; give the public key";

/// Headers such as `Proc-Type:` stand before the first empty line (RFC 7468 §2 has none; OpenSSL wrote them).
fn without_headers(body: &str) -> &str {
    match body.trim_start().split_once("\n\n") {
        Some((headers, rest)) if headers.contains(':') => rest,
        _ => body,
    }
}

fn short(label: &str) -> String {
    label.chars().take(40).collect()
}

fn encrypted() -> Diagnostic {
    Diagnostic::error(
        "key-private",
        "This private key is encrypted; it was not used.",
    )
    .help("Give the public key.")
}

fn other(label: &str) -> Diagnostic {
    if label.contains("PRIVATE KEY") {
        return Diagnostic::error(
            "key-private",
            "This private key cannot be read; it was not used.",
        )
        .help("Give the public key. Do not share this one; replace it if it was shared.");
    }
    Diagnostic::error(
        "key-pem",
        format!("The PEM block `{}` is no key that is read.", short(label)),
    )
    .help("Read are PUBLIC KEY, RSA PUBLIC KEY, CERTIFICATE, and the public part of private keys.")
}
