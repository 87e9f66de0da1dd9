//! The Decode page: what the pasted text holds, explained. Its heading and its box are in index.html.

mod claims;
mod compare;
mod expected;
mod export;
mod highlight;
mod keys;
mod parts;
mod summary;
mod token_picker;
mod toolbar;

use std::rc::Rc;

use fedcred_core::claims::{Explanation, Mask, explain, key_issuer_finding};
use fedcred_core::jose::{Keys, Parsed, Role, Token, TokenForm, parse};
use fedcred_core::text::{Diagnostic, Span};
use yew::prelude::*;

use crate::arrival::Arrival;
use crate::effect::use_kept;
use crate::late::file::Content;
use crate::late::{CheckedSignature, Late, LatePart, OwnKey, Progress};
use crate::platform::clock::{self, use_now};
use crate::platform::files::{self, Read};
use crate::platform::{page, paste_box};
use crate::route::Route;
use crate::session::{Action, Field, SessionContext};
use crate::ui::{Panel, classed, each, element, findings, page_link, panel, show};
use claims::{Setting, claims_panel};
use highlight::Highlight;

/// Seconds after which relative times are brought up to date.
const REFRESH: u32 = 10;

/// A token with all that is said of it.
struct Decoded {
    token: Token,
    explanation: Explanation,
    /// `None` while the part of the program that checks it is on its way.
    signature: Option<CheckedSignature>,
    /// Whether its payload has to be given beside it.
    detached: bool,
}

#[derive(Properties, PartialEq)]
pub struct PageProps {
    pub session: SessionContext,
    pub late: LatePart,
}

#[component]
pub fn DecodePage(props: &PageProps) -> Html {
    let (session, late) = (&props.session, props.late.loaded());
    let tick = use_now(REFRESH);
    // A fresh token is judged by the clock as it is, not as it was some seconds ago.
    let now = *use_memo((session.token.clone(), tick), |_| clock::now());
    let chosen = use_state_eq(|| 0_usize);
    let mark = use_state_eq(|| None::<Highlight>);
    let parsed = use_memo(session.token.clone(), |text| parse(text));
    let keys = use_memo((session.keys.clone(), late), |(text, late)| {
        late.map_or_else(Keys::default, |late| (late.read_keys)(text))
    });
    let index = (*chosen).min(parsed.tokens.len().saturating_sub(1));
    let moment = expected::moment(&session.asked, now);
    let payload = session.asked.text(Field::Payload).clone();
    let decoded = use_memo(
        (
            (session.token.clone(), session.keys.clone(), payload),
            (index, moment, session.own_key, late),
        ),
        |((_, _, payload), (index, moment, own_key, late))| {
            let decoded = decode(&parsed, (*index, payload), *moment)?;
            let own_key = if *own_key {
                OwnKey::Try
            } else {
                OwnKey::Ignore
            };
            let check = |late: &Late| (late.check_signature)(&decoded.token, &keys, own_key);
            Some(Decoded {
                signature: late.map(check),
                ..decoded
            })
        },
    );
    let decoded = (*decoded).as_ref();
    let read = use_files(session, &props.late);
    use_caret(session, decoded, &mark);
    let mask = Mask::new(session.masked, decoded.map(|decoded| &decoded.explanation));
    let setting = Setting {
        now: moment,
        mask: &mask,
        mark: *mark,
        on_place: &show_place(&session.token),
    };
    let onpointed = {
        let mark = mark.setter();
        Callback::from(move |event: Event| mark.set(Highlight::of_event(&event)))
    };
    let onmouseover = onpointed.reform(|event: MouseEvent| event.into());
    let onfocusin = onpointed.reform(|event: FocusEvent| event.into());
    let token = decoded.map(|decoded| &decoded.token);
    let badges = decoded
        .map(|decoded| parts::parts(&decoded.token, &session.token, &decoded.explanation, *mark));
    let badges = html! { <div class="row" onmouseover={onmouseover.clone()}>{ badges }</div> };
    let below = html! {
        <>
            { keys::keys_panel(session, &keys, decoded, &mask, moment, &read) }
            { expected::expected_panel(session, token, &mask, moment) }
        </>
    };
    html! {
        <>
            { portal("token-actions", toolbar::actions(session, &props.late, token, &read)) }
            { portal("token-badges", badges) }
            { portal("intake-extra", below) }
            <div class="stack" {onmouseover} {onfocusin}>
                { arrival(session, &mask) }
                { token_picker::token_picker(&parsed, index, &chosen.setter(), &mask) }
                { result(session, &parsed, decoded, issuer_finding(decoded, &keys), props.late.progress, setting) }
            </div>
        </>
    }
}

