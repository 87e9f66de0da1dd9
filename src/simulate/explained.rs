//! A message explained part by part: what each parameter, header and member of the body says.

use fedcred_core::entra::HttpPart;
use yew::prelude::*;

use crate::ui::{each, fold, marked, show};

/// Folded away below the message.
pub(super) fn explained(parts: Vec<HttpPart>) -> Html {
    if parts.is_empty() {
        return Html::default();
    }
    let list = html! { <dl class="parts">{ each(parts.iter().map(view)) }</dl> };
    fold("fold", "What each part means", list)
}

fn view(part: &HttpPart) -> Html {
    let (meaning, source) = match part.field() {
        Some(field) => (field.meaning.as_str(), field.source.as_str()),
        None => ("Not known here.", ""),
    };
    html! {
        <div>
            <dt><code>{ show(&part.name) }</code><span class="hint">{ part.place.title() }</span></dt>
            <dd>
                <p>{ marked(meaning) }</p>
                if !part.value.is_empty() {
                    <p class="value">{ show(&cut(&part.value)) }</p>
                }
                <p class="source">{ source }</p>
            </dd>
        </div>
    }
}

/// The beginning of a long value, which the message has whole.
fn cut(value: &str) -> String {
    let mut short: String = value.chars().take(SHOWN).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

const SHOWN: usize = 80;
