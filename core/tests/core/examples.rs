//! The programs in examples/ print what is committed beside them.

#[path = "../../examples/check_credentials.rs"]
mod check_credentials;
#[path = "../../examples/explain_token.rs"]
mod explain_token;
#[path = "../../examples/mock_in_a_test.rs"]
mod mock_in_a_test;
#[path = "../../examples/run_scenario.rs"]
mod run_scenario;

use std::path::Path;

use similar_asserts::assert_eq;

/// 2026-11-23T15:24:00Z, when the token of the examples is valid.
const NOW: i64 = 1_795_447_440;

const CLAIMS: &str = include_str!("../../examples/input/claims.json");
const CREDENTIALS: &str = include_str!("../../examples/input/credentials.json");

/// With `FEDCRED_GOLDEN=write` in the environment the files are written again.
#[track_caller]
fn check(name: &str, output: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/output");
    let path = folder.join(format!("{name}.txt"));
    if std::env::var_os("FEDCRED_GOLDEN").is_some() {
        std::fs::write(&path, output).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(output, expected, "{name}");
}

#[test]
fn a_token_is_explained() {
    check("explain_token", &explain_token::report(CLAIMS, NOW));
    assert_eq!(explain_token::report("nothing", NOW), "No token found.\n");
}

#[test]
fn credentials_are_checked() {
    let (report, matched) = check_credentials::check(CLAIMS, CREDENTIALS);
    check("check_credentials", &report);
    assert!(!matched);
    let right = CREDENTIALS.replace(
        "bbbbbbbb-0000-4000-8000-000000000003",
        "aaaaaaaa-0000-4000-8000-000000000002",
    );
    assert!(check_credentials::check(CLAIMS, &right).1);
    assert!(!check_credentials::check("nothing", &right).1);
}

#[test]
fn a_scenario_is_run() {
    let text = include_str!("../../data/scenarios/wrong-subject.json");
    let (report, met) = run_scenario::report(text);
    check("run_scenario", &report);
    assert!(met);
    let other = text.replace("700213", "700212");
    assert!(!run_scenario::report(&other).1);
}

#[test]
fn a_client_is_tested() {
    check("mock_in_a_test", &mock_in_a_test::report());
}
