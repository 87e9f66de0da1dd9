//! The logic of Fedcred: everything the page and the command line show is computed here.
//!
//! Nine rooms, each importing only those before it:
//! [`text`] → [`jose`] → [`claims`] → [`errors`] → [`expression`] → [`federation`] → [`export`] → [`entra`] →
//! [`flow`].
//!
//! The crate is pure. It has no clock, no randomness and no I/O: time and keys are arguments, and the
//! same input gives the same bytes on every target. User input yields a value *and* diagnostics, never
//! a panic and never an early error.

#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod claims;
#[cfg(feature = "mock")]
pub mod entra;
pub mod errors;
pub mod export;
pub mod expression;
pub mod federation;
#[cfg(feature = "mock")]
pub mod flow;
pub mod jose;
pub mod text;
