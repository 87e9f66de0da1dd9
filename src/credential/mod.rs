//! The Credential page: the five fields for the portal, and whether the token matches credentials that exist.

mod fields;
mod identity;
mod matching;

use fedcred_core::federation::{Draft, ManagedIdentity, Rules, from_managed_identity, from_token};
use fedcred_core::jose::{Parsed, Token, parse};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::route::Route;
use crate::session::{Action, SessionContext, report};
use crate::ui::{Panel, Tab, Tabs, findings, page_head, page_link, panel};
use fields::fields_panel;
use identity::identity_form;
use matching::match_panel;

const LEDE: &str =
    "The fields to enter in the portal, and what Entra ID will say when the token arrives.";

#[derive(Properties, PartialEq)]
pub struct PageProps {
    pub session: SessionContext,
}

#[component]
pub fn CredentialPage(props: &PageProps) -> Html {
    let session = &props.session;
    let parsed = use_memo(session.token.clone(), |text| parse(text));
    let token = usable(&parsed);
    let from = use_state_eq(|| AttrValue::from(if token.is_some() { "token" } else { "identity" }));
    let from_identity = *from == "identity";
    let draft = if from_identity {
        ManagedIdentity::read(&session.identity)
            .map(|identity| from_managed_identity(&identity, &session.hints()))
    } else {
        token.map(|token| from_token(token, &session.hints()))
    };
    let on_select = {
        let setter = from.setter();
        Callback::from(move |key| setter.set(key))
    };
    let tabs = vec![
        Tab::new("token", "From the token"),
        Tab::new("identity", "Managed identity"),
    ];
    html! {
        <>
            { page_head("Federated credential", LEDE, Html::default()) }
            <div class="columns">
                <div class="stack">
                    <section class="panel" aria-label="Source">
                        <Tabs id="source" label="Where the values come from" {tabs} selected={(*from).clone()} {on_select}>
                            if from_identity {
                                { identity_form(&session.identity, report(session, Action::Identity)) }
                            } else {
                                { source_note(token) }
                            }
                            { choices(session) }
                        </Tabs>
                    </section>
                    { draft.as_ref().map(fields).unwrap_or_default() }
                    { next_step(token.filter(|_| !from_identity)) }
                </div>
                <div class="stack">
                    { match_panel(token, session.rules, &session.credentials, report(session, Action::Credentials)) }
                    { portal_path() }
                </div>
            </div>
        </>
    }
}

/// The first token of the text that holds claims.
fn usable(parsed: &Parsed) -> Option<&Token> {
    parsed.tokens.iter().find(|token| token.payload().is_some())
}

fn source_note(token: Option<&Token>) -> Html {
    if token.is_some() {
        return html! { <p class="hint">{ "From the token on the Decode page." }</p> };
    }
    html! {
        <>
            <p>{ "There is no token with claims yet." }</p>
            <p>{ page_link(Route::Decode, "button button-primary", "Paste a token") }</p>
        </>
    }
}

fn fields(draft: &Draft) -> Html {
    html! {
        <>
            { fields_panel(&draft.credential) }
            if !draft.diagnostics.is_empty() {
                { panel(Panel {
                    id: "before-saving",
                    title: "Before you save it".into(),
                    flush: true,
                    body: findings(&draft.diagnostics, None),
                    ..Panel::default()
                }) }
            }
        </>
    }
}

fn next_step(token: Option<&Token>) -> Html {
    if token.is_none() {
        return Html::default();
    }
    html! {
        <div class="row">
            { page_link(Route::Simulate, "button button-primary", "Simulate with this") }
        </div>
    }
}

/// What the token does not tell: the application's name, and which rules apply.
fn choices(session: &SessionContext) -> Html {
    let dispatcher = session.dispatcher();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
            dispatcher.dispatch(Action::AppName(input.value().into()));
        }
    });
    html! {
        <div class="form">
            <div class="form-field">
                <label for="app-name">{ "Name of the application" }</label>
                <input
                    class="control" id="app-name" autocomplete="off" spellcheck="false"
                    placeholder="billing" value={&session.app_name} {oninput}
                />
            </div>
            <fieldset class="choices">
                <legend>{ "Rules" }</legend>
                { rule(session, Rules::Current, "Today's: the audience is the token exchange") }
                { rule(session, Rules::Preview2022, "The preview of 2022: the audience is the token's own, as in the article") }
            </fieldset>
        </div>
    }
}

fn rule(session: &SessionContext, rules: Rules, words: &'static str) -> Html {
    let dispatcher = session.dispatcher();
    let onchange = Callback::from(move |_: Event| dispatcher.dispatch(Action::Rules(rules)));
    html! {
        <label class="choice">
            <input type="radio" name="rules" checked={session.rules == rules} {onchange} />
            { words }
        </label>
    }
}

fn portal_path() -> Html {
    let body = html! {
        <>
            <p>{ "In the Microsoft Entra admin center or the Azure portal:" }</p>
            <p><strong>{ "App registrations → your application → Certificates & secrets → Federated credentials → Add credential" }</strong></p>
            <p class="hint">{ "For a managed identity choose the scenario “Managed Identity” and pick the identity: the portal fills in issuer and subject. With “Other issuer” you enter the fields yourself. Saving checks no value: a wrong one shows only when the token arrives." }</p>
            <p class="source">{ "Entra: configure an application to trust a managed identity (read 2026-11). Entra ID was called Azure AD until 2023." }</p>
        </>
    };
    panel(Panel {
        id: "portal",
        title: "Where to enter it".into(),
        body,
        ..Panel::default()
    })
}
