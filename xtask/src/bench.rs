//! Times the core and the site in the browser, and core and server natively, beside budgets and yardsticks.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::engines::CHROMIUM;
use crate::shell::{cargo, root, run, say};
use crate::site::{self, Site};
use crate::{program, server, setup, test};

/// Prints how long things take. There is no pass or fail: machines differ and are seldom quiet.
pub(crate) fn bench(json: bool) -> Result<()> {
    let (native, fedcred) = (native()?, command_line()?);
    let core = core()?;
    let site = site::build("/")?;
    setup::packages(test::END_TO_END)?;
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("FEDCRED_NATIVE", native)
        .env("FEDCRED", fedcred)
        .env("FEDCRED_CORE", server::serve_in_background(&core)?)
        .env("FEDCRED_SITE", server::serve_in_background(&site)?)
        .envs(CHROMIUM.programs()?)
        .arg("tests/e2e/bench/run.mjs");
    say("Measuring: this takes a few minutes");
    run(node.args(json.then_some("--json")))
}

/// Compiles bench/, which stands outside the workspace; tells where the program is.
fn native() -> Result<PathBuf> {
    let folder = root().join("target/native");
    let mut build = cargo();
    build.args(["build", "--release", "--locked"]);
    build.args(["--manifest-path", "bench/Cargo.toml"]);
    run(build.arg("--target-dir").arg(&folder))?;
    Ok(folder.join("release/fedcred-bench"))
}

/// Compiles the command line as it is released.
fn command_line() -> Result<PathBuf> {
    run(cargo().args(["build", "--release", "--package", "fedcred-cli"]))?;
    Ok(root().join("target/release/fedcred"))
}

/// Compiles examples/bench.rs as the site is compiled.
fn core() -> Result<Site> {
    Ok(Site {
        dist: program::compile_example("bench")?,
        base: "/".to_owned(),
    })
}
