//! One token as text.

use fedcred_core::claims::{Assignment, Cloud, Confidence, DecodedValue, Validity};
use fedcred_core::jose::{Serialization, SignatureState, TokenForm};
use fedcred_core::text::{Span, time};

use super::expected;
use super::json::Json;
use super::keys::key_line;
use super::token::{DecodedClaim, DecodedPart, DecodedSignature, DecodedToken};
use crate::terminal::{TerminalText, json_word};

pub(super) fn range(span: Span) -> String {
    format!("{} to {}", span.start(), span.end())
}

impl DecodedToken {
    pub(super) fn write(&self, out: &mut TerminalText, number: &str, now: i64) {
        out.paragraph(0, &format!("{number}{}", self.form()));
        self.signature.write(out);
        self.write_kind(out);
        self.write_validity(out, now);
        expected::write_all(&self.expected, out);
        out.findings(2, &self.diagnostics);
        self.write_sizes(out);
        write_part(
            out,
            "Header",
            self.header.as_ref(),
            &self.header_parameters,
            now,
        );
        write_part(
            out,
            "Unprotected header: not signed, so anyone can change it",
            self.unprotected_headers.first(),
            &self.unprotected_parameters,
            now,
        );
        if self.kind == TokenForm::Jwe {
            self.write_encrypted(out);
        }
        let is_object = |payload: &Json| payload.text().trim_start().starts_with('{');
        let title = match &self.payload {
            Some(payload) if !is_object(payload) => "Payload",
            _ => "Claims",
        };
        write_part(out, title, self.payload.as_ref(), &self.claims, now);
    }

    fn form(&self) -> String {
        let kind = match self.kind {
            TokenForm::Jws => "signed token (JWS)",
            TokenForm::Jwe => "encrypted token (JWE)",
            TokenForm::Claims => "claims without a signature",
            TokenForm::Partial => "part of a token",
        };
        let serialization = match self.serialization {
            Serialization::Compact => "",
            Serialization::Flattened => " as flattened JSON",
            Serialization::General => " as general JSON",
        };
        let inside = self
            .inside
            .map(|outer| format!(", inside token {}", outer + 1));
        format!(
            "{kind}{serialization}, bytes {}{}",
            range(self.span),
            inside.unwrap_or_default()
        )
    }

    fn write_kind(&self, out: &mut TerminalText) {
        if self.payload.is_none() {
            return;
        }
        out.paragraph(2, &format!("Looks like {}.", self.title));
        for evidence in &self.evidence {
            let confidence = evidence.confidence.word();
            out.paragraph(4, &format!("{} ({confidence})", evidence.text));
        }
        if let Some(platform) = &self.platform {
            let issuer = self.issuer.as_ref();
            let version = issuer.map(|issuer| format!("version {}", json_word(&issuer.version)));
            let cloud = issuer.and_then(|issuer| issuer.cloud).map(Cloud::title);
            let assignment = self.assignment.map(|assignment| match assignment {
                Assignment::UserAssigned => "user-assigned identity",
                Assignment::SystemAssigned => "system-assigned identity",
            });
            let parts: Vec<_> = std::iter::once(platform.title.as_str())
                .chain(version.as_deref())
                .chain(cloud)
                .chain(assignment)
                .collect();
            out.paragraph(4, &format!("Platform: {}", parts.join(", ")));
        }
    }

    /// Nothing for a token outside its lifetime: a finding reports that.
    fn write_validity(&self, out: &mut TerminalText, now: i64) {
        match self.validity {
            Validity::Within(exp) => out.paragraph(
                2,
                &format!(
                    "✓ Within its lifetime; it expires {}, {}.",
                    time::rfc3339(exp),
                    time::relative(exp, now)
                ),
            ),
            Validity::NoExpiry if !self.claims.is_empty() => {
                out.paragraph(2, "? No expiration time (`exp`).");
            }
            _ => {}
        }
    }

