//! Runs a scenario file: every step from the managed identity to the protected API, and why it fails if it does.
//!
//! ```text
//! cargo run -p fedcred-core --example run_scenario -- core/data/scenarios/wrong-subject.json
//! ```

use std::process::ExitCode;

use fedcred_core::flow::{Scenario, run};

/// A report, and whether the exchange ends as the scenario expects.
pub(crate) fn report(text: &str) -> (String, bool) {
    let parsed = Scenario::parse(text);
    let mut report = String::new();
    for finding in &parsed.diagnostics {
        report += &format!("{}\n", finding.message);
    }
    let trace = run(&parsed.scenario);
    report += &format!("{}: {}\n", trace.title, trace.ending());
    for step in &trace.steps {
        report += &format!("{:>3}. {}: {}\n", step.number, step.route(), step.title);
    }
    if let Some(check) = trace.failing_step().and_then(|step| step.failed_check()) {
        report += &format!("{}\n", check.question);
        report += &format!("  presented   {}\n", check.presented);
        report += &format!("  configured  {}\n", check.configured);
        report += &format!(
            "  source      {} ({})\n",
            check.source,
            check.confidence.word()
        );
    }
    (report, trace.expectation_met.unwrap_or(true))
}

#[allow(dead_code, reason = "a test includes this file for its function alone")]
fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: run_scenario FILE");
        return ExitCode::from(2);
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let (report, met) = report(&text);
            print!("{report}");
            if met {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::from(2)
        }
    }
}
