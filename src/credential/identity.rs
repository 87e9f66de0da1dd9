//! The details of a managed identity, pasted as `az identity show` prints them or typed.

use fedcred_core::federation::ManagedIdentity;
use yew::prelude::*;

use crate::ui::{TextBox, marked, text_box};

const PLACEHOLDER: &str = "{\n  \"name\": \"…\",\n  \"principalId\": \"…\",\n  \"clientId\": \"…\",\n  \"tenantId\": \"…\"\n}";

/// A box for the identity's JSON.
pub(super) fn identity_form(details: &AttrValue, on_change: Callback<AttrValue>) -> Html {
    let unread = !details.trim().is_empty() && ManagedIdentity::read(details).is_none();
    text_box(TextBox {
        id: "identity",
        label: "User-assigned managed identity",
        label_hidden: false,
        placeholder: PLACEHOLDER,
        value: details,
        on_change,
        hint: marked(
            "The output of `az identity show --name … --resource-group …`, or a JSON object with these names.",
        ),
        problem: if unread { UNREAD } else { "" },
    })
}

const UNREAD: &str =
    "This holds no managed identity: a JSON object with principalId and tenantId is needed.";
