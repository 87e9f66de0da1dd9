//! The split point: code that only the table of functions below reaches becomes the late part of the
//! program. Only the release build splits it (feature `split`); without the feature, everything is there at once.

use std::time::Duration;

use fedcred_core::jose::{Keys, SignatureState, Token, verify};
use yew::platform::time::sleep;
use yew::prelude::*;

use crate::credential::CredentialPage;
use crate::explain::explain_page;
use crate::late::{CheckedSignature, Late, OwnKey, file, sample};
use crate::route::{Place, Route};
use crate::session::SessionContext;
use crate::simulate::SimulatePage;

static LATE: Late = Late {
    page,
    read_keys: |text| Keys::parse(text, "pasted keys"),
    check_signature,
    sample: sample::sample,
    file_content: file::content,
};

/// How long a failed download rests before it is tried once more.
const PAUSE: Duration = Duration::from_secs(1);

/// Waits for the late part; `None` where it cannot be loaded.
pub(super) async fn load() -> Option<&'static Late> {
    let late = part::load().await.ok();
    if late.is_some() {
        return late;
    }
    sleep(PAUSE).await;
    part::load().await.ok()
}

#[cfg(feature = "split")]
mod part {
    use super::{LATE, Late};
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    #[wasm_split(late, fallible)]
    pub(super) fn load() -> Result<&'static Late, SplitLoaderError> {
        Ok(&LATE)
    }
}

#[cfg(not(feature = "split"))]
mod part {
    use std::convert::Infallible;

    use super::{LATE, Late};

    pub(super) async fn load() -> Result<&'static Late, Infallible> {
        Ok(&LATE)
    }
}

fn page(place: &Place, session: &SessionContext) -> Html {
    let session = session.clone();
    match place.route {
        Route::Credential => html! { <CredentialPage {session} /> },
        Route::Simulate => html! { <SimulatePage {session} go={place.go.clone()} /> },
        Route::Explain => explain_page(&session),
        // The root draws these itself.
        Route::Decode | Route::NotFound => Html::default(),
    }
}

fn check_signature(token: &Token, keys: &Keys, own_key: OwnKey) -> CheckedSignature {
    let carried = Keys::embedded_in(token);
    let mut signature = verify(token, keys);
    let unchecked = signature.state == SignatureState::NotChecked && !carried.is_empty();
    if own_key == OwnKey::Try && unchecked {
        signature = verify(token, &carried);
    }
    CheckedSignature {
        signature,
        carries_key: !carried.found_nothing(),
    }
}
