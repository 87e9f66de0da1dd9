//! Two tokens side by side, claim by claim.

use fedcred_core::claims::{ComparedMember, Likeness, Mask, compare};
use fedcred_core::jose::{Role, Token, parse};
use yew::prelude::*;

use crate::session::{Field, SessionContext, ask};
use crate::ui::{Panel, TextBox, Tone, badge, each, element, panel, show, text_box};

/// Rows that are drawn; more are counted.
const ROWS_SHOWN: usize = 100;
const CHARACTERS_SHOWN: usize = 300;

/// A box for the other token, and what differs.
pub(super) fn compare_panel(session: &SessionContext, token: &Token, mask: &Mask) -> Html {
    let text = session.asked.text(Field::Other);
    let other = parse(text);
    let other = other.tokens.first();
    let body = html! {
        <>
            <div class="panel-body">
                { text_box(TextBox {
                    id: "other-box",
                    label: "Another token",
                    label_hidden: false,
                    placeholder: "eyJ…",
                    value: text,
                    on_change: ask(session, Field::Other),
                    hint: "Stays in this tab, too.".into(),
                    problem: if other.is_none() && !text.trim().is_empty() { "There is no token in this text." } else { "" },
                }) }
            </div>
            { other.map(|other| table(&compare(token, other), mask)).unwrap_or_default() }
        </>
    };
    let whole = panel(Panel {
        id: "compare",
        title: "Compared".into(),
        flush: true,
        body,
        ..Panel::default()
    });
    html! {
        <details class="fold">
            { element("summary", "", "Compare with another token") }
            { whole }
        </details>
    }
}

fn table(rows: &[ComparedMember], mask: &Mask) -> Html {
    let differing = rows.iter().filter(|row| row.likeness != Likeness::Same);
    let (different, more) = (
        differing.clone().count(),
        rows.len().saturating_sub(ROWS_SHOWN),
    );
    let same = rows.iter().filter(|row| row.likeness == Likeness::Same);
    html! {
        <>
            { element("p", "panel-body", format!("{different} of {} differ.", rows.len())) }
            <div class="table-scroll">
                <table class="table">
                    <thead><tr><th>{ "Name" }</th><th>{ "This token" }</th><th>{ "The other" }</th></tr></thead>
                    <tbody>{ each(differing.chain(same).take(ROWS_SHOWN).map(|compared| row(compared, mask))) }</tbody>
                </table>
            </div>
            if more > 0 { { element("p", "panel-body hint", format!("{more} more are not shown.")) } }
        </>
    }
}

fn row(compared: &ComparedMember, mask: &Mask) -> Html {
    let place = match compared.part {
        Role::Header => "header ",
        Role::UnprotectedHeader => "unprotected header ",
        _ => "",
    };
    let sign = match compared.likeness {
        Likeness::Same => badge(Tone::Good, "same"),
        _ if compared.varies => badge(Tone::Neutral, "differs each time"),
        Likeness::Differs => badge(Tone::Caution, "differs"),
        Likeness::OnlyLeft | Likeness::OnlyRight => badge(Tone::Caution, "one has it"),
    };
    let name = html! { <>{ place }{ show(&compared.name) }{ " " }{ sign }</> };
    let value = |value: &Option<String>| {
        let value = mask.claim(&compared.name, value.as_deref().unwrap_or("–"));
        let end = value
            .char_indices()
            .nth(CHARACTERS_SHOWN)
            .map_or(value.len(), |(at, _)| at);
        let cut = if end < value.len() { " …" } else { "" };
        html! { <>{ show(value.get(..end).unwrap_or_default()) }{ cut }</> }
    };
    html! {
        <tr>
            { element("td", "", name) }
            { element("td", "value", value(&compared.left)) }
            { element("td", "value", value(&compared.right)) }
        </tr>
    }
}
