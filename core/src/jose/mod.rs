//! JOSE: tokens found in any text, keys and verifying (RFC 7515 to 7519, 7797, 8037).

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
