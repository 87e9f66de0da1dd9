//! Circles between files: two files of a room that use each other, straight or through others, cannot be read one after
//! the other.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, imports, paths};

/// Files and the files that each uses, by path.
type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// A circle: its files, and which of the others each uses.
type Circle = BTreeMap<String, Vec<String>>;

/// The circles among these files. An import of what another file re-exports leads to the file that defines it.
pub(crate) fn circles(sources: &[Source], base: &str) -> Vec<Circle> {
    let files: Vec<_> = sources
        .iter()
        .map(|source| File::new(source, base))
        .collect();
    let by_module = files.iter().map(|file| (file.module.as_slice(), file));
    let by_module: BTreeMap<_, _> = by_module.collect();
    let graph: Graph<'_> = files
        .iter()
        .map(|file| {
            let used = file.used.iter();
            let used = used.filter_map(|path| defining_file(path, &by_module));
            (file.path, used.filter(|used| *used != file.path).collect())
        })
        .collect();
    circles_of(&graph)
}

/// A file as a module.
struct File<'a> {
    path: &'a str,
    /// The names of the modules that lead to it from the root of its crate.
    module: Vec<&'a str>,
    /// What it uses, from the root of its crate, without what it only passes on.
    used: Vec<Vec<String>>,
    /// The names that are known in it, and what each stands for.
    names: BTreeMap<String, Vec<String>>,
}

impl<'a> File<'a> {
    fn new(source: &'a Source, base: &str) -> Self {
        let below = source.path.strip_prefix(base).unwrap_or_default();
        let below = below.strip_suffix(".rs").unwrap_or_default();
        let below = below.strip_suffix("/mod").unwrap_or(below);
        let module: Vec<_> = below.split('/').collect();
        let text = source.own_code();
        let names = imports(&text).into_iter().filter_map(|path| {
            let path = from_root(&path, &module);
            Some((path.last()?.clone(), path))
        });
        let names: BTreeMap<_, _> = names.collect();
        let mut own = paths(&without_reexports(&text));
        own.retain(|path| !matches!(path.as_str(), "crate" | "super" | "self"));
        let named = own
            .iter()
            .filter_map(|path| names.get(path.split("::").next()?));
        let used = own
            .iter()
            .map(|path| from_root(path, &module))
            .chain(named.cloned());
        Self {
            path: &source.path,
            used: used.collect(),
            module,
            names,
        }
    }
}

/// The code without `pub use …;` and the like, and without `mod …;`.
fn without_reexports(code: &str) -> String {
    let statements = code.split(';').map(|statement| {
        let mut start = 0;
        let reexport = statement.split_inclusive('\n').find_map(|line| {
            let at = start;
            start += line.len();
            (is_reexport(line) || line.trim_start_matches("pub ").starts_with("mod ")).then_some(at)
        });
        &statement[..reexport.unwrap_or(statement.len())]
    });
    statements.collect::<Vec<_>>().join(";")
}

fn is_reexport(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix("pub") else {
        return false;
    };
    let (_, rest) = rest.split_once(") ").unwrap_or(("", rest));
    rest.trim_start().starts_with("use ")
}

/// A path as it is from the root of the crate.
fn from_root(path: &str, module: &[&str]) -> Vec<String> {
    let mut parts: Vec<_> = path.split("::").collect();
    let start = match parts.first() {
        Some(&"crate") => 0,
        Some(&"super") => {
            let up = parts.iter().take_while(|part| **part == "super").count();
            parts.drain(..up - 1);
            module.len().saturating_sub(up)
        }
        Some(&"self") => module.len(),
        _ => {
            parts.insert(0, "self");
            module.len()
        }
    };
    let own = module[..start].iter();
    own.chain(&parts[1..])
        .map(|part| (*part).to_owned())
        .collect()
}

