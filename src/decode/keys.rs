//! The keys that signatures are checked with, below the paste box.

use std::rc::Rc;

use fedcred_core::claims::{EntraIssuer, Version};
use fedcred_core::jose::Keys;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::Decoded;
use crate::platform::page;
use crate::session::{Action, SessionContext};
use crate::ui::{ExternalLink, Findings, Panel};

#[derive(Properties)]
pub(super) struct KeysPanelProps {
    pub session: SessionContext,
    pub keys: Rc<Keys>,
    pub(super) decoded: Option<Rc<Decoded>>,
}

impl PartialEq for KeysPanelProps {
    fn eq(&self, other: &Self) -> bool {
        self.session == other.session
            && self.decoded == other.decoded
            && Rc::ptr_eq(&self.keys, &other.keys)
    }
}

/// A box for keys, in the column of the paste box.
#[component]
pub(super) fn KeysPanel(props: &KeysPanelProps) -> Html {
    let Some(host) = page::by_id("intake-extra") else {
        return Html::default();
    };
    let oninput = {
        let session = props.session.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                session.dispatch(Action::Keys(area.value().into()));
            }
        })
    };
    let panel = html! {
        <Panel id="keys" title="Keys" flush=true>
            <div class="panel-body form-field">
                <label class="visually-hidden" for="keys-box">{ "Public keys" }</label>
                <textarea
                    class="control value" id="keys-box" rows="4" autocomplete="off" spellcheck="false"
                    placeholder="JWKS, JWK or PEM of the issuer" aria-describedby="keys-hint"
                    value={&props.session.keys} {oninput}
                />
                <p class="hint" id="keys-hint">{ "Fedcred never fetches keys. " }{ address(props.decoded.as_deref()) }</p>
            </div>
            <Findings findings={props.keys.diagnostics.clone()} />
        </Panel>
    };
    create_portal(panel, host)
}

/// Where the keys of an Entra issuer are published.
fn address(decoded: Option<&Decoded>) -> Html {
    let Some(issuer) = decoded.and_then(|decoded| decoded.explanation.issuer.as_ref()) else {
        return html! { "Paste those that the issuer publishes." };
    };
    html! { <>{ "Open and paste them: " }<ExternalLink href={keys_of(issuer)}>{ "keys of this tenant" }</ExternalLink></> }
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
