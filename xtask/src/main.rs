//! The commands of the README: each does its own set-up.

mod bench;
mod compress;
mod import_names;
mod pages;
mod server;
mod setup;
mod shell;
mod site;
mod size;
mod split;
mod streams;
mod styles;
mod test;
mod wasm_file;
mod wasm_size;
mod wasm_target;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// Builds, serves, tests and measures Fedcred. Each command installs what it needs and is missing.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the site if it changed, and serve it on this machine
    Serve {
        /// The port to listen on; 0 for any
        #[arg(long, default_value_t = 8080)]
        port: u16,
        #[command(flatten)]
        place: Place,
    },
    /// Build the release site into dist/, ready for a static host
    Build(Place),
    /// Show how large the site is, by file and by crate, against its budget
    Size {
        /// For programs instead of people
        #[arg(long)]
        json: bool,
    },
    /// Name the functions of a crash report, in a site built from the same sources
    Function {
        /// What stands in `wasm-function[…]`
        #[arg(required = true)]
        numbers: Vec<u32>,
    },
    /// Show how long things take, against their budgets and other libraries
    Bench {
        /// For programs as well as people
        #[arg(long)]
        json: bool,
    },
    /// Run everything that continuous integration runs
    Test {
        /// One stage alone
        #[arg(long, value_name = "STAGE")]
        only: Option<test::Stage>,
    },
}

#[derive(Args, Debug)]
struct Place {
    /// The path the site is published under
    #[arg(long, default_value = "/", value_parser = pages::parse_base)]
    base: String,
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without a backtrace: the message is for whoever runs the command.
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Serve { port, place } => server::serve(&site::build(&place.base)?, port),
        Task::Build(place) => {
            let site = site::build(&place.base)?;
            println!("The site is in {}", site.dist.display());
            Ok(())
        }
        Task::Size { json } => size::report(&site::build("/")?, json),
        Task::Function { numbers } => wasm_size::name(&site::build("/")?, &numbers),
        Task::Bench { json } => bench::bench(json),
        Task::Test { only } => test::test(only),
    }
}
