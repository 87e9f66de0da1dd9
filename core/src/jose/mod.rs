//! JOSE: finds the tokens in any text, reads keys in any form, and verifies signatures.
//!
//! [`parse`] takes a text and gives [`Parsed`]; [`Keys::parse`] takes a text of keys; [`verify`] takes one
//! [`Token`] and the [`Keys`], and gives a [`Signature`]. None of the three fails: what is wrong with the input
//! comes as [`Diagnostic`](crate::text::Diagnostic)s beside the value.
//!
//! It follows RFC 7515 (JWS), RFC 7516 (JWE, headers only: nothing is decrypted), RFC 7517 (JWK), RFC 7518
//! (algorithms), RFC 7519 (JWT), RFC 7797 (unencoded payloads) and RFC 8037 (Ed25519).
//!
//! ```
//! use fedcred_core::jose::{Keys, SignatureState, parse, verify};
//!
//! // The example of RFC 7515 appendix A.1.
//! let log = "token=eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
//!            eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
//!            dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
//! let key = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
//!
//! let parsed = parse(log);
//! let token = &parsed.tokens[0];
//! assert_eq!(token.header_text("alg").as_deref(), Some("HS256"));
//!
//! let signature = verify(token, &Keys::parse(key, "key.json"));
//! assert_eq!(signature.state, SignatureState::Valid);
//! ```

mod algorithm;
mod jwe;
mod keys;
mod parse;
mod token;
mod verify;

pub use jwe::explain_parts;
pub use keys::{Certificate, CertificateValidity, Key, KeyFormat, KeyId, KeySource, Keys};
pub use parse::{Parsed, Skipped, parse};
pub use token::{MAX_TOKENS, Part, Role, Serialization, Token, TokenForm};
pub use verify::{KeyUsed, Signature, SignatureState, verify};
