//! `--payload`: the payload of tokens that came without (RFC 7515 appendix F).

use fedcred_core::jose::{Keys, State, Token, parse, verify};
use fedcred_core::text::Diagnostic;

use crate::input::Bytes;
use crate::report::{Finding, findings_in};

/// What the core says of a token without payload.
const DETACHED: &str = "payload-detached";

/// The tokens, those without payload with the one that was given.
pub(super) fn attach(tokens: Vec<Token>, given: Option<&Bytes>) -> (Vec<Token>, Vec<Finding>) {
    let Some(given) = given else {
        return (tokens, Vec::new());
    };
    let bytes = match given.within_limit() {
        Ok(bytes) => bytes,
        Err(findings) => return (tokens, findings),
    };
    let needed = tokens.iter().any(Token::is_detached);
    let unused = (!needed && !tokens.is_empty()).then(not_needed);
    let empty = (needed && bytes.is_empty()).then(empty_payload);
    let findings = findings_in(&given.file, unused.into_iter().chain(empty));
    let tokens = tokens
        .into_iter()
        .map(|token| attach_to(token, bytes, &given.file))
        .collect();
    (tokens, findings)
}

fn attach_to(token: Token, bytes: &[u8], file: &str) -> Token {
    if !token.is_detached() || bytes.is_empty() {
        return token;
    }
    let mut token = token.with_payload(bytes);
    token.diagnostics.retain(|finding| finding.code != DETACHED);
    let message = format!("The payload is not in the token; it is {file}, as it stands there.");
    token
        .diagnostics
        .push(Diagnostic::info("payload-given", message));
    token
}

fn not_needed() -> Diagnostic {
    Diagnostic::warning(
        "payload-not-needed",
        "Each token has a payload of its own; the one that was given was not used.",
    )
    .help("A token without payload has nothing between its two dots.")
}

fn empty_payload() -> Diagnostic {
    Diagnostic::warning("payload-empty", "The payload that was given is empty.")
        .help("It was not used. Give the file whose bytes were signed.")
}

/// A finding where a payload verifies as soon as the line break at its end is left out: editors and shells add one.
pub(super) fn line_break_finding(token: &Token, keys: &Keys, given: &Bytes) -> Option<Diagnostic> {
    let bytes = given.within_limit().ok()?;
    let shorter = bytes.strip_suffix(b"\n")?;
    let shorter = shorter.strip_suffix(b"\r").unwrap_or(shorter);
    let given_to_it = token.diagnostics.iter().any(|f| f.code == "payload-given");
    let bare = parse(token.compact()).tokens.into_iter().next();
    let bare = bare.filter(|bare| given_to_it && bare.is_detached())?;
    let verified = verify(&bare.with_payload(shorter), keys).state == State::Valid;
    verified.then(|| {
        Diagnostic::warning(
            "payload-line-break",
            "Without the line break at its end, the payload verifies.",
        )
        .help("An editor or a shell added it (`echo`; `printf %s` does not). Give the bytes that were signed.")
    })
}
