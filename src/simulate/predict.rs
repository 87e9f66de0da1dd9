//! Predict, then reveal: the visitor says how the exchange ends before it is shown.

use fedcred_core::entra::Phase;
use fedcred_core::flow::{Outcome, Step, Trace};
use yew::prelude::*;

use super::exchange::Exchange;
use super::selection::Choice;
use super::view::{Shown, View};
use crate::platform::page;
use crate::shared::Shared;
use crate::ui::{
    self, Control, Tone, Verdict, button, classed, control, element, group, heard, marked, show,
};

/// What the visitor says of an exchange.
#[derive(Clone, Default)]
pub(super) struct Guess {
    /// The exchange.
    of: Option<Shared<Trace>>,
    outcome: AttrValue,
    phase: AttrValue,
    revealed: bool,
}

/// The guess about this exchange.
fn guess(shown: &Shown, trace: &Shared<Trace>) -> Guess {
    let guess = Some(&shown.guess).filter(|guess| guess.of.as_ref() == Some(trace));
    guess.cloned().unwrap_or_else(|| Guess {
        of: Some(trace.clone()),
        ..Guess::default()
    })
}

/// Whether the exchange is not to be seen yet. One that is edited runs at once.
pub(super) fn hides(shown: &Shown, exchange: &Exchange) -> bool {
    shown.predict && exchange.choice != Choice::Edited && !guess(shown, &exchange.trace).revealed
}

/// What may be seen before: the first step.
pub(super) fn beginning(exchange: &Exchange) -> Exchange {
    let mut trace = (*exchange.trace).clone();
    trace.steps.truncate(1);
    trace.unreached.clear();
    Exchange {
        trace: Shared::new(trace),
        ..exchange.clone()
    }
}

/// Turns it on and off; what is seen already is not asked.
pub(super) fn toggled(view: &View, on: bool) -> Shown {
    Shown {
        predict: on,
        guess: Guess {
            of: Some(view.whole.trace.clone()),
            revealed: true,
            ..Guess::default()
        },
        ..(*view.shown).clone()
    }
}

/// The question, then the answer; nothing where neither is due.
pub(super) fn prediction(view: &View) -> Html {
    let trace = &view.whole.trace;
    let guess = guess(&view.shown, trace);
    let asks = view.is_hidden();
    if !view.shown.predict || (!asks && guess.outcome.is_empty()) {
        return Html::default();
    }
    let content = if asks {
        question(view, &guess)
    } else {
        answer(&guess, trace)
    };
    html! {
        <section
            class="panel prediction" id={PREDICTION} tabindex="-1" aria-label="Your prediction" oninput={on_input(view, guess)}
        >
            { content }
        </section>
    }
}

fn on_input(view: &View, guess: Guess) -> Callback<InputEvent> {
    let shown = view.shown.clone();
    Callback::from(move |event: InputEvent| {
        let Some(heard) = heard(&event) else { return };
        let mut guess = guess.clone();
        let value = AttrValue::from(heard.value);
        match heard.id.as_str() {
            OUTCOME => guess.outcome = value,
            _ => guess.phase = value,
        }
        shown.set(Shown {
            guess,
            ..(*shown).clone()
        });
    })
}

fn question(view: &View, guess: &Guess) -> Html {
    let mut fields = vec![control(&Control {
        id: OUTCOME,
        label: "How does it end?",
        value: &guess.outcome,
        options: &OUTCOMES,
        ..Control::default()
    })];
    if guess.outcome == Outcome::Refused.name() {
        let mut options = vec![("", "Choose a check …")];
        options.extend(PHASES.map(|phase| (phase.name(), phase.title())));
        fields.push(control(&Control {
            id: "guess-phase",
            label: "Where does it stop?",
            value: &guess.phase,
            options: &options,
            ..Control::default()
        }));
    }
    let shown = Shown {
        guess: Guess {
            revealed: true,
            ..guess.clone()
        },
        ..(*view.shown).clone()
    };
    let (setter, trace, guess) = (view.shown.setter(), view.whole.trace.clone(), guess.clone());
    let reveal = Callback::from(move |_: MouseEvent| {
        // The button goes, its panel stays.
        page::focus(PREDICTION);
        page::announce(&[judge(&guess, &trace).1, ". It ends: ", &trace.ending()].concat());
        setter.set(shown.clone());
    });
    let reveal = classed("button button-primary", button("Reveal", reveal));
    let parts = vec![
        element("h2", "panel-title", "What will happen?"),
        element("div", "form form-grid", group(fields)),
        element("p", "hint", HINT),
        element("p", "", reveal),
    ];
    element("div", "panel-body", group(parts))
}

