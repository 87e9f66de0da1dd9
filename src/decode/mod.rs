//! The Decode page: what the pasted text holds, explained. Its heading and its box are in index.html.

mod claims;
mod intake;
mod keys;
mod sample;
mod summary;

use std::rc::Rc;

use fedcred_core::claims::{Explanation, explain};
use fedcred_core::jose::{Keys, Kind, Parsed, Signature, Token, parse, verify};
use fedcred_core::text::Span;
use yew::prelude::*;

use crate::platform::clock::use_now;
use crate::platform::paste_box;
use crate::route::Route;
use crate::session::{SessionContext, use_session};
use crate::ui::{Findings, PageLink, Panel};
use claims::ClaimsPanel;
use intake::Intake;
use keys::KeysPanel;
use summary::Summary;

/// Seconds after which relative times are brought up to date.
const REFRESH: u32 = 10;

/// A token with all that is said of it.
#[derive(PartialEq)]
struct Decoded {
    token: Token,
    explanation: Explanation,
    signature: Signature,
}

#[component]
pub fn DecodePage() -> Html {
    match use_session() {
        Some(session) => html! { <Page {session} /> },
        None => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
struct PageProps {
    session: SessionContext,
}

#[component]
fn Page(props: &PageProps) -> Html {
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
            <Intake session={session.clone()} token={decoded.clone().map(|d| d.token.clone())} />
            <KeysPanel session={session.clone()} keys={(*keys).clone()} decoded={decoded.clone()} />
            <div class="stack">
                { several(&parsed, index, &choose) }
                { result(&parsed, decoded, now, &session.token) }
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

fn result(parsed: &Parsed, decoded: Option<Rc<Decoded>>, now: i64, text: &AttrValue) -> Html {
    let Some(decoded) = decoded else {
        return nothing(parsed, text);
    };
    let findings = parsed.diagnostics.iter().chain(&decoded.token.diagnostics);
    let findings: Vec<_> = findings
        .chain(&decoded.explanation.diagnostics)
        .cloned()
        .collect();
    html! {
        <>
            <Summary decoded={decoded.clone()} {now} />
            if !findings.is_empty() {
                <Panel id="findings" title="To look at" flush=true>
                    <Findings {findings} on_place={Some(show_place(text))} />
                </Panel>
            }
            { next_steps(&decoded.token) }
            <ClaimsPanel id="claims" title="Claims" claims={decoded.explanation.claims.clone()} {now} />
            <ClaimsPanel id="header" title="Header" claims={decoded.explanation.header.clone()} {now} />
        </>
    }
}

fn nothing(parsed: &Parsed, text: &AttrValue) -> Html {
    if parsed.diagnostics.is_empty() {
        return html! {
            <section class="panel empty" aria-label="Result">
                <p>{ "Paste a token and its claims appear here, with what each one means. No token at hand? Take the sample." }</p>
            </section>
        };
    }
    html! {
        <Panel id="findings" title="Nothing to decode" flush=true>
            <Findings findings={parsed.diagnostics.clone()} on_place={Some(show_place(text))} />
        </Panel>
    }
}

/// The way on; a token without claims leads nowhere.
fn next_steps(token: &Token) -> Html {
    if token.kind == Kind::Jwe || token.payload().is_none() {
        return Html::default();
    }
    html! {
        <div class="row">
            <PageLink to={Route::Credential} class="button button-primary">{ "Make a credential of this" }</PageLink>
            <PageLink to={Route::Simulate} class="button">{ "Simulate with this" }</PageLink>
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
