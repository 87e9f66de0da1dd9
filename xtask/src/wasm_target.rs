//! A compiler that can build for the browser, and the environment its commands need.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::setup::install;
use crate::shell::{find, output, path_with, root, run, say};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's own packages, for machines whose rustup cannot download.
const DEBIAN_PACKAGES: [&str; 6] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "rust-web-clippy",
    "rustfmt-web",
];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LINKER: &str = "/usr/bin/rust-lld";

/// Where the standard library for wasm comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The user's own compiler has it.
    Own,
    /// Debian's compiler, which builds it from its sources.
    Debian,
}

/// What is compiled: tests need more of the standard library than the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    Site,
    Tests,
}

/// Finds a compiler for wasm, or installs one: with rustup where that works, else Debian's.
pub(crate) fn toolchain() -> Result<Toolchain> {
    if own_has_target() {
        return Ok(Toolchain::Own);
    }
    // Asked before rustup, so that a download that failed once is not tried on each run.
    if debian_is_there() {
        return Ok(Toolchain::Debian);
    }
    if rustup_adds_target() && own_has_target() {
        return Ok(Toolchain::Own);
    }
    let elsewhere = format!("rustup target add {TARGET}");
    install("a Rust compiler for wasm", &DEBIAN_PACKAGES, &elsewhere)?;
    install_linker(&elsewhere)?;
    Ok(Toolchain::Debian)
}

/// `rust-lld` is a link to the `lld-N` of its LLVM, which is a package of that name that nothing asks for.
fn install_linker(elsewhere: &str) -> Result<()> {
    let link = Path::new(DEBIAN_LINKER);
    match link.read_link() {
        Ok(target) if !link.exists() => {
            let package = target.file_name().unwrap_or_default().to_string_lossy();
            install("the linker for wasm", &[&package], elsewhere)
        }
        _ => Ok(()),
    }
}

impl Toolchain {
    /// A command that sees this compiler and the tools in `dirs` before all others.
    pub(crate) fn command(self, program: &str, dirs: &[PathBuf], goal: Goal) -> Result<Command> {
        let mut command = Command::new(program);
        command.current_dir(root());
        command.env("CARGO_TARGET_DIR", root().join("target/wasm"));
        command.env("PATH", self.search_path(dirs)?);
        if self == Toolchain::Debian {
            use_debian(&mut command, goal);
        }
        Ok(command)
    }

    fn search_path(self, dirs: &[PathBuf]) -> Result<OsString> {
        let mut first = dirs.to_vec();
        if self == Toolchain::Debian {
            first.push(PathBuf::from("/usr/bin"));
        }
        path_with(&first)
    }
}

/// Cargo builds the standard library itself: an unstable feature, so the compiler is told to allow it.
fn use_debian(command: &mut Command, goal: Goal) {
    let parts = match goal {
        Goal::Site => "std,panic_abort",
        Goal::Tests => "std,panic_abort,panic_unwind,test",
    };
    // rustup's variables would lead cargo back to rustup's compiler.
    for variable in [
        "RUSTUP_TOOLCHAIN",
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "LD_LIBRARY_PATH",
    ] {
        command.env_remove(variable);
    }
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", parts);
}

fn own_has_target() -> bool {
    output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

fn debian_is_there() -> bool {
    let sysroot = output(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]));
    let source = "lib/rustlib/src/rust/library/Cargo.lock";
    sysroot.is_some_and(|folder| Path::new(&folder).join(source).is_file())
        && Path::new("/usr/bin/cargo").is_file()
        && Path::new(DEBIAN_LINKER).is_file()
}

fn rustup_adds_target() -> bool {
    if find("rustup").is_none() {
        return false;
    }
    say("Adding the standard library for wasm with rustup");
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]);
    run(&mut rustup)
        .inspect_err(|error| eprintln!("{error}"))
        .is_ok()
}
