//! Whether the keys are those of the token's issuer.

use super::shortened;
use crate::jose::{Keys, Kind, Role, Token};
use crate::text::Diagnostic;

/// A finding where the keys came with the name of another issuer than the token has.
#[must_use]
pub fn issuer_of_keys(token: &Token, keys: &Keys) -> Option<Diagnostic> {
    let issuer = keys.issuer.as_deref().filter(|_| token.kind == Kind::Jws)?;
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
    let named = shortened(issuer);
    let message = match presented {
        Some(iss) => format!(
            "The keys are those of issuer `{named}`, the token names `{}`.",
            shortened(&iss.to_text())
        ),
        None => format!("The keys are those of issuer `{named}`, the token names none (`iss`)."),
    };
    let help = if issuer.contains("{tenantid}") {
        "`{tenantid}` stands for any tenant in the documents of `common` and `organizations`. Take the document of the token's own tenant."
    } else {
        "A verifier compares both character by character (OpenID Connect Discovery §4.3) and refuses this token."
    };
    let place = presented.and_then(|iss| Some(token.part(Role::Payload)?.span_of(iss.span())));
    Some(Diagnostic {
        span: place,
        ..Diagnostic::warning("key-issuer-differs", message).help(help)
    })
}
