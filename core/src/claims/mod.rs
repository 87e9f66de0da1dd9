//! Claims: what they mean, what kind of token they make, and who issued it.
//!
//! [`explain`] is the way in: it says what a token looks like, what each of its claims means and what is odd about it.
//! Nothing here checks a signature; that is [`jose::verify`](crate::jose::verify).

mod claim_set;
mod cloud;
mod compare;
mod confidence;
mod dictionary;
mod entra_issuer;
mod excerpt;
mod expected;
mod explain;
mod guid;
mod key_issuer;
mod kind;
mod lint;
mod mask;
mod opaque_values;
mod platform;
mod recognition;
mod report;
mod section;
mod validity;
mod well_known_ids;

pub use claim_set::{Audience, Claims, Issuer, Subject};
pub use cloud::{Cloud, TOKEN_EXCHANGE_APP};
pub use compare::{ComparedMember, Likeness, compare};
pub use confidence::{Confidence, Evidence};
pub(crate) use entra_issuer::is_login_address;
pub use entra_issuer::{EntraIssuer, Version};
pub use expected::{Expected, ExpectedCheck, check_expected};
pub use explain::{Claim, Explanation, explain};
#[cfg(feature = "mock")]
pub(crate) use guid::guid_to_bytes;
pub use guid::{guid_to_base64url, is_guid};
pub use key_issuer::key_issuer_finding;
pub use kind::{Assignment, TokenKind};
pub use lint::lint;
pub use mask::Mask;
pub use opaque_values::DecodedValue;
pub use platform::{Platform, platform_of, platform_of_issuer, platforms};
pub use report::markdown_report;
pub use validity::{Times, Validity};
pub use well_known_ids::{WellKnownId, well_known_id};
