//! The Decode page: what the pasted text holds, explained. Its heading and its box are in index.html.

mod claims;
mod intake;
mod keys;
mod sample;
mod summary;

use std::rc::Rc;

use fedcred_core::claims::{Explanation, explain};
use fedcred_core::jose::{Keys, Kind, Parsed, Signature, Token, parse, verify};
use fedcred_core::text::{Diagnostic, Span};
use yew::prelude::*;

use crate::platform::clock::use_now;
use crate::platform::paste_box;
use crate::route::Route;
use crate::session::SessionContext;
use crate::ui::{Panel, findings, page_link, panel};
use claims::claims_panel;
use intake::intake;
use keys::keys_panel;
use summary::summary;

/// Seconds after which relative times are brought up to date.
const REFRESH: u32 = 10;

/// A token with all that is said of it.
struct Decoded {
    token: Token,
    explanation: Explanation,
    signature: Signature,
}

#[derive(Properties, PartialEq)]
pub struct PageProps {
    pub session: SessionContext,
}

#[component]
pub fn DecodePage(props: &PageProps) -> Html {
    let session = &props.session;
    let now = use_now(REFRESH);
    let chosen = use_state_eq(|| 0_usize);
    let parsed = use_memo(session.token.clone(), |text| parse(text));
    let keys = use_memo(session.keys.clone(), |text| {
        Rc::new(Keys::read(text, "pasted keys"))
    });
    let index = (*chosen).min(parsed.tokens.len().saturating_sub(1));
    let decoded = use_memo(
        (session.token.clone(), session.keys.clone(), index, now),
        |(_, _, index, now)| decode(&parsed, &keys, *index, *now),
    );
    let decoded: Option<Rc<Decoded>> = (*decoded).clone();
    let choose = {
        let chosen = chosen.setter();
        Callback::from(move |index| chosen.set(index))
    };
    html! {
        <>
            { intake(session, decoded.as_ref().map(|decoded| &decoded.token)) }
            { keys_panel(session, &keys, decoded.as_deref()) }
            <div class="stack">
                { several(&parsed, index, &choose) }
                { result(&parsed, decoded.as_deref(), now, &session.token) }
            </div>
        </>
    }
}

fn decode(parsed: &Parsed, keys: &Keys, index: usize, now: i64) -> Option<Rc<Decoded>> {
    let token = parsed.tokens.get(index)?.clone();
    Some(Rc::new(Decoded {
        explanation: explain(&token, now),
        signature: verify(&token, keys),
        token,
    }))
}

fn result(parsed: &Parsed, decoded: Option<&Decoded>, now: i64, text: &AttrValue) -> Html {
    let Some(decoded) = decoded else {
        return nothing(parsed, text);
    };
    let all = parsed.diagnostics.iter().chain(&decoded.token.diagnostics);
    let all: Vec<_> = all
        .chain(&decoded.explanation.diagnostics)
        .cloned()
        .collect();
    html! {
        <>
            { summary(decoded, now) }
            if !all.is_empty() {
                { to_look_at("To look at", &all, text) }
            }
            { next_steps(&decoded.token) }
            { claims_panel("claims", "Claims", &decoded.explanation.claims, now) }
            { claims_panel("header", "Header", &decoded.explanation.header, now) }
        </>
    }
}

fn nothing(parsed: &Parsed, text: &AttrValue) -> Html {
    if !parsed.diagnostics.is_empty() {
        return to_look_at("Nothing to decode", &parsed.diagnostics, text);
    }
    html! {
        <section class="panel empty" aria-label="Result">
            <p>{ "Paste a token and its claims appear here, with what each one means. No token at hand? Take the sample." }</p>
        </section>
    }
}

fn to_look_at(title: &'static str, all: &[Diagnostic], text: &AttrValue) -> Html {
    panel(Panel {
        id: "findings",
        title: title.into(),
        flush: true,
        body: findings(all, Some(&show_place(text))),
        ..Panel::default()
    })
}

/// The way on; a token without claims leads nowhere.
fn next_steps(token: &Token) -> Html {
    if token.kind == Kind::Jwe || token.payload().is_none() {
        return Html::default();
    }
    html! {
        <div class="row">
            { page_link(Route::Credential, "button button-primary", "Make a credential of this") }
            { page_link(Route::Simulate, "button", "Simulate with this") }
        </div>
    }
}

/// A choice where the text holds several tokens, and what of it belongs to none.
fn several(parsed: &Parsed, index: usize, choose: &Callback<usize>) -> Html {
    if parsed.tokens.len() < 2 {
        return Html::default();
    }
    let onchange = choose.reform(|event: Event| {
        let select = event.target_dyn_into::<web_sys::HtmlSelectElement>();
        select
            .and_then(|select| usize::try_from(select.selected_index()).ok())
            .unwrap_or(0)
    });
    html! {
        <section class="panel" aria-label="Tokens in the text">
            <div class="panel-body row">
                <label for="which">{ format!("{} tokens found. Shown is", parsed.tokens.len()) }</label>
                <select class="control" id="which" {onchange}>
                    { for parsed.tokens.iter().enumerate().map(|(at, token)| option(at, token, at == index)) }
                </select>
            </div>
        </section>
    }
}

fn option(at: usize, token: &Token, selected: bool) -> Html {
    let kind = match token.kind {
        Kind::Jws => "signed",
        Kind::Jwe => "encrypted",
        Kind::Claims => "claims",
        Kind::Partial => "incomplete",
    };
    let bytes = token.span.end - token.span.start;
    html! { <option {selected}>{ format!("{} · {kind} · {bytes} B", at + 1) }</option> }
}

/// Selects a place of the text in the box, which counts in UTF-16 units.
fn show_place(text: &AttrValue) -> Callback<Span> {
    let text = text.clone();
    Callback::from(move |span: Span| {
        let units = |end: usize| {
            text.get(..end)
                .map_or(0, |before| before.encode_utf16().count())
        };
        let unit = |end| u32::try_from(units(end)).unwrap_or(u32::MAX);
        paste_box::select(unit(span.start), unit(span.end));
    })
}
