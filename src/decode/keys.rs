//! The keys that signatures are checked with, below the paste box.

use fedcred_core::claims::{EntraIssuer, Version};
use fedcred_core::jose::Keys;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::Decoded;
use crate::platform::page;
use crate::session::{Action, SessionContext};
use crate::ui::{Panel, external_link, findings, panel};

/// A box for keys, in the column of the paste box.
pub(super) fn keys_panel(session: &SessionContext, keys: &Keys, decoded: Option<&Decoded>) -> Html {
    let Some(host) = page::by_id("intake-extra") else {
        return Html::default();
    };
    let body = html! {
        <>
            <div class="panel-body form-field">
                <label class="visually-hidden" for="keys-box">{ "Public keys" }</label>
                <textarea
                    class="control value" id="keys-box" rows="4" autocomplete="off" spellcheck="false"
                    placeholder="JWKS, JWK or PEM of the issuer" aria-describedby="keys-hint"
                    value={&session.keys} oninput={on_input(session)}
                />
                <p class="hint" id="keys-hint">{ "Fedcred never fetches keys. " }{ address(decoded) }</p>
            </div>
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

fn on_input(session: &SessionContext) -> Callback<InputEvent> {
    let dispatcher = session.dispatcher();
    Callback::from(move |event: InputEvent| {
        if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
            dispatcher.dispatch(Action::Keys(area.value().into()));
        }
    })
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
        issuer.cloud.login_host(),
        issuer.tenant
    )
}
