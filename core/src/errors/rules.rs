//! The rules for credentials: a data file with the words, source and confidence of each finding.

use std::sync::LazyLock;

use crate::claims::Confidence;
use crate::text::json::{Document, Value};
use crate::text::{Diagnostic, Severity, fill};

/// A rule that a credential can break.
#[derive(Debug)]
pub struct Rule {
    /// The code of its findings.
    pub code: String,
    severity: Severity,
    message: String,
    help: String,
    /// Where it is written or was seen.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let document = Document::parse(include_str!("../../data/credential-rules.json"));
    document.items().map(read).collect()
});

/// The rule behind a finding about a credential.
#[must_use]
pub fn credential_rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

/// What is found where the rule is broken; parameters take the place of `{name}`.
pub(crate) fn broken(code: &'static str, parameters: &[(&str, &str)]) -> Diagnostic {
    let Some(rule) = credential_rule(code) else {
        return Diagnostic::error(code, code);
    };
    let found = Diagnostic::error(code, fill(&rule.message, parameters));
    Diagnostic {
        severity: rule.severity,
        ..found.help(fill(&rule.help, parameters))
    }
}

fn read(entry: Value<'_>) -> Rule {
    let text = |name| entry.string_of(name);
    Rule {
        code: text("code"),
        severity: match text("severity").as_str() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Info,
        },
        message: text("message"),
        help: text("help"),
        source: text("source"),
        confidence: Confidence::from_word(&text("confidence")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_complete_and_stands_once() {
        let document = Document::parse(include_str!("../../data/credential-rules.json"));
        assert!(document.is_complete());
        for (rule, entry) in RULES.iter().zip(document.root().unwrap().items()) {
            let same = RULES.iter().filter(|other| other.code == rule.code);
            assert_eq!(same.count(), 1, "{}", rule.code);
            for text in [&rule.message, &rule.help, &rule.source] {
                assert!(!text.is_empty(), "{}", rule.code);
            }
            let severity = entry.text_of("severity").unwrap();
            assert!(["error", "warning", "info"].contains(&&*severity));
            assert_eq!(rule.confidence.word(), entry.text_of("confidence").unwrap());
        }
        assert_eq!(credential_rule("no-such-rule").map(|rule| &rule.code), None);
    }
}
