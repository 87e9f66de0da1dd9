//! What is to know before a credential is saved: each finding with its code, source and confidence.

use fedcred_core::errors::CredentialRule;
use fedcred_core::text::Diagnostic;
use yew::prelude::*;

use crate::ui::{Panel, Tone, Verdict, each, finding, marked, panel, verdict};

/// The findings, or that there are none.
pub(super) fn findings_panel(found: &[Diagnostic]) -> Html {
    let body = if found.is_empty() {
        verdict(Verdict {
            tone: Tone::Good,
            title: "No problems found".into(),
            reason: "Lengths, characters, slash, letter case, audience and IDs are as they should be. Only a token can show whether the values are right.".into(),
            ..Verdict::default()
        })
    } else {
        each(found.iter().map(view))
    };
    panel(Panel {
        id: "before-saving",
        title: "Before you save it".into(),
        flush: true,
        body,
        ..Panel::default()
    })
}

fn view(found: &Diagnostic) -> Html {
    let rule = CredentialRule::for_code(found.code);
    let source = rule.map(|rule| format!(" · {} · {}", rule.source, rule.confidence.word()));
    let source = format!("`{}`{}", found.code, source.unwrap_or_default());
    finding(found, marked(&source), Html::default())
}
