//! The documents are true: their links lead somewhere, and their example of a scenario ends as it says.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

use fedcred_core::flow::{Scenario, run};

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
fn anchors_are_those_of_github() {
    assert_eq!(anchors("# A `b` c\n\ntext\n## D, e-f"), ["a-b-c", "d-e-f"]);
}
