//! What kind of token it looks like, with the evidence for it.

use serde::Serialize;

use super::cloud::{EntraIssuer, Version};
use super::well_known_id;
use crate::text::json::{Document, Value};

/// What a token looks like. A guess from its claims: only a checked signature makes it more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Token of a managed identity.
    ManagedIdentity,
    /// Token of an application, without a user.
    AppOnly,
    /// Token for a user through an application.
    Delegated,
    /// Token that tells an application who signed in.
    IdToken,
    /// A token of another issuer.
    Other,
    /// Nothing is known of it.
    Unknown,
}

impl TokenKind {
    /// The words for it: `a managed identity token`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::ManagedIdentity => "a managed identity token",
            Self::AppOnly => "an app-only access token",
            Self::Delegated => "a delegated access token (of a user)",
            Self::IdToken => "an ID token",
            Self::Other => "a token of an issuer other than Entra ID",
            Self::Unknown => "a token of unknown kind",
        }
    }
}

/// The kind and what speaks for it, the strongest first.
pub(super) fn recognise(
    payload: &Document,
    issuer: Option<&EntraIssuer>,
) -> (TokenKind, Vec<String>) {
    let Some(issuer) = issuer else {
        return outside_entra(payload);
    };
    let has = |name: &str| payload.get(name).is_some();
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let mut evidence = Vec::new();
    let kind = if has("xms_mirid") || has("xms_az_rid") {
        evidence.push("`xms_mirid` or `xms_az_rid`: only managed identities have them.".to_owned());
        TokenKind::ManagedIdentity
    } else if has("scp") {
        evidence.push("`scp`: delegated scopes, so a user takes part.".to_owned());
        TokenKind::Delegated
    } else if app_only(payload, &mut evidence) {
        if exchange_audience(payload, &mut evidence) {
            TokenKind::ManagedIdentity
        } else {
            TokenKind::AppOnly
        }
    } else if has("preferred_username") || has("nonce") || has("c_hash") {
        evidence.push("Claims of a sign-in, and neither scopes nor app-only marks.".to_owned());
        TokenKind::IdToken
    } else {
        TokenKind::Unknown
    };
    evidence.push(issuer_evidence(issuer, text("ver").as_deref()));
    (kind, evidence)
}

fn outside_entra(payload: &Document) -> (TokenKind, Vec<String>) {
    match payload.get("iss").and_then(Value::as_str) {
        Some(_) => (
            TokenKind::Other,
            vec!["`iss` is not an issuer of Entra ID.".to_owned()],
        ),
        None => (TokenKind::Unknown, vec!["There is no `iss`.".to_owned()]),
    }
}

fn app_only(payload: &Document, evidence: &mut Vec<String>) -> bool {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    if text("idtyp").is_some_and(|value| value == "app") {
        evidence.push("`idtyp` is `app`: no user took part.".to_owned());
        return true;
    }
    let same = text("sub").is_some() && text("sub") == text("oid");
    if same {
        evidence.push("`sub` and `oid` are the same and there is no `scp`: app-only.".to_owned());
    }
    same
}

/// A token for Entra's token exchange was asked for by a managed identity, as far as seen.
fn exchange_audience(payload: &Document, evidence: &mut Vec<String>) -> bool {
    let audience = payload
        .get("aud")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let exchange = audience == super::TOKEN_EXCHANGE_APP;
    if exchange {
        let name = well_known_id(&audience).unwrap_or_default();
        evidence.push(format!(
            "`aud` is {name}: made to serve as a client assertion, as managed identities do (observed)."
        ));
    }
    exchange
}

fn issuer_evidence(issuer: &EntraIssuer, ver: Option<&str>) -> String {
    let version = match issuer.version {
        Version::V1 => "1.0",
        Version::V2 => "2.0",
    };
    let ver = match ver {
        Some(ver) if ver == version => format!(", and so is `ver` {ver:?}"),
        Some(ver) => format!(", though `ver` says {ver:?}"),
        None => String::new(),
    };
    format!(
        "`iss` has the form of Entra ID v{version}, {}{ver}.",
        issuer.cloud.title()
    )
}
