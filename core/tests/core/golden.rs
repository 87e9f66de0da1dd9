//! What comes of each shipped scenario is what it was: golden/traces.txt, reviewed when it changes.

mod summary;

use std::path::Path;

use similar_asserts::SimpleDiff;

/// With `FEDCRED_GOLDEN=write` in the environment the file is written anew, for review in a commit of its own.
#[test]
fn every_scenario_ends_as_it_did() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/traces.txt");
    let sections = summary::sections();
    let text = sections.join("\n");
    if std::env::var_os("FEDCRED_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    for (is, was) in sections.iter().zip(golden.split("\n\n")) {
        let (is, was) = (is.trim_end(), was.trim_end());
        let name = was.lines().next().unwrap_or_default();
        assert!(
            is == was,
            "{name}\n{}",
            SimpleDiff::from_str(was, is, "was", "is")
        );
    }
    assert!(
        text == golden,
        "the files differ in which scenarios they have"
    );
}
