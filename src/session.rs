//! What the visitor has entered: held in memory across pages, never stored, never in an address.

use std::fmt;
use std::rc::Rc;

use fedcred_core::federation::{Hints, Rules};
use yew::prelude::*;

use crate::platform::paste_box;

/// The visitor's input.
#[derive(Clone, Default, PartialEq)]
pub struct Session {
    pub token: AttrValue,
    pub keys: AttrValue,
    /// Details of a managed identity.
    pub identity: AttrValue,
    /// Credentials that the token is compared with.
    pub credentials: AttrValue,
    /// Name of the application, for the credential's name.
    pub app_name: AttrValue,
    /// The rules of Entra ID that pages apply.
    pub rules: Rules,
}

impl Session {
    /// What the token does not tell, for its credential.
    #[must_use]
    pub fn hints(&self) -> Hints {
        Hints {
            app_name: self.app_name.to_string(),
            rules: self.rules,
        }
    }
}

/// A change of the session.
pub enum Action {
    Token(AttrValue),
    Keys(AttrValue),
    Identity(AttrValue),
    Credentials(AttrValue),
    AppName(AttrValue),
    Rules(Rules),
}

/// The session as pages get it: read with `session.token`, change with `session.dispatch(…)`.
pub type SessionContext = UseReducerHandle<Session>;

impl Reducible for Session {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Token(text) => next.token = text,
            Action::Keys(text) => next.keys = text,
            Action::Identity(text) => next.identity = text,
            Action::Credentials(text) => next.credentials = text,
            Action::AppName(text) => next.app_name = text,
            Action::Rules(rules) => next.rules = rules,
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
            Self::Identity(_) => "Identity(…)",
            Self::Credentials(_) => "Credentials(…)",
            Self::AppName(_) => "AppName(…)",
            Self::Rules(_) => "Rules(…)",
        })
    }
}

/// Holds the session and adopts the paste box, whose text it may already contain; used once, by the app.
#[hook]
pub fn use_session() -> SessionContext {
    let session = use_reducer_eq(|| Session {
        token: paste_box::text().into(),
        ..Session::default()
    });
    use_paste_box(&session);
    session
}

/// Puts what is typed into the session.
pub fn report(session: &SessionContext, action: fn(AttrValue) -> Action) -> Callback<AttrValue> {
    let dispatcher = session.dispatcher();
    Callback::from(move |text| dispatcher.dispatch(action(text)))
}

#[hook]
fn use_paste_box(session: &SessionContext) {
    let dispatcher = session.dispatcher();
    use_effect_with((), move |()| {
        let listener =
            paste_box::adopt(move |text| dispatcher.dispatch(Action::Token(text.into())));
        move || drop(listener)
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
    fn debug_output_holds_no_secret() {
        let session = Session {
            token: "eyJsecret".into(),
            keys: "hush".into(),
            ..Session::default()
        };
        let shown = format!("{session:?} {:?}", Action::Token("eyJsecret".into()));
        assert!(
            !shown.contains("secret") && !shown.contains("hush"),
            "{shown}"
        );
    }
}
