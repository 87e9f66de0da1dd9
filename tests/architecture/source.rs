//! Source files as text: which paths they name.

use std::fs;
use std::path::{Path, PathBuf};

/// One source file: where, from the root of the repository, and its text.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The folder or file directly below `base` that this file belongs to.
    pub(crate) fn module(&self, base: &str) -> &str {
        let below = self.path.strip_prefix(base).unwrap_or_default();
        below
            .split('/')
            .next()
            .unwrap_or_default()
            .trim_end_matches(".rs")
    }

    /// How many `super::` lead out of the file's first folder below `base`.
    pub(crate) fn depth(&self, base: &str) -> usize {
        let below = self.path.strip_prefix(base).unwrap_or_default();
        let inner = below.split('/').count();
        inner - usize::from(below.ends_with("/mod.rs"))
    }

    /// The code without comments and without the tests at its end.
    pub(crate) fn own_code(&self) -> String {
        let (own, _) = self
            .text
            .split_once("\nmod tests {")
            .unwrap_or((&self.text, ""));
        code(own)
    }

    pub(crate) fn finding(&self, what: &str) -> String {
        format!("{}: {what}", self.path)
    }
}

/// The text without comments.
pub(crate) fn code(text: &str) -> String {
    let lines = text.lines().map(|line| match comment_start(line) {
        Some(at) => &line[..at],
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Where a comment begins: `//` that is no part of an address.
pub(crate) fn comment_start(line: &str) -> Option<usize> {
    let mut places = line.match_indices("//").map(|(at, _)| at);
    places.find(|at| !line[..*at].ends_with(':'))
}

/// Every path that a file names, with the braces of `use` written out: `use a::{b, c::d}` gives `a::b` and `a::c::d`.
pub(crate) fn paths(text: &str) -> Vec<String> {
    let mut found = imports(text);
    let code = code(text);
    for word in code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
        found.push(word.trim_matches(':').to_owned());
    }
    found.retain(|path| !path.is_empty());
    found
}

/// The paths of `use` alone, written out.
pub(crate) fn imports(text: &str) -> Vec<String> {
    let code = code(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let fresh = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let statement = code[at + 4..].split(';').next().unwrap_or_default();
        if fresh {
            write_out("", statement, &mut found);
        }
    }
    found
}

/// Writes out one tree of `use`.
pub(crate) fn write_out(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    match tree.split_once('{') {
        Some((before, inner)) if !before.contains(',') => {
            let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
            for branch in branches(inner) {
                write_out(&format!("{prefix}{}", before.trim()), branch, found);
            }
        }
        _ => {
            let name = tree.split_whitespace().next().unwrap_or_default();
            found.push(format!("{prefix}{name}").trim_matches(':').to_owned());
        }
    }
}

/// The branches of a tree of `use`, split at commas outside braces.
pub(crate) fn branches(inner: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    inner
        .split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        })
        .collect()
}

/// Whether a path begins with these modules.
pub(crate) fn begins(path: &str, modules: &str) -> bool {
    path == modules
        || path
            .strip_prefix(modules)
            .is_some_and(|rest| rest.starts_with("::"))
}

/// What of the own crate a file uses: the first module of each path through `crate` or out through `super`.
pub(crate) fn used(source: &Source, base: &str) -> Vec<String> {
    let (own, tests) = match source.text.split_once("\nmod tests {") {
        Some((own, tests)) => (own, tests),
        None => (source.text.as_str(), ""),
    };
    let depth = source.depth(base);
    let mut used = leading_out(own, depth);
    used.extend(leading_out(tests, depth + 1));
    used
}

/// The same for a piece of text whose module lies `depth` levels below the root.
pub(crate) fn leading_out(text: &str, depth: usize) -> Vec<String> {
    let first = |rest: &str| rest.split("::").next().unwrap_or_default().to_owned();
    let inside = paths(text).into_iter().filter_map(|path| {
        if let Some(rest) = path.strip_prefix("crate::") {
            return Some(first(rest));
        }
        let rest = path.trim_start_matches("super::");
        let levels = (path.len() - rest.len()) / "super::".len();
        (levels > 0 && levels >= depth).then(|| first(rest))
    });
    inside.collect()
}

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder whose names end so.
pub(crate) fn files(folder: &str, end: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), end, &mut found);
    assert!(!found.is_empty(), "{folder} is there");
    found
}

pub(crate) fn collect(folder: &Path, end: &str, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "node_modules" && name != "target" {
            collect(&path, end, found);
        } else if name.ends_with(end) {
            let below = path.strip_prefix(root()).unwrap().to_string_lossy();
            let text = fs::read_to_string(&path).unwrap();
            found.push(Source::new(&below.replace('\\', "/"), &text));
        }
    }
}

/// The names of the folders in a folder.
pub(crate) fn folders(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let folders = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    folders
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
}
