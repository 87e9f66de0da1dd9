//! The portal's fields of a credential with a copy button each.

use fedcred_core::federation::Credential;
use yew::prelude::*;

use crate::ui::{CopyButton, Panel, marked, panel, show};

/// The portal's label, what to know, and the value.
type Row = (&'static str, &'static str, fn(&Credential) -> String);

const ROWS: [Row; 5] = [
    (
        "Issuer",
        "Compared with `iss`, character by character. A slash at the end counts.",
        |c| c.issuer.to_string(),
    ),
    (
        "Subject identifier",
        "Compared with `sub`. For a managed identity its object (principal) id, not its client id.",
        |c| c.subject.to_string(),
    ),
    (
        "Name",
        "For your reference; it cannot be changed later. 3 to 120 letters, digits, - and _.",
        |c| c.name.clone(),
    ),
    (
        "Description",
        "For your reference, up to 600 characters.",
        |c| c.description.clone(),
    ),
    ("Audience", "Exactly one, compared with `aud`.", |c| {
        c.audiences
            .first()
            .map(ToString::to_string)
            .unwrap_or_default()
    }),
];

/// Issuer, subject, name, description, audience.
pub(super) fn fields_panel(credential: &Credential) -> Html {
    panel(Panel {
        id: "fields",
        title: "Enter this".into(),
        flush: true,
        body: html! { <dl>{ for ROWS.iter().map(|row| field(row, credential)) }</dl> },
        ..Panel::default()
    })
}

fn field((label, note, value): &Row, credential: &Credential) -> Html {
    let text = value(credential);
    let shown = if text.is_empty() {
        html! { <span class="problem">{ "missing" }</span> }
    } else {
        show(&text)
    };
    html! {
        <div class="field">
            <dt><strong>{ *label }</strong></dt>
            <dd class="value">{ shown }</dd>
            <dd class="field-action"><CopyButton {text} what={label.to_ascii_lowercase()} /></dd>
            <dd class="field-note">{ marked(note) }</dd>
        </div>
    }
}
