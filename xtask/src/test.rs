//! Runs everything that continuous integration runs, stage by stage, up to the first failure.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::engines::{self, Available, CHROMIUM};
use crate::setup::{self, TARGET};
use crate::shell::{cargo, path_with, root, run, say};
use crate::{anywhere, server, site, size};

/// A part of the tests, in the order they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// rustfmt leaves everything as it is
    Format,
    /// clippy is silent on the whole workspace
    Lint,
    /// clippy is silent on the app as the browser gets it
    LintWasm,
    /// Unit and property tests of the whole workspace
    Unit,
    /// The same tests below a long, odd folder, a year from now, in another time zone and language
    Anywhere,
    /// Microsoft's own clients against the mock, served by the command line
    Sdk,
    /// Tests of the app's components in Chromium, Firefox and WebKitGTK
    Components,
    /// The release site builds; its sizes are shown
    Site,
    /// The built site decodes, verifies, explains and simulates under its policy in Chromium, Firefox and WebKitGTK
    Smoke,
    /// End-to-end tests of the built site in headless Chromium
    EndToEnd,
}

/// Runs one stage, or all of them.
pub(crate) fn test(only: Option<Stage>) -> Result<()> {
    let stages: Vec<Stage> = match only {
        Some(stage) => vec![stage],
        None => Stage::value_variants().to_vec(),
    };
    let (mut times, mut skipped) = (Vec::new(), Vec::new());
    for stage in &stages {
        let start = Instant::now();
        say(&format!(
            "{} ({}/{})",
            stage.name(),
            times.len() + 1,
            stages.len()
        ));
        skipped.append(&mut stage.run().with_context(|| stage.failure())?);
        times.push(format!("{} {} s", stage.name(), start.elapsed().as_secs()));
    }
    println!("\nTimes: {}", times.join(", "));
    for what in &skipped {
        println!("Skipped: {what}");
    }
    match only {
        Some(stage) => println!("Stage {} passed; the others were not run.", stage.name()),
        None => println!(
            "All tests passed in {} stages; skipped parts: {}.",
            stages.len(),
            skipped.len()
        ),
    }
    Ok(())
}

impl Stage {
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn failure(self) -> String {
        let name = self.name();
        format!("the tests stopped at stage {name}; `cargo xtask test --only {name}` runs it alone")
    }

    /// Runs it; returns what it had to leave out.
    fn run(self) -> Result<Vec<String>> {
        match self {
            Stage::Format => run(cargo().args(["fmt", "--all", "--check"])),
            Stage::Lint => lint(),
            Stage::LintWasm => lint_wasm(),
            Stage::Unit => unit(),
            Stage::Anywhere => return Ok(anywhere::test()?.into_iter().collect()),
            Stage::Sdk => sdk(),
            Stage::Components => return components(),
            Stage::Site => size::show(&site::build("/")?),
            Stage::Smoke => return smoke(),
            Stage::EndToEnd => end_to_end(),
        }?;
        Ok(Vec::new())
    }
}

const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// The core without its mock, as others may use it.
const CORE_WITHOUT_MOCK: [&str; 3] = ["--package", "fedcred-core", "--no-default-features"];

/// The whole workspace, then the core without its mock.
fn lint() -> Result<()> {
    let clippy = ["clippy", "--all-targets"];
    run(cargo().args(clippy).arg("--workspace").args(DENY_WARNINGS))?;
    run(cargo()
        .args(clippy)
        .args(CORE_WITHOUT_MOCK)
        .args(DENY_WARNINGS))
}

/// The same two; the first with the examples in the documentation, which use the mock.
fn unit() -> Result<()> {
    run(cargo().args(["test", "--workspace"]))?;
    run(cargo().args(["test", "--lib"]).args(CORE_WITHOUT_MOCK))
}

