//! The browsers that tests run in: finds them, or installs those that the system has packages of.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::setup::install;
use crate::shell::find;

/// A browser engine, and what tests need of it.
#[derive(Debug)]
pub(crate) struct Engine {
    /// How tests/engines calls it.
    pub(crate) name: &'static str,
    title: &'static str,
    /// Environment variables of the tests, with the names that the program may have.
    programs: &'static [(&'static str, &'static [&'static str])],
    packages: &'static [&'static str],
    elsewhere: &'static str,
}

/// The end-to-end tests and the benchmark need this one.
pub(crate) static CHROMIUM: Engine = Engine {
    name: "chromium",
    title: "Chromium",
    programs: &[(
        "CHROMIUM",
        &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ],
    )],
    packages: &["chromium"],
    elsewhere: "`brew install --cask chromium`",
};

static OTHERS: [Engine; 2] = [
    Engine {
        name: "firefox",
        title: "Firefox",
        programs: &[("FIREFOX", &["firefox-esr", "firefox"])],
        packages: &["firefox-esr"],
        elsewhere: "`brew install --cask firefox`",
    },
    Engine {
        name: "webkit",
        title: "WebKitGTK",
        programs: &[
            ("WEBKIT_DRIVER", &["WebKitWebDriver"]),
            ("MINIBROWSER", &["MiniBrowser"]),
            ("XVFB", &["Xvfb"]),
        ],
        packages: &["webkit2gtk-driver", "xvfb"],
        elsewhere: "the packages of your system for WebKitGTK's driver and Xvfb",
    },
];

/// Where the programs of an engine are, by the variable that the tests read.
pub(crate) type Programs = Vec<(&'static str, PathBuf)>;

/// The engines that tests can run in, and why they cannot in others.
#[derive(Debug)]
pub(crate) struct Available {
    pub(crate) engines: Vec<(&'static Engine, Programs)>,
    pub(crate) missing: Vec<String>,
}

/// Finds or installs all engines.
pub(crate) fn available() -> Result<Available> {
    let (mut engines, mut missing) = (Vec::new(), Vec::new());
    for engine in [&CHROMIUM].into_iter().chain(&OTHERS) {
        match engine.programs() {
            Ok(programs) => engines.push((engine, programs)),
            Err(error) => missing.push(format!("the tests in {} ({error:#})", engine.title)),
        }
    }
    Ok(Available { engines, missing })
}

impl Engine {
    /// Finds its programs, or installs them.
    pub(crate) fn programs(&self) -> Result<Programs> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        install(self.title, self.packages, self.elsewhere)?;
        self.find().with_context(|| {
            format!(
                "{}: its packages are installed, but its programs are not found",
                self.title
            )
        })
    }

    fn find(&self) -> Option<Programs> {
        let program = |(variable, names): &(&'static str, &[&str])| {
            let found = names
                .iter()
                .find_map(|name| find(name).or_else(|| beside_webkit(name)));
            Some((*variable, found?))
        };
        self.programs.iter().map(program).collect()
    }
}

/// WebKitGTK installs its small browser beside its library, not on the search path.
fn beside_webkit(program: &str) -> Option<PathBuf> {
    fs::read_dir(Path::new("/usr/lib"))
        .ok()?
        .filter_map(|entry| {
            Some(
                entry
                    .ok()?
                    .path()
                    .join("webkit2gtk-4.1")
                    .join(OsStr::new(program)),
            )
        })
        .find(|file| file.is_file())
}
