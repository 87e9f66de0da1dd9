//! What a step changed in the directory.

use fedcred_core::entra::{Change, ChangeAction};
use yew::prelude::*;

use crate::ui::{each, show, show_block};

/// One after the other, each with what was there before and what is there now.
pub(super) fn changes(changes: &[Change]) -> Html {
    html! {
        <ol class="stack">{ each(changes.iter().map(view)) }</ol>
    }
}

fn view(change: &Change) -> Html {
    let action = match change.action {
        ChangeAction::Created => "New",
        ChangeAction::Updated => "Changed",
        ChangeAction::Deleted => "Deleted",
    };
    html! {
        <li class="stack stack-tight">
            <p><b>{ action }</b>{ ": " }<span class="value">{ show(&change.object) }</span></p>
            { text("Before", &change.before) }
            { text("Now", &change.after) }
        </li>
    }
}

fn text(label: &'static str, json: &str) -> Html {
    if json.is_empty() {
        return Html::default();
    }
    html! {
        <>
            <p class="hint">{ label }</p>
            <pre class="code-block" tabindex="0" role="region" aria-label={label}>{ show_block(json) }</pre>
        </>
    }
}
