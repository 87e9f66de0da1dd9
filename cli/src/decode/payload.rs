//! `--payload`: adds the payload to detached tokens (RFC 7515 appendix F).

use fedcred_core::jose::{Keys, SignatureState, Token, parse, verify};
use fedcred_core::text::Diagnostic;

use crate::input::Bytes;
use crate::report::{Finding, findings_in};

/// The code of the finding that a token is detached.
const DETACHED: &str = "payload-detached";

/// Adds the payload to every detached token.
pub(super) fn attach(tokens: Vec<Token>, payload: Option<&Bytes>) -> (Vec<Token>, Vec<Finding>) {
    let Some(payload) = payload else {
        return (tokens, Vec::new());
    };
    let bytes = match payload.within_limit() {
        Ok(bytes) => bytes,
        Err(findings) => return (tokens, findings),
    };
    let needed = tokens.iter().any(Token::is_detached);
    let unused = (!needed && !tokens.is_empty()).then(not_needed);
    let empty = (needed && bytes.is_empty()).then(empty_payload);
    let findings = findings_in(&payload.file, unused.into_iter().chain(empty));
    let tokens = tokens
        .into_iter()
        .map(|token| attach_to(token, bytes, &payload.file))
        .collect();
    (tokens, findings)
}

fn attach_to(token: Token, bytes: &[u8], file: &str) -> Token {
    if !token.is_detached() || bytes.is_empty() {
        return token;
    }
    let mut token = token.with_payload(bytes);
    token.diagnostics.retain(|finding| finding.code != DETACHED);
    let message = format!("The payload is detached; {file} was used.");
    token
        .diagnostics
        .push(Diagnostic::info("payload-given", message));
    token
}

fn not_needed() -> Diagnostic {
    Diagnostic::warning(
        "payload-not-needed",
        "Every token contains its payload, so --payload was not used.",
    )
    .help("A token without a payload has nothing between its two dots.")
}

fn empty_payload() -> Diagnostic {
    Diagnostic::warning("payload-empty", "The file for --payload is empty.")
        .help("It was not used. Give the file whose bytes were signed.")
}

/// A finding if the signature is valid without the line break that an editor or a shell added to the payload.
pub(super) fn line_break_finding(
    token: &Token,
    keys: &Keys,
    payload: &Bytes,
) -> Option<Diagnostic> {
    let bytes = payload.within_limit().ok()?;
    let shorter = bytes.strip_suffix(b"\n")?;
    let shorter = shorter.strip_suffix(b"\r").unwrap_or(shorter);
    let was_attached = token.diagnostics.iter().any(|f| f.code == "payload-given");
    let bare = parse(token.compact()).tokens.into_iter().next();
    let bare = bare.filter(|bare| was_attached && bare.is_detached())?;
    let verified = verify(&bare.with_payload(shorter), keys).state == SignatureState::Valid;
    verified.then(|| {
        Diagnostic::warning(
            "payload-line-break",
            "The signature is valid without the line break at the end of the payload.",
        )
        .help(
            "An editor or `echo` in a shell added it; `printf %s` does not. \
             Give exactly the bytes that were signed.",
        )
    })
}
