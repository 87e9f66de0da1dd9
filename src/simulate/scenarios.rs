//! The scenarios: those that come with the page, and the one made of the visitor's token.

use fedcred_core::flow::{ParsedScenario, Scenario, scenario_from_token, shipped_scenarios};

use crate::history::History;
use crate::session::Session;
use crate::shared::Shared;

/// The scenarios of the visitor's own.
#[derive(Clone)]
pub(super) struct Own {
    pub token: Yours,
    /// The one that ends with an error of the Explain page.
    pub error: Option<Shared<Scenario>>,
    /// The one that is edited.
    pub edited: History,
}

/// What can be made of the token that the visitor has pasted.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) enum Yours {
    /// Nothing is pasted.
    Nothing,
    /// It cannot be simulated, and why.
    Cannot(String),
    Can(Box<Scenario>),
}

/// One that comes with the page.
pub(super) fn read_shipped(word: &str) -> ParsedScenario {
    let found = shipped_scenarios().iter().find(|one| one.name == word);
    found.map_or_else(ParsedScenario::default, |one| Scenario::parse(one.json))
}

/// The scenario of the first token that gives one.
pub(super) fn yours(session: &Session, now: i64) -> Yours {
    if session.token.trim().is_empty() {
        return Yours::Nothing;
    }
    let made = scenario_from_token(&session.token, &session.hints(), now);
    match (made.scenario, made.diagnostics.last()) {
        (Some(scenario), _) => Yours::Can(Box::new(scenario)),
        (None, why) => Yours::Cannot(why.map_or_else(String::new, |why| why.message.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_an_empty_scenario() {
        assert_eq!(read_shipped("other"), ParsedScenario::default());
    }

    fn pasted(text: &str) -> Yours {
        let session = Session {
            token: text.to_owned().into(),
            ..Session::default()
        };
        yours(&session, 0)
    }

    #[test]
    fn a_text_without_a_token_cannot_be_simulated() {
        assert_eq!(pasted(""), Yours::Nothing);
        assert_eq!(pasted(" \n"), Yours::Nothing);
        let Yours::Cannot(why) = pasted("hello") else {
            panic!("a scenario of nothing");
        };
        assert!(!why.is_empty());
    }

    #[test]
    fn a_token_gives_a_scenario() {
        let github = r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:a/b"}"#;
        assert!(matches!(pasted(github), Yours::Can(_)));
    }
}
