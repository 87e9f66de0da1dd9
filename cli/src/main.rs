//! The command line of Fedcred: arguments, and exit codes.
//!
//! Exit code 0 means yes (the token is not invalid, a credential matches, the scenario ends as it should), 1 means no,
//! 2 means that the question could not be asked: wrong usage or a file that cannot be read.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod decode;
mod input;
mod matching;
mod report;
mod simulate;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use fedcred_core::claims::Expected;
use fedcred_core::federation::Rules;
use fedcred_core::text::time;

use decode::Question;
use input::{Bytes, Input};
use report::{Failure, Report};

#[derive(Parser)]
#[command(name = "fedcred", version, color = ColorChoice::Never, disable_help_subcommand = true, verbatim_doc_comment)]
/// Look into tokens, match them with credentials, run the exchange with Entra ID.
///
/// Nothing is sent anywhere: Entra ID is a mock inside this program.
/// For each FILE, `-` reads standard input.
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Decode(Box<DecodeArguments>),
    Match(MatchArguments),
    Simulate(SimulateArguments),
}

/// Take the tokens of a text apart, check and explain them.
///
/// Exit code 1: there is no token, a signature is invalid, or a token is not
/// as expected. Without expectations an expired token is no failure, and a
/// signature that was not checked or cannot be checked never is: exit code 0
/// does not mean that a signature was verified. The `state` in JSON tells.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:\n  fedcred decode token.txt --keys jwks.json --format json\n  fedcred decode token.txt --issuer https://token.actions.githubusercontent.com\n  fedcred decode new.txt --compare old.txt"
)]
struct DecodeArguments {
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
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    at: Option<i64>,
    #[command(flatten)]
    output: Output,
}

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
    #[arg(long, value_name = "SECONDS", verbatim_doc_comment, value_parser = clap::value_parser!(i64).range(0..=LONGEST_LEEWAY))]
    leeway: Option<i64>,
}

/// Clocks that differ by more than a day are wrong; so much is no leeway.
const LONGEST_LEEWAY: i64 = 86_400;

impl ExpectedArguments {
    /// What is expected; `None` where nothing was asked for.
    fn read(self) -> Option<Expected> {
        let asked = self.issuer.is_some()
            || self.audience.is_some()
            || self.subject.is_some()
            || self.leeway.is_some();
        asked.then(|| Expected {
            issuer: self.issuer,
            audience: self.audience,
            subject: self.subject,
            leeway: self.leeway.unwrap_or_default(),
        })
    }
}

/// Compare a token with credentials and show where they differ.
///
/// Exit code 1: none matches, or there are no claims to compare.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Example:\n  az ad app federated-credential list --id APP_ID >credentials.json\n  fedcred match --token token.txt --credentials credentials.json"
)]
struct MatchArguments {
    /// A token, a text that holds one, or claims as JSON.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// Credentials: a list, Graph's answer, or a single one.
    #[arg(long, value_name = "FILE")]
    credentials: PathBuf,
    /// The rules of Entra ID.
    #[arg(long, default_value = Rules::default().word(), value_parser = rules())]
    rules: Rules,
    #[command(flatten)]
    output: Output,
}

/// Run scenarios: the whole exchange, step by step.
///
/// Exit code 1: a scenario ends otherwise than its `expect` says; without
/// `expect`, it is refused or denied; or its file has errors.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Example:\n  fedcred simulate static/scenarios/*.json"
)]
struct SimulateArguments {
    /// Scenario files.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

#[derive(Args)]
struct Output {
    /// For people, or for programs.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => return usage(&answer),
    };
    match run(arguments.command) {
        Ok(passed) => ExitCode::from(u8::from(!passed)),
        Err(failure) => {
            report::say(&failure.to_string());
            ExitCode::from(USAGE)
        }
    }
}

/// Exit code of a question that cannot be asked.
const USAGE: u8 = 2;

/// Help, the version, or what is wrong with the arguments.
fn usage(answer: &clap::Error) -> ExitCode {
    report::print_usage(&answer.to_string(), answer.use_stderr());
    ExitCode::from(if answer.use_stderr() { USAGE } else { 0 })
}

/// Whether the answer is yes.
fn run(command: Command) -> Result<bool, Failure> {
    match command {
        Command::Decode(arguments) => run_decode(*arguments),
        Command::Match(arguments) => run_match(&arguments),
        Command::Simulate(arguments) => run_simulate(&arguments),
    }
}

fn run_decode(arguments: DecodeArguments) -> Result<bool, Failure> {
    let DecodeArguments {
        file,
        keys,
        payload,
        compare,
        ..
    } = &arguments;
    let others = [keys, payload, compare].into_iter().flatten();
    input::one_standard_input(std::iter::once(file).chain(others))?;
    let question = Question {
        input: Input::read(file)?,
        keys: keys.as_deref().map(Bytes::read).transpose()?,
        own_key: arguments.own_key,
        payload: payload.as_deref().map(Bytes::read).transpose()?,
        other: compare.as_deref().map(Input::read).transpose()?,
        expected: arguments.expected.read(),
        now: arguments.at.unwrap_or_else(clock),
    };
    answer(&decode::decode(question), &arguments.output)
}

fn run_match(arguments: &MatchArguments) -> Result<bool, Failure> {
    let paths: [&Path; 2] = [&arguments.token, &arguments.credentials];
    input::one_standard_input(paths)?;
    let token = Input::read(&arguments.token)?;
    let credentials = Input::read(&arguments.credentials)?;
    answer(
        &matching::compare(&token, &credentials, arguments.rules),
        &arguments.output,
    )
}

fn run_simulate(arguments: &SimulateArguments) -> Result<bool, Failure> {
    input::one_standard_input(&arguments.files)?;
    let inputs: Vec<_> = arguments
        .files
        .iter()
        .map(|file| Input::read(file))
        .collect::<Result<_, _>>()?;
    answer(&simulate::simulate(&inputs), &arguments.output)
}

fn answer(report: &impl Report, output: &Output) -> Result<bool, Failure> {
    report::say_findings(report.findings());
    match output.format {
        Format::Text => report::print_text(report)?,
        Format::Json => report::print_json(report)?,
    }
    Ok(report.passed())
}

fn moment(text: &str) -> Result<i64, String> {
    time::parse(text)
        .ok_or_else(|| "give seconds since 1970, or a time like 2026-11-23T15:24:00Z".to_owned())
}

fn rules() -> impl TypedValueParser<Value = Rules> {
    PossibleValuesParser::new(Rules::ALL.map(Rules::word)).map(|word| {
        let found = Rules::ALL.into_iter().find(|rules| rules.word() == word);
        found.unwrap_or_default()
    })
}

/// Seconds since 1970: the only look at a clock.
fn clock() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |duration| {
        i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
    })
}
