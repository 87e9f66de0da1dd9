//! Builds the release site into dist/, unless it is there already.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::pages::{PAGES, html_of};
use crate::program::Program;
use crate::shell::{output, root, run, say};
use crate::{compress, program, setup};

/// Everything that a change of can change the site.
const INPUTS: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "core/Cargo.toml",
    "core/data",
    "core/src",
    "index.html",
    "src",
    "static",
    "xtask/Cargo.toml",
    "xtask/src",
];

/// The finished site: a folder for a static host, with a `.br` beside each file.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) dist: PathBuf,
    /// The path that it is published under.
    pub(crate) base: String,
}

/// Builds the site if its inputs, its base or dist/ itself changed since the last build.
pub(crate) fn build(base: &str) -> Result<Site> {
    let site = Site {
        dist: root().join("dist"),
        base: base.to_owned(),
    };
    let _lock = lock()?;
    let stamp = root().join("target/site.stamp");
    let compiler = output(Command::new("rustc").args(["--version", "--verbose"]));
    let beside = format!("{base} {}", compiler.unwrap_or_default());
    let inputs = fingerprint(&INPUTS.map(|name| root().join(name)), &beside)?;
    let old = fs::read_to_string(&stamp).unwrap_or_default();
    if old != stamp_of(&inputs, &site)? {
        say("Building the release site");
        write_site(&site)?;
        write(&stamp, stamp_of(&inputs, &site)?)?;
    }
    Ok(site)
}

/// Keeps two commands from building into dist/ at once.
pub(crate) fn lock() -> Result<File> {
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
    let outputs = fingerprint(std::slice::from_ref(&site.dist), &site.base)?;
    Ok(format!("{inputs} {outputs}"))
}

/// Puts the files that pages load into one folder, named by a hash of them all: a name never means anything else.
fn write_site(site: &Site) -> Result<()> {
    let program = Program::compile()?;
    let assets = root().join("target/assets");
    program::empty(&assets)?;
    bundle(&program, &assets)?;
    program.optimize_into(&assets)?;
    program::empty(&site.dist)?;
    let name = format!("app-{}", fingerprint(std::slice::from_ref(&assets), "")?);
    fs::rename(&assets, site.dist.join(&name)).context("could not move the assets into dist/")?;
    let template =
        fs::read_to_string(root().join("index.html")).context("could not read index.html")?;
    for page in &PAGES {
        let html = html_of(page, &template, &site.base, &name)?;
        write(&site.dist.join(page.file), html)?;
    }
    compress::compress(&site.dist)
}

/// Minifies scripts and styles; each comes in one file, with what it imports.
fn bundle(program: &Program, assets: &Path) -> Result<()> {
    let mut esbuild = Command::new(setup::esbuild()?);
    esbuild
        .current_dir(root())
        .args(["static/boot.js", "static/css/app.css"])
        .arg(relative(&program.folder.join(Program::SCRIPT)))
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--entry-names=[name]",
        ])
        .args(["--target=es2022", "--log-level=warning", "--charset=utf8"]);
    let mut outdir = OsString::from("--outdir=");
    outdir.push(relative(assets));
    run(esbuild.arg(outdir))
}

/// A path below the workspace, where esbuild runs: it reads `=` in a path as something else.
fn relative(path: &Path) -> &Path {
    path.strip_prefix(root()).unwrap_or(path)
}

pub(crate) fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
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
