//! What must stand before the credential works, and the way through the portal.

use fedcred_core::federation::{
    ChecklistItem, Credential, Draft, ItemState, Preset, Setup, checklist,
};
use yew::prelude::*;

use super::source::{Made, Setting};
use crate::ui::{
    Glyph, Panel, Tone, badge, command_line, element, fold, group, marked, panel, sign,
};

/// The list, ticked off as far as is known.
pub(super) fn checklist_panel(setting: Setting<'_>, made: &Made, draft: &Draft) -> Html {
    let items = checklist(&Setup {
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
        title: "Prerequisites".into(),
        badges: badge(Tone::Neutral, format!("{done} of {} done", items.len())),
        flush: true,
        body: group(vec![
            element(
                "ul",
                "checklist",
                group(items.into_iter().map(item).collect()),
            ),
            element("p", "panel-foot hint", REPLACES),
        ]),
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
    let summary = vec![
        sign(tone, glyph),
        element("span", "", item.title),
        badge(tone, word),
    ];
    let content = vec![
        element("p", "", marked(&item.why)),
        command_line("To see it:", item.how),
        element("p", "source", source),
    ];
    element("li", "", fold("", group(summary), group(content)))
}

const REPLACES: &str = "A federated credential replaces a client secret or certificate. There is nothing to store, renew or leak: the platform's own token is the proof.";

/// Where in the portal the fields stand, and what its scenario asks.
pub(super) fn portal_panel(setting: Setting<'_>, made: &Made, credential: &Credential) -> Html {
    let host = setting.cloud(credential.issuer.as_str()).portal_host();
    let preset = made.preset.or_else(|| Preset::for_credential(credential));
    let where_to = format!("In the Azure portal, `{host}`, or the Microsoft Entra admin center:");
    let path = PATH.map(|step| element("li", "", step));
    let scenario = preset.map(|preset| {
        let name = element("strong", "", preset.portal.as_str());
        group(vec![
            "Scenario ".into(),
            name,
            format!(". {}", preset.portal_steps()).into(),
        ])
    });
    let body = group(vec![
        element("p", "", marked(&where_to)),
        element("ol", "path", group(path.into())),
        element("p", "", scenario.unwrap_or_default()),
        element(
            "p",
            "hint",
            "The portal does not check the values when you save: a wrong one shows only when the token arrives. Wait a few minutes before you try.",
        ),
        element(
            "p",
            "source",
            "Entra: create a trust; Entra: considerations for federated credentials (read 2026-11). Entra ID was called Azure AD until 2023.",
        ),
    ]);
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
