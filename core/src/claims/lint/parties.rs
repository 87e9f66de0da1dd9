//! Findings about issuer, subject and audience.

use super::linter::Linter;
use crate::text::json::{Value, ValueKind};

impl Linter<'_> {
    pub(super) fn parties(&mut self) {
        for (name, code, help) in [
            (
                "iss",
                "issuer-missing",
                "Without an issuer, nobody can tell who issued the token or find the keys.",
            ),
            (
                "sub",
                "subject-missing",
                "The token does not say who it is about. A federated credential cannot match it.",
            ),
            (
                "aud",
                "audience-missing",
                "The token does not say who it is for. Every recipient should reject it.",
            ),
        ] {
            self.party(name, code, help);
        }
        for name in ["iss", "sub", "aud", "tid", "oid", "azp", "appid"] {
            self.spelling(name);
        }
        self.several_audiences();
        self.address_of_issuer();
    }

    fn party(&mut self, name: &str, code: &'static str, help: &'static str) {
        let Some(value) = self.payload.get(name) else {
            if self.is_whole() {
                self.warn(code, format!("The token has no `{name}`."), help);
            }
            return;
        };
        let list = name == "aud" && value.kind() == ValueKind::Array;
        let mut texts = value.items().map(Value::as_str);
        if list && texts.any(|text| text.is_none()) || !list && value.as_str().is_none() {
            self.warn_at(
                name,
                "claim-not-text",
                format!("`{name}` is not a string."),
                "RFC 7519 §4.1 requires a string here or, for `aud`, a list of strings.",
            );
        } else if is_empty(value) {
            self.warn_at(name, "claim-empty", format!("`{name}` is empty."), help);
        }
    }

    /// Values are compared character by character, so an invisible character makes them differ.
    fn spelling(&mut self, name: &str) {
        let Some(text) = self.payload.text(name) else {
            return;
        };
        let padded = text.trim().len() != text.len();
        if padded || text.chars().any(is_invisible) {
            self.warn_at(
                name,
                "claim-invisible-characters",
                format!("`{name}` begins or ends with white space, or contains an invisible character."),
                "The value is compared character by character, so it does not match a value that looks the same.",
            );
        }
    }

    fn several_audiences(&mut self) {
        let Some(value) = self.payload.get("aud") else {
            return;
        };
        let count = value.items().count();
        if count > 1 {
            self.info_at(
                "aud",
                "audience-several",
                format!("The token is for {count} audiences."),
                "Each audience can use the token at the others. One audience is best (SPIFFE: JWT-SVID §6.2).",
            );
        }
    }

    fn address_of_issuer(&mut self) {
        let Some(issuer) = self.payload.text("iss") else {
            return;
        };
        let in_cluster = issuer.starts_with("https://kubernetes.default.svc")
            || issuer == "kubernetes/serviceaccount";
        if in_cluster {
            self.warn_at(
                "iss",
                "issuer-not-public",
                "The issuer is an address inside a cluster.",
                "Nobody outside the cluster can fetch its keys. Configure a public issuer \
                 (`--service-account-issuer`).",
            );
        } else if issuer.starts_with("http://") {
            self.warn_at(
                "iss",
                "issuer-not-https",
                "The issuer is not an `https` URL.",
                "OpenID Connect Core §2 requires `https`. Without it, the keys can be replaced in transit.",
            );
        }
    }
}

fn is_empty(value: Value<'_>) -> bool {
    match value.kind() {
        ValueKind::Array => value.items().all(|item| item.raw() == "\"\""),
        _ => value.raw() == "\"\"",
    }
}

/// Control characters, zero-width spaces, direction marks and the byte order mark.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}
