//! The Credential page.

use yew::prelude::*;

use crate::ui::PageHead;

/// The page.
#[component]
pub fn CredentialPage() -> Html {
    html! { <PageHead title="Federated credential" lede="The fields to enter in the portal, and what Entra ID will say when the token arrives." /> }
}
