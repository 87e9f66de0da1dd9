//! What stands around the static paste box: its buttons, the sizes of the parts, the token in colours.

use fedcred_core::jose::{Kind, Part, Role, Token};
use yew::prelude::*;

use super::sample::sample;
use crate::platform::{clock, page, paste_box};
use crate::session::{Action, SessionContext};
use crate::ui::{CopyButton, Tone, badge};

/// Longer parts are cut in the coloured view; the box holds them whole.
const CHARACTERS_SHOWN: usize = 2_000;

/// Draws into the static panel of the paste box.
pub(super) fn intake(session: &SessionContext, token: Option<&Token>) -> Html {
    let portal = |id: &str, content: Html| page::by_id(id).map(|host| create_portal(content, host));
    html! {
        <>
            { portal("token-actions", actions(session, token)) }
            { portal("token-badges", token.map(parts).unwrap_or_default()) }
        </>
    }
}

fn actions(session: &SessionContext, token: Option<&Token>) -> Html {
    let take_sample = {
        let session = session.clone();
        Callback::from(move |_: MouseEvent| put_sample(&session))
    };
    let clear = Callback::from(|_: MouseEvent| paste_box::replace(""));
    let copied = token.map(Token::compact).filter(|text| !text.is_empty());
    html! {
        <>
            <button type="button" class="button button-small" onclick={take_sample}>{ "Sample" }</button>
            if let Some(text) = copied {
                <CopyButton text={text.to_owned()} what="the token" />
            }
            if !session.token.is_empty() {
                <button type="button" class="button button-small" onclick={clear}>{ "Clear" }</button>
            }
        </>
    }
}

/// The sample comes with its keys, unless the visitor gave some.
fn put_sample(session: &SessionContext) {
    let Some(sample) = sample(clock::now()) else {
        return;
    };
    if session.keys.is_empty() {
        session.dispatch(Action::Keys(sample.keys.into()));
    }
    paste_box::replace(&sample.token);
    page::announce("A sample token, made by the mock with a demonstration key.");
}

/// The size of each part, and the token with its parts told apart.
fn parts(token: &Token) -> Html {
    if token.kind == Kind::Claims {
        return Html::default();
    }
    let pieces = token
        .parts
        .iter()
        .zip(token.compact().split('.'))
        .enumerate();
    html! {
        <>
            { for token.parts.iter().map(size) }
            <p class="value token-parts" tabindex="0" role="group" aria-label="The token in colours">
                { for pieces.map(|(index, (part, text))| piece(index, part, text)) }
            </p>
        </>
    }
}

fn size(part: &Part) -> Html {
    badge(
        tone(part.role),
        format!("{} {} B", name(part.role), part.bytes.len()),
    )
}

fn piece(index: usize, part: &Part, text: &str) -> Html {
    let shown = text.get(..CHARACTERS_SHOWN).unwrap_or(text);
    let left = text.len() - shown.len();
    html! {
        <>
            if index > 0 { { "." } }
            <span class={format!("part-{}", tone(part.role).name())}>{ shown.to_owned() }</span>
            if left > 0 { <span class="hint">{ format!(" … {left} characters more ") }</span> }
        </>
    }
}

const fn tone(role: Role) -> Tone {
    match role {
        Role::Header => Tone::Header,
        Role::Payload | Role::Ciphertext => Tone::Payload,
        Role::Signature | Role::AuthenticationTag => Tone::Signature,
        _ => Tone::Neutral,
    }
}

const fn name(role: Role) -> &'static str {
    match role {
        Role::Header => "header",
        Role::Payload => "payload",
        Role::Signature => "signature",
        Role::EncryptedKey => "encrypted key",
        Role::InitializationVector => "initialization vector",
        Role::Ciphertext => "ciphertext",
        Role::AuthenticationTag => "authentication tag",
        Role::UnprotectedHeader => "unprotected header",
        Role::Surplus => "surplus part",
    }
}
