//! The tokens of a text that holds more than one, and what of it belongs to none.

use fedcred_core::claims::Mask;
use fedcred_core::jose::{Parsed, Serialization, Token, TokenForm};
use yew::prelude::*;

use crate::ui::{each, element, show};

/// More stretches are counted, not listed.
const SKIPPED_SHOWN: usize = 10;

/// A choice where the text holds several tokens; below it what was skipped.
pub(super) fn token_picker(
    parsed: &Parsed,
    index: usize,
    choose: &UseStateSetter<usize>,
    mask: &Mask,
) -> Html {
    let count = parsed.tokens.len();
    if count == 0 || (count == 1 && parsed.skipped.is_empty()) {
        return Html::default();
    }
    html! {
        <section class="panel" aria-label="Tokens in the text">
            <div class="panel-body">
                if count > 1 { { choice(parsed, index, choose) } }
                { skipped(parsed, mask) }
            </div>
        </section>
    }
}

fn choice(parsed: &Parsed, index: usize, choose: &UseStateSetter<usize>) -> Html {
    let choose = choose.clone();
    let onchange = move |event: Event| {
        let select = event.target_dyn_into::<web_sys::HtmlSelectElement>();
        let chosen = select.map_or(0, |select| select.selected_index());
        choose.set(usize::try_from(chosen).unwrap_or(0));
    };
    let options = parsed.tokens.iter().enumerate();
    html! {
        <div class="row">
            <label for="which">{ format!("{} tokens found. Showing token:", parsed.tokens.len()) }</label>
            <select class="control" id="which" {onchange}>
                { each(options.map(|(at, token)| option(at, token, at == index))) }
            </select>
        </div>
    }
}

fn option(at: usize, token: &Token, selected: bool) -> Html {
    let kind = match (token.form, token.serialization) {
        (TokenForm::Jws, Serialization::Compact) => "signed",
        (TokenForm::Jws, _) => "signed, as JSON",
        (TokenForm::Jwe, _) => "encrypted",
        (TokenForm::Claims, _) => "claims",
        (TokenForm::Partial, _) => "incomplete",
    };
    let place = match token.inside {
        Some(outer) => format!("inside of {}", outer + 1),
        None => format!("{} B", token.span.len()),
    };
    html! { <option {selected}>{ format!("{} · {kind} · {place}", at + 1) }</option> }
}

fn skipped(parsed: &Parsed, mask: &Mask) -> Html {
    if parsed.skipped.is_empty() {
        return Html::default();
    }
    let count = parsed.skipped.len();
    let listed = parsed.skipped.iter().take(SKIPPED_SHOWN);
    let more = count.saturating_sub(SKIPPED_SHOWN);
    html! {
        <details class="details">
            { element("summary", "", match count { 1 => "Other text was left out".to_owned(), _ => format!("{count} passages of other text were left out") }) }
            <ul class="value">{ each(listed.map(|skipped| element("li", "", show(&mask.text(&skipped.text))))) }</ul>
            if more > 0 { { element("p", "hint", format!("and {more} more")) } }
        </details>
    }
}