/// In one part and in two.
fn lint_wasm() -> Result<()> {
    let clippy = ["clippy", "--package", "fedcred", "--all-targets"];
    run(cargo_for_wasm()?.args(clippy).args(DENY_WARNINGS))?;
    let split = ["--features", "split"];
    run(cargo_for_wasm()?
        .args(clippy)
        .args(split)
        .args(DENY_WARNINGS))
}

/// Cargo for the app as the browser gets it, unoptimized.
fn cargo_for_wasm() -> Result<Command> {
    setup::wasm_target()?;
    let mut cargo = cargo();
    cargo
        .env("CARGO_BUILD_TARGET", TARGET)
        .env("CARGO_TARGET_DIR", root().join("target/wasm"))
        // Debugging information makes the test programs ten times larger.
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    Ok(cargo)
}

/// The folder of the end-to-end tests.
pub(crate) const END_TO_END: &str = "tests/e2e";

/// Runs tests/sdk/*.test.mjs, each of which serves its scenarios itself.
fn sdk() -> Result<()> {
    setup::packages("tests/sdk")?;
    // With the features that the unit tests have built it with.
    run(cargo().args(["build", "--workspace", "--bin", "fedcred"]))?;
    run(&mut node_tests("tests/sdk")?)
}

/// The folder of the tests that run in every engine.
const ENGINES: &str = "tests/engines";

/// Runs the files of tests/ in each browser, through wasm-bindgen's test runner.
fn components() -> Result<Vec<String>> {
    setup::packages(ENGINES)?;
    let test_runner = path_with(&[setup::test_runner()?])?;
    // Below the workspace, where cargo runs the tests.
    let runner = format!("target.{TARGET}.runner=[\"node\", \"{ENGINES}/runner.mjs\"]");
    let tests = files("tests", ".rs")?;
    let Available { engines, missing } = engines::available()?;
    for (engine, programs) in engines {
        let mut cargo = cargo_for_wasm()?;
        cargo
            .env("PATH", &test_runner)
            .env("FEDCRED_ENGINE", engine.name)
            .envs(programs)
            .args(["test", "--package", "fedcred", "--config", &runner]);
        for name in tests.iter().filter_map(|file| file.file_stem()) {
            cargo.arg("--test").arg(name);
        }
        run(&mut cargo)?;
    }
    Ok(missing)
}

/// Serves the site from this process and runs tests/engines/*.test.mjs against it, in each browser.
fn smoke() -> Result<Vec<String>> {
    setup::packages(ENGINES)?;
    let address = server::serve_in_background(&site::build("/")?)?;
    let Available { engines, missing } = engines::available()?;
    let programs = engines.into_iter().flat_map(|(_, programs)| programs);
    let mut node = node_tests(ENGINES)?;
    run(node.env("FEDCRED_SITE", address).envs(programs))?;
    Ok(missing)
}

/// Serves the site from this process and runs tests/e2e/*.test.mjs against it.
fn end_to_end() -> Result<()> {
    setup::packages(END_TO_END)?;
    let chromium = CHROMIUM.programs()?;
    let address = server::serve_in_background(&site::build("/")?)?;
    let mut node = node_tests(END_TO_END)?;
    run(node.env("FEDCRED_SITE", address).envs(chromium))
}

/// Node's own test runner for the `*.test.mjs` of a folder.
fn node_tests(folder: &str) -> Result<Command> {
    let mut node = Command::new("node");
    node.current_dir(root())
        .args(["--test", "--test-reporter=spec"])
        .args(files(folder, ".test.mjs")?);
    Ok(node)
}

/// The files of a folder whose names end so, below the workspace's folder.
fn files(folder: &str, end: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let why = || format!("could not read {folder}");
    for entry in fs::read_dir(root().join(folder)).with_context(why)? {
        let name = entry.with_context(why)?.file_name();
        if name.to_string_lossy().ends_with(end) {
            found.push(PathBuf::from(folder).join(name));
        }
    }
    found.sort();
    Ok(found)
}
