//! The keys that signatures are checked with, below the paste box.

use std::rc::Rc;

use fedcred_core::claims::Mask;
use fedcred_core::jose::{CertificateValidity, Key, Keys};
use fedcred_core::text::time;
use yew::prelude::*;

use super::Decoded;
use crate::platform::files::Read;
use crate::session::{Action, Field, SessionContext, ask, report};
use crate::ui::{
    Panel, TextBox, checkbox, each, element, external_link, file_button, findings, panel, show,
    text_box,
};

/// More keys are counted, not listed.
const KEYS_SHOWN: usize = 8;

/// A box for keys, what was read of it, and what else a signature may need.
pub(super) fn keys_panel(
    session: &SessionContext,
    keys: &Keys,
    decoded: Option<&Decoded>,
    mask: &Mask,
    now: i64,
    read: &Rc<Read>,
) -> Html {
    let keys_box = TextBox {
        id: "keys-box",
        label: "Keys",
        label_hidden: true,
        placeholder: "JWKS, JWK, PEM, certificate or secret",
        value: &session.keys,
        on_change: report(session, Action::Keys),
        hint: html! { <>{ "Fedcred never fetches keys. " }{ address(decoded) }</> },
        problem: "",
    };
    let more = keys.len().saturating_sub(KEYS_SHOWN);
    let listed = keys.iter().take(KEYS_SHOWN).map(|key| line(key, mask, now));
    let body = html! {
        <>
            <div class="panel-body">
                { text_box(keys_box) }
                if !keys.is_empty() {
                    <ul class="hint key-list">
                        { each(listed) }
                        if more > 0 { { element("li", "", format!("and {more} more")) } }
                    </ul>
                }
                { own_key(session, decoded) }
                { payload(session, decoded) }
            </div>
            { findings(&mask.findings(keys.diagnostics()), None) }
        </>
    };
    panel(Panel {
        id: "keys",
        title: "Keys".into(),
        actions: file_button("Open keys", read),
        flush: true,
        body,
        ..Panel::default()
    })
}

/// What was read: the kind of key, its name, whose certificate it is in.
fn line(key: &Key, mask: &Mask, now: i64) -> Html {
    let kid = key.kid().map(|kid| format!("{kid}: "));
    let certificate = key.certificate().map(|certificate| {
        let (from, to) = (certificate.not_before, certificate.not_after);
        let standing = match certificate.validity(now) {
            CertificateValidity::NotYet => " (not valid yet)",
            CertificateValidity::Expired => " (expired)",
            CertificateValidity::Within => "",
        };
        format!(
            ". Certificate of {}, valid {} to {}{standing}, SHA-256 {}",
            certificate.subject,
            time::rfc3339(from),
            time::rfc3339(to),
            certificate.thumbprint
        )
    });
    let words = format!(
        "{}{}, from {}{}",
        kid.unwrap_or_default(),
        key.description(),
        key.source(),
        certificate.unwrap_or_default()
    );
    element("li", "", show(&mask.text(&words)))
}

/// A key in the token's own header can be tried; what that proves is said with the result.
fn own_key(session: &SessionContext, decoded: Option<&Decoded>) -> Html {
    let signature = decoded.and_then(|decoded| decoded.signature.as_ref());
    if !signature.is_some_and(|checked| checked.carries_key) {
        return Html::default();
    }
    let dispatcher = session.dispatcher();
    let on_change = Callback::from(move |on| dispatcher.dispatch(Action::OwnKey(on)));
    checkbox(
        "Try the key in the token itself (proves nothing)",
        session.own_key,
        on_change,
    )
}

/// A box for the payload, where the token has none.
fn payload(session: &SessionContext, decoded: Option<&Decoded>) -> Html {
    if !decoded.is_some_and(|decoded| decoded.detached) {
        return Html::default();
    }
    text_box(TextBox {
        id: "payload-box",
        label: "Detached payload",
        label_hidden: false,
        placeholder: "",
        value: session.asked.text(Field::Payload),
        on_change: ask(session, Field::Payload),
        hint: "Exactly as it was signed; every space counts.".into(),
        problem: "",
    })
}

/// Where the keys of an Entra issuer are published.
fn address(decoded: Option<&Decoded>) -> Html {
    let Some(issuer) = decoded.and_then(|decoded| decoded.explanation.issuer.as_ref()) else {
        return "Paste the keys that the issuer publishes, or the secret that both sides share."
            .into();
    };
    html! { <>{ "Open and paste them: " }{ external_link(issuer.jwks_uri(), "keys of this tenant") }</> }
}
