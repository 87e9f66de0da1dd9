//! Explains every token in a text: what kind it is, how long it is valid, and what each claim means.
//!
//! ```text
//! cargo run -p fedcred-core --example explain_token -- core/examples/input/claims.json
//! ```

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use fedcred_core::claims::explain;
use fedcred_core::jose::parse;

/// A report on a text, as of `now` (seconds since 1970).
pub(crate) fn report(text: &str, now: i64) -> String {
    let parsed = parse(text);
    if parsed.tokens.is_empty() {
        return "No token found.\n".to_owned();
    }
    let mut report = String::new();
    for token in &parsed.tokens {
        let explanation = explain(token, now);
        report += &format!("Looks like {}.\n", explanation.title());
        for sign in &explanation.evidence {
            report += &format!("  {} ({})\n", sign.text, sign.confidence.word());
        }
        for claim in &explanation.claims {
            report += &format!("{} = {}\n  {}\n", claim.name, claim.value, claim.meaning);
        }
        for finding in &explanation.diagnostics {
            report += &format!("{}\n", finding.message);
        }
    }
    report
}

#[allow(dead_code, reason = "a test includes this file for its function alone")]
fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: explain_token FILE");
        return ExitCode::from(2);
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    // The library has no clock: the caller says what time it is.
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() as i64);
    print!("{}", report(&text, now));
    ExitCode::SUCCESS
}
