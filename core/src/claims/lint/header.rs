//! Findings about the header.

use super::linter::Linter;
use crate::claims::excerpt::excerpt;
use crate::text::Severity;

impl Linter<'_> {
    pub(super) fn header(&mut self) {
        self.algorithm();
        self.key_id();
        self.type_of_token();
        for name in ["jwk", "jku", "x5u", "x5c"] {
            self.key_in_header(name);
        }
        self.critical();
        self.nonce();
    }

    fn algorithm(&mut self) {
        let Some(algorithm) = self.token.header_text("alg") else {
            self.warn(
                "alg-missing",
                "The header has no `alg`.",
                "RFC 7515 §4.1.1 requires it. Without it, nobody can verify the signature.",
            );
            return;
        };
        if algorithm.eq_ignore_ascii_case("none") {
            self.header_at(
                Severity::Error,
                "alg",
                "alg-none",
                format!("`alg` is `{algorithm}`, so the token is not signed."),
                "Anyone can create such a token. Reject it (RFC 8725 §3.2).",
            );
        } else if algorithm.starts_with("HS") {
            self.header_at(
                Severity::Warning,
                "alg",
                "alg-symmetric",
                format!("{} signs with a shared secret.", excerpt(&algorithm)),
                "Anyone who can verify such a token can also create one. For federated credentials, Entra ID accepts \
                 RS256.",
            );
        }
    }

    /// Whether a header has it, protected or not.
    fn has_parameter(&self, name: &str) -> bool {
        self.token.header_value(name).is_some()
    }

    /// A certificate's thumbprint names the key as well; the keys of a secret and of no key have no name.
    fn key_id(&mut self) {
        let algorithm = self.token.header_text("alg").unwrap_or_default();
        let signed = !algorithm.starts_with("HS") && !algorithm.eq_ignore_ascii_case("none");
        let names = ["kid", "x5t", "x5t#S256"];
        if signed && !names.iter().any(|name| self.has_parameter(name)) {
            self.warn(
                "kid-missing",
                "The header does not say which key signed the token (`kid`).",
                "Entra ID rejects such an assertion (AADSTS5002723). Other verifiers must try every key of the issuer.",
            );
        }
    }

    fn type_of_token(&mut self) {
        let Some(typ) = self.header.text("typ") else {
            return;
        };
        let short = typ.strip_prefix("application/").unwrap_or(&typ);
        let known = ["JWT", "JOSE", "at+jwt"];
        if known.iter().any(|word| short.eq_ignore_ascii_case(word)) {
            return;
        }
        let help = match short.to_ascii_lowercase().as_str() {
            "dpop+jwt" => "It proves possession of a key (RFC 9449). It is not an access token.",
            "logout+jwt" => {
                "It ends a session (OpenID Connect Back-Channel Logout). It is not an access token."
            }
            "secevent+jwt" => "It reports an event (RFC 8417). It is not an access token.",
            _ => {
                "Common types are `JWT` and `at+jwt`. Look up what this type is for before you accept the token."
            }
        };
        self.header_at(
            Severity::Warning,
            "typ",
            "typ-unusual",
            format!("The type in the header is `{}`.", excerpt(&typ)),
            help,
        );
    }

    fn key_in_header(&mut self, name: &str) {
        if self.has_parameter(name) {
            self.header_at(
                Severity::Warning,
                name,
                "key-in-header",
                format!("The header contains its own key (`{name}`)."),
                "The sender chose it, so it proves nothing, and Fedcred never contacts it. Verify with the keys that \
                 the issuer publishes.",
            );
        }
    }

    fn critical(&mut self) {
        if self.header.has("crit") {
            self.header_at(
                Severity::Warning,
                "crit",
                "crit-present",
                "The header requires extensions (`crit`).",
                "A verifier that does not understand all of them must reject the token (RFC 7515 §4.1.11).",
            );
        }
    }

    fn nonce(&mut self) {
        if self.recognition.issuer.is_some() && self.header.has("nonce") {
            self.header_at(
                Severity::Info,
                "nonce",
                "nonce-in-header",
                "The token is for Microsoft Graph or another Microsoft API.",
                "Its signature covers a modified header, so others cannot verify it (reported). Request a token for \
                 your own API.",
            );
        }
    }
}
