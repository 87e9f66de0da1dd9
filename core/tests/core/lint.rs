//! The tokens that the mock itself issues, looked at like any other.

use fedcred_core::claims::lint;
use fedcred_core::flow::{Scenario, run};
use fedcred_core::jose::parse;
use fedcred_core::text::Severity;
use similar_asserts::assert_eq;

/// The codes of errors and warnings about the tokens of a scenario, one list for each token.
#[track_caller]
fn check(scenario: &str, expected: &[&[&str]]) {
    let path = format!(
        "{}/data/scenarios/{scenario}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).expect("a scenario");
    let scenario = Scenario::parse(&text).scenario;
    let trace = run(&scenario);
    let responses = trace.steps.iter().filter_map(|step| step.response.as_ref());
    let with_token = responses.filter(|response| response.body.contains("access_token"));
    let found: Vec<Vec<_>> = with_token
        .map(|response| {
            let tokens = parse(&response.body).tokens;
            let findings = lint(&tokens[0], scenario.clock);
            let serious = findings.iter().filter(|d| d.severity != Severity::Info);
            serious.map(|d| d.code).collect()
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_supported_form_has_nothing_to_look_at() {
    check("managed-identity", &[&[], &[]]);
}

/// The article's own warning: its token is issued without roles for an API.
#[test]
fn the_token_of_the_article_has_no_roles() {
    check("article-2022", &[&["roles-missing"], &[]]);
    check("article-today", &[&["roles-missing"]]);
}
