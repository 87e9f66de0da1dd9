//! Keys in PEM (RFC 7468): each block of a text by its label.

use super::der;
use super::key::{self, Key, KeyFormat, KeySource};
use super::material::Material;
use crate::text::Diagnostic;

/// What begins a block.
pub(super) const BEGIN: &str = "-----BEGIN ";

/// The keys and findings of all blocks, in their order. In a chain of certificates the first is the signer's.
pub(super) fn parse(text: &str, source: &str) -> Vec<Result<Key, Diagnostic>> {
    let is_one_of_many = text.matches(BEGIN).nth(1).is_some();
    let blocks = text.split(BEGIN).enumerate().skip(1);
    blocks
        .flat_map(|(number, block)| {
            let (label, rest) = block.split_once("-----").unwrap_or_default();
            let body = rest.split_once("-----END ").map_or(rest, |(body, _)| body);
            let format = KeyFormat::Pem {
                label: short(label),
                block: is_one_of_many.then_some(number),
            };
            // They stand before a key, which names the curve itself.
            if label == "EC PARAMETERS" && text.contains("-----BEGIN EC PRIVATE KEY-----") {
                return Vec::new();
            }
            parse_block(label, body, KeySource::new(source, format))
        })
        .collect()
}

fn parse_block(label: &str, body: &str, source: KeySource) -> Vec<Result<Key, Diagnostic>> {
    // Written by OpenSSL before PKCS #8: the headers tell it, not the label (RFC 1421 §4.6.1.1).
    if label.starts_with("ENCRYPTED ") || body.contains(",ENCRYPTED") {
        return vec![Err(encrypted())];
    }
    // A settings file or a JSON string holds line breaks as `\n`.
    let der = der::from_base64(&without_headers(body).replace("\\n", "\n"));
    match label {
        "CERTIFICATE" => {
            let key = Key::from_certificate(&der, source.clone());
            vec![key.ok_or_else(|| key::unusable(&source, CERTIFICATE))]
        }
        "PUBLIC KEY" => public(der::public_key(&der), source),
        "RSA PUBLIC KEY" => public(der::rsa_public_key(&der), source),
        "PRIVATE KEY" => private(der::public_part_of_pkcs8(&der), source),
        "RSA PRIVATE KEY" => private(der::public_part_of_rsa_key(&der), source),
        "EC PRIVATE KEY" => private(der::public_part_of_ec_key(&der, None), source),
        _ => vec![Err(other(label))],
    }
}

fn public(material: Option<Material>, source: KeySource) -> Vec<Result<Key, Diagnostic>> {
    vec![match material {
        Some(material) => Ok(Key::new(material, source)),
        None => Err(key::unusable(&source, PUBLIC)),
    }]
}

fn private(material: Option<Material>, source: KeySource) -> Vec<Result<Key, Diagnostic>> {
    let warning = key::private(&source);
    let key = match material {
        Some(material) => Ok(Key::new(material, source)),
        None => Err(key::unusable(&source, PRIVATE)),
    };
    vec![Err(warning), key]
}

/// Why a block of each kind is left out.
const CERTIFICATE: &str = "the certificate cannot be read, or its key type is not supported";
const PUBLIC: &str = "it is cut off, or its key type is not supported; \
     supported types: RSA, P-256, P-384, P-521 and Ed25519";
const PRIVATE: &str = "its public part cannot be read; provide the public key instead";

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
        "This private key is encrypted and was not used.",
    )
    .help("Provide the public key instead.")
}

fn other(label: &str) -> Diagnostic {
    if label.contains("PRIVATE KEY") {
        return Diagnostic::error(
            "key-private",
            "This private key cannot be read and was not used.",
        )
        .help("Provide the public key instead. Do not share the private key, and replace it if it was shared.");
    }
    Diagnostic::error(
        "key-pem",
        format!("Unsupported PEM block `{}`.", short(label)),
    )
    .help("Supported blocks: PUBLIC KEY, RSA PUBLIC KEY, CERTIFICATE, and the public part of private keys.")
}