/// Draws into a static part of the page.
fn portal(id: &str, content: Html) -> Html {
    page::by_id(id).map_or_else(Html::default, |host| create_portal(content, host))
}

fn decode(parsed: &Parsed, (index, payload): (usize, &str), moment: i64) -> Option<Decoded> {
    let token = parsed.tokens.get(index)?.clone();
    let detached = token.is_detached();
    let token = match payload {
        "" => token,
        payload => token.with_payload(payload.as_bytes()),
    };
    Some(Decoded {
        explanation: explain(&token, moment),
        signature: None,
        detached,
        token,
    })
}

fn issuer_finding(decoded: Option<&Decoded>, keys: &Keys) -> Option<Diagnostic> {
    key_issuer_finding(&decoded?.token, keys)
}

/// What the address brought, if it was no token.
fn arrival(session: &SessionContext, mask: &Mask) -> Html {
    let (class, title, text) = match session.arrival.as_deref() {
        Some(Arrival::Leaked) => (
            "notice notice-caution",
            "A token in the query is not read",
            "The browser sends everything after `?` in an address to the host of the page, and its logs may keep it. Treat that token as leaked. Put tokens after `#`, or paste them.",
        ),
        Some(Arrival::Refusal(text)) => ("notice notice-bad", "The sign-in failed", text.as_str()),
        _ => return Html::default(),
    };
    let notice = html! {
        <section role="status" aria-label="From the address">
            { element("strong", "", title) }
            { each(text.lines().map(|line| element("p", "value", show(&mask.text(line))))) }
        </section>
    };
    classed(class, notice)
}

fn result(
    session: &SessionContext,
    parsed: &Parsed,
    decoded: Option<&Decoded>,
    of_keys: Option<Diagnostic>,
    progress: Progress,
    setting: Setting<'_>,
) -> Html {
    let Some(decoded) = decoded else {
        return nothing(parsed, setting);
    };
    let (token, explanation) = (&decoded.token, &decoded.explanation);
    let signature = decoded.signature.iter();
    let all: Vec<Diagnostic> = [&parsed.diagnostics, &token.diagnostics]
        .into_iter()
        .chain(signature.map(|checked| &checked.signature.diagnostics))
        .chain([&explanation.diagnostics])
        .flatten()
        .cloned()
        .chain(of_keys)
        .collect();
    let claims =
        |part, claims| claims_panel(part, claims, export::part_actions(token, part), setting);
    html! {
        <>
            { summary::summary(decoded, setting.mask, setting.now, progress) }
            if !all.is_empty() {
                { to_look_at("Findings", &all, setting) }
            }
            { next_steps(token) }
            if token.form == TokenForm::Jwe {
                { parts::encrypted_parts(token) }
            }
            { claims(Role::Payload, &explanation.claims) }
            { claims(Role::Header, &explanation.header) }
            { claims(Role::UnprotectedHeader, &explanation.unprotected) }
            { element("div", "row", export::exports(decoded, &all, setting.mask, setting.now)) }
            { compare::compare_panel(session, token, setting.mask) }
        </>
    }
}

