//! The keys of `--keys`, and which of them was used.

use fedcred_core::jose::{Key, KeyId, KeyUsed, Keys};
use fedcred_core::text::Diagnostic;
use serde::Serialize;

use super::certificate::CertificateSummary;
use crate::input::{Bytes, Input};
use crate::report::{Finding, findings_in};
use crate::terminal::{TerminalText, truncate};

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
        let keys = Keys::parse(text, &input.file);
        let nothing = keys.found_nothing().then(no_keys);
        let diagnostics = keys.diagnostics().iter().cloned().chain(nothing).collect();
        (keys, diagnostics)
    })
}

/// A key or a certificate in DER. Other bytes are not taken for a secret: nobody could tell what was tried.
fn parse_der(given: &Bytes) -> (Keys, Vec<Finding>) {
    let file = &given.file;
    let bytes = match given.within_limit() {
        Ok(bytes) => bytes,
        Err(findings) => return (Keys::default(), findings),
    };
    match Keys::from_der(bytes, file) {
        Some(keys) => {
            let findings = findings_in(file, keys.diagnostics().to_vec());
            (keys, findings)
        }
        None => (Keys::default(), findings_in(file, [unknown_binary()])),
    }
}

/// Neither UTF-8 nor UTF-16 with a byte order mark.
fn is_binary(bytes: &[u8]) -> bool {
    !matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) && std::str::from_utf8(bytes).is_err()
}

fn unknown_binary() -> Diagnostic {
    Diagnostic::error(
        "key-binary",
        "The file contains neither text nor a key or certificate in DER.",
    )
    .help("It was not used. Give keys as PEM or JSON, and a binary secret as base64url.")
}

fn no_keys() -> Diagnostic {
    Diagnostic::error("key-unknown", "The file contains no keys.")
        .help("Give a key as PEM or JWK, a JWKS, a certificate, or a secret.")
}

impl KeySummary {
    pub(super) fn all(keys: &Keys, now: i64) -> Vec<Self> {
        keys.iter().map(|key| Self::new(key, now)).collect()
    }

    fn new(key: &Key, now: i64) -> Self {
        Self {
            kid: key.kid().cloned(),
            alg: key.alg().map(ToOwned::to_owned),
            from: key.source().to_string(),
            words: key.description(),
            certificate: key
                .certificate()
                .map(|certificate| CertificateSummary::new(certificate, now)),
        }
    }

    fn write(&self, out: &mut TerminalText) {
        out.paragraph(2, &key_line(self.kid.as_ref(), &self.words, &self.from));
        if let Some(certificate) = &self.certificate {
            certificate.write(out, 4);
        }
    }
}

/// `Key "a" (an RSA key, 2048 bits), from file`
pub(super) fn key_line(kid: Option<&KeyId>, words: &str, from: &str) -> String {
    let name = kid.map_or_else(
        || "without ID".to_owned(),
        |kid| truncate(120, kid.as_str()),
    );
    format!("Key {name}, from {from}: {words}")
}

/// More keys are only counted.
const SHOWN: usize = 10;

/// Writes which keys were read, unless each of them was shown beside a signature.
pub(super) fn write_all(keys: &[KeySummary], used: &[&KeyUsed], out: &mut TerminalText) {
    let is_shown = |index| {
        used.iter()
            .any(|used| !used.is_embedded && used.index == index)
    };
    if (0..keys.len().min(SHOWN)).all(is_shown) {
        return;
    }
    out.blank_line();
    out.paragraph(0, "Keys");
    for key in keys.iter().take(SHOWN) {
        key.write(out);
    }
    if let Some(more @ 1..) = keys.len().checked_sub(SHOWN) {
        out.paragraph(2, &format!("and {more} more; --format json shows all"));
    }
}
