//! A step as code: the request as a command, and the exchange in languages that have a library for it.

use fedcred_core::entra::HttpRequest;
use fedcred_core::export::{Export, ExportGroup};
use fedcred_core::flow::{Step, StepId};
use yew::prelude::*;

use super::view::{Shown, View};
use crate::ui::{Control, command_line, control, element, findings, group, heard};

/// The steps that a library does.
const OF_LIBRARIES: [StepId; 4] = [
    StepId::IdentityRequest,
    StepId::IdentityToken,
    StepId::TokenRequest,
    StepId::AccessToken,
];

const CURL: &str = "request";
const HINT: &str = "The same exchange, with the values of this scenario.";

/// A chooser where there is something to choose, and the code.
pub(super) fn code(view: &View, step: &Step, request: &HttpRequest) -> Html {
    let exchange = &view.exchange.scenario;
    let fits = OF_LIBRARIES.contains(&step.id);
    let chosen = Export::from_id(&view.shown.code).filter(|_| fits);
    let written = chosen.and_then(|chosen| Some((chosen, exchange.client_code(chosen)?)));
    let (what, text, source) = match &written {
        Some((chosen, text)) => (
            HINT,
            text.clone(),
            [chosen.source, " · ", chosen.confidence.word()].concat(),
        ),
        None => ("This request:", Ok(request.curl()), String::new()),
    };
    let mut parts = Vec::new();
    if fits {
        parts.push(chooser(view, written.map_or(CURL, |(chosen, _)| chosen.id)));
    }
    parts.push(match text {
        Ok(text) => command_line(what, text),
        Err(found) => findings(&[found], None),
    });
    if !source.is_empty() {
        parts.push(element("p", "source", source));
    }
    group(parts)
}

fn chooser(view: &View, value: &str) -> Html {
    let mut options = vec![(CURL, "curl: this request")];
    let uses = Export::all().filter(|export| export.group == ExportGroup::Use);
    let uses = uses.filter(|export| export.id != "curl");
    options.extend(uses.map(|export| (export.id, export.title)));
    let shown = view.shown.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        if let Some(heard) = heard(&event) {
            shown.set(Shown {
                code: heard.value.into(),
                ..(*shown).clone()
            });
        }
    });
    let chooser = control(&Control {
        id: "code",
        label: "Write it as",
        value,
        options: &options,
        ..Control::default()
    });
    html! { <div {oninput}>{ chooser }</div> }
}
