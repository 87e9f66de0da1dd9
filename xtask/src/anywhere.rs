//! Runs the native tests where a path is long and odd, a year from now, and on the other side of the earth.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::setup;
use crate::shell::{find, output, root, run, say};

/// The folder that the copy is in: blanks, umlauts, and a name that does not fit into a line.
const FOLDER: &str = "target/anywhere/Ordner mit Leerzeichen – und Umlauten äöüß/\
    ein-Name-ohne-Leerzeichen-der-länger-ist-als-eine-Zeile-im-Terminal-und-deshalb-umbrochen-wird";

/// What the test programs find around them. The builds do not: they need a home, and files from tomorrow confuse them.
const ENVIRONMENT: [&str; 7] = [
    "TZ=Pacific/Kiritimati",
    "LANG=tr_TR.UTF-8",
    "LC_ALL=tr_TR.UTF-8",
    "COLUMNS=37",
    "TERM=dumb",
    "CLICOLOR_FORCE=1",
    "HOME=/nowhere",
];

/// One year ahead, except for what measures how long something takes.
const AHEAD: [&str; 4] = ["faketime", "--exclude-monotonic", "-f", "+365d"];

/// Runs the tests of all crates in the copy; gives what had to be left out.
pub(crate) fn test() -> Result<Option<String>> {
    let copy = copy()?;
    let mut runner = vec!["env"];
    runner.extend(ENVIRONMENT);
    let skipped = match faketime() {
        Ok(()) => {
            runner.extend(AHEAD);
            None
        }
        Err(error) => Some(format!("the clock one year ahead ({error:#})")),
    };
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(&copy)
        // Of its own: cargo takes two copies of a workspace for the same one.
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .args(["test", "--workspace", "--config"])
        .arg(format!("target.'cfg(all())'.runner={runner:?}"));
    run(&mut cargo)?;
    Ok(skipped)
}

fn faketime() -> Result<()> {
    match find("faketime") {
        Some(_) => Ok(()),
        None => setup::install("faketime", &["faketime"], "`brew install libfaketime`"),
    }
}

/// What a commit of everything would hold. Files that did not change stay as they are, so that cargo builds little.
fn copy() -> Result<PathBuf> {
    let folder = root().join(FOLDER);
    let copy = folder.join("fedcred");
    fs::create_dir_all(&copy).with_context(|| format!("could not make {}", copy.display()))?;
    say(&format!("Copying the work tree to {}", copy.display()));
    let objects = output(Command::new("git").current_dir(root()).args([
        "rev-parse",
        "--path-format=absolute",
        "--git-path",
        "objects",
    ]));
    let objects = objects.context("the tests need a clone made with git")?;
    let git = |index: &str| {
        let mut git = Command::new("git");
        git.current_dir(root());
        git.env("GIT_INDEX_FILE", folder.join(index));
        // What is not committed stays out of the clone's own objects.
        git.env("GIT_OBJECT_DIRECTORY", folder.join("objects"));
        git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &objects);
        git
    };
    fs::create_dir_all(folder.join("objects")).context("could not make a folder for git")?;
    run(git("now").args(["add", "--all"]))?;
    let tree = output(git("now").arg("write-tree")).context("`git write-tree` failed")?;
    run(git("copied")
        .env("GIT_WORK_TREE", &copy)
        .args(["read-tree", "--reset", "-u", &tree]))?;
    Ok(copy)
}
