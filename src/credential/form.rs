//! What a person is asked: drawn from the data of the platforms, one control for everything.

use fedcred_core::claims::Cloud;
use fedcred_core::expression::FlexibleIssuer;
use fedcred_core::federation::{Preset, PresetField};
use yew::prelude::*;

use super::source::{MATCHING, Made, Setting, answers, box_id, more};
use crate::route::Route;
use crate::session::Session;
use crate::ui::{
    Control, TextBox, Tone, Verdict, command_line, control, element, fold, group, marked,
    page_link, text_box, verdict,
};

/// The view of the chosen tab.
pub(super) fn source_form(setting: Setting<'_>, made: &Made) -> Html {
    let session = &**setting.session;
    let Some(preset) = made.preset else {
        return of_token(setting, made);
    };
    let mut parts = Vec::new();
    let pasted = !session.entered("identity").trim().is_empty();
    match setting.tab() {
        "more" => {
            let platforms: Vec<_> = more().map(|p| (p.id.as_str(), p.title.as_str())).collect();
            parts.push(control(&Control {
                id: "more",
                label: "Platform",
                value: &preset.id,
                options: &platforms,
                ..Control::default()
            }));
        }
        "managed-identity" => parts.push(identity_box(session, pasted && made.identity.is_none())),
        _ => {}
    }
    if !(pasted && setting.tab() == "managed-identity") {
        parts.push(form(session, preset));
    }
    parts.push(snippets(preset, setting.cloud("")));
    element("div", "form", group(parts))
}

fn of_token(setting: Setting<'_>, made: &Made) -> Html {
    if let Some(draft) = &made.draft {
        let issuer = draft.credential.issuer.as_str();
        let note = element(
            "p",
            "hint",
            "From the token on the Decode page. It stays in this tab.",
        );
        let mut parts = vec![note];
        parts.extend(FlexibleIssuer::for_issuer(issuer).map(|_| matching(setting.session)));
        return element("div", "form", group(parts));
    }
    let link = page_link(Route::Decode, "button button-primary", "Paste a token");
    group(vec![
        element(
            "p",
            "",
            "There is no token with claims yet. Paste one, or enter what you know in the other tabs.",
        ),
        element("p", "", link),
    ])
}

/// This subject alone, or others like it.
fn matching(session: &Session) -> Html {
    let (id, flexible) = MATCHING;
    control(&Control {
        id,
        label: "Matches",
        value: session.entered(id),
        options: &[
            ("", "Exactly this subject"),
            (
                flexible,
                "Similar subjects too, with an expression (preview)",
            ),
        ],
        ..Control::default()
    })
}

fn identity_box(session: &Session, unread: bool) -> Html {
    text_box(TextBox {
        id: "identity",
        label: "User-assigned managed identity",
        label_hidden: false,
        placeholder: "{ \"principalId\": \"…\", \"tenantId\": \"…\" }",
        value: session.entered("identity"),
        on_change: Callback::noop(),
        hint: marked(
            "Paste the output of `az identity show` or `Get-AzUserAssignedIdentity | Format-List`, or fill in the fields below.",
        ),
        problem: if unread { UNREAD } else { "" },
    })
}

const UNREAD: &str = "This is not a managed identity: it has no principalId.";

/// What the platform asks, or why it cannot be let in.
fn form(session: &Session, preset: &Preset) -> Html {
    if !preset.has_credential() {
        return verdict(Verdict {
            tone: Tone::Caution,
            title: "No credential can match exactly".into(),
            reason: marked(&preset.note),
            source: format!("{} · {}", preset.source, preset.confidence.word()).into(),
            ..Verdict::default()
        });
    }
    let answers = answers(session, preset);
    let asked = preset
        .fields_for(&answers)
        .map(|field| asked(session, preset, field, &answers));
    group(vec![
        element("div", "form form-grid", group(asked.collect())),
        element("p", "hint", marked(&preset.note)),
    ])
}

fn asked(
    session: &Session,
    preset: &Preset,
    field: &PresetField,
    answers: &[(String, String)],
) -> Html {
    let id = box_id(preset, field);
    let choices = field.choices.iter();
    let options: Vec<_> = choices
        .map(|(word, meaning)| (word.as_str(), meaning.as_str()))
        .collect();
    let end = if field.optional { " (optional)" } else { "" };
    control(&Control {
        id: &id,
        label: &format!("{}{end}", field.label),
        hint: &field.hint,
        placeholder: &field.example,
        value: if options.is_empty() {
            session.entered(&id)
        } else {
            preset.answer(&field.key, answers)
        },
        options: &options,
    })
}

/// Commands that show a token's claims on the platform.
fn snippets(preset: &Preset, cloud: Cloud) -> Html {
    let snippets = preset.snippets(cloud);
    let snippets: Vec<_> = snippets
        .map(|(place, command)| command_line(place, command))
        .collect();
    if snippets.is_empty() {
        return Html::default();
    }
    let hint = element(
        "p",
        "hint",
        "These commands print header and claims without the signature, so nobody can use the output as a token.",
    );
    let content = element("div", "stack", group(vec![hint, group(snippets)]));
    fold("fold", "See your token's claims", content)
}

/// What neither token nor platform tells, what is rarely needed folded away.
pub(super) fn choices(setting: Setting<'_>, made: &Made) -> Html {
    let issuer = made
        .draft
        .as_ref()
        .map_or("", |draft| draft.credential.issuer.as_str());
    let clouds = Cloud::ALL.map(|cloud| (cloud.word(), cloud.title()));
    let [name, rarely @ ..] = LINES.map(|(id, label, hint, placeholder)| {
        let value = setting.session.entered(id);
        control(&Control {
            id,
            label,
            hint,
            placeholder,
            value,
            options: &[],
        })
    });
    let mut rarely = Vec::from(rarely);
    rarely.push(control(&Control {
        id: "cloud",
        label: "Cloud",
        hint: "Changes host, issuer, audience and portal.",
        value: setting.cloud(issuer).word(),
        options: &clouds,
        ..Control::default()
    }));
    rarely.push(control(&Control {
        id: "rules",
        label: "Rules",
        value: setting.hints.rules.name(),
        options: &RULES,
        ..Control::default()
    }));
    let rarely = element("div", "form form-grid", group(rarely));
    let rarely = fold("fold", "IDs of the application, cloud and rules", rarely);
    element("div", "form", group(vec![name, rarely]))
}

/// Id, label, hint and placeholder.
const LINES: [(&str, &str, &str, &str); 3] = [
    ("app-name", "Name of the application", "", "billing"),
    (
        "app-id",
        "Application (client) ID",
        "Only used to catch it being entered as the subject.",
        "a0a0a0a0-…",
    ),
    (
        "app-tenant",
        "Its tenant ID",
        "A managed identity must be in the same tenant.",
        "c0c0c0c0-…",
    ),
];

const RULES: [(&str, &str); 2] = [
    ("current", "Today's"),
    ("preview2022", "The preview of 2022 (article)"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use fedcred_core::federation::Rules;

    #[test]
    fn every_set_of_rules_can_be_chosen() {
        assert_eq!(RULES.map(|(word, _)| word), Rules::ALL.map(Rules::name));
    }
}
