//! The documents: their examples run and print what they show, and docs/cli.md describes every option.
//!
//! `FEDCRED_DOCS=write cargo test -p fedcred-cli docs` writes into the documents what the examples print now.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use similar_asserts::assert_eq;

use crate::fixture::root;
use crate::process::{Folder, fedcred, run};
use crate::schemas;

/// The documents with examples of the command line.
const DOCUMENTS: [&str; 3] = ["README.md", "docs/cli.md", "docs/scenarios.md"];

/// Either of these begins a command, in a block that is marked `console`.
const PROMPTS: [&str; 2] = ["$ fedcred ", "$ cargo run -q -p fedcred-cli -- "];

/// A line that stands for any number of lines.
const ELLIPSIS: &str = "…";

/// A block of a document between two fences.
struct Block<'a> {
    language: &'a str,
    /// The line before it, which may name a file: "Save this as `claims.json`:".
    introduction: &'a str,
    text: &'a str,
}

fn blocks(document: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut introduction = "";
    let mut rest = document;
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        if let Some(language) = line.strip_prefix("```") {
            let (text, after) = rest.split_once("```\n").expect("the end of a block");
            blocks.push(Block {
                language,
                introduction,
                text,
            });
            rest = after;
        } else if !line.is_empty() {
            introduction = line;
        }
    }
    blocks
}

impl Block<'_> {
    /// The file that a reader saves it as.
    fn file(&self) -> Option<&str> {
        let (_, name) = self.introduction.split_once("ave this as `")?;
        name.strip_suffix("`:")
    }

    /// The arguments of `fedcred` as a shell takes them, and what the document says that it prints.
    fn example(&self) -> Option<(&str, &str)> {
        let (first, output) = self.text.split_once('\n')?;
        let command = PROMPTS
            .iter()
            .find_map(|prompt| first.strip_prefix(prompt))?;
        (self.language == "console" && !command.starts_with("serve ")).then_some((command, output))
    }
}

/// A folder with the files that a document tells its readers to save, and the scenarios.
fn folder(blocks: &[Block<'_>]) -> Folder {
    let files = blocks
        .iter()
        .filter_map(|block| Some((block.file()?, block.text)));
    let folder = files.fold(Folder::new(), |folder, (name, text)| folder.and(name, text));
    folder.link("core", root().join("core"))
}

#[track_caller]
fn output(folder: &Folder, command: &str) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_fedcred"));
    let script = format!("\"$FEDCRED\" {command} 2>&1");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).env("FEDCRED", binary);
    let ran = run(folder.enter(&mut shell), "");
    assert!(ran.code < 2, "{command}\n{ran:?}");
    ran.out
}

/// Whether these lines are the documented ones, in which an ellipsis stands for any number of lines.
fn fits(lines: &[&str], documented: &[&str]) -> bool {
    match documented.split_first() {
        None => lines.is_empty(),
        Some((&ELLIPSIS, rest)) => (0..=lines.len()).any(|skipped| fits(&lines[skipped..], rest)),
        Some((line, rest)) => lines.first() == Some(line) && fits(&lines[1..], rest),
    }
}

/// What the document should show: as much as it shows now.
fn shortened(lines: &[&str], documented: &[&str]) -> String {
    let shown: Vec<&str> = match documented.split_last() {
        Some((&ELLIPSIS, before)) if !before.contains(&ELLIPSIS) => {
            let before = lines.iter().take(before.len()).copied();
            before.chain([ELLIPSIS]).collect()
        }
        _ if documented.contains(&ELLIPSIS) => {
            let mut rest = lines.iter().copied();
            let shown = documented.iter().map(|line| match *line {
                ELLIPSIS => ELLIPSIS,
                line => nearest(line, &mut rest),
            });
            shown.collect()
        }
        _ => lines.to_vec(),
    };
    shown.into_iter().flat_map(|line| [line, "\n"]).collect()
}

/// The line that begins most like this one; those up to it are taken.
fn nearest<'a>(line: &str, lines: &mut (impl Iterator<Item = &'a str> + Clone)) -> &'a str {
    let common = |other: &str| {
        line.bytes()
            .zip(other.bytes())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let best = lines
        .clone()
        .enumerate()
        .max_by_key(|(at, other)| (common(other), usize::MAX - at));
    let (at, best) = best.unwrap_or_default();
    lines.nth(at);
    best
}

#[cfg(unix)]
#[test]
fn examples_print_what_the_documents_show() {
    let write = std::env::var("FEDCRED_DOCS").is_ok_and(|what| what == "write");
    let mut examples = 0;
    for name in DOCUMENTS {
        let path = root().join(name);
        let document = std::fs::read_to_string(&path).expect("the document");
        let blocks = blocks(&document);
        let folder = folder(&blocks);
        let mut written = document.clone();
        for (command, documented) in blocks.iter().filter_map(Block::example) {
            examples += 1;
            let printed = output(&folder, command);
            let lines: Vec<_> = printed.lines().collect();
            let shown: Vec<_> = documented.lines().collect();
            if fits(&lines, &shown) {
                continue;
            }
            let should = shortened(&lines, &shown);
            if write {
                written = written.replace(documented, &should);
            } else {
                assert_eq!(documented, should, "{name}: fedcred {command}");
            }
        }
        if written != document {
            std::fs::write(path, written).expect("the document is written");
        }
    }
    assert!(examples >= 11, "only {examples} examples were found");
}

const COMMANDS: [&str; 6] = [
    "decode",
    "credential",
    "match",
    "explain",
    "simulate",
    "serve",
];

/// The part of docs/cli.md about a command.
fn section<'a>(document: &'a str, command: &str) -> &'a str {
    let heading = format!("\n## `fedcred {command}`\n");
    let (_, section) = document.split_once(&heading).expect("a section");
    section.split("\n## ").next().unwrap_or_default()
}

/// The long options in a text, each after one of these characters.
fn options(text: &str, after: &[char]) -> BTreeSet<String> {
    let starts = text
        .match_indices("--")
        .filter(|(place, _)| text[..*place].ends_with(after));
    let names = starts.map(|(place, _)| {
        let name = &text[place..];
        let end = name.find(|c: char| c != '-' && !c.is_ascii_lowercase());
        name[..end.unwrap_or(name.len())].to_owned()
    });
    names.collect()
}

#[test]
fn every_option_is_documented() {
    let document = std::fs::read_to_string(root().join("docs/cli.md")).expect("docs/cli.md");
    for command in COMMANDS {
        let help = fedcred(&[command, "--help"], "").ends(0).out;
        let (_, help) = help.split_once("\nOptions:\n").expect("options");
        let definitions = help
            .lines()
            .filter(|line| line.trim_start().starts_with('-'));
        let definitions: String = definitions.collect();
        let mut offered = options(&definitions, &[' ']);
        offered.remove("--help");
        let section = section(&document, command);
        let tables: String = section
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        assert_eq!(options(&tables, &['`']), offered, "{command}");
    }
}

#[test]
fn every_member_of_an_output_is_documented() {
    let document = std::fs::read_to_string(root().join("docs/cli.md")).expect("docs/cli.md");
    let quoted: BTreeSet<_> = document.split('`').skip(1).step_by(2).collect();
    let is_in_words = |member: &str| ["within", "expired", "not_yet"].contains(&member);
    let missing: Vec<_> = schemas::members()
        .into_iter()
        .filter(|member| !quoted.contains(member) && !is_in_words(member))
        .collect();
    assert_eq!(missing, [""; 0]);
}
