//! Checks in CI whether a token matches one of an application's federated credentials, and exits with 1 if not.
//!
//! ```text
//! az ad app federated-credential list --id APP_ID >credentials.json
//! cargo run -p fedcred-core --example check_credentials -- token.txt credentials.json
//! ```

use std::process::ExitCode;

use fedcred_core::claims::Claims;
use fedcred_core::federation::{CredentialList, Rules, match_all};
use fedcred_core::jose::parse;
use fedcred_core::text::CheckVerdict;

/// A report, and whether a credential matches.
pub(crate) fn check(token: &str, credentials: &str) -> (String, bool) {
    let list = CredentialList::parse(credentials);
    let mut report = String::new();
    for finding in &list.diagnostics {
        report += &format!("{}\n", finding.message);
    }
    let tokens = parse(token).tokens;
    let Some(payload) = tokens.iter().find_map(|token| token.payload()) else {
        return (report + "No token with claims found.\n", false);
    };
    let verdict = match_all(
        &Claims::from_payload(payload),
        &list.credentials,
        Rules::Current,
    );
    for credential in &verdict.matches {
        let result = if credential.matched {
            "matches"
        } else {
            "does not match"
        };
        report += &format!("{}: {result}\n", credential.name);
        let differing = credential
            .fields
            .iter()
            .filter(|field| field.verdict == CheckVerdict::Fail);
        for field in differing {
            report += &format!("  token       {}\n", field.presented);
            report += &format!("  credential  {}\n", field.configured);
        }
    }
    if let Some(message) = &verdict.message {
        report += &format!("Entra ID would answer: {message}\n");
    }
    (report, verdict.matched)
}

#[allow(dead_code, reason = "a test includes this file for its function alone")]
fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(token), Some(credentials)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: check_credentials TOKEN CREDENTIALS");
        return ExitCode::from(2);
    };
    let read =
        |path: &str| std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"));
    match (read(&token), read(&credentials)) {
        (Ok(token), Ok(credentials)) => {
            let (report, matched) = check(&token, &credentials);
            print!("{report}");
            if matched {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        (Err(problem), _) | (_, Err(problem)) => {
            eprintln!("{problem}");
            ExitCode::from(2)
        }
    }
}
