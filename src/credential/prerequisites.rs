//! What must stand before the credential works, and the way through the portal.

use fedcred_core::federation::{
    ChecklistItem, Credential, ItemState, Known, checklist, preset_for, replaces,
};
use yew::prelude::*;

use super::form::command_line;
use super::source::{Made, Setting};
use crate::ui::{Glyph, Panel, Tone, badge, marked, panel, sign};

/// The list, ticked off as far as is known.
pub(super) fn checklist_panel(setting: Setting<'_>, made: &Made) -> Html {
    let Some(draft) = &made.draft else {
        return Html::default();
    };
    let items = checklist(&Known {
        credential: &draft.credential,
        token: made.token(setting),
        identity: made.identity.as_ref(),
        hints: setting.hints,
    });
    let done = items
        .iter()
        .filter(|item| item.state == ItemState::Done)
        .count();
    panel(Panel {
        id: "prerequisites",
        title: "What must stand first".into(),
        badges: badge(Tone::Neutral, format!("{done} of {} done", items.len())),
        flush: true,
        body: html! {
            <>
                <ul class="checklist">{ for items.into_iter().map(item) }</ul>
                <p class="panel-foot hint">{ replaces() }</p>
            </>
        },
        ..Panel::default()
    })
}

fn item(item: ChecklistItem) -> Html {
    let (tone, glyph, word) = match item.state {
        ItemState::Done => (Tone::Good, Glyph::Pass, "done"),
        ItemState::Open => (Tone::Bad, Glyph::Fail, "open"),
        ItemState::NotKnown => (Tone::Neutral, Glyph::Open, "not known"),
    };
    let source = format!("{} · {}", item.source, item.confidence.word());
    html! {
        <li>
            <details>
                <summary>{ sign(tone, glyph) }<span>{ item.title }</span>{ badge(tone, word) }</summary>
                <p>{ marked(&item.why) }</p>
                { command_line("To see it:", item.how) }
                <p class="source">{ source }</p>
            </details>
        </li>
    }
}

/// Where in the portal the fields stand, and what its scenario asks.
pub(super) fn portal_panel(setting: Setting<'_>, made: &Made) -> Html {
    let none = Credential::default();
    let credential = made.draft.as_ref().map_or(&none, |draft| &draft.credential);
    let host = setting.cloud(credential.issuer.as_str()).portal_host();
    let preset = made.preset.or_else(|| preset_for(credential));
    let body = html! {
        <>
            <p>{ marked(&format!("In the Azure portal, `{host}`, or the Microsoft Entra admin center:")) }</p>
            <ol class="path">
                { for PATH.iter().map(|step| html! { <li>{ *step }</li> }) }
            </ol>
            if let Some(preset) = preset {
                <p>{ "Scenario " }<strong>{ &preset.portal }</strong>{ ". " }{ marked(preset.in_portal()) }</p>
            }
            <p class="hint">{ "Saving checks no value: a wrong one shows only when the token arrives. Give it some minutes before you try." }</p>
            <p class="source">{ "Entra: create a trust; Entra: considerations for federated credentials (read 2026-11). Entra ID was called Azure AD until 2023." }</p>
        </>
    };
    panel(Panel {
        id: "portal",
        title: "Where to enter it".into(),
        body,
        ..Panel::default()
    })
}

const PATH: [&str; 5] = [
    "App registrations",
    "your application",
    "Certificates & secrets",
    "Federated credentials",
    "Add credential",
];
