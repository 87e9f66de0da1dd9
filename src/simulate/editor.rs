//! The scenario as something to change: one text, as a form and as JSON.

use std::rc::Rc;

use fedcred_core::flow::{Fault, Scenario};
use fedcred_core::text::Span;
use fedcred_core::text::edit::{quoted, with_member};
use fedcred_core::text::json::Document;
use web_sys::Element;
use yew::prelude::*;

use super::editor_form::{field_id, form};
use super::exchange::{Exchange, is_sound};
use super::scenarios::Own;
use super::selection::{Action, Choice};
use super::view::{Shown, View};
use crate::history::History;
use crate::platform::files::Read;
use crate::platform::{files, page, paste_box};
use crate::session::{self, Session, SessionContext};
use crate::shared::Shared;
use crate::ui::{
    Tab, Tabs, TextBox, button, copy_button, element, file_button, findings, group, tabs, text_box,
    with,
};

/// Its id, to know whether the visitor is in it.
pub(super) const EDITOR: &str = "editor";
const TEXT: &str = "scenario-text";

/// The text that is edited, and the way to change it.
#[derive(Clone)]
pub(super) struct Editing {
    history: History,
    session: UseReducerDispatcher<Session>,
    act: Callback<Action>,
}

impl Editing {
    fn of(
        exchange: &Exchange,
        own: &Own,
        session: &SessionContext,
        act: &Callback<Action>,
    ) -> Self {
        let edited = exchange.choice == Choice::Edited;
        let history = if edited {
            own.edited.clone()
        } else {
            History::of(exchange.scenario.to_json().into(), true)
        };
        Self {
            history,
            session: session.dispatcher(),
            act: act.clone(),
        }
    }

    pub(super) fn text(&self) -> AttrValue {
        self.history.text().cloned().unwrap_or_default()
    }

    /// Puts another text in its place; typing in a `place` with a name is one change.
    pub(super) fn put(&self, text: String, place: &'static str) {
        let sound = is_sound(&Scenario::parse(&text).diagnostics);
        self.go(self.history.changed(text.into(), place, sound));
    }

    fn go(&self, history: History) {
        self.session.dispatch(session::Action::Edited(history));
        self.act.emit(Action::Edit);
    }

    /// The button that leads to another state of the text; it stays where there is none, as the focus does.
    fn button(&self, words: &'static str, target: Option<History>) -> Html {
        let off = target.is_none();
        let editing = self.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            if let Some(target) = &target {
                editing.go(target.clone());
            }
        });
        with(
            "aria-disabled",
            off.to_string().into(),
            button(words, onclick),
        )
    }
}

/// Takes a file: whatever it holds is the scenario now.
pub(super) fn opened(
    session: &UseReducerDispatcher<Session>,
    act: &Callback<Action>,
    bytes: Option<Vec<u8>>,
) {
    let Some(bytes) = bytes else {
        page::announce("The file cannot be read, or is larger than 5 MiB.");
        return;
    };
    let text = fedcred_core::text::from_bytes(&bytes);
    let sound = is_sound(&Scenario::parse(&text).diagnostics);
    let editing = Editing {
        history: History::default(),
        session: session.clone(),
        act: act.clone(),
    };
    editing.go(History::of(text.into(), sound));
    page::announce("The file is now the scenario.");
}

/// Other faults: in the text where it is edited, else in the address.
pub(super) fn on_faults(
    exchange: &Shared<Exchange>,
    own: &Shared<Own>,
    session: &SessionContext,
    act: &Callback<Action>,
) -> Callback<Vec<Fault>> {
    let (exchange, own) = (exchange.clone(), own.clone());
    let (session, act) = (session.clone(), act.clone());
    Callback::from(move |faults: Vec<Fault>| {
        if exchange.choice != Choice::Edited {
            act.emit(Action::Faults(faults));
            return;
        }
        let words: Vec<_> = faults.iter().map(|fault| quoted(fault.name())).collect();
        let list = ["[", &words.join(", "), "]"].concat();
        let editing = Editing::of(&exchange, &own, &session, &act);
        let document = Document::parse(editing.text().as_str());
        editing.put(with_member(&document, "faults", &list), "");
    })
}

