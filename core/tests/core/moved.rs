//! Every shipped scenario ends alike at any moment, once all its times move with its clock.

use std::fs;

use fedcred_core::flow::{Scenario, run};
use similar_asserts::assert_eq;

const YEAR: i64 = 365 * 86_400;

#[test]
fn every_scenario_ends_alike_at_another_moment() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/scenarios");
    for file in fs::read_dir(folder).expect("the scenarios") {
        let path = file.expect("a file").path();
        let scenario = Scenario::parse(&fs::read_to_string(&path).expect("text")).scenario;
        let there = run(&scenario);
        for by in [-YEAR, 1, YEAR] {
            let moved = scenario.clone().moved_to(scenario.clock + by);
            let here = run(&moved);
            assert_eq!(here.circumstances.clock, scenario.clock + by);
            let ends =
                |trace: &fedcred_core::flow::Trace| (trace.outcome, trace.code, trace.steps.len());
            assert_eq!(
                ends(&here),
                ends(&there),
                "{} moved by {by} s",
                path.display()
            );
        }
    }
}
