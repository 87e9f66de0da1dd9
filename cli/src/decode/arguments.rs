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

/// Decode every token in a text, explain its claims, and check its signature.
///
/// Each expectation also requires that the token is valid at this time. Without one,
/// an expired token is not a failure.
///
/// Exit code 0 does not mean that a signature was verified: one without a key, or one
/// that cannot be checked, is not a failure. For proof, require that `signature.state`
/// is `valid` and `signature.key.carried` is `false` in the JSON output.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Token, text that contains tokens, or claims as JSON; `-` for standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// Verify signatures with these keys: JWK, JWKS, PEM, DER, or a secret.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Fall back to the key in the token's own header, which proves nothing.
    #[arg(long)]
    own_key: bool,
    /// Payload of detached tokens, byte for byte as it was signed.
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// Compare the first token with the first token of another file.
    #[arg(long, value_name = "OTHER")]
    compare: Option<PathBuf>,
    /// Judge times at this moment: Unix seconds or RFC 3339 [default: now].
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    #[arg(allow_hyphen_values = true)]
    at: Option<i64>,
    #[command(flatten)]
    pub(super) output: Output,
    #[command(flatten)]
    expected: ExpectedArguments,
}

const AFTER_HELP: &str = "\
Examples:
  fedcred decode token.txt --keys jwks.json --format json
  fedcred decode token.txt --issuer https://token.actions.githubusercontent.com
  fedcred decode new.txt --compare old.txt

Exit codes:
  0  No signature is invalid, and every token is as expected
  1  No token, an invalid signature, an expectation that is not met, or no
     token to compare with
  2  Wrong usage, or a file cannot be read";

/// Any of these options makes the times of a token an expectation as well.
#[derive(Args)]
#[group(skip)]
#[command(next_help_heading = "Expectations")]
struct ExpectedArguments {
    /// Require exactly this `iss`.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    issuer: Option<String>,
    /// Require exactly this `aud`.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    audience: Option<String>,
    /// Require exactly this `sub`.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    subject: Option<String>,
    /// Require valid times, and tolerate this clock difference [default: 0].
    #[arg(long, value_name = "SECONDS")]
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
    time::parse(text).ok_or("use Unix seconds, or a time like 2026-11-23T15:24:00Z")
}
