//! Compiles the app for the browser, in the two parts that src/late/mod.rs describes.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support as wasm_split;

use crate::setup::{self, TARGET};
use crate::shell::{cargo, output, root, run};

/// The name of the script and of the first part, which wasm-bindgen derives from it.
const NAME: &str = "fedcred-app";

/// The files of a program, all in one folder.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) folder: PathBuf,
}

impl Program {
    /// The script that starts the program.
    pub(crate) const SCRIPT: &'static str = "fedcred-app.js";
    /// The first part, which decodes a token.
    pub(crate) const FIRST: &'static str = "fedcred-app_bg.wasm";
    /// The late part, which the first one loads.
    pub(crate) const LATE: &'static str = "split_late.wasm";

    /// The files that the browser loads.
    pub(crate) const FILES: [&'static str; 3] = [Self::SCRIPT, Self::FIRST, Self::LATE];

    /// Compiles the app and cuts it at its split point.
    ///
    /// The splitter needs the linker's relocations, so it runs before wasm-bindgen.
    pub(crate) fn compile() -> Result<Self> {
        let linked = link(&["--bin", NAME, "--features", "split"], &[RELOCATIONS])?
            .join(format!("{NAME}.wasm"));
        let linked =
            fs::read(&linked).with_context(|| format!("could not read {}", linked.display()))?;
        let folder = root().join("target/program");
        empty(&folder)?;
        let main = folder.join("main.wasm");
        let script = format!("./{}", Self::SCRIPT);
        let mut options = wasm_split::Options::new(&linked);
        options.output_dir = &folder;
        options.main_out_path = &main;
        options.main_module = &script;
        wasm_split::transform(options)
            .map_err(|error| anyhow!("could not split the wasm: {error:#}"))?;
        bind(&main, &folder, NAME)?;
        Ok(Self { folder })
    }

    /// Writes its files, optimized, into a folder.
    pub(crate) fn optimize_into(&self, folder: &Path) -> Result<()> {
        for wasm in [Self::FIRST, Self::LATE] {
            optimize(&self.folder.join(wasm), &folder.join(wasm), &[])?;
        }
        Ok(())
    }
}

/// Both parts as the site has them, with the names of their functions.
pub(crate) fn parts_with_names() -> Result<[Vec<u8>; 2]> {
    let program = Program::compile()?;
    let named = root().join("target/named");
    empty(&named)?;
    let part = |name| {
        let file = named.join(name);
        optimize(&program.folder.join(name), &file, &["--debuginfo"])?;
        fs::read(&file).with_context(|| format!("could not read {}", file.display()))
    };
    Ok([part(Program::FIRST)?, part(Program::LATE)?])
}

/// Compiles an example of the app as the site is compiled, in one part; returns the folder of its script and wasm.
pub(crate) fn compile_example(name: &str) -> Result<PathBuf> {
    let linked = link(&["--example", name], &[])?.join(format!("examples/{name}.wasm"));
    let folder = root().join("target").join(name);
    empty(&folder)?;
    bind(&linked, &folder, name)?;
    let wasm = folder.join(format!("{name}_bg.wasm"));
    optimize(&wasm, &wasm, &[])?;
    Ok(folder)
}

/// Keeps what the splitter needs of the linker.
const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";

/// Builds a target of the app in release mode; returns the folder in which cargo puts it.
fn link(target: &[&str], flags: &[&str]) -> Result<PathBuf> {
    setup::wasm_target()?;
    let folder = root().join("target/wasm");
    let mut build = cargo();
    build.args([
        "build",
        "--release",
        "--package",
        "fedcred",
        "--target",
        TARGET,
    ]);
    build.args(target).env("CARGO_TARGET_DIR", &folder);
    let mut flags: Vec<_> = flags.iter().map(OsString::from).collect();
    flags.extend(remapped_paths()?);
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f".as_ref()));
    run(&mut build)?;
    Ok(folder.join(TARGET).join("release"))
}

/// Panics name source files. They do so without the folders of whoever builds the site: those are nobody's business, and
/// every machine builds the same bytes.
fn remapped_paths() -> Result<Vec<OsString>> {
    let registry = setup::cargo_home()?.join("registry/src");
    run(cargo().args(["fetch", "--target", TARGET]))?;
    let why = || format!("cargo fetched nothing into {}", registry.display());
    let mut flags = vec![remapped(root(), ""), standard_library()?];
    for entry in fs::read_dir(&registry).with_context(why)? {
        flags.push(remapped(&entry.with_context(why)?.path(), ""));
    }
    Ok(flags)
}

/// Where the sources of the standard library are installed, rustc names them there and not as everywhere else.
fn standard_library() -> Result<OsString> {
    let ask = |question| {
        output(Command::new("rustc").args(question))
            .context("could not ask rustc for its folder and version")
    };
    let sources = Path::new(&ask(["--print", "sysroot"].as_slice())?).join("lib/rustlib/src/rust");
    let version = ask(["--version", "--verbose"].as_slice())?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    Ok(remapped(
        &sources,
        &format!("/rustc/{}", commit.unwrap_or("unknown")),
    ))
}

fn remapped(folder: &Path, name: &str) -> OsString {
    let mut flag = OsString::from("--remap-path-prefix=");
    flag.extend([folder.as_os_str(), "=".as_ref(), name.as_ref()]);
    flag
}

/// Writes `name.js` and `name_bg.wasm` into the folder.
fn bind(linked: &Path, folder: &Path, name: &str) -> Result<()> {
    Bindgen::new()
        .input_path(linked)
        .out_name(name)
        .web(true)
        .and_then(|bindgen| {
            // The late part uses exports that only the linker and the splitter know; they share their exact names.
            bindgen
                .keep_lld_exports(true)
                .demangle(false)
                .typescript(false);
            bindgen.generate(folder)
        })
        .context("wasm-bindgen failed")
}

/// What the browsers named in README.md understand: wasm-opt assumes less where the wasm does not say it.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Optimizes a wasm for size.
fn optimize(from: &Path, to: &Path, options: &[&str]) -> Result<()> {
    let mut opt = Command::new(setup::wasm_opt()?);
    opt.arg("-Oz").args(FEATURES).args(options);
    run(opt.arg(from).arg("-o").arg(to))
}

/// Makes a folder that holds nothing.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("could not empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))
}
