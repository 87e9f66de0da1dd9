//! The Credential page: the fields for the portal, and whether the token matches credentials that exist.

mod exports;
mod fields;
mod findings;
mod form;
mod matching;
mod migration;
mod prerequisites;
mod source;

use fedcred_core::federation::{CredentialList, Draft};
use fedcred_core::jose::{Parsed, Token, parse};
use yew::prelude::*;

use crate::route::Route;
use crate::session::{Action, SessionContext, enter};
use crate::ui::{Tab, Tabs, element, group, page_head, page_link, tabs};
use source::{Made, Setting};

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
    let list = use_memo(session.entered("credentials").clone(), |text| {
        CredentialList::parse(text)
    });
    let mut hints = session.hints();
    hints.others = list.credentials.clone();
    let setting = Setting {
        session,
        hints: &hints,
        token: usable(&parsed),
    };
    let made = source::make(setting);
    let mut left = vec![source_panel(setting, &made)];
    let mut right = vec![
        matching::match_panels(setting, &list),
        migration::migration_panel(setting, &list.credentials),
    ];
    match &made.draft {
        Some(draft) => {
            left.push(fields(setting, &made, draft));
            right.push(prerequisites::checklist_panel(setting, &made, draft));
        }
        None => left.push(fields::subjects_panel(setting, &made)),
    }
    html! {
        <>
            { page_head("Federated credential", LEDE, Html::default()) }
            // Each box is known by its id: one listener hears all of them.
            <div class="columns" oninput={enter(session)}>
                { element("div", "stack", group(left)) }
                { element("div", "stack", group(right)) }
            </div>
        </>
    }
}

/// The first token of the text that holds claims.
fn usable(parsed: &Parsed) -> Option<&Token> {
    parsed.tokens.iter().find(|token| token.payload().is_some())
}

fn source_panel(setting: Setting<'_>, made: &Made) -> Html {
    let dispatcher = setting.session.dispatcher();
    let on_select =
        Callback::from(move |key| dispatcher.dispatch(Action::Entered("source".into(), key)));
    let source = tabs(Tabs {
        id: "source",
        label: "Where the values come from",
        tabs: source::TABS
            .map(|(key, label)| Tab::new(key, label))
            .to_vec(),
        selected: setting.tab().into(),
        on_select,
        content: group(vec![
            form::source_form(setting, made),
            form::choices(setting, made),
        ]),
    });
    html! { <section class="panel" aria-label="Source">{ source }</section> }
}

/// What is made, from the top: the fields, what is to know of them, where they go, the way on.
fn fields(setting: Setting<'_>, made: &Made, draft: &Draft) -> Html {
    let simulate = match setting.hints.others.is_empty() {
        true => "button button-primary",
        false => "button",
    };
    let mut parts = vec![
        fields::fields_panel(setting, made, &draft.credential),
        findings::findings_panel(&draft.diagnostics),
        fields::subjects_panel(setting, made),
        exports::exports_panel(setting, made, &draft.credential).unwrap_or_default(),
        prerequisites::portal_panel(setting, made, &draft.credential),
    ];
    if setting.tab() == "token" {
        let link = page_link(Route::Simulate, simulate, "Simulate with this");
        parts.push(element("div", "row", link));
    }
    group(parts)
}
