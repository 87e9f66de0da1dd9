//! The rules for credentials: a data file with the words, source and confidence of each finding.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::claims::Confidence;
use crate::text::{Diagnostic, Severity, fill};

const FILE: &str = include_str!("../../data/credential-rules.json");

static RULES: LazyLock<Vec<CredentialRule>> =
    LazyLock::new(|| serde_json::from_str(FILE).unwrap_or_default());

/// A rule that a credential can break, with what there is to say about it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CredentialRule {
    /// The code of its findings, in kebab-case: `audience-count`.
    pub code: String,
    severity: Severity,
    message: String,
    help: String,
    /// Where it is written or was seen.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
}

impl CredentialRule {
    /// The rule behind a finding about a credential, by [`Diagnostic::code`].
    ///
    /// ```
    /// use fedcred_core::errors::CredentialRule;
    ///
    /// let rule = CredentialRule::for_code("audience-count").expect("a rule");
    /// assert_eq!(rule.source, "Graph: federatedIdentityCredential; Entra: considerations for federated credentials");
    /// ```
    #[must_use]
    pub fn for_code(code: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code == code)
    }
}

/// The finding for a broken rule; parameters take the place of `{name}` in its words.
pub(crate) fn finding(code: &'static str, parameters: &[(&str, &str)]) -> Diagnostic {
    let rule = CredentialRule::for_code(code);
    debug_assert!(rule.is_some(), "credential-rules.json has no `{code}`");
    let Some(rule) = rule else {
        return Diagnostic::error(code, code);
    };
    let found = Diagnostic::error(code, fill(&rule.message, parameters));
    Diagnostic {
        severity: rule.severity,
        ..found.help(fill(&rule.help, parameters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_complete_and_stands_once() {
        let rules: Vec<CredentialRule> = serde_json::from_str(FILE).unwrap();
        for rule in &rules {
            let same = rules.iter().filter(|other| other.code == rule.code);
            assert_eq!(same.count(), 1, "{}", rule.code);
            for text in [&rule.message, &rule.help, &rule.source] {
                assert!(!text.is_empty(), "{}", rule.code);
            }
        }
        assert!(CredentialRule::for_code("no-such-rule").is_none());
    }
}
