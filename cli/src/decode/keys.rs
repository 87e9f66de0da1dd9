//! The keys of `--keys`, and which of them was used.

use fedcred_core::jose::{Key, KeyId, KeyUsed, Keys};
use fedcred_core::text::{Diagnostic, base64url};
use serde::Serialize;

use super::certificate::CertificateSummary;
use crate::input::{Bytes, Input};
use crate::report::{Finding, findings_in};
use crate::terminal::{TerminalText, shortened_to};

/// One key that was read.
#[derive(Debug, Serialize)]
pub(super) struct KeySummary {
    kid: Option<KeyId>,
    alg: Option<String>,
    from: String,
    words: String,
    certificate: Option<CertificateSummary>,
}

/// Reads keys of any kind from a file.
pub(super) fn parse(given: Bytes) -> (Keys, Vec<Finding>) {
    if is_binary(&given.bytes) {
        return parse_der(&given);
    }
    let input = Input::from(given);
    input.parse_with(|text| {
        let mut keys = Keys::read(text, &input.file);
        let mut diagnostics = std::mem::take(&mut keys.diagnostics);
        if keys.keys.is_empty() && diagnostics.is_empty() {
            diagnostics.push(no_keys());
        }
        (keys, diagnostics)
    })
}

/// What DER may hold, by the labels that it has as PEM (RFC 7468).
const LABELS: [&str; 3] = ["CERTIFICATE", "PUBLIC KEY", "PRIVATE KEY"];

/// A key or a certificate in DER. Other bytes are not taken for a secret: nobody could tell what was tried.
fn parse_der(given: &Bytes) -> (Keys, Vec<Finding>) {
    let file = &given.file;
    let bytes = match given.within_limit() {
        Ok(bytes) => bytes,
        Err(findings) => return (Keys::default(), findings),
    };
    let as_pem = LABELS.map(|label| Keys::read(&pem(label, bytes), file));
    let found = as_pem.into_iter().find(|keys| !keys.keys.is_empty());
    let Some(mut keys) = found else {
        return (Keys::default(), findings_in(file, [unknown_binary()]));
    };
    for key in &mut keys.keys {
        key.from = format!("{file}, DER");
    }
    let diagnostics = std::mem::take(&mut keys.diagnostics);
    (keys, findings_in(file, diagnostics))
}

/// PEM wants plain base64 with padding.
fn pem(label: &str, der: &[u8]) -> String {
    let body = base64url::encode(der).replace('-', "+").replace('_', "/");
    let padding = "=".repeat(body.len().wrapping_neg() % 4);
    format!("-----BEGIN {label}-----\n{body}{padding}\n-----END {label}-----\n")
}

/// Neither UTF-8 nor UTF-16 with a byte order mark.
fn is_binary(bytes: &[u8]) -> bool {
    !matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) && std::str::from_utf8(bytes).is_err()
}

fn unknown_binary() -> Diagnostic {
    Diagnostic::error(
        "key-binary",
        "The keys are no text, and no key or certificate in DER.",
    )
    .help("They were not used. Give keys as PEM or JSON, and a secret of any bytes as base64url.")
}

fn no_keys() -> Diagnostic {
    Diagnostic::error("key-unknown", "The keys are empty.")
        .help("Give a key as PEM or JWK, a JWKS, a certificate, or a secret.")
}

impl KeySummary {
    pub(super) fn all(keys: &Keys, now: i64) -> Vec<Self> {
        keys.keys.iter().map(|key| Self::new(key, now)).collect()
    }

    fn new(key: &Key, now: i64) -> Self {
        Self {
            kid: key.kid.clone(),
            alg: key.alg.clone(),
            from: key.from.clone(),
            words: key.words(),
            certificate: key
                .certificate
                .as_ref()
                .map(|certificate| CertificateSummary::new(certificate, now)),
        }
    }

    fn write(&self, out: &mut TerminalText) {
        out.prose(2, &key_line(self.kid.as_ref(), &self.words, &self.from));
        if let Some(certificate) = &self.certificate {
            certificate.write(out, 4);
        }
    }
}

/// `Key "a" (an RSA key, 2048 bits), from file`
pub(super) fn key_line(kid: Option<&KeyId>, words: &str, from: &str) -> String {
    let name = kid.map_or_else(
        || "without id".to_owned(),
        |kid| shortened_to(120, kid.as_str()),
    );
    format!("Key {name}, from {from}: {words}")
}

/// More keys are only counted.
const SHOWN: usize = 10;

/// Writes which keys were read, unless each of them was shown beside a signature.
pub(super) fn write_all(keys: &[KeySummary], used: &[&KeyUsed], out: &mut TerminalText) {
    let is_shown = |index| used.iter().any(|used| !used.carried && used.index == index);
    if (0..keys.len().min(SHOWN)).all(is_shown) {
        return;
    }
    out.gap();
    out.prose(0, "Keys given");
    for key in keys.iter().take(SHOWN) {
        key.write(out);
    }
    if let Some(more @ 1..) = keys.len().checked_sub(SHOWN) {
        out.prose(2, &format!("and {more} more; --format json has them all"));
    }
}
