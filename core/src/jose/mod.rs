//! JOSE: tokens found in any text, keys and verifying (RFC 7515 to 7519, 7797, 8037).

mod algorithm;
mod certificate;
mod json_form;
mod jwe;
mod jwk;
mod key;
mod keys;
mod nested;
mod parse;
mod pem;
mod search;
mod spki;
mod token;
mod verify;

pub use certificate::Certificate;
pub use jwe::explain_parts;
pub use key::{Key, KeyId};
pub use keys::Keys;
pub use parse::{MAX_TOKENS, Parsed, Skipped, parse};
pub use token::{Kind, Part, Role, Serialization, Token};
pub use verify::{KeyUsed, Signature, State, verify};