fn nothing(parsed: &Parsed, setting: Setting<'_>) -> Html {
    if !parsed.diagnostics.is_empty() {
        return to_look_at("Nothing to decode", &parsed.diagnostics, setting);
    }
    html! {
        <section class="panel empty" aria-label="Result">
            <p>{ "Paste a token, and its claims appear here with what each one means. No token at hand? Choose a sample. You can drop files anywhere on the page." }</p>
        </section>
    }
}

fn to_look_at(title: &'static str, all: &[Diagnostic], setting: Setting<'_>) -> Html {
    panel(Panel {
        id: "findings",
        title: title.into(),
        flush: true,
        body: findings(&setting.mask.findings(all), Some(setting.on_place)),
        ..Panel::default()
    })
}

/// The way on; a token without claims leads nowhere.
fn next_steps(token: &Token) -> Html {
    if token.form == TokenForm::Jwe || token.payload().is_none() {
        return Html::default();
    }
    html! {
        <div class="row">
            { page_link(Route::Credential, "button button-primary", "Make a credential of this") }
            { page_link(Route::Simulate, "button", "Simulate with this") }
        </div>
    }
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
        paste_box::select(unit(span.start()), unit(span.end()));
    })
}

/// Puts dropped and opened files into the box they belong in.
#[hook]
fn use_files(session: &SessionContext, late: &LatePart) -> Rc<Read> {
    let dispatcher = session.dispatcher();
    let late = late.clone();
    let read = use_memo((), move |()| -> Rc<Read> {
        Rc::new(move |bytes: Option<Vec<u8>>| {
            let Some(bytes) = bytes else {
                page::announce("The file could not be read. The limit is 5 MiB.");
                return;
            };
            let dispatcher = dispatcher.clone();
            toolbar::when_ready(&late, move |late| match (late.file_content)(&bytes) {
                Content::Token(text) => paste_box::replace(&text),
                Content::Keys(text) => {
                    dispatcher.dispatch(Action::Keys(text.into()));
                    page::announce("The file contains keys; they are in the box for keys.");
                }
            });
        })
    });
    let drop_read = (*read).clone();
    use_kept(&[], move || files::on_drop(drop_read));
    (*read).clone()
}

/// Marks the claim in which the caret stands.
#[hook]
fn use_caret(
    session: &SessionContext,
    decoded: Option<&Decoded>,
    mark: &UseStateHandle<Option<Highlight>>,
) {
    let spans: Vec<(Highlight, Span)> = decoded.map(spans).unwrap_or_default();
    let text = session.token.clone();
    let setter = mark.setter();
    let latest = use_mut_ref(|| (AttrValue::default(), Vec::new()));
    *latest.borrow_mut() = (text, spans);
    use_kept(&[], move || {
        paste_box::on_caret(move |caret| {
            let (text, spans) = &*latest.borrow();
            let at = byte_of(text, caret);
            let found = spans
                .iter()
                .find(|(_, span)| span.start() <= at && at < span.end());
            setter.set(found.map(|(mark, _)| *mark));
        })
    });
}

fn spans(decoded: &Decoded) -> Vec<(Highlight, Span)> {
    let explanation = &decoded.explanation;
    let parts = [
        (Role::Header, &explanation.header),
        (Role::UnprotectedHeader, &explanation.unprotected),
        (Role::Payload, &explanation.claims),
    ];
    let mut spans = Vec::new();
    for (part, claims) in parts {
        let claims = claims.iter().enumerate();
        spans.extend(claims.map(|(index, claim)| (Highlight { part, index }, claim.span)));
    }
    spans
}

/// The byte at a place in UTF-16 units.
fn byte_of(text: &str, unit: u32) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= unit {
            return at;
        }
        units += if c.len_utf16() == 1 { 1 } else { 2 };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::byte_of;

    #[test]
    fn places_in_utf16_become_bytes() {
        for (text, unit, byte) in [
            ("abc", 2, 2),
            ("é→x", 2, 5),
            ("🎉x", 2, 4),
            ("", 3, 0),
            ("a", 9, 1),
        ] {
            assert_eq!(byte_of(text, unit), byte, "{text} {unit}");
        }
    }
}
