//! The Simulate page.

use yew::prelude::*;

use crate::ui::PageHead;

/// The page.
#[component]
pub fn SimulatePage() -> Html {
    html! { <PageHead title="The exchange, step by step" lede="A managed identity, Entra ID and a protected API: everything happens here, in this tab." /> }
}
