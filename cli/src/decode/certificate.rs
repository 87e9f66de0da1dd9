//! The certificates of keys: their subjects, and whether they are valid.

use fedcred_core::jose::{Certificate, CertificateValidity, Keys};
use fedcred_core::text::{Diagnostic, time};
use serde::Serialize;

use crate::terminal::{TerminalText, truncate};

/// A certificate of a key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CertificateSummary {
    subject: String,
    issuer: String,
    not_before: String,
    not_after: String,
    thumbprint: String,
    state: CertificateValidity,
}

impl CertificateSummary {
    pub(super) fn new(certificate: &Certificate, now: i64) -> Self {
        Self {
            subject: certificate.subject.clone(),
            issuer: certificate.issuer.clone(),
            not_before: time::rfc3339(certificate.not_before),
            not_after: time::rfc3339(certificate.not_after),
            thumbprint: certificate.thumbprint.clone(),
            state: certificate.validity(now),
        }
    }

    pub(super) fn write(&self, out: &mut TerminalText, indent: usize) {
        out.value(indent, "Certificate of", &self.subject);
        let (mark, verdict) = match self.state {
            CertificateValidity::Within => ('✓', "valid"),
            CertificateValidity::Expired => ('!', "expired; valid"),
            CertificateValidity::NotYet => ('!', "not valid yet; valid"),
        };
        let times = format!(
            "{mark} {verdict} from {} to {}",
            self.not_before, self.not_after
        );
        out.paragraph(indent + 2, &times);
        out.value(indent + 2, "issued by", &self.issuer);
        out.value(indent + 2, "x5t#S256", &self.thumbprint);
    }
}

/// At most this many warnings are given.
const MAX_WARNINGS: usize = 20;

/// Warnings about the certificates that are not valid at `now`.
pub(super) fn certificate_findings(keys: &Keys, now: i64) -> Vec<Diagnostic> {
    keys.iter()
        .filter_map(|key| key.certificate())
        .filter_map(|certificate| certificate_finding(certificate, now))
        .take(MAX_WARNINGS)
        .collect()
}

pub(super) fn certificate_finding(certificate: &Certificate, now: i64) -> Option<Diagnostic> {
    let subject = truncate(120, &certificate.subject);
    let message = match certificate.validity(now) {
        CertificateValidity::Within => return None,
        CertificateValidity::Expired => format!(
            "The certificate of {subject:?} expired at {}.",
            time::rfc3339(certificate.not_after)
        ),
        CertificateValidity::NotYet => format!(
            "The certificate of {subject:?} is not valid before {}.",
            time::rfc3339(certificate.not_before)
        ),
    };
    Some(Diagnostic::warning("certificate-not-valid", message).help(
        "The signature is checked with the key only, so its result does not change. \
         Many verifiers reject such a certificate.",
    ))
}
