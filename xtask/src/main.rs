//! The commands of the README: each does its own set-up.

mod anywhere;
mod bench;
mod compress;
mod engines;
mod pages;
mod program;
mod server;
mod setup;
mod shell;
mod site;
mod size;
mod test;
mod wasm_size;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// Builds, serves, tests and measures Fedcred. Each command installs the tools that it needs and does not find.
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
        /// The port to listen on; 0 takes any free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
        #[command(flatten)]
        place: Place,
    },
    /// Build the release site into dist/, ready for a static host
    Build(Place),
    /// Show how large the site is, by file, by crate and by data file, beside the last release
    Size {
        /// Print JSON
        #[arg(long)]
        json: bool,
        /// Keep these sizes as those of the last release
        #[arg(long)]
        release: bool,
    },
    /// Measure speed, beside budgets and other libraries
    Bench {
        /// Also print JSON
        #[arg(long)]
        json: bool,
    },
    /// Run everything that continuous integration runs
    Test {
        /// Run this stage only
        #[arg(long, value_name = "STAGE")]
        only: Option<test::Stage>,
    },
}

#[derive(Args, Debug)]
struct Place {
    /// The path under which the site is published
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
        Task::Size { json, release } => size::report(&site::build("/")?, json, release),
        Task::Bench { json } => bench::bench(json),
        Task::Test { only } => test::test(only),
    }
}
