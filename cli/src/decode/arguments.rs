//! The arguments of `fedcred decode`.

use std::path::PathBuf;

use clap::Args;
use fedcred_core::claims::Expected;
use fedcred_core::text::time;

use super::DecodeRequest;
use crate::arguments::Output;
use crate::clock;
use crate::input::{Bytes, Input, one_standard_input};
use crate::report::Failure;

/// Take the tokens of a text apart, check and explain them.
///
/// Exit code 1: there is no token, a signature is invalid, or a token is not
/// as expected. Without expectations an expired token is no failure, and a
/// signature that was not checked or cannot be checked never is: exit code 0
/// does not mean that a signature was verified. The `state` in JSON tells.
#[derive(Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// A token, a text that holds tokens, or claims as JSON [default: `-`].
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,
    /// Keys to check signatures with: JWK, JWKS, PEM, a certificate, a
    /// discovery document with its keys, a secret as text or base64url.
    #[arg(long, value_name = "FILE", verbatim_doc_comment)]
    keys: Option<PathBuf>,
    /// Where no key was given or none fits, try the one in the token's own
    /// header (`jwk`, `x5c`). It proves nothing: whoever makes a token can
    /// put any key there. Exit code 0 is no verification then either.
    #[arg(long, verbatim_doc_comment)]
    own_key: bool,
    /// The payload of tokens that came without one, as it was signed.
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    #[command(flatten)]
    expected: ExpectedArguments,
    /// A text whose first token is compared with the first one of FILE,
    /// claim by claim. Differences are no failure.
    #[arg(long, value_name = "OTHER", verbatim_doc_comment)]
    compare: Option<PathBuf>,
    /// The moment to judge times at: seconds or RFC 3339 [default: now].
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    #[arg(allow_hyphen_values = true)]
    at: Option<i64>,
    #[command(flatten)]
    pub(super) output: Output,
}

const EXAMPLES: &str = "\
Examples:
  fedcred decode token.txt --keys jwks.json --format json
  fedcred decode token.txt --issuer https://token.actions.githubusercontent.com
  fedcred decode new.txt --compare old.txt";

/// With any of them, the times of a token are expected to be right too.
#[derive(Args)]
#[group(skip)]
struct ExpectedArguments {
    /// Expect this `iss`, exactly, and a token that is within its time.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    issuer: Option<String>,
    /// Expect this `aud`, exactly, and a token that is within its time.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    audience: Option<String>,
    /// Expect this `sub`, exactly, and a token that is within its time.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    subject: Option<String>,
    /// Expect a token that is within its time; clocks may differ by so many
    /// seconds [default: 0].
    #[arg(long, value_name = "SECONDS", verbatim_doc_comment)]
    #[arg(value_parser = clap::value_parser!(i64).range(0..=MAX_LEEWAY))]
    leeway: Option<i64>,
}

/// One day, in seconds. Clocks that differ by more are wrong.
const MAX_LEEWAY: i64 = 86_400;

impl Arguments {
    /// Reads the files that the arguments name.
    pub(super) fn read(self) -> Result<DecodeRequest, Failure> {
        let files = [&self.keys, &self.payload, &self.compare];
        one_standard_input(std::iter::once(&self.file).chain(files.into_iter().flatten()))?;
        Ok(DecodeRequest {
            input: Input::read(&self.file)?,
            keys: self.keys.as_deref().map(Bytes::read).transpose()?,
            own_key: self.own_key,
            payload: self.payload.as_deref().map(Bytes::read).transpose()?,
            other: self.compare.as_deref().map(Input::read).transpose()?,
            expected: self.expected.into_expected(),
            now: self.at.unwrap_or_else(clock::now),
        })
    }
}

impl ExpectedArguments {
    /// What is expected of a token; `None` if none of these options was given.
    fn into_expected(self) -> Option<Expected> {
        let given = self.issuer.is_some()
            || self.audience.is_some()
            || self.subject.is_some()
            || self.leeway.is_some();
        given.then(|| Expected {
            issuer: self.issuer,
            audience: self.audience,
            subject: self.subject,
            leeway: self.leeway.unwrap_or_default(),
        })
    }
}

fn parse_time(text: &str) -> Result<i64, &'static str> {
    time::parse(text).ok_or("give seconds since 1970, or a time like 2026-11-23T15:24:00Z")
}
