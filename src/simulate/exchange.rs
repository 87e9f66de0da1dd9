//! The exchange that is shown: the scenario that was chosen, run with its faults.

use std::rc::Rc;

use fedcred_core::diagram::Participants;
use fedcred_core::flow::{Fault, Scenario, Trace, run, shipped_scenarios};
use fedcred_core::text::{Diagnostic, Severity};
use yew::AttrValue;

use super::scenarios::{self, Own, Yours};
use super::selection::{Choice, Selection};
use crate::history::History;
use crate::shared::Shared;

/// Everything the page shows but the current step.
#[derive(Clone)]
pub(super) struct Exchange {
    pub choice: Choice,
    /// What runs, its faults among it.
    pub scenario: Scenario,
    pub trace: Shared<Trace>,
    pub participants: Rc<Participants>,
    /// What is wrong with the scenario's text.
    pub findings: Vec<Diagnostic>,
}

/// The scenario to show where none is chosen: that of the visitor's token, else the first.
pub(super) fn chosen(selection: &Selection, own: &Own) -> Choice {
    let first = || {
        shipped_scenarios()
            .first()
            .map(|one| Choice::Shipped(one.name))
    };
    match (selection.choice, &own.token) {
        (Some(Choice::Error), _) if own.error.is_some() => Choice::Error,
        (Some(Choice::Edited), _) if own.edited.text().is_some() => Choice::Edited,
        (Some(Choice::Yours) | None, Yours::Can(_)) => Choice::Yours,
        (Some(Choice::Shipped(word)), _) => Choice::Shipped(word),
        _ => first().unwrap_or(Choice::Yours),
    }
}

impl Exchange {
    /// Runs it; that takes some milliseconds. Of an edited scenario the last text without errors runs.
    pub(super) fn of(choice: Choice, faults: Option<&[Fault]>, own: &Own) -> Self {
        let (mut scenario, findings) = match (choice, &own.token, &own.error) {
            (Choice::Yours, Yours::Can(scenario), _) => ((**scenario).clone(), Vec::new()),
            (Choice::Error, _, Some(scenario)) => ((**scenario).clone(), Vec::new()),
            (Choice::Edited, ..) => edited(&own.edited),
            _ => {
                let read = scenarios::read_shipped(choice.word());
                (read.scenario, read.diagnostics)
            }
        };
        if let Some(faults) = faults {
            scenario.faults = faults.to_vec();
        }
        Self {
            choice,
            trace: Shared::new(run(&scenario)),
            participants: Rc::new(Participants::for_scenario(&scenario)),
            scenario,
            findings,
        }
    }

    /// Whether what runs is not the text that is edited.
    pub(super) fn is_older(&self) -> bool {
        self.choice == Choice::Edited && !is_sound(&self.findings)
    }
}

/// Whether a scenario can run as it is meant.
pub(super) fn is_sound(findings: &[Diagnostic]) -> bool {
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    !findings.iter().any(is_error)
}

/// The text that runs, with the findings of the current one.
fn edited(history: &History) -> (Scenario, Vec<Diagnostic>) {
    let read = |text: Option<&AttrValue>| text.map(|text| Scenario::parse(text));
    let current = read(history.text()).unwrap_or_default();
    if is_sound(&current.diagnostics) {
        return (current.scenario, current.diagnostics);
    }
    let sound = read(history.sound_text()).unwrap_or_default();
    (sound.scenario, current.diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fedcred_core::errors::AadstsCode;

    fn own(token: Yours) -> Own {
        Own {
            token,
            error: None,
            edited: History::default(),
        }
    }

    #[track_caller]
    fn check(query: &str, own: &Own, expected: Choice) {
        assert_eq!(
            chosen(&Selection::from_query(query), own),
            expected,
            "{query}"
        );
    }

    #[test]
    fn a_pasted_token_comes_first_and_a_choice_before_it() {
        let mine = own(Yours::Can(Box::default()));
        let nothing = own(Yours::Nothing);
        let first = Choice::Shipped("managed-identity");
        check("", &nothing, first);
        check("", &own(Yours::Cannot(String::new())), first);
        check("", &mine, Choice::Yours);
        check("scenario=yours", &mine, Choice::Yours);
        check("scenario=yours", &nothing, first);
        check("scenario=error", &nothing, first);
        check("scenario=error", &mine, first);
        let error = Own {
            error: Some(Shared::new(Scenario::default())),
            ..mine.clone()
        };
        check("scenario=error", &error, Choice::Error);
        check("", &error, Choice::Yours);
        let other = Choice::Shipped("article-2022");
        check("scenario=article-2022", &mine, other);
        check("scenario=edited", &mine, first);
        let edited = Own {
            edited: History::of("{}".into(), false),
            ..mine
        };
        check("scenario=edited", &edited, Choice::Edited);
        check("", &edited, Choice::Yours);
    }

    #[test]
    fn a_fault_set_by_hand_changes_the_end() {
        let shipped = Choice::Shipped("managed-identity");
        let run = |faults: &[Fault]| Exchange::of(shipped, Some(faults), &own(Yours::Nothing));
        assert_eq!(run(&[]).trace.code, None);
        assert_eq!(
            run(&[Fault::WrongSubject]).trace.code,
            Some(AadstsCode::NO_MATCHING_SUBJECT)
        );
    }

    #[test]
    fn an_edited_text_runs_as_long_as_it_can() {
        let shipped = scenarios::read_shipped("wrong-subject").scenario;
        let text = AttrValue::from(shipped.to_json());
        let mut own = own(Yours::Nothing);
        let mut run = |text: AttrValue| {
            let sound = is_sound(&Scenario::parse(&text).diagnostics);
            own.edited = match own.edited.text() {
                Some(_) => own.edited.changed(text, "", sound),
                None => History::of(text, sound),
            };
            let exchange = Exchange::of(Choice::Edited, None, &own);
            (
                exchange.trace.code,
                exchange.is_older(),
                exchange.findings.len(),
            )
        };
        assert_eq!(
            run(text.clone()),
            (Some(AadstsCode::NO_MATCHING_SUBJECT), false, 0)
        );
        assert_eq!(
            run(text.replace("global", "globe").into()),
            (Some(AadstsCode::NO_MATCHING_SUBJECT), true, 1)
        );
        assert!(run("{".into()).1);
        let repaired = text.replace("\"wrong-subject\"", "");
        assert_eq!(run(repaired.into()), (None, false, 0));
    }

    #[test]
    fn a_scenario_that_is_missing_is_an_empty_one() {
        let exchange = Exchange::of(Choice::Yours, None, &own(Yours::Nothing));
        assert_eq!(exchange.findings, []);
        assert!(!exchange.trace.steps.is_empty());
    }
}
