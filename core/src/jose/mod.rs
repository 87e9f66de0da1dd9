//! JOSE: tokens found in any text, keys, verifying and signing (RFC 7515 to 7519).

mod keys;
mod parse;
mod sign;
mod verify;

pub use keys::{Key, KeyId, Keys};
pub use parse::{Kind, MAX_TOKENS, Parsed, Part, Role, Skipped, Token, parse};
pub use sign::SigningKey;
pub use verify::{Signature, State, verify};
