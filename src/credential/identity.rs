//! The details of a managed identity, pasted as `az identity show` prints them or typed.

use fedcred_core::federation::ManagedIdentity;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

const PLACEHOLDER: &str = "{\n  \"name\": \"…\",\n  \"principalId\": \"…\",\n  \"clientId\": \"…\",\n  \"tenantId\": \"…\"\n}";

/// A box for the identity's JSON.
pub(super) fn identity_form(details: &AttrValue, on_change: &Callback<AttrValue>) -> Html {
    let oninput = on_change.reform(|event: InputEvent| {
        let area = event.target_dyn_into::<HtmlTextAreaElement>();
        area.map(|area| area.value().into()).unwrap_or_default()
    });
    let unread = !details.trim().is_empty() && ManagedIdentity::read(details).is_none();
    html! {
        <div class="form-field">
            <label for="identity">{ "User-assigned managed identity" }</label>
            <textarea
                class="control value" id="identity" rows="6" autocomplete="off" spellcheck="false"
                aria-describedby="identity-hint" aria-invalid={unread.then_some("true")}
                placeholder={PLACEHOLDER} value={details} {oninput}
            />
            <p class="hint" id="identity-hint">
                { "The output of " }<code>{ "az identity show --name … --resource-group …" }</code>
                { ", or a JSON object with these names." }
            </p>
            if unread {
                <p class="problem">{ "This holds no managed identity: a JSON object with principalId and tenantId is needed." }</p>
            }
        </div>
    }
}
