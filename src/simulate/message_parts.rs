//! A message explained part by part: what each parameter, header and member of the body says.

use fedcred_core::entra::HttpPart;
use yew::prelude::*;

use crate::ui::{each, element, fold, group, marked, show};

/// Folded away below the message.
pub(super) fn message_parts(parts: Vec<HttpPart>) -> Html {
    if parts.is_empty() {
        return Html::default();
    }
    let list = element("dl", "parts", each(parts.iter().map(view)));
    fold("fold", "What each part means", list)
}

fn view(part: &HttpPart) -> Html {
    let (meaning, source) = match part.field() {
        Some(field) => (field.meaning.as_str(), field.source.as_str()),
        None => ("Unknown.", ""),
    };
    let name = vec![
        element("code", "", show(&part.name)),
        element("span", "hint", part.place.title()),
    ];
    let mut says = vec![element("p", "", marked(meaning))];
    if !part.value.is_empty() {
        says.push(element("p", "value", show(&cut(&part.value))));
    }
    says.push(element("p", "source", source));
    let parts = vec![
        element("dt", "", group(name)),
        element("dd", "", group(says)),
    ];
    element("div", "", group(parts))
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
