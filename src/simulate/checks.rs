//! The checks of a step: question, answer, the two values, and how sure it is that Entra ID asks.

use fedcred_core::claims::Confidence;
use fedcred_core::entra::{Check, CheckVerdict};
use fedcred_core::federation::diff;
use yew::prelude::*;

use super::words;
use crate::ui::{Badge, Diff, DiffRow, Glyph, Tone, Verdict, show};

#[derive(Properties, PartialEq)]
pub(super) struct ChecksProps {
    pub checks: Vec<Check>,
}

/// In the order in which they were made.
#[component]
pub(super) fn Checks(props: &ChecksProps) -> Html {
    html! {
        <ol class="checks">
            { for props.checks.iter().map(|check| html! { <li key={check.rule}>{ view(check) }</li> }) }
        </ol>
    }
}

fn view(check: &Check) -> Html {
    let (tone, glyph) = match check.verdict {
        CheckVerdict::Pass => (Tone::Good, Glyph::Pass),
        CheckVerdict::Fail => (Tone::Bad, Glyph::Fail),
        CheckVerdict::Skipped | CheckVerdict::NotReached => (Tone::Neutral, Glyph::Open),
    };
    let source =
        html! { <><ConfidenceBadge confidence={check.confidence} />{ " " }{ check.source }</> };
    html! {
        <Verdict
            {tone} {glyph} title={check.question} {source}
            more={Html::from(format!(" · {}", words::verdict(check.verdict)))}
        >
            { values(check) }
            if !check.note.is_empty() {
                <p>{ show(&check.note) }</p>
            }
        </Verdict>
    }
}

fn values(check: &Check) -> Html {
    match check.verdict {
        CheckVerdict::Pass if check.presented == check.configured => {
            html! { <p class="value">{ show(&check.presented) }</p> }
        }
        CheckVerdict::Pass | CheckVerdict::Fail => html! {
            <dl class="check-values">
                <dt>{ PRESENTED }</dt><dd class="value">{ show(&check.presented) }</dd>
                <dt>{ CONFIGURED }</dt><dd class="value">{ show(&check.configured) }</dd>
            </dl>
        },
        CheckVerdict::Skipped | CheckVerdict::NotReached => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct DifferenceProps {
    pub check: Check,
}

/// Both values of a check that failed, with the characters marked that differ.
#[component]
pub(super) fn Difference(props: &DifferenceProps) -> Html {
    let (presented, configured) = diff(&props.check.presented, &props.check.configured);
    let row = |label: &'static str, runs: Vec<fedcred_core::federation::Run>| DiffRow {
        label: label.into(),
        runs: runs
            .into_iter()
            .map(|run| (run.text.into(), run.differs))
            .collect(),
    };
    html! { <Diff rows={vec![row(PRESENTED, presented), row(CONFIGURED, configured)]} /> }
}

#[derive(Properties, PartialEq)]
pub(super) struct ConfidenceBadgeProps {
    pub confidence: Confidence,
}

/// `documented`, `observed`, …
#[component]
pub(super) fn ConfidenceBadge(props: &ConfidenceBadgeProps) -> Html {
    let tone = match props.confidence {
        Confidence::Documented => Tone::Neutral,
        _ => Tone::Observed,
    };
    html! { <Badge {tone} text={props.confidence.word()} /> }
}

const PRESENTED: &str = "presented";
const CONFIGURED: &str = "configured";
