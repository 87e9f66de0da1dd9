//! What comes of each shipped scenario is what it was: golden/traces.txt, reviewed when it changes.

mod summary;

use std::path::Path;

use fedcred_core::flow::shipped;

/// With `FEDCRED_GOLDEN=write` in the environment the file is written anew, for review in a commit of its own.
#[test]
fn every_scenario_ends_as_it_did() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/traces.txt");
    let sections: Vec<_> = shipped().iter().map(summary::summary).collect();
    let text = sections.join("\n");
    if std::env::var_os("FEDCRED_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    for (is, was) in sections.iter().zip(golden.split("\n\n")) {
        let (is, was) = (is.trim_end(), was.trim_end());
        assert!(is == was, "{}", first_differences(is, was));
    }
    assert!(
        text == golden,
        "the files differ in which scenarios they have"
    );
}

/// The scenario and its first lines that differ, each around the place where it does: whole lines fill screens.
fn first_differences(is: &str, was: &str) -> String {
    let lines = is.lines().zip(was.lines()).enumerate();
    let differing = lines.filter(|(_, (is, was))| is != was).take(3);
    let shown = differing.map(|(number, (is, was))| {
        let pairs = is.chars().zip(was.chars());
        let same = pairs.take_while(|(is, was)| is == was).count();
        let around = |line: &str| {
            let line = line.chars().skip(same.saturating_sub(60));
            line.take(140).collect::<String>()
        };
        let (is, was) = (around(is), around(was));
        format!(
            "line {}, column {same}\n  is   {is}\n  was  {was}\n",
            number + 1
        )
    });
    let (new, old) = (is.lines().count(), was.lines().count());
    let scenario = was.lines().next().unwrap_or_default();
    let shown: String = shown.collect();
    format!("{scenario}\n{shown}{new} lines, there were {old}")
}
