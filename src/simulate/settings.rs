//! Which scenario runs, and what can be done with it: the bar below the page's heading, and what it unfolds.

use fedcred_core::flow::shipped_scenarios;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::editor::editor;
use super::exports::exports;
use super::faults::faults;
use super::predict::toggled;
use super::scenarios::Yours;
use super::selection::{Action, Choice};
use super::view::{Shown, Tool, View};
use crate::ui::{checkbox, group, with};

/// The bar, and the tool that is unfolded.
pub(super) fn settings(view: &View) -> Html {
    let setter = view.shown.setter();
    let [on, off] = [true, false].map(|on| toggled(view, on));
    let on_predict = Callback::from(move |ticked: bool| {
        setter.set(if ticked { on.clone() } else { off.clone() });
    });
    let count = view.whole.scenario.faults.len();
    let fail = match count {
        0 => "Make it fail".to_owned(),
        count => ["Make it fail · ", &count.to_string()].concat(),
    };
    let unfolded = match view.shown.tool {
        Some(Tool::Faults) => faults(view),
        Some(Tool::Editor) => editor(view),
        Some(Tool::Exports) => exports(view),
        None => Html::default(),
    };
    html! {
        <>
            <div class="settings">
                <div class="settings-scenario">
                    <label for="scenario">{ "Scenario" }</label>
                    { chooser(view) }
                </div>
                <div class="settings-tools">
                    { tool_button(view, Tool::Faults, fail) }
                    { tool_button(view, Tool::Editor, "Edit".to_owned()) }
                    { tool_button(view, Tool::Exports, "Export".to_owned()) }
                </div>
                { checkbox("Predict first", view.shown.predict, on_predict) }
            </div>
            if view.shown.tool.is_some() {
                <section class="panel tool" id={TOOL} aria-label="Tools of the scenario">{ unfolded }</section>
            }
        </>
    }
}

fn tool_button(view: &View, tool: Tool, words: String) -> Html {
    let open = view.shown.tool == Some(tool);
    let onclick = view.showing(Shown {
        tool: (!open).then_some(tool),
        ..(*view.shown).clone()
    });
    let button = html! { <button type="button" class="button" {onclick}>{ words }</button> };
    let button = with("aria-expanded", open.to_string().into(), button);
    match tool {
        Tool::Editor => with("id", EDIT.into(), button),
        _ => button,
    }
}

fn chooser(view: &View) -> Html {
    let on_action = view.act.clone();
    let onchange = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<HtmlSelectElement>();
        if let Some(choice) = select.and_then(|select| Choice::named(&select.value())) {
            on_action.emit(Action::Choose(choice));
        }
    });
    let chosen = view.exchange.choice.word();
    let token = matches!(view.own.token, Yours::Can(_));
    let edited = view.own.edited.text().is_some();
    let own = [
        (token, Choice::Yours, "Your token"),
        (view.own.error.is_some(), Choice::Error, "Your error"),
        (edited, Choice::Edited, "Edited scenario"),
    ];
    let mut groups = Vec::new();
    let mut options = Vec::new();
    let mut last = "Yours";
    let own = own.into_iter().filter(|(there, ..)| *there);
    let own = own.map(|(_, choice, title)| (choice.word(), "Yours", title));
    let all = shipped_scenarios()
        .iter()
        .map(|one| (one.name, one.group, one.title));
    for (word, group, title) in own.chain(all) {
        if group != last {
            groups.push(option_group(last, std::mem::take(&mut options)));
            last = group;
        }
        options.push(
            html! { <option key={word} value={word} selected={word == chosen}>{ title }</option> },
        );
    }
    groups.push(option_group(last, options));
    html! {
        // The property as well: once the visitor has chosen, browsers ignore the options' attributes.
        <select class="control" id="scenario" ~value={chosen} {onchange}>{ group(groups) }</select>
    }
}

/// Nothing where there is no option.
fn option_group(label: &'static str, options: Vec<Html>) -> Html {
    match options.is_empty() {
        true => Html::default(),
        false => html! { <optgroup key={label} label={label}>{ group(options) }</optgroup> },
    }
}

/// The id of the button that unfolds the editor.
pub(super) const EDIT: &str = "edit";
/// The id of what is unfolded.
const TOOL: &str = "tool";
