//! The documents are true: their links lead somewhere, and their example of a scenario ends as it says.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

use fedcred_core::entra::RuleId;
use fedcred_core::flow::{Fault, Scenario, run};
use fedcred_core::text::json::{Document, Value};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every document for people, from the root.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["", "docs", "core"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 5, "{found:?}");
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The targets of the links of a document.
fn links(document: &str) -> Vec<&str> {
    document
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', ' ']).next())
        .collect()
}

/// The names by which the headings of a document can be reached, made as GitHub makes them.
fn anchors(document: &str) -> Vec<String> {
    let headings = document.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for path in documents() {
        let text = read(&path);
        for link in links(&text)
            .into_iter()
            .filter(|link| !link.contains("://"))
        {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => path.clone(),
                file => path.parent().unwrap().join(file),
            };
            let found = target.exists()
                && (anchor.is_empty() || anchors(&read(&target)).contains(&anchor.to_owned()));
            if !found {
                broken.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Every file of these folders whose name ends so, as one text.
fn code(folders: &[&str], ends: &[&str]) -> String {
    let mut waiting: Vec<_> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut all = String::new();
    while let Some(path) = waiting.pop() {
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() && !name.ends_with("node_modules") {
            let entries = fs::read_dir(path).unwrap();
            waiting.extend(entries.map(|entry| entry.unwrap().path()));
        } else if ends.iter().any(|end| name.ends_with(end)) {
            all.push_str(&read(&path));
        }
    }
    all
}

/// What ARCHITECTURE.md and CONTRIBUTING.md name between backticks: files by a path, functions with underscores.
#[test]
fn files_and_functions_that_are_named_exist() {
    let folders = [
        "cli",
        "core/src",
        "core/tests",
        "fuzz/fuzz_targets",
        "src",
        "tests",
        "xtask",
    ];
    let code = code(&folders, &[".rs", ".mjs", ".toml"]);
    let mut missing = Vec::new();
    for name in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let document = read(&root().join(name));
        let (outside, _): (Vec<_>, Vec<_>) = document
            .split("```")
            .enumerate()
            .partition(|(index, _)| index % 2 == 0);
        let spans = outside
            .iter()
            .flat_map(|(_, text)| text.split('`').skip(1).step_by(2));
        for span in spans {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
            let folder = span.split('/').next().unwrap_or_default();
            let is_path =
                span.chars().all(plain) && span.contains('/') && root().join(folder).is_dir();
            let is_function = span.contains('_')
                && span
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            let exists = if is_path {
                root().join(span).exists() || ["dist", "target"].contains(&folder)
            } else {
                !is_function || code.contains(span)
            };
            if !exists {
                missing.push(format!("{name}: {span}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_example_of_a_scenario_ends_as_it_says() {
    let text = read(&root().join("docs/scenarios.md"));
    let (_, rest) = text.split_once("```json\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let read = Scenario::parse(example);
    assert_eq!(read.diagnostics, []);
    assert_eq!(run(&read.scenario).expectation_met, Some(true));

    let failing = example.replace(
        r#""expect": { "outcome": "allowed" }"#,
        r#""faults": ["wrong-subject"], "expect": { "outcome": "refused", "code": 700213 }"#,
    );
    let read = Scenario::parse(&failing);
    assert_eq!(read.diagnostics, []);
    assert_eq!(run(&read.scenario).expectation_met, Some(true));
}

#[test]
fn every_fault_has_a_row() {
    let text = read(&root().join("docs/scenarios.md"));
    for fault in Fault::ALL {
        assert!(text.contains(&format!("| `{}` |", fault.name())), "{fault}");
    }
}

#[test]
fn anchors_are_those_of_github() {
    assert_eq!(anchors("# A `b` c\n\ntext\n## D, e-f"), ["a-b-c", "d-e-f"]);
}

/// Standards need no row of their own in docs/sources.md.
const STANDARDS: [&str; 4] = [
    "RFC ",
    "OpenID Connect Core",
    "OpenID Connect Discovery",
    "OpenID Connect Front-Channel Logout",
];

/// Every text with the name `source` in a value.
fn sources(value: Value<'_>, found: &mut Vec<String>) {
    for (name, member) in value.members() {
        if name.to_text() == "source" {
            found.push(member.to_text().into_owned());
        }
        sources(member, found);
    }
    for item in value.items() {
        sources(item, found);
    }
}

/// The sources that a data file names, in JSON or in the sections of a text.
fn sources_of(file: &str) -> Vec<String> {
    let document = Document::parse(file);
    let mut found = Vec::new();
    if let Some(root) = document.root() {
        sources(root, &mut found);
    }
    let lines = file
        .lines()
        .filter_map(|line| line.strip_prefix("source: "));
    found.extend(lines.map(str::to_owned));
    found
}

/// Several sources are separated by `; `; brackets hold what is more precise than the table.
#[track_caller]
fn assert_explained(table: &str, place: &str, sources: &str) {
    for source in sources.split("; ") {
        let standard = STANDARDS.iter().any(|name| source.starts_with(name));
        let name = source.split(" (").next().unwrap_or_default();
        let row = [" |", " ("].map(|end| format!("\n| {name}{end}"));
        let explained = standard || row.iter().any(|row| table.contains(row.as_str()));
        assert!(explained, "{place}: {source:?}");
    }
}

#[test]
fn every_source_of_a_rule_is_explained() {
    let table = read(&root().join("docs/sources.md"));
    for rule in RuleId::ALL {
        assert_explained(&table, rule.as_str(), rule.source());
    }
}

#[test]
fn every_source_is_explained() {
    let table = read(&root().join("docs/sources.md"));
    let folders =
        ["core/data", "core/data/claims"].map(|folder| fs::read_dir(root().join(folder)).unwrap());
    let mut with_sources = 0;
    for entry in folders.into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let found = sources_of(&read(&path));
        with_sources += usize::from(!found.is_empty());
        for sources in &found {
            assert_explained(&table, &path.display().to_string(), sources);
        }
    }
    assert!(with_sources > 20, "{with_sources}");
}
