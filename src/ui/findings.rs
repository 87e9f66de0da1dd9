//! What is wrong with an input: message, what to do, and a way to the place.

use fedcred_core::text::{Diagnostic, Severity, Span};
use yew::prelude::*;

use super::{Tone, Verdict, show};

/// More than these are counted, not listed.
const SHOWN: usize = 20;

#[derive(Properties, PartialEq)]
pub struct FindingsProps {
    pub findings: Vec<Diagnostic>,
    /// Shows a place in the input; without it there is no button.
    #[prop_or_default]
    pub on_place: Option<Callback<Span>>,
}

/// The findings below each other, the first ones only where there are many.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let more = props.findings.len().saturating_sub(SHOWN);
    html! {
        <>
            { for props.findings.iter().take(SHOWN).map(|finding| view(finding, props.on_place.as_ref())) }
            if more > 0 {
                <p class="panel-body hint">{ format!("{more} more findings are not shown.") }</p>
            }
        </>
    }
}

fn view(finding: &Diagnostic, on_place: Option<&Callback<Span>>) -> Html {
    let aside = finding.span.zip(on_place).map(|(span, show_place)| {
        let onclick = show_place.reform(move |_: MouseEvent| span);
        html! { <button type="button" class="button button-small" {onclick}>{ "Show the place" }</button> }
    });
    html! {
        <Verdict
            tone={tone(finding.severity)} title={word(finding.severity)}
            more={html! { <>{ " · " }{ show(&finding.message) }</> }}
            aside={aside.unwrap_or_default()}
        >
            { show(&finding.help) }
        </Verdict>
    }
}

const fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Bad,
        Severity::Warning => Tone::Caution,
        Severity::Info => Tone::Neutral,
    }
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Careful",
        Severity::Info => "Note",
    }
}
