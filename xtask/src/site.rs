//! Builds the release site into dist/, unless it is there already.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::pages::{self, PAGES, html_of};
use crate::shell::{root, run, say};
use crate::split::Parts;
use crate::wasm_target::{Goal, TARGET, std_sources, toolchain};
use crate::{compress, import_names, setup, split, streams, styles};

/// Everything that a change of can change the site.
const INPUTS: [&str; 12] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "core/Cargo.toml",
    "core/data",
    "core/src",
    "index.html",
    "src",
    "static",
    "xtask/Cargo.toml",
    "xtask/src",
    ".cargo/config.toml",
];

/// The finished site, in two folders.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// What goes to a static host, nothing else.
    pub(crate) dist: PathBuf,
    /// The same with a `.br` beside each file, for the server and the sizes.
    pub(crate) compressed: PathBuf,
    pub(crate) base: String,
}

/// Builds the site if its inputs, its base or dist/ itself changed since the last build.
pub(crate) fn build(base: &str) -> Result<Site> {
    let site = Site {
        dist: root().join("dist"),
        compressed: root().join("target/site"),
        base: base.to_owned(),
    };
    let _lock = alone()?;
    let stamp = root().join("target/site.stamp");
    let inputs = fingerprint(&INPUTS.map(|name| root().join(name)), base)?;
    let old = fs::read_to_string(&stamp).unwrap_or_default();
    if old != stamp_of(&inputs, &site)? {
        say("Building the release site");
        trunk(base)?;
        finish_program(&site.dist)?;
        minify_scripts(&site.dist)?;
        write_pages(&site)?;
        compress::copy(&site.dist, &site.compressed)?;
        write(&stamp, &stamp_of(&inputs, &site)?)?;
    }
    Ok(site)
}

/// Keeps two commands from building into dist/ at once.
fn alone() -> Result<File> {
    let file = root().join("target/site.lock");
    write(&file, "")?;
    let lock = File::open(&file).context("could not open target/site.lock")?;
    if lock.try_lock().is_err() {
        say("Waiting for another build of the site to end");
        lock.lock().context("could not lock target/site.lock")?;
    }
    Ok(lock)
}

fn stamp_of(inputs: &str, site: &Site) -> Result<String> {
    let outputs = fingerprint(&[site.dist.clone(), site.compressed.clone()], &site.base)?;
    Ok(format!("{inputs} {outputs}"))
}

fn trunk(base: &str) -> Result<()> {
    styles::bundle()?;
    let dirs = [setup::trunk()?, setup::wasm_bindgen()?, setup::wasm_opt()?];
    // Offline, Trunk takes the tools on its path and looks for no others; but cargo is then offline too.
    let mut trunk = compiler("trunk", &dirs)?;
    trunk
        .env("TRUNK_OFFLINE", "true")
        // Its minifier does not understand wasm-bindgen's script and says so each time.
        .env(
            "RUST_LOG",
            "error,trunk=info,trunk::processing::minify=error",
        )
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    run(trunk.args(["build", "--release", "--public-url", base]))
}

/// A command that compiles with the site's compiler and flags; all crates are fetched.
pub(crate) fn compiler(program: &str, dirs: &[PathBuf]) -> Result<Command> {
    let toolchain = toolchain()?;
    let mut cargo = toolchain.command("cargo", dirs, Goal::Site)?;
    run(cargo.args(["fetch", "--target", TARGET]))?;
    let mut command = toolchain.command(program, dirs, Goal::Site)?;
    let mut flags = without_local_paths()?;
    flags.extend(SMALL.map(ToOwned::to_owned));
    // By their names the program is split: all compilers are to write them alike.
    flags.push("-Csymbol-mangling-version=v0".to_owned());
    flags.extend(toolchain.panic_flags().map(ToOwned::to_owned));
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    Ok(command)
}

/// Terser halves the scripts; Trunk's own minifier cannot read wasm-bindgen's.
fn minify_scripts(dist: &Path) -> Result<()> {
    let terser = setup::terser()?.join("terser");
    for name in files_below(dist)?.keys() {
        let file = dist.join(name);
        if file.extension().is_some_and(|extension| extension == "js") {
            let options = ["--module", "--compress", "--mangle", "--output"];
            run(Command::new(&terser).arg(&file).args(options).arg(&file))?;
        }
    }
    Ok(())
}

/// Splits the program in two, shortens the names between script and wasm, and sorts the code.
fn finish_program(dist: &Path) -> Result<()> {
    let files = files_below(dist)?;
    let mut wasm = files
        .into_iter()
        .filter(|(name, _)| name.extension() == Some("wasm".as_ref()));
    let (old, wasm) = wasm.next().context("Trunk wrote no wasm")?;
    let old = old.to_string_lossy().into_owned();
    // Trunk names the two files alike.
    let script = dist.join(old.replace("_bg.wasm", ".js"));
    let mut text = fs::read_to_string(&script)
        .with_context(|| format!("Trunk wrote no {}", script.display()))?;
    let mut parts = split(&wasm)?;
    split::let_call(&mut text)?;
    import_names::number(&mut text, &mut parts.first);
    write(&script, &text)?;
    write(&root().join(NAMED_PROGRAM), &wasm)?;
    write(&root().join("target/first.wasm"), &parts.first)?;
    write(&root().join("target/late.wasm"), &parts.late)?;

    let sorted = [&parts.first, &parts.late].map(|part| streams::sorted(part));
    let [first, late] = sorted.map(|part| part.context("could not sort the code of the wasm"));
    let (first, late) = (first?, late?);
    // Both belong together, so a change of one changes both names.
    let mut hasher = DefaultHasher::new();
    (&first, &late).hash(&mut hasher);
    let name = format!("fedcred-app-{:016x}", hasher.finish());
    let names = [format!("{name}_bg.wasm"), format!("{name}{LATE}")];
    fs::remove_file(dist.join(&old)).with_context(|| format!("could not remove {old}"))?;
    write(&dist.join(&names[0]), &first)?;
    write(&dist.join(&names[1]), &late)?;
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).context("Trunk wrote no index.html")?;
    write(&page, &pages::with_program(&html, &old, &names)?)
}

