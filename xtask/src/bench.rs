//! Times the core and the site in the browser, and core and server natively, beside budgets and yardsticks.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::shell::{root, run, say};
use crate::site::{self, Site};
use crate::wasm_target::TARGET;
use crate::{server, setup, test, wasm_file};

/// Prints how long things take. There is no pass or fail: machines differ and are seldom quiet.
pub(crate) fn bench(json: bool) -> Result<()> {
    let (native, fedcred) = (native()?, command_line()?);
    let core = core()?;
    let site = site::build("/")?;
    setup::packages(test::END_TO_END)?;
    let chromium = setup::browser()?.chromium;
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("FEDCRED_NATIVE", native)
        .env("FEDCRED", fedcred)
        .env("FEDCRED_CORE", server::serve_in_background(&core)?)
        .env("FEDCRED_SITE", server::serve_in_background(&site)?)
        .env("CHROMIUM", chromium)
        .arg("tests/e2e/bench/run.mjs");
    say("Measuring: a few minutes");
    run(node.args(json.then_some("--json")))
}

/// Compiles bench/, which stands outside the workspace; tells where the program is.
fn native() -> Result<PathBuf> {
    let folder = root().join("target/native");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root()).args(["build", "--release"]);
    cargo.args(["--locked", "--manifest-path", "bench/Cargo.toml"]);
    run(cargo.arg("--target-dir").arg(&folder))?;
    Ok(folder.join("release/fedcred-bench"))
}

/// Compiles the command line as it is released.
fn command_line() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root());
    run(cargo.args(["build", "--release", "--package", "fedcred-cli"]))?;
    Ok(root().join("target/release/fedcred"))
}

/// Compiles examples/bench.rs with the site's profile, flags and tools.
fn core() -> Result<Site> {
    let mut cargo = site::compiler("cargo", &[])?;
    cargo.args(["build", "--release", "--package", "fedcred"]);
    run(cargo.args(["--example", "bench", "--target", TARGET]))?;
    let folder = root().join("target/bench");
    let compiled = root().join(wasm_file::RELEASE).join("examples/bench.wasm");
    let bound = wasm_file::bind(&compiled, &folder, "bench")?;
    wasm_file::shrink(&bound)?;
    Ok(Site {
        dist: folder.clone(),
        compressed: folder,
        base: "/".to_owned(),
    })
}
