//! What comes of each shipped scenario is what it was: golden/traces.txt, reviewed when it changes.

#[path = "golden/summary.rs"]
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
    // One line tells more than two files.
    let differing = text
        .lines()
        .zip(golden.lines())
        .find(|(new, old)| new != old);
    assert_eq!(differing, None);
    assert_eq!(text.len(), golden.len());
}
