//! Whether the keys belong to the issuer that the token names.

use super::excerpt::excerpt;
use crate::jose::{Keys, Role, Token, TokenForm};
use crate::text::Diagnostic;

/// A warning where the keys came with an issuer that is not the token's `iss`, as a discovery document brings them;
/// `None` where they agree, where the keys came without an issuer, and for a token that cannot be compared.
#[must_use]
pub fn key_issuer_finding(token: &Token, keys: &Keys) -> Option<Diagnostic> {
    let issuer = keys.issuer().filter(|_| token.form == TokenForm::Jws)?;
    let payload = token
        .payload()
        .filter(|payload| payload.object().is_some())?;
    let presented = payload.get("iss");
    if presented
        .and_then(|iss| iss.as_str())
        .is_some_and(|iss| iss == issuer)
    {
        return None;
    }
    let named = excerpt(issuer);
    let message = match presented {
        Some(iss) => format!(
            "The keys belong to the issuer `{named}`, but the token names `{}`.",
            excerpt(&iss.to_text())
        ),
        None => format!(
            "The keys belong to the issuer `{named}`, but the token names no issuer (`iss`)."
        ),
    };
    let help = if issuer.contains("{tenantid}") {
        "In the documents of `common` and `organizations`, `{tenantid}` stands for any tenant. Use the document of \
         the token's own tenant."
    } else {
        "A verifier compares the two issuers character by character (OpenID Connect Discovery §4.3) and rejects this \
         token."
    };
    let span = presented.and_then(|iss| Some(token.part(Role::Payload)?.span_of(iss.span())));
    Some(Diagnostic {
        span,
        ..Diagnostic::warning("key-issuer-differs", message).help(help)
    })
}
