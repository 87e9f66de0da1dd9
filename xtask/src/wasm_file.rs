//! Makes of a compiled wasm what the browser gets, with the site's flags.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup;
use crate::shell::{root, run};

/// Where cargo puts what it compiles for the site.
pub(crate) const RELEASE: &str = "target/wasm/wasm32-unknown-unknown/release";

/// Writes `name.js` and the wasm it loads into the folder; tells where the wasm is.
pub(crate) fn bind(compiled: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    let mut bindgen = Command::new(setup::wasm_bindgen()?.join("wasm-bindgen"));
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", name]);
    run(bindgen.arg("--out-dir").arg(folder).arg(compiled))?;
    Ok(folder.join(format!("{name}_bg.wasm")))
}

/// Shrinks a bound wasm as Trunk does.
pub(crate) fn shrink(bound: &Path) -> Result<()> {
    let mut opt = Command::new(setup::wasm_opt()?.join("wasm-opt"));
    opt.arg("-Oz").args(site_flags()?.split(' '));
    run(opt.arg("-o").arg(bound).arg(bound))
}

/// The flags that index.html gives to Trunk for wasm-opt.
fn site_flags() -> Result<String> {
    let html =
        fs::read_to_string(root().join("index.html")).context("could not read index.html")?;
    let flags = html
        .split_once("data-wasm-opt-params=\"")
        .and_then(|(_, rest)| rest.split_once('"'));
    let (flags, _) = flags.context("index.html has no data-wasm-opt-params")?;
    Ok(flags.to_owned())
}
