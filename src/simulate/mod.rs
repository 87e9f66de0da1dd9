//! The Simulate page: an exchange, its steps and what happens in each.

mod changes;
mod checks;
mod code;
mod controls;
mod editor;
mod editor_form;
mod exchange;
mod exports;
mod failure;
mod faults;
mod inspector;
mod keys;
mod message;
mod message_parts;
mod message_view;
mod player;
mod predict;
mod scenarios;
mod selection;
mod settings;
mod stage;
mod steps;
mod view;
mod words;

use std::rc::Rc;

use yew::prelude::*;

use crate::diagram;
use crate::effect::use_kept;
use crate::platform::{address, clock, files, page};
use crate::route::Route;
use crate::session::{Session, SessionContext};
use crate::shared::Shared;
use crate::ui::{findings, page_head, page_link};
use exchange::{Exchange, chosen};
use inspector::inspector;
use player::use_player;
use scenarios::{Own, Yours, yours};
use selection::{Action, Choice, Selection};
use settings::settings;
use stage::stage;
use steps::steps;
use view::{Shown, Tool, View};

#[derive(Properties, PartialEq)]
pub struct PageProps {
    pub session: SessionContext,
    /// Goes to another page.
    pub go: Callback<Route>,
}

/// The page.
#[component]
pub fn SimulatePage(props: &PageProps) -> Html {
    let selection = use_selection();
    let own = use_own(&props.session);
    let whole = use_exchange(&selection, &own);
    let shown = use_state(Shown::default);
    let hidden = predict::hides(&shown, &whole);
    let exchange = match hidden {
        true => Shared::new(predict::beginning(&whole)),
        false => whole.clone(),
    };
    let last = exchange.trace.steps.len();
    let current = selection.step.clamp(1, last.max(1));
    let act = use_act(&selection, &whole);
    let player = use_player(current, last, &act);
    use_announcement(&whole, current, hidden);
    use_dropped(&props.session, &act);
    let on_faults = editor::on_faults(&whole, &own, &props.session, &act);
    let view = View {
        exchange,
        whole,
        current,
        own,
        playing: player.playing,
        act,
        on_step: player.on_step,
        on_play: player.on_toggle,
        on_faults,
        shown,
        session: props.session.clone(),
        go: props.go.clone(),
    };
    draw(&view, &notice(&view, selection.choice))
}

fn draw(view: &View, notice: &Html) -> Html {
    let scenario = &view.whole.scenario;
    let at = words::circumstances(&view.trace().circumstances);
    let at = html! { <p class="hint">{ at }</p> };
    // What a scenario is about tells how it ends.
    let about = match view.is_hidden() {
        true => PREDICT.to_owned(),
        false => scenario.about.clone(),
    };
    html! {
        <>
            { page_head(scenario.title.clone(), about, at) }
            { notice.clone() }
            { settings(view) }
            { predict::prediction(view) }
            <div class="simulate">
                { stage(view) }
                { inspector(view) }
                { steps(view) }
            </div>
        </>
    }
}

const PREDICT: &str = "Say how it ends, then look.";

/// The selection of the address, kept in step with back and forward.
#[hook]
fn use_selection() -> UseReducerHandle<Selection> {
    let selection = use_reducer_eq(|| Selection::from_query(&address::query()));
    let dispatcher = selection.dispatcher();
    use_kept(&[], move || {
        address::on_change(move |query: String| {
            dispatcher.dispatch(Action::Restore(Selection::from_query(&query)));
        })
    });
    selection
}

#[hook]
fn use_own(session: &SessionContext) -> Shared<Own> {
    use_memo((**session).clone(), |session: &Session| Own {
        token: yours(session, clock::now()),
        error: session.scenario.clone(),
        edited: session.edited.clone(),
    })
    .into()
}

/// Run again only where another scenario, other faults or another token make a difference.
#[hook]
fn use_exchange(selection: &Selection, own: &Shared<Own>) -> Shared<Exchange> {
    let choice = chosen(selection, own);
    let inputs = (choice, selection.faults.clone(), own.clone());
    use_memo(inputs, |(choice, faults, own)| {
        Exchange::of(*choice, faults.as_deref(), own)
    })
    .into()
}

