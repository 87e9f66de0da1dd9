//! What the visitor has entered: held in memory across pages, never stored, never in an address.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use fedcred_core::claims::Cloud;
use fedcred_core::federation::{Hints, Rules};
use fedcred_core::flow::Scenario;
use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::arrival::Arrival;
use crate::effect::use_kept;
use crate::history::History;
use crate::platform::{address, page, paste_box};
use crate::shared::Shared;

/// The visitor's input.
#[derive(Clone, Default, PartialEq)]
pub struct Session {
    pub token: AttrValue,
    pub keys: AttrValue,
    /// What stands in the boxes of the Credential and the Explain page, by their ids.
    pub entered: Vec<(AttrValue, AttrValue)>,
    /// What the Simulate page is asked to show: it ends with an error of the Explain page.
    pub scenario: Option<Shared<Scenario>>,
    /// The scenario that is edited there, as text.
    pub edited: History,
    /// What the Decode page is asked beside the token and its keys.
    pub asked: Asked,
    /// What the address brought, where that is worth a word.
    pub arrival: Option<Rc<Arrival>>,
    /// Whether the keys came with a sample, so that the next sample may replace them.
    pub keys_of_sample: bool,
    /// Whether the key that a token carries is tried.
    pub own_key: bool,
    /// Whether identifiers are hidden, for a shared screen.
    pub masked: bool,
}

/// A line or box of the Decode page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Payload of a token that has none.
    Payload,
    /// Expected `iss`.
    Issuer,
    /// Expected `aud`.
    Audience,
    /// Expected `sub`.
    Subject,
    /// The moment at which times are judged.
    Moment,
    /// By how many seconds clocks may differ.
    Leeway,
    /// Another token to compare with.
    Other,
}

/// The texts of these fields.
#[derive(Clone, Default, PartialEq)]
pub struct Asked([AttrValue; 7]);

impl Asked {
    pub fn text(&self, field: Field) -> &AttrValue {
        const NONE: &AttrValue = &AttrValue::Static("");
        self.0.get(field as usize).unwrap_or(NONE)
    }
}

impl Session {
    /// The text of a box of the Credential page.
    pub fn entered(&self, id: &str) -> &AttrValue {
        const NONE: &AttrValue = &AttrValue::Static("");
        let found = self.entered.iter().find(|(known, _)| known == id);
        found.map_or(NONE, |(_, text)| text)
    }

    /// The rules of Entra ID that pages apply.
    pub fn rules(&self) -> Rules {
        let chosen = |rules: &Rules| rules.name() == self.entered("rules").as_str();
        Rules::ALL.into_iter().find(chosen).unwrap_or_default()
    }

    /// What the token does not tell, for its credential.
    #[must_use]
    pub fn hints(&self) -> Hints {
        let text = |id| self.entered(id).to_string();
        let cloud = self.entered("cloud");
        Hints {
            app_name: text("app-name"),
            app_id: text("app-id"),
            app_tenant: text("app-tenant"),
            cloud: Cloud::ALL.into_iter().find(|known| known.word() == cloud),
            rules: self.rules(),
            ..Hints::default()
        }
    }
}

/// A change of the session.
pub enum Action {
    Token(AttrValue),
    Keys(AttrValue),
    SampleKeys(AttrValue),
    Arrived(Arrival),
    /// Id and text of a box of these pages.
    Entered(AttrValue, AttrValue),
    Reproduce(Shared<Scenario>),
    Edited(History),
    Asked(Field, AttrValue),
    OwnKey(bool),
    Masked(bool),
}

/// The session as pages get it: read with `session.token`, change with `session.dispatch(…)`.
pub type SessionContext = UseReducerHandle<Session>;

impl Reducible for Session {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Token(text) => (next.token, next.arrival) = (text, None),
            Action::Keys(text) => (next.keys, next.keys_of_sample) = (text, false),
            Action::SampleKeys(text) => {
                // A sample brings its keys, but never in place of the visitor's own.
                if next.keys.is_empty() || next.keys_of_sample {
                    (next.keys, next.keys_of_sample) = (text, true);
                }
            }
            Action::Arrived(arrival) => next.arrival = Some(Rc::new(arrival)),
            Action::Entered(id, text) => {
                next.entered.retain(|(known, _)| *known != id);
                next.entered.push((id, text));
            }
            Action::Reproduce(scenario) => next.scenario = Some(scenario),
            Action::Edited(history) => next.edited = history,
            Action::OwnKey(on) => next.own_key = on,
            Action::Masked(on) => next.masked = on,
            Action::Asked(field, text) => {
                if let Some(old) = next.asked.0.get_mut(field as usize) {
                    *old = text;
                }
            }
        }
        Rc::new(next)
    }
}

/// Lengths only: the texts are secrets.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("token_bytes", &self.token.len())
            .field("keys_bytes", &self.keys.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token(…)",
            Self::Keys(_) => "Keys(…)",
            Self::SampleKeys(_) => "SampleKeys(…)",
            Self::Arrived(_) => "Arrived(…)",
            Self::Entered(..) => "Entered(…)",
            Self::Reproduce(_) => "Reproduce(…)",
            Self::Edited(_) => "Edited(…)",
            Self::Asked(..) => "Asked(…)",
            Self::OwnKey(_) => "OwnKey(…)",
            Self::Masked(_) => "Masked(…)",
        })
    }
}