    /// Nothing for an encrypted token: each of its parts has a line.
    fn write_sizes(&self, out: &mut TerminalText) {
        if self.kind == TokenForm::Jwe || self.kind == TokenForm::Claims {
            return;
        }
        let sizes: Vec<_> = self.parts.iter().take(MAX_PARTS).map(size).collect();
        let more = match self.parts.len().checked_sub(MAX_PARTS) {
            Some(more @ 1..) => format!(" and {more} more"),
            _ => String::new(),
        };
        out.paragraph(2, &format!("Parts: {}{more}.", sizes.join(", ")));
    }

    fn write_encrypted(&self, out: &mut TerminalText) {
        out.blank_line();
        out.paragraph(0, "Parts");
        for part in &self.parts {
            let line = format!("{}, at bytes {}", size(part), range(part.span));
            out.paragraph(2, &line);
            if let Some(meaning) = &part.meaning {
                out.paragraph(6, meaning);
            }
        }
    }
}

/// At most this many parts are shown; damaged tokens can have any number.
const MAX_PARTS: usize = 9;

/// For example `encrypted key 256 bytes`.
fn size(part: &DecodedPart) -> String {
    let unit = if part.bytes == 1 { "byte" } else { "bytes" };
    format!("{} {} {unit}", part.role.replace('_', " "), part.bytes)
}

impl DecodedSignature {
    fn write(&self, out: &mut TerminalText) {
        let verdict = match self.state {
            SignatureState::Valid if self.proves_nothing() => {
                "? Signature matches only the token's own key"
            }
            SignatureState::Valid => "✓ Signature valid",
            SignatureState::Invalid => "× Signature invalid",
            SignatureState::NotChecked => "? Signature not checked",
            SignatureState::CannotCheck => "? Signature cannot be checked",
        };
        out.paragraph(2, &format!("{verdict}: {}", self.reason));
        if let Some(key) = &self.key {
            let used = &key.used;
            out.paragraph(
                4,
                &key_line(
                    used.kid.as_ref(),
                    &used.description,
                    &used.source.to_string(),
                ),
            );
            if let Some(certificate) = &key.certificate {
                certificate.write(out, 4);
            }
        }
        out.findings(4, &self.diagnostics);
    }
}

fn write_part(
    out: &mut TerminalText,
    title: &str,
    json: Option<&Json>,
    claims: &[DecodedClaim],
    now: i64,
) {
    let Some(json) = json else { return };
    out.blank_line();
    if claims.is_empty() {
        out.value(0, &format!("{title}:"), json.text());
        return;
    }
    out.paragraph(0, title);
    for claim in claims {
        claim.write(out, now);
    }
}

impl DecodedClaim {
    fn write(&self, out: &mut TerminalText, now: i64) {
        out.value(2, &self.name, &self.shown);
        if let Some(seconds) = self.seconds {
            let moment = format!(
                "{}, {}",
                time::rfc3339(seconds),
                time::relative(seconds, now)
            );
            out.paragraph(6, &moment);
        }
        if let Some(label) = &self.label {
            let confidence = self.label_confidence.map(Confidence::word);
            let confidence = confidence.map_or_else(String::new, |word| format!("; name {word}"));
            out.paragraph(6, &format!("({label}{confidence})"));
        }
        for decoded in &self.readings {
            write_decoded(out, decoded);
        }
        if self.meaning.is_empty() {
            return;
        }
        out.paragraph(6, format!("{} {}", self.meaning, self.never).trim_end());
        for (title, text) in [("Set by", &self.by), ("Unit", &self.unit)] {
            if !text.is_empty() {
                out.paragraph(6, &format!("{title}: {text}."));
            }
        }
        let confidence = self.confidence.map_or("", Confidence::word);
        out.paragraph(6, &format!("Source: {} ({confidence})", self.source));
    }
}

fn write_decoded(out: &mut TerminalText, decoded: &DecodedValue) {
    let mark = match decoded.agrees {
        Some(true) => '✓',
        Some(false) => '!',
        None => '·',
    };
    let (source, confidence) = (&decoded.source, decoded.confidence.word());
    out.paragraph(
        6,
        &format!("{mark} {} ({source}, {confidence})", decoded.text),
    );
}