/// The panel.
pub(super) fn editor(view: &View) -> Html {
    let editing = Editing::of(&view.whole, &view.own, &view.session, &view.act);
    let text = editing.text();
    let key = if view.shown.json { "json" } else { "form" };
    let on_select = {
        let shown = view.shown.clone();
        Callback::from(move |key: AttrValue| {
            shown.set(Shown {
                json: key == "json",
                ..(*shown).clone()
            });
        })
    };
    let content = if view.shown.json {
        json(&editing, &text)
    } else {
        form(&editing, &text)
    };
    let views = tabs(Tabs {
        id: "editor-view",
        label: "How the scenario is edited",
        tabs: vec![Tab::new("form", "Form"), Tab::new("json", "JSON")],
        selected: key.into(),
        on_select,
        content,
    });
    html! {
        <div class="editor" id={EDITOR} onkeydown={on_key(&editing)}>
            { buttons(&editing, &text) }
            { status(view) }
            { views }
            // Below: what is typed into stays where it is.
            { findings(&view.whole.findings, Some(&on_place(view, &text))) }
        </div>
    }
}

fn buttons(editing: &Editing, text: &AttrValue) -> Html {
    let history = &editing.history;
    let changed = history.undone().is_some().then(|| history.reset());
    let save = {
        let text = text.clone();
        Callback::from(move |_: MouseEvent| files::save("scenario.json", &text))
    };
    let read: Rc<Read> = {
        let editing = editing.clone();
        Rc::new(move |bytes| opened(&editing.session, &editing.act, bytes))
    };
    let row = vec![
        editing.button("Undo", history.undone()),
        editing.button("Redo", history.redone()),
        editing.button("Reset", changed),
        file_button("Open a file", &read),
        button("Download", save),
        copy_button(text.to_string(), "the scenario".to_owned(), "", false),
    ];
    element("div", "row", group(row))
}

/// What runs, in a line; nothing that the visitor is to predict.
fn status(view: &View) -> Html {
    let whole = &view.whole;
    let words = if whole.is_older() {
        "The text has errors, listed below it. Showing the last working version.".to_owned()
    } else if !view.is_hidden() {
        ["It ends: ", &whole.trace.ending(), "."].concat()
    } else {
        String::new()
    };
    with(
        "role",
        "status".into(),
        element("p", "hint editor-status", words),
    )
}

fn json(editing: &Editing, text: &AttrValue) -> Html {
    let editing = editing.clone();
    text_box(TextBox {
        id: TEXT,
        label: "Scenario as JSON",
        label_hidden: false,
        placeholder: "",
        value: text,
        on_change: Callback::from(move |text: AttrValue| editing.put(text.to_string(), "json")),
        hint: "It stays in this tab: it is neither stored nor in the address.".into(),
        problem: "",
    })
}

/// Leads to a place of the text: its field, or the text itself.
fn on_place(view: &View, text: &AttrValue) -> Callback<Span> {
    let (text, json) = (text.clone(), view.shown.json);
    Callback::from(move |span: Span| {
        let field = field_id(span);
        if !json && page::by_id(&field).is_some() {
            page::open_to(&field);
            return;
        }
        if json {
            let units = |at: usize| {
                let before = text.get(..at).unwrap_or_default();
                u32::try_from(before.encode_utf16().count()).unwrap_or(0)
            };
            paste_box::select_in(TEXT, units(span.start()), units(span.end()));
        } else {
            page::focus("editor-view-tab-json");
            page::announce("Choose the JSON tab to see the place.");
        }
    })
}

/// Undo and redo where the browser has none of its own: it has in what is typed into.
fn on_key(editing: &Editing) -> Callback<KeyboardEvent> {
    let editing = editing.clone();
    Callback::from(move |event: KeyboardEvent| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        // Caps Lock makes it a capital.
        let key = event.key().to_ascii_lowercase();
        let tag = event.target_dyn_into::<Element>().map(|it| it.tag_name());
        let target = match (tag.as_deref(), key.as_str(), event.shift_key()) {
            (Some("INPUT" | "TEXTAREA"), ..) => None,
            (_, "z", false) => editing.history.undone(),
            (_, "y", false) | (_, "z", true) => editing.history.redone(),
            _ => None,
        };
        if let Some(target) = target {
            event.prevent_default();
            editing.go(target);
        }
    })
}

/// The exchange of a scenario that was edited and is gone.
pub(super) fn is_gone(asked: Option<Choice>, own: &Own) -> bool {
    asked == Some(Choice::Edited) && own.edited.text().is_none()
}
