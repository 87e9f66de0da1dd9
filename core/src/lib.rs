//! Tokens, federated identity credentials, and a strict mock of Entra ID.
//!
//! `fedcred-core` finds tokens in any text, checks their signatures and says what each claim means. It drafts the
//! federated credential that a token needs, compares tokens with the credentials you have, and explains AADSTS errors.
//! Its mock of Entra ID runs the whole exchange: managed identity, client assertion, access token, protected API.
//!
//! The crate is pure. It has no clock, no randomness, no I/O and no async, so it runs natively and in WebAssembly, and
//! the same input always gives the same bytes. It never panics on input.
//!
//! # A tour
//!
//! A token arrives in a log line. Decode it, verify it, explain it, draft a credential for it, match the two, and
//! simulate the exchange:
//!
#![cfg_attr(feature = "mock", doc = "```")]
#![cfg_attr(not(feature = "mock"), doc = "```ignore")]
//! use fedcred_core::claims::{self, Claims, TokenKind};
//! use fedcred_core::errors::AadstsCode;
//! use fedcred_core::federation::{Hints, Rules, self};
//! use fedcred_core::flow::{self, Fault, Outcome};
//! use fedcred_core::jose::{self, Keys, SignatureState};
//!
//! # fn tour() -> Option<()> {
//! // The crate has no clock: a moment is an argument, in seconds since 1970.
//! let now = 1_795_447_440;
//! let sample = flow::sample_token(0, now)?; // a token of GitHub Actions, and the keys of its issuer
//! let log = format!("Authorization: Bearer {}", sample.token);
//!
//! // Decode. Any text gives a value; what is wrong with it is in `diagnostics`.
//! let parsed = jose::parse(&log);
//! let token = parsed.tokens.first()?;
//!
//! // Verify, with keys that you trust.
//! let keys = Keys::parse(&sample.keys, "issuer");
//! assert_eq!(jose::verify(token, &keys).state, SignatureState::Valid);
//!
//! // Explain.
//! let explanation = claims::explain(token, now);
//! assert_eq!(explanation.kind, TokenKind::Workload);
//!
//! // Draft the credential that this token needs.
//! let draft = federation::from_token(token, &Hints::default());
//! assert_eq!(draft.credential.issuer.as_str(), "https://token.actions.githubusercontent.com");
//!
//! // Match the token with the credentials of an application.
//! let payload = token.payload()?;
//! let verdict = federation::match_all(&Claims::from_payload(payload), &[draft.credential.clone()], Rules::Current);
//! assert!(verdict.matched);
//!
//! // Simulate the exchange with the mock of Entra ID, then with a typical mistake.
//! let mut scenario = flow::scenario_with_credential(payload, &draft.credential, Rules::Current, now)?;
//! assert_eq!(flow::run(&scenario).outcome, Outcome::Allowed);
//! scenario.faults.push(Fault::WrongSubject);
//! assert_eq!(flow::run(&scenario).code, Some(AadstsCode::NO_MATCHING_SUBJECT));
//! # Some(())
//! # }
//! # fn main() { tour().expect("the tour"); }
//! ```
//!
//! Four programs to copy are in `examples/`: explain a token, check credentials in CI, run a scenario file, and use
//! the mock in a test of your own client.
//!
//! # Rooms
//!
//! Each module imports only modules above it in this table.
//!
//! | Module | Begin with | What it does |
//! |---|---|---|
//! | [`text`] | [`text::Diagnostic`] | Diagnostics and spans, base64url, JSON with exact text and positions, times |
//! | [`jose`] | [`jose::parse`], [`jose::verify`] | Tokens in any text, keys, signatures |
//! | [`claims`] | [`claims::explain`] | Kind of token, issuer, meaning of each claim, what is wrong with it |
//! | [`errors`] | [`errors::explain_errors`] | The catalogue of errors, and errors in any text |
//! | [`expression`] | [`expression::Expression`] | The language of flexible federated credentials |
//! | [`federation`] | [`federation::from_token`], [`federation::match_all`] | Credentials: draft, check, compare, migrate |
//! | [`export`] | [`export::Export::all`] | A credential as a command, a template or code |
//! | [`entra`] | [`entra::Entra`] | The mock: HTTP requests in, responses and checks out |
//! | [`flow`] | [`flow::Scenario`], [`flow::run`] | A whole exchange, from a scenario to a trace |
//! | [`diagram`] | [`diagram::svg`] | The trace as a sequence diagram in SVG |
//!
//! # Features
//!
//! `mock` (default) adds the modules [`entra`], [`flow`] and [`diagram`]. Without it, the crate decodes and verifies
//! tokens, explains claims and errors, and drafts, checks and compares credentials.
//!
//! # Conventions
//!
//! * **Input never fails.** A function that reads text gives a value and a list of [`text::Diagnostic`], each with a
//!   stable code, a message, what to do, and where. `Option` and `Result` are for operations that can produce nothing.
//! * **Time is an argument,** in seconds since 1970-01-01 UTC, as in `exp`.
//! * **Spans are UTF-8 bytes** of the input; the end is exclusive.
//! * **Values are compared exactly.** A string of a protocol is a newtype, such as [`claims::Issuer`], that keeps its
//!   text. Nothing is trimmed or changed in letter case.
//! * **Every statement has a source.** [`claims::Confidence`] says whether it is documented, observed, reported or
//!   inferred.
//! * **Demonstration keys are public.** Everything that the mock signs can be signed by anyone. Trust none of it.

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
pub mod diagram;
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

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
