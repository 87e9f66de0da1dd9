//! Times the core in the browser, compiled as the site is, beside its budgets.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::shell::{root, run, say};
use crate::site::{self, Site};
use crate::wasm_target::TARGET;
use crate::{server, setup, wasm_file};

/// Prints how long things take. There is no pass or fail: machines differ and are seldom quiet.
pub(crate) fn bench(json: bool) -> Result<()> {
    let folder = build()?;
    setup::end_to_end_packages()?;
    let chromium = setup::browser()?.chromium;
    let address = server::serve_in_background(&Site {
        dist: folder.clone(),
        compressed: folder,
        base: "/".to_owned(),
    })?;
    say("Measuring in headless Chromium");
    let mut node = Command::new("node");
    node.current_dir(root())
        .env("FEDCRED_BENCH", address)
        .env("CHROMIUM", chromium)
        .arg("tests/e2e/bench.mjs");
    run(node.args(json.then_some("--json")))
}

/// Compiles examples/bench.rs with the site's profile, flags and tools; tells in which folder it is.
fn build() -> Result<PathBuf> {
    let mut cargo = site::compiler("cargo", &[])?;
    cargo.args(["build", "--release", "--package", "fedcred"]);
    run(cargo.args(["--example", "bench", "--target", TARGET]))?;
    let folder = root().join("target/bench");
    let compiled = root().join(wasm_file::RELEASE).join("examples/bench.wasm");
    let bound = wasm_file::bind(&compiled, &folder, "bench")?;
    wasm_file::shrink(&bound, &bound, &[])?;
    Ok(folder)
}
