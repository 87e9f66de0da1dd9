//! What is wrong with a token in whatever serialization it is.

use super::candidates::begins_like_json;
use super::part::not_an_object;
use crate::jose::algorithm::is_registered;
use crate::jose::token::{Role, SourceMap, Token};
use crate::text::{Diagnostic, Severity, Span};

pub(super) fn detached(span: Span) -> Diagnostic {
    Diagnostic::info(
        "payload-detached",
        "The payload is empty or detached: it is not in the token.",
    )
    .help("To check the signature, provide the payload separately (RFC 7515 appendix F).")
    .at(span)
}

pub(super) fn encrypted(span: Span) -> Diagnostic {
    Diagnostic::info(
        "encrypted",
        "The token is encrypted (JWE). Only its header can be read.",
    )
    .help("The recipient has the key. Fedcred does not decrypt tokens.")
    .at(span)
}

/// A payload that is no claims: a JWS may sign anything, only a JWT must have them. One that is a token itself
/// is shown as such.
pub(super) fn payload_without_claims(token: &Token) -> Option<Diagnostic> {
    let part = token.part(Role::Payload)?;
    let encoded = matches!(part.source_map, SourceMap::Base64url(_)) && !part.bytes.is_empty();
    if !encoded || part.json.is_some() || begins_like_json(&String::from_utf8_lossy(&part.bytes)) {
        return None;
    }
    let typ = token.header_text("typ").unwrap_or_default();
    let severity = if typ.to_ascii_lowercase().ends_with("jwt") {
        Severity::Warning
    } else {
        Severity::Info
    };
    Some(Diagnostic {
        severity,
        ..not_an_object("The payload is not a JSON object.", part.span)
    })
}

/// The name of a signature algorithm that the registry of JOSE does not have (RFC 7518 §7.1).
pub(super) fn unknown_algorithm(token: &Token) -> Option<Diagnostic> {
    let (part, alg) = [Role::Header, Role::UnprotectedHeader]
        .into_iter()
        .filter_map(|role| token.part(role))
        .find_map(|part| Some((part, part.json.as_ref()?.get("alg")?)))?;
    let name = alg.as_str()?;
    (!is_registered(&name)).then(|| {
        let name: String = name.chars().take(40).collect();
        let message = format!("`{name}` is not a registered JOSE signature algorithm.");
        Diagnostic::warning("alg-unknown", message)
            .help("Names are case-sensitive. RFC 7518 §3.1 lists the common ones, such as RS256.")
            .at(part.span_of(alg.span()))
    })
}
