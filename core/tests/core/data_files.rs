//! The data files: every group of the dictionary is compiled in, every source is explained in docs/sources.md.

use std::fs;
use std::path::Path;

use fedcred_core::text::json::{Document, Value};

/// Standards need no row of their own.
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

fn files() -> Vec<std::path::PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let claims = fs::read_dir(data.join("claims")).expect("the dictionary");
    let mut files: Vec<_> = claims.map(|file| file.expect("a file").path()).collect();
    files.push(data.join("credential-rules.json"));
    files.push(data.join("errors.json"));
    files.push(data.join("flexible.json"));
    files.push(data.join("http-fields.json"));
    files.push(data.join("platforms.json"));
    files.push(data.join("presets.json"));
    files.push(data.join("well-known-ids.json"));
    files
}

#[test]
fn every_source_has_a_row() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = fs::read_to_string(root.join("docs/sources.md")).expect("docs/sources.md");
    let check = |place: &str, sources: &str| {
        for source in sources.split("; ") {
            let standard = STANDARDS.iter().any(|name| source.starts_with(name));
            let name = source.split(" (").next().unwrap_or_default();
            let row = table.contains(&format!("| {name}"));
            assert!(standard || row, "{place}: {source:?}");
        }
    };
    for file in files() {
        let document = Document::parse(fs::read_to_string(&file).expect("a data file"));
        let mut found = Vec::new();
        sources(document.root().expect("JSON"), &mut found);
        assert!(!found.is_empty(), "{}", file.display());
        for source in &found {
            check(&file.display().to_string(), source);
        }
    }
    let exports = fs::read_to_string(root.join("core/data/exports.txt")).expect("the exports");
    let found = exports
        .lines()
        .filter_map(|line| line.strip_prefix("source: "));
    let found: Vec<_> = found.collect();
    assert!(!found.is_empty());
    found.iter().for_each(|source| check("exports.txt", source));
}

#[test]
fn every_file_of_the_dictionary_is_compiled_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let code = fs::read_to_string(root.join("src/claims/dictionary.rs")).expect("the code");
    for file in files()
        .iter()
        .filter(|file| file.parent().is_some_and(|f| f.ends_with("claims")))
    {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        assert!(code.contains(&format!("data/claims/{name}")), "{name}");
    }
}