/// How the name of the late part ends.
const LATE: &str = "_late.wasm";

pub(crate) fn is_late(name: &str) -> bool {
    name.ends_with(LATE)
}

/// The program as Trunk made it, with names, for the sizes and for reports of a crash.
pub(crate) const NAMED_PROGRAM: &str = "target/named/app.wasm";

/// The parts of a program with names.
pub(crate) fn split(wasm: &[u8]) -> Result<Parts> {
    let mut files = Vec::new();
    for folder in ["core/data", "static/scenarios"] {
        files.extend(files_below(&root().join(folder))?.into_values());
    }
    split::split(wasm, &files).context("could not split the wasm")
}

/// Flags that make the program smaller: SHA-256 in a loop instead of unrolled, 1.5 kB, and far faster than needed;
/// no addresses that are counted along in loops (LLVM's loop strength reduction), 1.2 kB; no computation done twice to
/// have it done early (partial redundancy elimination), 0.8 kB.
const SMALL: [&str; 3] = [
    r#"--cfg=sha2_backend_soft="compact""#,
    "-Cllvm-args=-disable-lsr",
    "-Cllvm-args=-enable-pre=0",
];

/// Panics name source files: without the folders of whoever built the site, which are long and nobody's business.
fn without_local_paths() -> Result<Vec<String>> {
    let home = match env::var_os("CARGO_HOME") {
        Some(home) => PathBuf::from(home),
        None => env::home_dir()
            .context("no home folder is known: set CARGO_HOME")?
            .join(".cargo"),
    };
    let sources = home.join("registry/src");
    let mut folders: Vec<_> = std_sources().chain([root().to_owned()]).collect();
    for entry in fs::read_dir(&sources)
        .with_context(|| format!("cargo fetched nothing into {}", sources.display()))?
    {
        folders.push(entry?.path());
    }
    let flags = folders
        .iter()
        .map(|folder| format!("--remap-path-prefix={}=", folder.display()));
    Ok(flags.collect())
}

fn write_pages(site: &Site) -> Result<()> {
    let trunk = site.dist.join("index.html");
    let html = fs::read_to_string(&trunk)
        .with_context(|| format!("Trunk wrote no {}", trunk.display()))?;
    for page in &PAGES {
        write(
            &site.dist.join(page.file),
            &html_of(page, &html, &site.base)?,
        )?;
    }
    Ok(())
}

fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, content))
        .with_context(|| format!("could not write {}", file.display()))
}

/// The files below a folder by their path in it, or the one file under an empty path.
pub(crate) fn files_below(path: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut open = vec![path.to_owned()];
    while let Some(next) = open.pop() {
        let why = || format!("could not read {}", next.display());
        if next.is_dir() {
            for entry in fs::read_dir(&next).with_context(why)? {
                open.push(entry.with_context(why)?.path());
            }
        } else if next.exists() {
            let name = next.strip_prefix(path).unwrap_or(&next).to_owned();
            found.insert(name, fs::read(&next).with_context(why)?);
        }
    }
    Ok(found)
}

/// A number for the names and contents of all files and for the text beside them.
fn fingerprint(paths: &[PathBuf], beside: &str) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    beside.hash(&mut hasher);
    for path in paths {
        files_below(path)?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("fedcred-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("in")).unwrap();
        fs::write(folder.join("in/a.txt"), "a").unwrap();
        folder
    }

    #[track_caller]
    fn check(name: &str, same: bool, change: impl FnOnce(&Path)) {
        let folder = folder(name);
        let paths = [folder.clone(), folder.join("missing")];
        let before = fingerprint(&paths, "/").unwrap();
        change(&folder);
        let after = fingerprint(&paths, "/").unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(before == after, same, "{name}");
    }

    #[test]
    fn changes_are_seen() {
        check("nothing", true, |_| ());
        check("rewritten", true, |dir| {
            fs::write(dir.join("in/a.txt"), "a").unwrap()
        });
        check("content", false, |dir| {
            fs::write(dir.join("in/a.txt"), "b").unwrap()
        });
        check("new", false, |dir| {
            fs::write(dir.join("in/b.txt"), "").unwrap()
        });
        check("renamed", false, |dir| {
            fs::rename(dir.join("in/a.txt"), dir.join("in/b.txt")).unwrap()
        });
        check("removed", false, |dir| {
            fs::remove_file(dir.join("in/a.txt")).unwrap()
        });
    }

    #[test]
    fn the_base_counts() {
        let folder = folder("base");
        let of = |base| fingerprint(std::slice::from_ref(&folder), base).unwrap();
        assert_ne!(of("/"), of("/x/"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
