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

/// Compares the claims of a token with credentials, and shows where each credential differs.
///
/// Issuer, subject (or expression) and audience are compared byte by byte; under
/// [`Rules::Preview2022`] letter case does not count. It does not look at signature, times or algorithm.
///
/// ```
/// use fedcred_core::claims::Claims;
/// use fedcred_core::errors::AadstsCode;
/// use fedcred_core::federation::{CredentialList, Rules, match_all};
/// use fedcred_core::jose;
///
/// let token = r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:contoso/shop:ref:refs/heads/main","aud":"api://AzureADTokenExchange"}"#;
/// let list = r#"[{"name":"shop","issuer":"https://token.actions.githubusercontent.com/","subject":"repo:contoso/shop:ref:refs/heads/main","audiences":["api://AzureADTokenExchange"]}]"#;
///
/// let tokens = jose::parse(token).tokens;
/// let claims = Claims::from_payload(tokens[0].payload().unwrap());
/// let verdict = match_all(&claims, &CredentialList::parse(list).credentials, Rules::Current);
///
/// // The issuer of the credential ends with a slash.
/// assert!(!verdict.matched);
/// assert_eq!(verdict.code, Some(AadstsCode::NO_MATCHING_ISSUER));
/// ```
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
