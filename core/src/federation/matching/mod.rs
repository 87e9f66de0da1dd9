//! Compares a token with credentials: which one matches, and where the nearest one differs.

mod code;
mod comparison;
mod correction;
mod rows;
#[cfg(test)]
mod tests;
mod verdict;

use super::credential::Credential;
use super::rules::Rules;
use crate::claims::Claims;
use crate::errors::AadstsCode;
use comparison::Comparison;
pub use verdict::{CredentialField, FieldMatch, Match, Verdict};

/// Compares a token with credentials under the given rules, and tells of each how it differs.
#[must_use]
pub fn match_all(claims: &Claims, credentials: &[Credential], rules: Rules) -> Verdict {
    match_nearest(claims, credentials, rules, usize::MAX)
}

/// Compares a token with credentials under the given rules, and tells of the `most` nearest how they differ.
///
/// Values are compared as they are, character by character. The one exception is Entra's own: its tokens
/// for the exchange carry the id of an app where the credential holds the app's URI (observed). An expression
/// takes the place of the subject, whatever the rules: there was none in 2022.
#[must_use]
pub fn match_nearest(
    claims: &Claims,
    credentials: &[Credential],
    rules: Rules,
    most: usize,
) -> Verdict {
    let comparison = Comparison::new(claims, rules);
    let mut ranked: Vec<_> = credentials
        .iter()
        .enumerate()
        .map(|(index, credential)| comparison.rank(index, credential))
        .collect();
    ranked.sort_unstable_by_key(|ranked| (ranked.failing, ranked.distance, ranked.index));
    let matched = ranked.first().is_some_and(|nearest| nearest.failing == 0);
    let code = (!matched).then(|| comparison.code(&ranked));
    Verdict {
        matched,
        code,
        message: code.and_then(|code| comparison.message(code)),
        confidence: code
            .and_then(AadstsCode::entry)
            .map(|entry| entry.confidence),
        matches: ranked
            .iter()
            .take(most)
            .map(|ranked| comparison.compare(ranked))
            .collect(),
        corrected: ranked
            .first()
            .filter(|_| !matched)
            .and_then(|nearest| comparison.corrected(nearest.credential)),
        further: ranked.len().saturating_sub(most),
    }
}
