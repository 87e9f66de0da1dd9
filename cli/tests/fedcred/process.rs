//! Runs the command line as a process, in a folder of the test.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use similar_asserts::assert_eq;
use tempfile::TempDir;

use crate::parts::{has_parts, shortened};
use crate::schemas::check_output;

/// The result of a run.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `fedcred` with these arguments and this standard input.
#[track_caller]
pub(crate) fn fedcred(arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
    Folder::new().fedcred(arguments, input)
}

/// The folder of a test. `fedcred` runs in it, and arguments are names of files in it, so that the output does not
/// depend on where the folder is.
#[derive(Debug)]
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"));
        Self(folder.expect("a folder"))
    }

    /// A folder with this file.
    #[track_caller]
    pub(crate) fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        Self::new().and(name, content)
    }

    /// Adds this file.
    #[track_caller]
    pub(crate) fn and(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.0.path().join(name), content).expect("a file");
        self
    }

    /// Adds a link to another folder.
    #[cfg(unix)]
    pub(crate) fn link(self, name: &str, target: impl AsRef<Path>) -> Self {
        std::os::unix::fs::symlink(target, self.0.path().join(name)).expect("a link");
        self
    }

    /// The command, to run in this folder.
    pub(crate) fn enter<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.current_dir(self.0.path())
    }

    /// `fedcred`, to run in this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fedcred"));
        self.enter(command.args(arguments));
        command
    }

    /// Runs `fedcred` in this folder with these arguments and this standard input. JSON must fit its schema.
    #[track_caller]
    pub(crate) fn fedcred(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let ran = run(&mut self.command(arguments), input);
        if ran.code < 2 {
            check_output(arguments, &ran.out);
        }
        ran
    }
}

/// Runs a command to its end.
#[track_caller]
pub(crate) fn run(command: &mut Command, input: impl AsRef<[u8]>) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.as_ref().to_owned();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input); // it may not want all of it
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("written");
    let ran = Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    };
    assert!(!ran.err.contains("panicked"), "{ran:?}");
    ran
}
/// For failures, which show the beginning only.
impl fmt::Debug for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (out, err) = (shortened(&self.out), shortened(&self.err));
        write!(f, "exit code {}\n{err}standard output\n{out}", self.code)
    }
}

impl Ran {
    /// The exit code must be this one.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Standard output must contain all of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        has_parts(&self.out, parts);
        self
    }

    /// Standard error must contain all of these.
    #[track_caller]
    pub(crate) fn warns(self, parts: &[&str]) -> Self {
        has_parts(&self.err, parts);
        self
    }

    /// Standard error must be empty.
    #[track_caller]
    pub(crate) fn quietly(self) -> Self {
        assert_eq!(self.err, "");
        self
    }

    /// Standard output must be JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{self:?}"))
    }
}

/// The value must have these names.
#[track_caller]
pub(crate) fn has_fields(value: &Value, names: &[&str]) {
    for name in names {
        let there = value.get(name).is_some();
        assert!(there, "no {name} in {}", shortened(&format!("{value:#}")));
    }
}

/// The `code` of each diagnostic in a list.
pub(crate) fn codes(diagnostics: &Value) -> Vec<&str> {
    let list = diagnostics.as_array().expect("a list");
    list.iter()
        .map(|diagnostic| diagnostic["code"].as_str().expect("a code"))
        .collect()
}
