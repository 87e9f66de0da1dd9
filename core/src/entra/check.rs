//! What is checked, in order, and how it went.

use serde::Serialize;

use super::rule::{Comparison, Phase, RuleId};
use crate::claims::Confidence;
use crate::text::CheckVerdict;

/// One check: a rule, the two values that it compares, and the verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The rule.
    pub rule: RuleId,
    /// [`RuleId::question`] of the rule.
    pub question: &'static str,
    /// [`RuleId::phase`] of the rule.
    pub phase: Phase,
    /// Whether it passed.
    pub verdict: CheckVerdict,
    /// The value in the request or token; empty if the check was skipped or not reached.
    pub presented: String,
    /// The value it was compared with: in the directory, or what the rule demands.
    pub configured: String,
    /// A remark, a reason for skipping for example; mostly empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// [`RuleId::confidence`] of the rule.
    pub confidence: Confidence,
    /// [`RuleId::source`] of the rule.
    pub source: &'static str,
}

/// Checks in the order of their rules.
#[derive(Debug)]
pub(crate) struct Checks {
    phases: &'static [Phase],
    done: Vec<Check>,
}

impl Check {
    /// Whether its two values are texts that are compared character by character.
    #[must_use]
    pub fn compares_text(&self) -> bool {
        self.rule.comparison() == Comparison::Characters
    }
}

impl Checks {
    /// No check yet, of the rules of these phases.
    pub(crate) fn new(phases: &'static [Phase]) -> Self {
        Self {
            phases,
            done: Vec::new(),
        }
    }

    /// Records a check; a failed one gives the refusal.
    pub(crate) fn require<E>(
        &mut self,
        rule: RuleId,
        (presented, configured): (&str, &str),
        passes: bool,
        refusal: impl FnOnce() -> E,
    ) -> Result<(), E> {
        self.record(rule, presented, configured, passes.into());
        if passes { Ok(()) } else { Err(refusal()) }
    }

    /// Records a check that does not apply, with the reason.
    pub(crate) fn skip(&mut self, rule: RuleId, reason: &str) {
        self.record(rule, "", "", CheckVerdict::Skipped);
        self.note(reason);
    }

    /// Adds what there is to say about the last check.
    pub(crate) fn note(&mut self, note: &str) {
        if let Some(check) = self.done.last_mut() {
            note.clone_into(&mut check.note);
        }
    }

    /// All checks; those that were not made are marked as not reached.
    pub(crate) fn finish(mut self) -> Vec<Check> {
        let phases = self.phases;
        for rule in RuleId::ALL
            .iter()
            .filter(|rule| phases.contains(&rule.phase()))
        {
            if !self.done.iter().any(|check| check.rule == *rule) {
                self.record(*rule, "", "", CheckVerdict::NotReached);
            }
        }
        self.done
    }

    fn record(&mut self, rule: RuleId, presented: &str, configured: &str, verdict: CheckVerdict) {
        self.done.push(Check {
            rule,
            question: rule.question(),
            phase: rule.phase(),
            verdict,
            presented: presented.to_owned(),
            configured: configured.to_owned(),
            note: String::new(),
            confidence: rule.confidence(),
            source: rule.source(),
        });
    }
}