fn answer(guess: &Guess, trace: &Trace) -> Html {
    let (tone, title) = judge(guess, trace);
    let end = [
        "It ends: ",
        &trace.ending(),
        ". You said: ",
        &said(guess),
        ".",
    ]
    .concat();
    let mut reason = vec![element("p", "", end)];
    if let Some(step) = trace.failing_step() {
        let check = step.failed_check();
        let question = check.map_or(step.title.as_str(), |check| check.question);
        let place = [step.number.to_string().as_str(), ": "].concat();
        let line = vec!["It stops at step ".into(), place.into(), marked(question)];
        reason.push(element("p", "", group(line)));
        if let Some(check) = check {
            let values = vec![
                show(&check.presented),
                " ≠ ".into(),
                show(&check.configured),
            ];
            reason.push(element("p", "value", group(values)));
        }
    }
    ui::verdict(Verdict {
        tone,
        title: title.into(),
        reason: group(reason),
        ..Verdict::default()
    })
}

/// How good a guess is, in words.
fn judge(guess: &Guess, trace: &Trace) -> (Tone, &'static str) {
    if guess.outcome.is_empty() {
        return (Tone::Neutral, "You made no prediction");
    }
    if guess.outcome != trace.outcome.name() {
        return (Tone::Caution, "It ends differently");
    }
    let stops = trace
        .steps
        .iter()
        .find_map(Step::failed_check)
        .map(|check| check.phase);
    let guessed = PHASES.into_iter().find(|phase| guess.phase == phase.name());
    if trace.outcome == Outcome::Refused && stops.is_some() && guessed != stops {
        return (Tone::Caution, "Refused, but by a different check");
    }
    (Tone::Good, "You were right")
}

/// The guess in words.
fn said(guess: &Guess) -> String {
    let outcome = OUTCOMES.iter().find(|(word, _)| guess.outcome == *word);
    let outcome = outcome.map_or("", |(_, title)| *title);
    let mut phases = PHASES.into_iter();
    let phase = phases.find(|phase| guess.phase == phase.name());
    match phase.filter(|_| guess.outcome == Outcome::Refused.name()) {
        Some(phase) => [outcome, ", at: ", phase.title()].concat(),
        None => outcome.to_owned(),
    }
}

/// Its id, to lead there.
pub(super) const PREDICTION: &str = "prediction";
const OUTCOME: &str = "guess-outcome";
const HINT: &str =
    "The first request is below. Directory, credentials and request are under “Edit”.";

const OUTCOMES: [(&str, &str); 4] = [
    ("", "Choose an outcome …"),
    ("allowed", "Allowed: the API answers"),
    ("refused", "Refused: no token is issued"),
    ("denied", "Denied: a token is issued, the API says no"),
];

/// The parts of the exchange that may refuse.
const PHASES: [Phase; 6] = [
    Phase::Identity,
    Phase::Request,
    Phase::Issuer,
    Phase::Signature,
    Phase::Matching,
    Phase::Resource,
];

#[cfg(test)]
mod tests {
    use fedcred_core::flow::run;

    use super::super::scenarios::read_shipped;
    use super::*;

    #[track_caller]
    fn check(word: &str, outcome: &'static str, phase: &'static str, expected: &str) {
        let trace = run(&read_shipped(word).scenario);
        let guess = Guess {
            outcome: outcome.into(),
            phase: phase.into(),
            ..Guess::default()
        };
        assert_eq!(judge(&guess, &trace).1, expected);
    }

    #[test]
    fn a_guess_is_judged() {
        let (right, wrong) = ("You were right", "It ends differently");
        let half = "Refused, but by a different check";
        check("managed-identity", "allowed", "", right);
        check("managed-identity", "allowed", "issuer", right);
        check("managed-identity", "refused", "matching", wrong);
        check("managed-identity", "denied", "", wrong);
        check("managed-identity", "", "", "You made no prediction");
        check("wrong-subject", "refused", "matching", right);
        check("wrong-subject", "refused", "signature", half);
        check("wrong-subject", "refused", "", half);
        check("wrong-subject", "allowed", "matching", wrong);
    }

    #[test]
    fn what_was_said_is_said_again() {
        let guess = |outcome: &'static str, phase: &'static str| {
            said(&Guess {
                outcome: outcome.into(),
                phase: phase.into(),
                ..Guess::default()
            })
        };
        let refused = "Refused: no token is issued";
        assert_eq!(guess("refused", ""), refused);
        assert_eq!(
            guess("refused", "issuer"),
            [refused, ", at: The issuer of a credential"].concat()
        );
        assert_eq!(guess("allowed", "issuer"), "Allowed: the API answers");
    }

    #[test]
    fn every_outcome_can_be_predicted() {
        let words = OUTCOMES.map(|(word, _)| word);
        assert_eq!(words[1..], Outcome::ALL.map(Outcome::name));
    }
}
