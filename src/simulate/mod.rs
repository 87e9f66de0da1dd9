//! The Simulate page: an exchange, its steps and what happens in each.

mod checks;
mod controls;
mod exchange;
mod failure;
mod inspector;
mod json;
mod keys;
mod message;
mod message_view;
mod place;
mod player;
mod scenarios;
mod settings;
mod stage;
mod steps;
mod words;

use std::rc::Rc;

use yew::prelude::*;

use crate::diagram;
use crate::platform::{address, clock, page};
use crate::route::Route;
use crate::session::{Session, use_session};
use crate::ui::{Findings, PageHead, PageLink, Panel};
use exchange::{Exchange, chosen};
use inspector::{Inspector, VERDICT};
use place::{Action, Choice, Place};
use player::use_player;
use scenarios::{Yours, yours};
use settings::Settings;
use stage::Stage;
use steps::Steps;

/// The page.
#[component]
pub fn SimulatePage() -> Html {
    let place = use_place();
    let yours = use_yours();
    let exchange = use_exchange(&place, &yours);
    let last = exchange.trace.steps.len();
    let current = place.step.clamp(1, last.max(1));
    let act = use_act(&place, &exchange);
    let on_step = act.reform(Action::Step);
    let player = use_player(current, last, &on_step);
    use_announcement(&exchange, current);
    let on_pick = on_step.reform(|number| {
        page::reveal(VERDICT);
        number
    });
    html! {
        <>
            <PageHead title={exchange.title.clone()} lede={exchange.about.clone()}>
                <p class="hint">{ words::circumstances(&exchange.trace.at) }</p>
            </PageHead>
            { notice(&exchange, &yours, place.choice) }
            <Settings exchange={exchange.clone()} has_yours={matches!(*yours, Yours::Can(_))} on_action={act.clone()} />
            <div class="simulate">
                <Stage exchange={exchange.clone()} {current} {player} on_step={on_step.clone()} />
                <Inspector exchange={exchange.clone()} {current} on_action={act} />
                <Steps trace={exchange.trace.clone()} {current} {on_step} {on_pick} />
            </div>
        </>
    }
}

/// The place of the address, kept in step with back and forward.
#[hook]
fn use_place() -> UseReducerHandle<Place> {
    let place = use_reducer_eq(|| Place::read(&address::query()));
    let dispatcher = place.dispatcher();
    use_effect_with((), move |()| {
        let restore =
            move |query: String| dispatcher.dispatch(Action::Restore(Place::read(&query)));
        let listener = address::on_change(restore);
        move || drop(listener)
    });
    place
}

#[hook]
fn use_yours() -> Rc<Yours> {
    let session = use_session()
        .map(|session| (*session).clone())
        .unwrap_or_default();
    use_memo(session, |session: &Session| yours(session, clock::now()))
}

/// Run again only where another scenario, other faults or another token make a difference.
#[hook]
fn use_exchange(place: &Place, yours: &Rc<Yours>) -> Rc<Exchange> {
    let choice = chosen(place, yours);
    let inputs = (choice, place.faults.clone(), yours.clone());
    use_memo(inputs, |(choice, faults, yours)| {
        Exchange::of(*choice, faults.as_deref(), yours)
    })
}

/// Changes the place, and the address with it.
#[hook]
fn use_act(place: &UseReducerHandle<Place>, exchange: &Rc<Exchange>) -> Callback<Action> {
    let inputs = (place.clone(), exchange.clone());
    use_callback(inputs, |action: Action, (place, exchange)| {
        let next = Rc::new((**place).clone()).reduce(action.clone());
        let query = next.query(exchange.choice);
        if matches!(action, Action::Choose(_)) {
            address::push_query(&query);
        } else {
            address::replace_query(&query);
        }
        place.dispatch(action);
    })
}

/// Tells screen readers of each step but the first, and brings it into view.
#[hook]
fn use_announcement(exchange: &Rc<Exchange>, current: usize) {
    let first = use_mut_ref(|| true);
    let steps = (exchange.trace.clone(), current);
    use_effect_with(steps, move |(trace, current)| {
        if first.replace(false) {
            return;
        }
        page::reveal(&diagram::row_id(*current));
        let step = trace.steps.iter().find(|step| step.number == *current);
        if let Some(step) = step {
            page::announce(&words::announcement(step, trace.steps.len()));
        }
    });
}

/// What is particular about the scenario.
fn notice(exchange: &Exchange, yours: &Yours, asked: Option<Choice>) -> Html {
    let why = match (yours, asked) {
        (Yours::Cannot(why), None | Some(Choice::Yours)) => Some(*why),
        (Yours::Nothing, Some(Choice::Yours)) => Some(NOTHING),
        _ => None,
    };
    html! {
        <>
            if let Some(why) = why {
                <div class="notice notice-caution simulate-notice">
                    <p>{ why }{ " This is one of the scenarios that come with the page." }</p>
                    <PageLink to={Route::Decode} class="button">{ "Paste another token" }</PageLink>
                </div>
            }
            if exchange.choice == Choice::Yours {
                <div class="notice simulate-notice">
                    <p>{ YOURS }</p>
                    <PageLink to={Route::Credential} class="button button-small">{ "Change the rules or the credential" }</PageLink>
                </div>
            }
            if !exchange.findings.is_empty() {
                <Panel id="scenario-findings" title="The scenario's text" flush=true>
                    <Findings findings={exchange.findings.clone()} />
                </Panel>
            }
        </>
    }
}

const NOTHING: &str = "Nothing is pasted: an address never holds a token.";
const YOURS: &str = "The signature of your token cannot be made again, for its key is Entra ID's. The mock issues a token like it, with the same issuer and subject, and signs it with a demonstration key.";
