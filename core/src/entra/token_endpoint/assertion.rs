//! Checks the form of the client assertion: one signed JWT with the header parameters and claims that are read later.

use super::exchange::Exchange;
use crate::entra::refusal::Refusal;
use crate::entra::rule::RuleId;
use crate::errors::AadstsCode;
use crate::jose::{self, Token, TokenForm};
use crate::text::json::{self, Document, Value};

/// What may name the key in the header; published keys have `kid` and `x5t` alike (Entra: access tokens).
pub(super) const KEY_NAMES: [&str; 3] = ["kid", "x5t", "x5t#S256"];

impl Exchange<'_> {
    pub(super) fn assertion(&mut self, text: &str) -> Result<Token, Refusal> {
        let token = sole_token(text);
        let finding = token.as_ref().map_or_else(
            || Some(Refusal::new(AadstsCode::MALFORMED_ASSERTION, &[])),
            fault_of_assertion,
        );
        let presented = if token.is_some() {
            "a signed JWT"
        } else {
            "something else"
        };
        let refusal = finding
            .clone()
            .unwrap_or_else(|| Refusal::new(AadstsCode::MALFORMED_ASSERTION, &[]));
        self.checks.require(
            RuleId::AssertionForm,
            (presented, "a signed JWT with kid, iss, sub and aud"),
            finding.is_none(),
            || refusal.clone(),
        )?;
        token.ok_or(refusal)
    }
}

/// The assertion as a token, where the text is exactly one signed token.
fn sole_token(text: &str) -> Option<Token> {
    let mut parsed = jose::parse(text);
    let token = parsed.tokens.pop()?;
    let sole = parsed.tokens.is_empty() && token.form == TokenForm::Jws && token.compact() == text;
    (sole && token.payload().is_some()).then_some(token)
}

fn fault_of_assertion(token: &Token) -> Option<Refusal> {
    let named = KEY_NAMES
        .iter()
        .any(|name| token.header_text(name).is_some());
    if !named {
        return Some(Refusal::new(AadstsCode::MISSING_KEY_ID, &[]));
    }
    let payload = token.payload()?;
    let missing = ["iss", "sub", "aud"]
        .into_iter()
        .find(|name| payload.get(name).is_none());
    if let Some(name) = missing {
        return Some(Refusal::new(AadstsCode::MISSING_CLAIM, &[("field", name)]));
    }
    (!has_types(token, payload)).then(|| Refusal::new(AadstsCode::MALFORMED_ASSERTION, &[]))
}

/// Whether what is read has the types of RFC 7515 §4.1.1 and RFC 7519 §4.1; AADSTS50027 is observed for a claim of
/// another type.
fn has_types(token: &Token, payload: &Document) -> bool {
    use json::ValueKind::{Array, Number, String};
    let is = |name, kind| payload.get(name).is_none_or(|claim| claim.kind() == kind);
    let mut items = payload.get("aud").map(Value::items).unwrap_or_default();
    token.header_text("alg").is_some()
        && is("iss", String)
        && is("sub", String)
        && (is("aud", String) || is("aud", Array))
        && items.all(|audience| audience.kind() == String)
        && is("nbf", Number)
        && is("exp", Number)
}
