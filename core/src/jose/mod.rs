//! JOSE: tokens found in any text, keys and verifying (RFC 7515 to 7519, 7797, 8037).

mod algorithm;
mod certificate;
mod jwe;
mod jwk;
mod key;
mod keys;
mod parse;
mod pem;
mod spki;
mod token;
mod verify;

pub use certificate::Certificate;
pub use jwe::explain_parts;
pub use key::{Key, KeyId};
pub use keys::Keys;
pub use parse::{Parsed, Skipped, parse};
pub use token::{Kind, MAX_TOKENS, Part, Role, Serialization, Token};
pub use verify::{KeyUsed, Signature, State, verify};
