//! `--keys`: parses keys of any kind, and lists them.

use fedcred_core::jose::{Key, KeyId, KeyUsed, Keys};
use fedcred_core::text::Diagnostic;
use serde::Serialize;

use super::certificate::CertificateSummary;
use crate::input::{Bytes, Input};
use crate::report::{Finding, findings_in};
use crate::terminal::{TerminalText, truncate};

/// A key of `--keys`.
#[derive(Debug, Serialize)]
pub(super) struct KeySummary {
    kid: Option<KeyId>,
    alg: Option<String>,
    #[serde(rename = "from")]
    source: String,
    #[serde(rename = "words")]
    description: String,
    certificate: Option<CertificateSummary>,
}

/// Parses keys of any kind.
pub(super) fn parse(file: Bytes) -> (Keys, Vec<Finding>) {
    if is_binary(&file.bytes) {
        return parse_der(&file);
    }
    let input = Input::from(file);
    input.parse_with(|text| {
        let keys = Keys::parse(text, &input.file);
        let nothing = keys.found_nothing().then(no_keys);
        let diagnostics = keys.diagnostics().iter().cloned().chain(nothing).collect();
        (keys, diagnostics)
    })
}

/// Parses a key or a certificate in DER. Other bytes are not used as a secret: the output could not show which.
fn parse_der(file: &Bytes) -> (Keys, Vec<Finding>) {
    let name = &file.file;
    let bytes = match file.within_limit() {
        Ok(bytes) => bytes,
        Err(findings) => return (Keys::default(), findings),
    };
    match Keys::from_der(bytes, name) {
        Some(keys) => {
            let findings = findings_in(name, keys.diagnostics().to_vec());
            (keys, findings)
        }
        None => (Keys::default(), findings_in(name, [unknown_binary()])),
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
            source: key.source().to_string(),
            description: key.description(),
            certificate: key
                .certificate()
                .map(|certificate| CertificateSummary::new(certificate, now)),
        }
    }

    fn write(&self, out: &mut TerminalText) {
        out.paragraph(
            2,
            &key_line(self.kid.as_ref(), &self.description, &self.source),
        );
        if let Some(certificate) = &self.certificate {
            certificate.write(out, 4);
        }
    }
}

/// For example `Key a, from jwks.json: an RSA key, 2048 bits`.
pub(super) fn key_line(kid: Option<&KeyId>, description: &str, source: &str) -> String {
    let name = kid.map_or_else(
        || "without ID".to_owned(),
        |kid| truncate(120, kid.as_str()),
    );
    format!("Key {name}, from {source}: {description}")
}

/// At most this many keys are shown.
const MAX_KEYS: usize = 10;

/// Writes the keys, unless every one was already shown with a signature.
pub(super) fn write_all(keys: &[KeySummary], used: &[&KeyUsed], out: &mut TerminalText) {
    let is_shown = |index| {
        used.iter()
            .any(|used| !used.is_embedded && used.index == index)
    };
    if (0..keys.len().min(MAX_KEYS)).all(is_shown) {
        return;
    }
    out.blank_line();
    out.paragraph(0, "Keys");
    for key in keys.iter().take(MAX_KEYS) {
        key.write(out);
    }
    if let Some(more @ 1..) = keys.len().checked_sub(MAX_KEYS) {
        out.paragraph(2, &format!("and {more} more; --format json shows all"));
    }
}
