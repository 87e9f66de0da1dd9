//! Two or more values below each other with the characters marked that differ.

use yew::prelude::*;

use super::each;

use super::visible::{render, visible_part, visible_strict};

/// One line: a label, and the value cut into runs, each with whether it differs.
#[derive(Clone, Debug, PartialEq)]
pub struct DiffRow {
    pub label: AttrValue,
    pub runs: Vec<(AttrValue, bool)>,
}

/// `presented` over `configured`.
pub fn diff(rows: &[DiffRow]) -> Html {
    html! { <dl class="diff">{ each(rows.iter().map(row)) }</dl> }
}

fn row(row: &DiffRow) -> Html {
    html! {
        <>
            <dt>{ &row.label }</dt>
            <dd class="value">{ each(row.runs.iter().map(run)) }</dd>
        </>
    }
}

fn run((text, differs): &(AttrValue, bool)) -> Html {
    if *differs {
        html! { <mark>{ render(visible_strict(text)) }</mark> }
    } else {
        render(visible_part(text))
    }
}
