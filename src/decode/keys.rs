//! The keys that signatures are checked with, below the paste box.

use fedcred_core::claims::{EntraIssuer, Version};
use fedcred_core::jose::Keys;
use yew::prelude::*;

use super::Decoded;
use crate::platform::page;
use crate::session::{Action, SessionContext, report};
use crate::ui::{Panel, TextBox, external_link, findings, panel, text_box};

/// A box for keys, in the column of the paste box.
pub(super) fn keys_panel(session: &SessionContext, keys: &Keys, decoded: Option<&Decoded>) -> Html {
    let Some(host) = page::by_id("intake-extra") else {
        return Html::default();
    };
    let keys_box = TextBox {
        id: "keys-box",
        label: "Public keys",
        label_hidden: true,
        placeholder: "JWKS, JWK or PEM of the issuer",
        value: &session.keys,
        on_change: report(session, Action::Keys),
        hint: html! { <>{ "Fedcred never fetches keys. " }{ address(decoded) }</> },
        problem: "",
    };
    let body = html! {
        <>
            <div class="panel-body">{ text_box(keys_box) }</div>
            { findings(&keys.diagnostics, None) }
        </>
    };
    let drawn = panel(Panel {
        id: "keys",
        title: "Keys".into(),
        flush: true,
        body,
        ..Panel::default()
    });
    create_portal(drawn, host)
}

/// Where the keys of an Entra issuer are published.
fn address(decoded: Option<&Decoded>) -> Html {
    let Some(issuer) = decoded.and_then(|decoded| decoded.explanation.issuer.as_ref()) else {
        return html! { "Paste those that the issuer publishes." };
    };
    html! { <>{ "Open and paste them: " }{ external_link(keys_of(issuer), "keys of this tenant") }</> }
}

fn keys_of(issuer: &EntraIssuer) -> String {
    let version = match issuer.version {
        Version::V1 => "",
        Version::V2 => "v2.0/",
    };
    format!(
        "https://{}/{}/discovery/{version}keys",
        issuer.assumed_cloud().login_host(),
        issuer.tenant
    )
}