/// Changes the selection, and the address with it.
#[hook]
fn use_act(
    selection: &UseReducerHandle<Selection>,
    exchange: &Shared<Exchange>,
) -> Callback<Action> {
    let inputs = (selection.clone(), exchange.clone());
    use_callback(inputs, |action: Action, (selection, exchange)| {
        let next = Rc::new((**selection).clone()).reduce(action.clone());
        let query = next.to_query(exchange.choice);
        let new = match action {
            Action::Choose(_) => true,
            Action::Edit => exchange.choice != Choice::Edited,
            _ => false,
        };
        if new {
            address::push_query(&query);
        } else {
            address::replace_query(&query);
        }
        selection.dispatch(action);
    })
}

/// Takes scenarios from files that are dropped on the page.
#[hook]
fn use_dropped(session: &SessionContext, act: &Callback<Action>) {
    let latest = use_mut_ref(|| act.clone());
    latest.replace(act.clone());
    let session = session.dispatcher();
    use_kept(&[], move || {
        files::on_drop(Rc::new(move |bytes| {
            editor::opened(&session, &latest.borrow().clone(), bytes);
        }))
    });
}

/// Tells screen readers of each step but the first, and brings it into view.
#[hook]
fn use_announcement(exchange: &Shared<Exchange>, current: usize, hidden: bool) {
    let first = use_mut_ref(|| true);
    let trace = exchange.trace.clone();
    use_kept(&[trace.number(), current, hidden.into()], move || {
        // Who edits, or reveals, is told there how it ends, and nothing moves.
        let told = [editor::EDITOR, predict::PREDICTION]
            .into_iter()
            .any(page::has_focus);
        if first.replace(false) || told {
            return;
        }
        if hidden {
            page::announce(PREDICT);
            return;
        }
        // In the list the focus goes along, and what has the focus stays in view.
        if !page::has_focus(steps::LIST) {
            page::reveal(&diagram::row_id(current));
        }
        let step = trace.steps.iter().find(|step| step.number == current);
        if let Some(step) = step {
            page::announce(&words::announcement(step, trace.steps.len()));
        }
    });
}

/// What is particular about the scenario.
fn notice(view: &View, asked: Option<Choice>) -> Html {
    let exchange = &view.exchange;
    let why = match (&view.own.token, asked) {
        (_, Some(Choice::Error)) if view.own.error.is_none() => Some(NOTHING),
        _ if editor::is_gone(asked, &view.own) => Some(NOTHING),
        (Yours::Cannot(why), None | Some(Choice::Yours)) => Some(why.as_str()),
        (Yours::Nothing, Some(Choice::Yours)) => Some(NOTHING),
        _ => None,
    };
    html! {
        <>
            if let Some(why) = why {
                <div class="notice notice-caution simulate-notice">
                    <p>{ why }{ " This is one of the scenarios that come with the page." }</p>
                    { paste_again(asked) }
                </div>
            }
            if exchange.choice == Choice::Yours {
                <div class="notice simulate-notice">
                    <p>{ YOURS }</p>
                    { page_link(Route::Credential, "button button-small", "Change the rules or the credential") }
                </div>
            }
            // The editor tells them itself.
            if !exchange.findings.is_empty() && view.shown.tool != Some(Tool::Editor) {
                <section class="panel" aria-label="The scenario's text">{ findings(&exchange.findings, None) }</section>
            }
        </>
    }
}

fn paste_again(asked: Option<Choice>) -> Html {
    match asked {
        Some(Choice::Error) => page_link(Route::Explain, "button", "Paste an error"),
        Some(Choice::Edited) => Html::default(),
        _ => page_link(Route::Decode, "button", "Paste another token"),
    }
}

const NOTHING: &str = "Nothing is pasted: an address never contains what you entered.";
const YOURS: &str = "The signature of your token cannot be made again, for only its issuer has the key. The mock issues a token like it, with the same issuer and subject, and signs it with a demonstration key.";