/// Longer texts are read after the browser had time for a click, in UTF-16 units.
const LARGE: u32 = 200_000;
/// How long a large text is left alone after an edit, in milliseconds.
const PAUSE: u32 = 60;

/// Holds the session and adopts the paste box, whose text it may already contain; used once, by the app.
#[hook]
pub fn use_session() -> SessionContext {
    let session = use_reducer_eq(|| Session {
        token: paste_box::text().into(),
        ..Session::default()
    });
    use_paste_box(&session);
    use_arrival(&session);
    session
}

/// Reads what came with the address, now and whenever another fragment is entered, and clears it.
#[hook]
fn use_arrival(session: &SessionContext) {
    let dispatcher = session.dispatcher();
    use_kept(&[], move || {
        let take = move || {
            let arrival = Arrival::of(&address::fragment(), &address::query());
            let Some(arrival) = arrival else { return };
            // The query names a scenario, say, and stays unless a token stands in it.
            address::clear(arrival != Arrival::Leaked);
            match arrival {
                Arrival::Text(text) => paste_box::replace(&text),
                other => dispatcher.dispatch(Action::Arrived(other)),
            }
        };
        take();
        address::on_fragment(take)
    });
}

/// Puts what is typed into the session.
pub fn report(session: &SessionContext, action: fn(AttrValue) -> Action) -> Callback<AttrValue> {
    let dispatcher = session.dispatcher();
    Callback::from(move |text| dispatcher.dispatch(action(text)))
}

/// The same for the boxes of the Credential page, to be heard by what they stand in: each is known by its id.
pub fn enter(session: &SessionContext) -> Callback<InputEvent> {
    let dispatcher = session.dispatcher();
    Callback::from(move |event: InputEvent| {
        if let Some(target) = event.target() {
            // Inputs, selects and text areas alike have id and value.
            let typed = target.unchecked_into::<HtmlInputElement>();
            let (id, value) = (typed.id(), typed.value());
            dispatcher.dispatch(Action::Entered(id.into(), value.into()));
        }
    })
}

/// The same for a field of the Decode page.
pub fn ask(session: &SessionContext, field: Field) -> Callback<AttrValue> {
    let dispatcher = session.dispatcher();
    Callback::from(move |text| dispatcher.dispatch(Action::Asked(field, text)))
}

#[hook]
fn use_paste_box(session: &SessionContext) {
    let dispatcher = session.dispatcher();
    use_kept(&[], move || {
        let waiting = RefCell::new(None);
        let on_edit = dispatcher.clone();
        let listener = paste_box::on_edit(move || {
            let dispatcher = on_edit.clone();
            let read = move || {
                page::hide("loading");
                dispatcher.dispatch(Action::Token(paste_box::text().into()));
            };
            let later = (paste_box::length() > LARGE).then(|| {
                page::say("loading", "Reading a large text …");
                Timeout::new(PAUSE, read.clone())
            });
            if later.is_none() {
                read();
            }
            waiting.replace(later);
        });
        // What entered the box after it was read and before the listener was there.
        dispatcher.dispatch(Action::Token(paste_box::text().into()));
        listener
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_kept_beside_the_other() {
        let session = Rc::new(Session::default())
            .reduce(Action::Token("t.o.k".into()))
            .reduce(Action::Keys("{}".into()));
        assert_eq!((&*session.token, &*session.keys), ("t.o.k", "{}"));
    }

    #[test]
    fn the_keys_of_a_sample_never_replace_the_visitors_own() {
        let session = Rc::new(Session::default());
        let sample = session.reduce(Action::SampleKeys("first".into()));
        let sample = sample.reduce(Action::SampleKeys("second".into()));
        assert_eq!(&*sample.keys, "second");
        let own = sample.reduce(Action::Keys("own".into()));
        let own = own.reduce(Action::SampleKeys("third".into()));
        assert_eq!(&*own.keys, "own");
    }

    #[test]
    fn what_is_entered_is_known_by_its_box() {
        let enter = |session: Rc<Session>, id: &'static str, text: &'static str| {
            session.reduce(Action::Entered(id.into(), text.into()))
        };
        let session = Rc::new(Session::default());
        assert_eq!(session.hints(), Hints::default());
        let session = enter(session, "app-id", "a");
        let session = enter(session, "cloud", "usgov");
        let session = enter(session, "rules", "preview2022");
        let session = enter(session, "app-id", "b");
        let expected = Hints {
            app_id: "b".into(),
            cloud: Some(Cloud::UsGov),
            rules: Rules::Preview2022,
            ..Hints::default()
        };
        assert_eq!(session.hints(), expected);
        let session = enter(enter(session, "rules", "x"), "cloud", "");
        assert_eq!(
            (session.hints().cloud, session.rules()),
            (None, Rules::Current)
        );
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let session = Session {
            token: "eyJsecret".into(),
            keys: "hush".into(),
            entered: vec![("identity".into(), "secret".into())],
            ..Session::default()
        };
        let shown = format!("{session:?} {:?}", Action::Token("eyJsecret".into()));
        assert!(
            !shown.contains("secret") && !shown.contains("hush"),
            "{shown}"
        );
    }
}
