//! The portal's fields of a credential with a copy button each, and what is written in two ways.

use fedcred_core::claims::{Confidence, EntraIssuer};
use fedcred_core::federation::{Credential, GithubIds, audience_forms, subject_forms};
use fedcred_core::jose::Token;
use yew::prelude::*;

use super::form::{Control, control};
use super::source::{Made, Setting, answers};
use crate::ui::{CopyButton, Panel, Tone, badge, element, marked, panel, show};

/// Issuer, subject, name, description, audience, with the portal's labels.
pub(super) fn fields_panel(setting: Setting<'_>, made: &Made, credential: &Credential) -> Html {
    let issuer = credential.issuer.as_str();
    let entra = EntraIssuer::of(issuer).is_some();
    let cloud = setting.cloud(issuer);
    let audience = credential.audiences.first().map_or("", |aud| aud.as_str());
    let subject_note = match entra {
        true => "Object (principal) id of the identity, not its client id. Compared with `sub`.",
        false => "Compared with `sub`, letter case included.",
    };
    let audience_note = match entra {
        true => format!("One, for the {}.", cloud.title()),
        false => "One. The token must be made for it: compared with `aud`.".to_owned(),
    };
    let body = html! {
        <>
            <dl>
                { field("Issuer", issuer, "Compared with `iss`, character by character. A slash at the end counts.") }
                { field("Subject identifier", credential.subject.as_str(), subject_note) }
                { field("Name", &credential.name, "Cannot be changed later. 3 to 120 letters, digits, `-` and `_`.") }
                { field("Description", &credential.description, "For people; up to 600 characters.") }
                { field("Audience", audience, &audience_note) }
            </dl>
            if entra && cloud.exchange_app_confidence() == Confidence::Inferred {
                <p class="panel-foot hint">
                    { "That tokens of this cloud carry the global cloud's id as " }<code>{ "aud" }</code>{ " is " }
                    { badge(Tone::Observed, Confidence::Inferred.word()) }
                </p>
            }
            { then_and_now(setting, made, credential) }
        </>
    };
    panel(Panel {
        id: "fields",
        title: "Enter this".into(),
        actions: html! { <CopyButton text={credential.json()} what="the credential as JSON" label="Copy as JSON" /> },
        flush: true,
        body,
        ..Panel::default()
    })
}

fn field(label: &'static str, text: &str, note: &str) -> Html {
    let shown = if text.is_empty() {
        element("span", "problem", "missing")
    } else {
        show(text)
    };
    html! {
        <div class="field">
            <dt><strong>{ label }</strong></dt>
            <dd class="value">{ shown }</dd>
            <dd class="field-action"><CopyButton text={text.to_owned()} what={label.to_ascii_lowercase()} /></dd>
            <dd class="field-note">{ marked(note) }</dd>
        </div>
    }
}

/// The audience as the article entered it beside today's, for an issuer of Entra ID.
fn then_and_now(setting: Setting<'_>, made: &Made, credential: &Credential) -> Html {
    let Some(forms) = audience_forms(credential, made.token(setting), setting.hints) else {
        return Html::default();
    };
    html! {
        <details class="fold panel-foot">
            <summary>{ "The article of 2022 entered another audience" }</summary>
            <dl>
                { field("In 2022", &forms.then, "The Application ID URI of your own API, which had to take tokens of version 2. An experiment, not supported; letter case did not count.") }
                { field("Today", &forms.now, "The token exchange, the same for everybody. Supported since May 2025 for user-assigned identities; every character counts.") }
            </dl>
            <p class="source">{ "The article; Entra: configure an application to trust a managed identity; Entra: breaking changes" }</p>
        </details>
    }
}

/// A subject of GitHub by names and with ids, and a box to convert another one.
pub(super) fn subjects_panel(setting: Setting<'_>, made: &Made) -> Html {
    let session = &**setting.session;
    let form = made.preset.filter(|preset| preset.id == "github");
    let other = session.entered("github-subject");
    let subject = made
        .draft
        .as_ref()
        .map_or("", |draft| draft.credential.subject.as_str());
    let subject = if other.is_empty() { subject } else { other };
    let payload = setting.token.and_then(Token::payload);
    let typed = form.and_then(|form| {
        let answers = answers(session, form);
        let id = |key| Some(form.answer(key, &answers).to_owned()).filter(|id| !id.is_empty());
        Some(GithubIds {
            owner: id("ownerId")?,
            repository: id("repositoryId")?,
        })
    });
    let ids = typed.or_else(|| GithubIds::for_subject(subject, payload?));
    let forms = subject_forms(subject, ids.as_ref());
    if form.is_none() && forms.is_none() {
        return Html::default();
    }
    let body = html! {
        <>
            if let Some(forms) = &forms {
                <dl>
                    { field("By names", &forms.by_names, "Repositories that were made before 15 July 2026 and not renamed or moved since.") }
                    { field("With ids", forms.with_ids.as_deref().unwrap_or_default(), "All others, and those that chose it. Ids are those of the form, or of a token of this repository on the Decode page.") }
                </dl>
            }
            <div class="panel-foot">
                { control(Control {
                    id: "github-subject",
                    label: "Convert another subject",
                    placeholder: "repo:contoso/shop:environment:production",
                    value: other,
                    hint: if forms.is_none() && !other.is_empty() { NO_SUBJECT } else { "" },
                    ..Control::default()
                }) }
            </div>
        </>
    };
    panel(Panel {
        id: "subjects",
        title: "Both forms of the subject".into(),
        flush: true,
        body,
        ..Panel::default()
    })
}

const NO_SUBJECT: &str = "This does not begin with `repo:`, an owner and a repository.";
