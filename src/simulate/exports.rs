//! The exchange to take along: as a picture, as text for documents, as data.

use fedcred_core::diagram::{Theme, svg};
use yew::prelude::*;

use super::exchange::Exchange;
use super::view::View;
use crate::platform::files;
use crate::ui::{CopyButton, button, each, element, group, with};

/// A row for each format; nothing that the visitor is to predict.
pub(super) fn exports(view: &View) -> Html {
    if view.is_hidden() {
        return element(
            "p",
            "panel-body",
            "Predict and reveal first: this is the whole exchange.",
        );
    }
    let rows = FORMATS.into_iter().map(|format| row(view, format));
    element("ul", "export-list", each(rows))
}

/// What to write: name of the file, title, hint, and the text.
type Format = (
    &'static str,
    &'static str,
    &'static str,
    fn(&Exchange) -> String,
);

const FORMATS: [Format; 4] = [
    (
        "exchange.svg",
        "Picture",
        "The diagram as SVG, for light and dark pages.",
        |exchange| svg(&exchange.scenario, &exchange.trace, Theme::Auto),
    ),
    (
        "exchange.mmd",
        "Mermaid",
        "A sequence diagram for Markdown, wikis and issues.",
        |exchange| exchange.trace.to_mermaid(),
    ),
    (
        "exchange.md",
        "Markdown",
        "A report: steps, checks with their sources, messages; tokens without their signature.",
        |exchange| exchange.trace.to_markdown(&exchange.scenario.about),
    ),
    (
        "exchange.json",
        "JSON",
        "Everything, tokens whole, for programs.",
        |exchange| exchange.trace.to_json(),
    ),
];

fn row(view: &View, (file, title, hint, write): Format) -> Html {
    let exchange = view.whole.clone();
    let make = Callback::from(move |()| write(&exchange));
    let save = {
        let make = make.clone();
        Callback::from(move |_: MouseEvent| files::save(file, &make.emit(())))
    };
    let name = ["Download ", title].concat();
    let buttons = vec![
        html! { <CopyButton {make} what={title} /> },
        with("aria-label", name.into(), button("Download", save)),
    ];
    let words = vec![element("strong", "", title), element("p", "hint", hint)];
    let parts = vec![
        element("div", "", group(words)),
        element("div", "row", group(buttons)),
    ];
    element("li", "", group(parts))
}
