//! The command line of Fedcred: runs a command, and turns its result into an exit code.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod arguments;
mod clock;
mod credential;
mod decode;
mod explain;
mod input;
mod matching;
mod report;
mod serve;
mod simulate;
mod terminal;

use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

use report::Failure;

/// Decode tokens, check federated credentials, and simulate the exchange with
/// Entra ID.
///
/// Nothing is sent anywhere: Entra ID is a mock inside this program.
#[derive(Parser)]
#[command(
    name = "fedcred",
    version,
    color = ColorChoice::Never,
    term_width = 80,
    disable_help_subcommand = true,
    after_help = EXIT_CODES
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  Yes: no token is invalid, a credential matches, a scenario ends as expected
  1  No
  2  No answer: wrong usage, or a file cannot be read

Run `fedcred <COMMAND> --help` for options and examples.";

#[derive(Subcommand)]
enum Command {
    Decode(Box<decode::Arguments>),
    Credential(Box<credential::Arguments>),
    Match(matching::Arguments),
    Explain(explain::Arguments),
    Simulate(simulate::Arguments),
    Serve(serve::Arguments),
}

impl Command {
    /// Runs the command and returns whether the answer is yes.
    fn run(self) -> Result<bool, Failure> {
        match self {
            Self::Decode(arguments) => decode::run(*arguments),
            Self::Credential(arguments) => credential::run(*arguments),
            Self::Match(arguments) => matching::run(&arguments),
            Self::Explain(arguments) => explain::run(arguments),
            Self::Simulate(arguments) => simulate::run(&arguments),
            Self::Serve(arguments) => serve::run(&arguments),
        }
    }
}

/// The answer is yes: no token is invalid, a credential matches, a scenario ends as expected.
const YES: u8 = 0;
/// The answer is no.
const NO: u8 = 1;
/// There is no answer: wrong usage, or a file that cannot be read.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => return print_usage(&message),
    };
    ExitCode::from(match arguments.command.run() {
        Ok(true) => YES,
        Ok(false) => NO,
        Err(failure) => {
            report::print_message(&failure.to_string());
            FAILED
        }
    })
}

/// Prints the help, the version, or what is wrong with the arguments.
fn print_usage(message: &clap::Error) -> ExitCode {
    let is_error = message.use_stderr();
    report::print_usage(&message.to_string(), is_error);
    ExitCode::from(if is_error { FAILED } else { YES })
}
