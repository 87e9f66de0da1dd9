//! The credential as the commands that create it and the code that uses it.

use fedcred_core::export::{Export, ExportValues};
use fedcred_core::federation::Credential;
use yew::prelude::*;

use super::source::{Made, Setting};
use crate::ui::{Control, Panel, command_line, control, element, findings, group, panel};

/// The id of the chooser, by which the session knows what is chosen.
const CHOOSER: &str = "export";

/// A chooser, and the chosen one to copy; nothing as long as a value that is compared is missing.
pub(super) fn exports_panel(
    setting: Setting<'_>,
    made: &Made,
    credential: &Credential,
) -> Option<Html> {
    let is_whole = !credential.issuer.as_str().is_empty()
        && (!credential.subject.as_str().is_empty()
            || credential.claims_matching_expression.is_some());
    if !is_whole {
        return None;
    }
    let chosen =
        Export::from_id(setting.session.entered(CHOOSER)).or_else(|| Export::all().next())?;
    let titles: Vec<_> = Export::all().map(titled).collect();
    let options: Vec<_> = titles
        .iter()
        .map(|(id, title)| (*id, title.as_str()))
        .collect();
    let chooser = Control {
        id: CHOOSER,
        label: "Write it as",
        value: chosen.id,
        options: &options,
        ..Control::default()
    };
    let text = match chosen.text(credential, &values(setting, made, credential)) {
        Ok(text) => command_line(HINT, text),
        Err(found) => findings(&[found], None),
    };
    let source = format!("{} · {}", chosen.source, chosen.confidence.word());
    Some(panel(Panel {
        id: "exports",
        title: "Commands and code".into(),
        body: group(vec![
            control(&chooser),
            text,
            element("p", "source", source),
        ]),
        ..Panel::default()
    }))
}

const HINT: &str = "Placeholders such as `<APP_ID>` mark what is not known yet.";

/// What it is for, and its name.
fn titled(export: &Export) -> (&'static str, String) {
    (
        export.id,
        format!("{}: {}", export.group.title(), export.title),
    )
}

fn values(setting: Setting<'_>, made: &Made, credential: &Credential) -> ExportValues {
    let hints = setting.hints;
    let known = ExportValues {
        app_id: hints.app_id.clone(),
        tenant_id: hints.app_tenant.clone(),
        cloud: setting.cloud(credential.issuer.as_str()),
        ..ExportValues::default()
    };
    known.completed(credential, made.identity.as_ref())
}
