//! A compiler that can build for the browser, and the environment its commands need.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup::{cache, install};
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
    /// The user's own compiler has it, ready-made.
    Own,
    /// The user's own compiler has its sources as well: for the site it is compiled for size.
    OwnFromSource,
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
        return own();
    }
    // Asked before rustup, so that a download that failed once is not tried on each run.
    if debian_is_there() {
        return Ok(Toolchain::Debian);
    }
    if rustup_adds_target() && own_has_target() {
        return own();
    }
    let elsewhere = format!("rustup target add {TARGET}");
    install("a Rust compiler for wasm", &DEBIAN_PACKAGES, &elsewhere)?;
    install_linker(&elsewhere)?;
    Ok(Toolchain::Debian)
}

/// From source where that can be had: the site is 5 kB smaller. It is tried once.
fn own() -> Result<Toolchain> {
    let refused = cache()?.join("no-rust-src");
    if !has_std_source("rustc") && !refused.exists() && !rustup_adds_source() {
        fs::create_dir_all(cache()?)
            .and_then(|()| fs::write(&refused, ""))
            .with_context(|| format!("could not write {}", refused.display()))?;
    }
    Ok(if has_std_source("rustc") {
        Toolchain::OwnFromSource
    } else {
        Toolchain::Own
    })
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
        match (self, goal) {
            (Toolchain::Debian, _) => use_debian(&mut command, goal),
            (Toolchain::OwnFromSource, Goal::Site) => compile_std(&mut command, goal),
            _ => {}
        }
        Ok(command)
    }

    /// A panic stops the program at once: without places, messages and what formats them it is 13 kB smaller.
    /// Nothing is written with `{:?}` then, so that is left out too. A ready-made standard library is compiled
    /// for the other way.
    pub(crate) fn panic_flags(self) -> impl Iterator<Item = &'static str> {
        let flags = [
            "-Zunstable-options",
            "-Cpanic=immediate-abort",
            "-Zfmt-debug=none",
        ];
        flags.into_iter().filter(move |_| self != Toolchain::Own)
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
fn compile_std(command: &mut Command, goal: Goal) {
    let parts = match goal {
        Goal::Site => "std,panic_abort",
        Goal::Tests => "std,panic_abort,panic_unwind,test",
    };
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", parts);
    if goal == Goal::Site {
        command.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    }
}

/// Debian's compiler has no ready-made standard library for wasm.
fn use_debian(command: &mut Command, goal: Goal) {
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
    compile_std(command, goal);
}

fn own_has_target() -> bool {
    output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

fn debian_is_there() -> bool {
    has_std_source(DEBIAN_RUSTC)
        && Path::new("/usr/bin/cargo").is_file()
        && Path::new(DEBIAN_LINKER).is_file()
}

/// Whether the compiler comes with the sources of its standard library.
fn has_std_source(rustc: &str) -> bool {
    std_source(rustc).is_some_and(|folder| folder.join("library/Cargo.lock").is_file())
}

/// Where a compiler has the sources of its standard library, if it has them.
fn std_source(rustc: &str) -> Option<PathBuf> {
    let sysroot = output(Command::new(rustc).args(["--print", "sysroot"]))?;
    Some(Path::new(&sysroot).join("lib/rustlib/src/rust"))
}

/// The folders in which the sources of a standard library may lie that is compiled here.
pub(crate) fn std_sources() -> impl Iterator<Item = PathBuf> {
    ["rustc", DEBIAN_RUSTC].into_iter().filter_map(std_source)
}

fn rustup_adds_source() -> bool {
    if find("rustup").is_none() {
        return false;
    }
    say(
        "Adding the sources of Rust's standard library: compiled for size, the site is 5 kB smaller",
    );
    run(Command::new("rustup").args(["component", "add", "rust-src"]))
        .inspect_err(|error| eprintln!("{error}"))
        .is_ok()
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
