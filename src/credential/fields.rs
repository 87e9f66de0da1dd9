//! The portal's fields of a credential with a copy button each, and what is written in two ways.

use fedcred_core::claims::{Confidence, EntraIssuer};
use fedcred_core::federation::{Credential, GithubIds, audience_forms, subject_forms};
use fedcred_core::jose::Token;
use yew::prelude::*;

use super::source::{Made, Setting, answers};
use crate::ui::{
    Control, Panel, Tone, badge, control, copy_button, element, fold, group, marked, panel, show,
};

/// Issuer, subject, name, description, audience, with the portal's labels.
pub(super) fn fields_panel(setting: Setting<'_>, made: &Made, credential: &Credential) -> Html {
    let issuer = credential.issuer.as_str();
    let entra = EntraIssuer::parse(issuer).is_some();
    let cloud = setting.cloud(issuer);
    let audience = credential.audiences.first().map_or("", |aud| aud.as_str());
    let identity = entra && !credential.subject.as_str().starts_with("/eid1/");
    let subject_note = match identity {
        true => "Object (principal) ID of the identity, not its client ID. Compared with `sub`.",
        false => "Compared with `sub`, letter case included.",
    };
    let audience_note = match entra {
        true => format!("One, for the {}.", cloud.title()),
        false => "Exactly one. Compared with `aud`, so request the token for it.".to_owned(),
    };
    let rows = vec![
        field(
            "Issuer",
            issuer,
            "Compared with `iss`, character by character. A slash at the end counts.",
        ),
        match &credential.claims_matching_expression {
            Some(expression) => field(
                "Claims matching expression",
                &expression.value,
                "Replaces the subject; every term must be true. `*` stands for any text, `?` for one character.",
            ),
            None => field(
                "Subject identifier",
                credential.subject.as_str(),
                subject_note,
            ),
        },
        field(
            "Name",
            &credential.name,
            "Cannot be changed later. 3 to 120 letters, digits, `-` and `_`.",
        ),
        field(
            "Description",
            &credential.description,
            "For people; up to 600 characters.",
        ),
        field("Audience", audience, &audience_note),
    ];
    let mut body = vec![element("dl", "", group(rows))];
    if entra && cloud.exchange_app_confidence() == Confidence::Inferred {
        let inferred = badge(Tone::Observed, Confidence::Inferred.word());
        body.push(element(
            "p",
            "panel-foot hint",
            group(vec![marked(INFERRED), inferred]),
        ));
    }
    body.push(then_and_now(setting, made, credential));
    panel(Panel {
        id: "fields",
        title: "Enter this".into(),
        actions: copy_button(
            credential.to_json(),
            "the credential as JSON".to_owned(),
            "Copy as JSON",
            false,
        ),
        flush: true,
        body: group(body),
        ..Panel::default()
    })
}

const INFERRED: &str = "Tokens of this cloud carry the global cloud's ID as `aud`: ";

fn field(label: &'static str, text: &str, note: &str) -> Html {
    let shown = if text.is_empty() {
        element("span", "problem", "missing")
    } else {
        show(text)
    };
    let copy = copy_button(text.to_owned(), label.to_ascii_lowercase(), "", false);
    let parts = vec![
        element("dt", "", label),
        element("dd", "value", shown),
        element("dd", "field-action", copy),
        element("dd", "field-note", marked(note)),
    ];
    element("div", "field", group(parts))
}

/// The audience as the article entered it beside today's, for an issuer of Entra ID.
fn then_and_now(setting: Setting<'_>, made: &Made, credential: &Credential) -> Html {
    let Some(forms) = audience_forms(credential, made.token(setting), setting.hints) else {
        return Html::default();
    };
    let rows = vec![
        field(
            "In 2022",
            &forms.then,
            "The Application ID URI of your own API, which had to accept v2 tokens. An experiment, not supported; letter case did not count.",
        ),
        field(
            "Today",
            &forms.now,
            "The audience of the token exchange. Supported since May 2025 for user-assigned identities; every character counts.",
        ),
    ];
    let content = vec![
        element("dl", "", group(rows)),
        element(
            "p",
            "source",
            "The article; Entra: configure an application to trust a managed identity; Entra: breaking changes",
        ),
    ];
    fold(
        "fold panel-foot",
        "The article of 2022 entered another audience",
        group(content),
    )
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
    let convert = control(&Control {
        id: "github-subject",
        label: "Convert another subject",
        placeholder: "repo:contoso/shop:environment:production",
        value: other,
        hint: if forms.is_none() && !other.is_empty() {
            NO_SUBJECT
        } else {
            ""
        },
        ..Control::default()
    });
    let rows = forms.map(|forms| {
        let with_ids = forms.with_ids.unwrap_or_default();
        let rows = vec![
            field("By names", &forms.by_names, "Repositories created before 15 July 2026 and not renamed or moved since."),
            field("With IDs", &with_ids, "All other repositories, and those that opted in. The IDs come from the form, or from a token of this repository on the Decode page."),
        ];
        element("dl", "", group(rows))
    });
    let body = group(vec![
        rows.unwrap_or_default(),
        element("div", "panel-foot", convert),
    ]);
    panel(Panel {
        id: "subjects",
        title: "Both forms of the subject".into(),
        flush: true,
        body,
        ..Panel::default()
    })
}

const NO_SUBJECT: &str = "This does not begin with `repo:`, an owner and a repository.";
