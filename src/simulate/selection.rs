//! What the page shows: scenario, step and faults, as the query of the address says it.

use std::rc::Rc;

use fedcred_core::flow::{Fault, shipped_scenarios};
use yew::prelude::*;

/// Which scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// One of those that come with the page, by its word.
    Shipped(&'static str),
    /// The one made of the visitor's token.
    Yours,
    /// The one that ends with an error of the Explain page.
    Error,
    /// One that the visitor has changed or opened.
    Edited,
}

impl Choice {
    /// The word in the address and in the chooser.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Shipped(word) => word,
            Self::Yours => YOURS,
            Self::Error => ERROR,
            Self::Edited => EDITED,
        }
    }

    /// The scenario of a word.
    pub(super) fn named(word: &str) -> Option<Self> {
        match word {
            YOURS => Some(Self::Yours),
            ERROR => Some(Self::Error),
            EDITED => Some(Self::Edited),
            _ => {
                let mut all = shipped_scenarios().iter();
                let found = all.find(|one| one.name == word);
                found.map(|one| Self::Shipped(one.name))
            }
        }
    }
}

/// What is shown; what is not set follows from the scenario and from what the visitor has pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    pub choice: Option<Choice>,
    /// Where the visitor has changed the scenario's own faults.
    pub faults: Option<Vec<Fault>>,
    /// From 1; a number that is too large means the last step.
    pub step: usize,
}

/// A change of the selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Choose(Choice),
    /// The scenario was changed: its faults stand in its text now.
    Edit,
    Faults(Vec<Fault>),
    Step(usize),
    /// Back or forward.
    Restore(Selection),
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            choice: None,
            faults: None,
            step: 1,
        }
    }
}

impl Reducible for Selection {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Choose(choice) => {
                next = Self {
                    choice: Some(choice),
                    ..Self::default()
                };
            }
            Action::Edit => (next.choice, next.faults) = (Some(Choice::Edited), None),
            Action::Faults(faults) => next.faults = Some(faults),
            Action::Step(step) => next.step = step,
            Action::Restore(selection) => next = selection,
        }
        Rc::new(next)
    }
}

impl Selection {
    /// Reads a query; what it does not understand it leaves out.
    pub(super) fn from_query(query: &str) -> Self {
        let value = |wanted: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let mut values = pairs.filter(|(name, _)| *name == wanted);
            values.next().map(|(_, value)| value)
        };
        Self {
            choice: value("scenario").and_then(Choice::named),
            faults: value("faults").map(faults_of),
            step: value("step")
                .and_then(|step| step.parse().ok())
                .unwrap_or(1),
        }
    }

    /// The query that leads back here; `shown` is the scenario where none was chosen.
    pub(super) fn to_query(&self, shown: Choice) -> String {
        let choice = self.choice.unwrap_or(shown);
        let mut query = format!("scenario={}&step={}", choice.word(), self.step);
        if let Some(faults) = &self.faults {
            query.push_str("&faults=");
            query.push_str(&words_of(faults));
        }
        query
    }
}

fn faults_of(words: &str) -> Vec<Fault> {
    let known = Fault::ALL.into_iter();
    known
        .filter(|fault| words.split(',').any(|word| word == fault.name()))
        .collect()
}

fn words_of(faults: &[Fault]) -> String {
    if faults.is_empty() {
        return NO_FAULTS.to_owned();
    }
    let words: Vec<_> = faults.iter().map(|fault| fault.name()).collect();
    words.join(",")
}

const YOURS: &str = "yours";
const ERROR: &str = "error";
const EDITED: &str = "edited";
const NO_FAULTS: &str = "none";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, choice: Option<Choice>, faults: Option<&[Fault]>, step: usize) {
        let expected = Selection {
            choice,
            faults: faults.map(<[Fault]>::to_vec),
            step,
        };
        assert_eq!(Selection::from_query(query), expected, "{query}");
    }

    #[test]
    fn a_query_names_scenario_step_and_faults() {
        let today = Some(Choice::Shipped("article-today"));
        check("", None, None, 1);
        check("scenario=article-today&step=5", today, None, 5);
        check("step=7&scenario=yours", Some(Choice::Yours), None, 7);
        check("scenario=error", Some(Choice::Error), None, 1);
        check("scenario=edited&step=2", Some(Choice::Edited), None, 2);
        check(
            "faults=wrong-subject",
            None,
            Some(&[Fault::WrongSubject]),
            1,
        );
        let two = [Fault::Case, Fault::Expired];
        check("faults=expired,case", None, Some(&two), 1);
        check("faults=none", None, Some(&[]), 1);
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        check("scenario=other&step=x&faults=other", None, Some(&[]), 1);
        check("scenario&step&&==", None, None, 1);
        check("step=-1", None, None, 1);
        check("step=99999999999999999999999", None, None, 1);
        check("Scenario=yours", None, None, 1);
    }

    #[test]
    fn a_selection_is_found_again() {
        for query in [
            "scenario=wrong-subject&step=11",
            "scenario=yours&step=1&faults=wrong-subject",
            "scenario=error&step=2",
            "scenario=wrong-subject&step=3&faults=none",
        ] {
            assert_eq!(Selection::from_query(query).to_query(Choice::Yours), query);
        }
        let shown = Selection::default().to_query(Choice::Yours);
        assert_eq!(shown, "scenario=yours&step=1");
    }

    #[test]
    fn another_scenario_begins_at_its_first_step_with_its_own_faults() {
        let selection = Rc::new(Selection::from_query("scenario=yours&step=9&faults=none"));
        let selection = selection.reduce(Action::Choose(Choice::Shipped("wrong-subject")));
        assert_eq!((selection.step, &selection.faults), (1, &None));
        let selection = selection
            .reduce(Action::Step(4))
            .reduce(Action::Faults(Vec::new()));
        assert_eq!((selection.step, &selection.faults), (4, &Some(Vec::new())));
        let selection = selection.reduce(Action::Edit);
        assert_eq!(selection.to_query(Choice::Yours), "scenario=edited&step=4");
    }
}