/// The file in which the item at a path is defined.
fn defining_file<'a>(path: &[String], files: &BTreeMap<&[&str], &File<'a>>) -> Option<&'a str> {
    let mut path = path.to_vec();
    for _ in 0..8 {
        let parts: Vec<_> = path.iter().map(String::as_str).collect();
        let module = (1..=parts.len())
            .rev()
            .find(|length| files.contains_key(&parts[..*length]))?;
        let file = files[&parts[..module]];
        match parts.get(module).and_then(|name| file.names.get(*name)) {
            Some(target) if target != &path => path = [target, &path[module + 1..]].concat(),
            _ => return Some(file.path),
        }
    }
    None
}

/// The groups of files that reach each other.
fn circles_of(graph: &Graph<'_>) -> Vec<Circle> {
    let reached = graph.keys().map(|file| (*file, reach(graph, file)));
    let reached: BTreeMap<_, _> = reached.collect();
    let mut circles: Vec<Circle> = Vec::new();
    for file in graph.keys().filter(|file| reached[*file].contains(*file)) {
        if circles.iter().any(|circle| circle.contains_key(*file)) {
            continue;
        }
        let inside =
            |other: &&&str| reached[*other].contains(file) && reached[file].contains(*other);
        let members = graph.keys().filter(inside).map(|member| {
            let used = graph[member].iter().filter(inside);
            let used = used.map(|used| (*used).to_owned()).collect();
            ((*member).to_owned(), used)
        });
        circles.push(members.collect());
    }
    circles
}

/// The files that a file uses, straight or through others.
fn reach<'a>(graph: &Graph<'a>, file: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut next: Vec<_> = graph[file].iter().copied().collect();
    while let Some(file) = next.pop() {
        if found.insert(file) {
            next.extend(graph.get(file).into_iter().flatten());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&[&str]]) {
        let sources: Vec<_> = files
            .iter()
            .map(|(path, text)| Source::new(path, text))
            .collect();
        let found: Vec<Vec<_>> = circles(&sources, "")
            .into_iter()
            .map(|one| one.into_keys().collect())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn files_that_use_each_other() {
        check(
            &[("a/x.rs", "use super::y::Y;"), ("a/y.rs", "struct Y;")],
            &[],
        );
        check(
            &[
                ("a/x.rs", "use super::y::Y;"),
                ("a/y.rs", "fn f() { crate::a::x::g(); }"),
            ],
            &[&["a/x.rs", "a/y.rs"]],
        );
        check(
            &[
                ("a/x.rs", "use super::{y::Y, w};"),
                ("a/y.rs", "use crate::a::z;"),
                ("a/z.rs", "use super::x;"),
                ("a/w.rs", "use super::y;"),
            ],
            &[&["a/w.rs", "a/x.rs", "a/y.rs", "a/z.rs"]],
        );
        let in_tests = "struct Y;\n#[cfg(test)]\nmod tests {\n    use super::super::x;\n}";
        check(&[("a/x.rs", "use super::y::Y;"), ("a/y.rs", in_tests)], &[]);
    }

    #[test]
    fn files_that_use_each_other_through_a_module() {
        let module = (
            "a/mod.rs",
            "mod x;\nmod y;\npub use x::X;\npub(crate) use y::{Y, helper as other};",
        );
        check(
            &[module, ("a/x.rs", "use super::Y;"), ("a/y.rs", "struct Y;")],
            &[],
        );
        check(
            &[
                module,
                ("a/x.rs", "use super::Y;"),
                ("a/y.rs", "use crate::a::X;"),
            ],
            &[&["a/x.rs", "a/y.rs"]],
        );
        let code = (
            "a/mod.rs",
            "mod x;\npub use x::X;\npub fn f() -> X { X }\npub struct Own;",
        );
        check(&[code, ("a/x.rs", "pub struct X;")], &[]);
        check(
            &[code, ("a/x.rs", "use super::Own;")],
            &[&["a/mod.rs", "a/x.rs"]],
        );
        let called = (
            "a/mod.rs",
            "mod x;\npub fn f() { x::g(); }\npub struct Own;",
        );
        check(
            &[called, ("a/x.rs", "use super::Own;")],
            &[&["a/mod.rs", "a/x.rs"]],
        );
        let apart = ("a/mod.rs", "mod x;\npub use x::X;\npub struct Own;");
        check(&[apart, ("a/x.rs", "use super::Own;")], &[]);
    }
}
