//! Checks the signature of a token with the keys of `--keys`, and with the token's own key.

use fedcred_core::claims::key_issuer_finding;
use fedcred_core::jose::{Keys, Signature, SignatureState, Token, verify};
use fedcred_core::text::Diagnostic;

use super::certificate::{CertificateSummary, certificate_finding};
use super::payload::line_break_finding;
use super::token::DecodedSignature;
use crate::input::Bytes;

/// What signatures are checked with.
pub(super) struct Checker<'a> {
    pub(super) keys: Keys,
    /// Whether to try the key in the token's own header if the given keys leave the signature unchecked.
    pub(super) own_key: bool,
    /// The payload of detached tokens.
    pub(super) payload: Option<&'a Bytes>,
    pub(super) now: i64,
}

impl Checker<'_> {
    pub(super) fn check(&self, token: &Token) -> DecodedSignature {
        let signature = verify(token, &self.keys);
        let mut report = if self.own_key && signature.state == SignatureState::NotChecked {
            self.check_with_own_key(token, signature)
        } else {
            self.report(token, signature, &self.keys)
        };
        let issuer = key_issuer_finding(token, &self.keys);
        report.diagnostics.extend(issuer);
        report
    }

    /// The result proves nothing: anyone who makes a token can put any key into it.
    fn check_with_own_key(&self, token: &Token, unchecked: Signature) -> DecodedSignature {
        let own = Keys::embedded_in(token);
        let signature = match own.len() {
            0 => unchecked,
            _ => verify(token, &own),
        };
        let mut report = self.report(token, signature, &own);
        let own_certificate = own.iter().find_map(|key| key.certificate());
        let certificate = own_certificate.and_then(|found| certificate_finding(found, self.now));
        let none = own.found_nothing().then(no_own_key);
        report.diagnostics.extend(
            own.diagnostics()
                .iter()
                .cloned()
                .chain(certificate)
                .chain(none),
        );
        report
    }

    fn report(&self, token: &Token, signature: Signature, keys: &Keys) -> DecodedSignature {
        let used = signature.key.as_ref();
        let used = used.and_then(|used| keys.get(used.index));
        let certificate = used.and_then(|key| key.certificate());
        let certificate = certificate.map(|found| CertificateSummary::new(found, self.now));
        let payload = self
            .payload
            .filter(|_| signature.state == SignatureState::Invalid);
        let line_break = payload.and_then(|payload| line_break_finding(token, keys, payload));
        let mut report = DecodedSignature::new(signature, certificate);
        report.diagnostics.extend(line_break);
        report
    }
}

fn no_own_key() -> Diagnostic {
    Diagnostic::info(
        "own-key-missing",
        "The header of the token contains no key.",
    )
    .help("A key would be in `jwk` or `x5c`. Give the key of the issuer with --keys.")
}
