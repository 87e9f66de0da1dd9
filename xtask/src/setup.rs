//! Gets the tools a command needs: uses what is there, installs the rest, or says in one sentence what would.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{find, output, root, run, say};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Distributions ship versions that cannot read what today's compiler writes.
const BINARYEN: &str = "132.0.0";
const ESBUILD: &str = "0.28.2";

/// Lets the user's own compiler build for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    let libraries = || {
        output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
            .is_some_and(|folder| Path::new(&folder).is_dir())
    };
    if libraries() {
        return Ok(());
    }
    if find("rustup").is_none() {
        bail!(
            "the compiler has no standard library for {TARGET}, and there is no rustup to add it: install Rust from https://rustup.rs"
        );
    }
    say("Adding Rust's standard library for the browser");
    run(Command::new("rustup").args(["target", "add", TARGET]))
}

/// The optimizer of the wasm.
pub(crate) fn wasm_opt() -> Result<PathBuf> {
    npm_tool("binaryen", BINARYEN, "wasm-opt")
}

/// The bundler of scripts and styles.
pub(crate) fn esbuild() -> Result<PathBuf> {
    npm_tool("esbuild", ESBUILD, "esbuild")
}

/// A program of an npm package, in a folder of its own in the cache.
fn npm_tool(package: &str, version: &str, program: &str) -> Result<PathBuf> {
    let home = cache()?.join(format!("{package}-{version}"));
    let file = home.join("node_modules/.bin").join(program);
    if !file.is_file() {
        say(&format!(
            "Installing {program} (npm package {package} {version})"
        ));
        need_npm()?;
        fs::create_dir_all(&home)
            .with_context(|| format!("could not create {}", home.display()))?;
        run(npm(&home).args(["install", "--no-save", &format!("{package}@{version}")]))?;
    }
    Ok(file)
}

/// The folder of wasm-bindgen's test runner, of exactly the version the app is linked with.
pub(crate) fn test_runner() -> Result<PathBuf> {
    let (name, version) = ("wasm-bindgen-cli", wasm_bindgen_shared::version());
    let home = cache()?.join(format!("{name}-{version}"));
    let bin = home.join("bin");
    if !bin.join("wasm-bindgen-test-runner").is_file() {
        say(&format!(
            "Installing {name} {version}: this compiles for some minutes, once"
        ));
        let mut install = Command::new("cargo");
        // Without its lock file, which may name versions of crates that a mirror no longer serves.
        install.args(["install", name, "--version", &version, "--root"]);
        // Compiling fast matters more than running fast: it runs for seconds.
        install
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        run(install.arg(&home))?;
    }
    Ok(bin)
}

/// The npm packages of a folder of tests, exactly as locked.
pub(crate) fn packages(folder: &str) -> Result<()> {
    let path = root().join(folder);
    let installed = modified(&path.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&path.join("package-lock.json")) {
        return Ok(());
    }
    say(&format!("Installing the npm packages of {folder}"));
    need_npm()?;
    run(npm(&path).arg("ci"))
}

/// Installs system packages with apt-get, or fails with the sentence that says what to run.
pub(crate) fn install(what: &str, packages: &[&str], elsewhere: &str) -> Result<()> {
    let names = packages.join(" ");
    if find("apt-get").is_none() {
        bail!(
            "could not find {what}, and only apt-get is automated: install it yourself, for example: {elsewhere}"
        );
    }
    if output(Command::new("id").arg("-u")).as_deref() != Some("0") {
        bail!(
            "could not find {what}, and only root can install it: run `sudo apt-get install -y {names}` once, then run this command again"
        );
    }
    say(&format!("Installing {what}: {names}"));
    run(apt().arg("update"))?;
    run(apt().args(["install", "-y"]).args(packages))
}

/// The folder in which cargo keeps the sources of crates.
pub(crate) fn cargo_home() -> Result<PathBuf> {
    match env::var_os("CARGO_HOME").filter(|dir| !dir.is_empty()) {
        Some(home) => Ok(PathBuf::from(home)),
        None => Ok(env::home_dir()
            .context("no home folder is known: set CARGO_HOME")?
            .join(".cargo")),
    }
}

/// The user's cache folder for this project.
fn cache() -> Result<PathBuf> {
    let base = match env::var_os("XDG_CACHE_HOME").filter(|dir| !dir.is_empty()) {
        Some(dir) => PathBuf::from(dir),
        None => env::home_dir()
            .context("no home folder is known for the tools' cache: set XDG_CACHE_HOME")?
            .join(".cache"),
    };
    Ok(base.join("fedcred"))
}

fn need_npm() -> Result<()> {
    if find("npm").is_some() && find("node").is_some() {
        return Ok(());
    }
    install("Node.js and npm", &["nodejs", "npm"], "`brew install node`")
}

fn npm(folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command
        .current_dir(folder)
        .arg("--prefix")
        .arg(folder)
        .args(["--no-fund", "--no-audit", "--no-update-notifier"]);
    command
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        // Waits for another installation to end, instead of failing beside it.
        .args([
            "-q",
            "-o",
            "Dpkg::Use-Pty=0",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]);
    command
}

/// When the file was last written, if it is there.
fn modified(file: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(file).and_then(|data| data.modified()).ok()
}
