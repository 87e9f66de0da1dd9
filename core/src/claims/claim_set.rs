//! The claims that a federated credential is compared with, each with its exact text.

use crate::text::json::{Document, Value, ValueKind};
use crate::text::protocol_string;

protocol_string! {
    /// The issuer of a token: its `iss` claim (RFC 7519 §4.1.1), or what a federated credential wants there.
    Issuer
}
protocol_string! {
    /// Whom a token is about: its `sub` claim (RFC 7519 §4.1.2), or the subject identifier of a federated credential.
    Subject
}
protocol_string! {
    /// For whom a token is meant: one value of its `aud` claim (RFC 7519 §4.1.3), or of a credential's audiences.
    Audience
}

/// The claims of a payload that Entra ID compares with a federated credential.
///
/// Nothing is trimmed, lower-cased or normalised: another spelling is another value.
///
/// ```
/// use fedcred_core::claims::Claims;
/// use fedcred_core::text::json::Document;
///
/// let payload = Document::parse(r#"{"iss":"https://issuer.example","aud":["a","b"],"sub":7}"#);
/// let claims = Claims::from_payload(&payload);
/// assert_eq!(claims.issuer.unwrap().as_str(), "https://issuer.example");
/// assert_eq!(claims.audiences.len(), 2);
/// assert_eq!(claims.subject, None); // not a string
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `iss`; `None` where it is missing or not a string.
    pub issuer: Option<Issuer>,
    /// `sub`; `None` where it is missing or not a string.
    pub subject: Option<Subject>,
    /// The strings of `aud`, which is one string or a list (RFC 7519 §4.1.3).
    pub audiences: Vec<Audience>,
    /// All claims, for the expressions of flexible credentials.
    pub payload: Document,
}

impl Claims {
    /// Picks the claims out of the payload of a token.
    #[must_use]
    pub fn from_payload(payload: &Document) -> Self {
        let text = |name| payload.get(name).and_then(Value::as_str);
        Self {
            issuer: text("iss").map(Issuer::from),
            subject: text("sub").map(Subject::from),
            audiences: audiences(payload),
            payload: payload.clone(),
        }
    }
}

fn audiences(payload: &Document) -> Vec<Audience> {
    match payload.get("aud") {
        Some(list) if list.kind() == ValueKind::Array => list
            .items()
            .filter_map(Value::as_str)
            .map(Audience::from)
            .collect(),
        Some(one) => one.as_str().map(Audience::from).into_iter().collect(),
        None => Vec::new(),
    }
}
