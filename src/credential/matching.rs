//! Whether the token matches credentials that exist, and at which character the nearest one differs.

use fedcred_core::claims::Claims;
use fedcred_core::federation::{
    CredentialList, Field, FieldMatch, FieldVerdict, Match, Rules, Run, Verdict as Outcome,
    error_entry, match_all,
};
use fedcred_core::jose::Token;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::ui::{Badge, Diff, DiffRow, Findings, Glyph, Panel, Sign, Tone, Verdict, show};

/// More than these are counted, not listed.
const SHOWN: usize = 20;

#[derive(Properties, PartialEq)]
pub(super) struct MatchPanelProps {
    pub token: Option<Token>,
    pub rules: Rules,
    pub credentials: AttrValue,
    pub on_change: Callback<AttrValue>,
}

/// A box for the credentials of an application, and the verdict below it.
#[component]
pub(super) fn MatchPanel(props: &MatchPanelProps) -> Html {
    let oninput = props.on_change.reform(|event: InputEvent| {
        let area = event.target_dyn_into::<HtmlTextAreaElement>();
        area.map(|area| area.value().into()).unwrap_or_default()
    });
    let list = use_memo(props.credentials.clone(), |text| CredentialList::read(text));
    html! {
        <Panel id="match" title="Does the token match?" flush=true>
            <div class="panel-body form-field">
                <label for="credentials">{ "Credentials of your application" }</label>
                <textarea
                    class="control value" id="credentials" rows="5" autocomplete="off" spellcheck="false"
                    aria-describedby="credentials-hint" placeholder="[ … ]" value={&props.credentials} {oninput}
                />
                <p class="hint" id="credentials-hint">
                    { "The output of " }<code>{ "az ad app federated-credential list --id …" }</code>{ ", or one credential as JSON." }
                </p>
            </div>
            if !props.credentials.trim().is_empty() {
                { result(props, &list) }
            }
        </Panel>
    }
}

fn result(props: &MatchPanelProps, list: &CredentialList) -> Html {
    let Some(payload) = props.token.as_ref().and_then(Token::payload) else {
        return html! { <p class="panel-body">{ "Paste a token on the Decode page first." }</p> };
    };
    let outcome = match_all(&Claims::of(payload), &list.credentials, props.rules);
    html! {
        <>
            <Findings findings={list.diagnostics.clone()} />
            if !list.credentials.is_empty() {
                { verdict(&outcome) }
                { outcome.matches.first().map(nearest).unwrap_or_default() }
                { others(&outcome.matches) }
            }
        </>
    }
}

fn verdict(outcome: &Outcome) -> Html {
    if outcome.matched {
        return html! {
            <Verdict tone={Tone::Good} title="It matches">{ "Issuer, subject and audience are the same." }</Verdict>
        };
    }
    let entry = outcome.code.and_then(error_entry);
    let aside = outcome
        .confidence
        .map(|confidence| html! { <Badge tone={Tone::Observed} text={confidence.word()} /> });
    let code = outcome
        .code
        .map(|code| format!("Entra ID would answer AADSTS{code}"))
        .unwrap_or_default();
    html! {
        <Verdict
            tone={Tone::Bad} title="No credential matches" aside={aside.unwrap_or_default()}
            source={entry.map(|entry| Html::from(entry.source.clone())).unwrap_or_default()}
        >
            <p>{ code }{ entry.map(|entry| format!(": {}", entry.cause)) }</p>
            <p>{ entry.map(|entry| entry.fix.clone()) }</p>
        </Verdict>
    }
}

/// The nearest credential, field by field.
fn nearest(found: &Match) -> Html {
    html! {
        <div class="panel-body stack">
            <h3>{ show(&found.name) }</h3>
            { for found.fields.iter().map(field) }
        </div>
    }
}

fn field(field: &FieldMatch) -> Html {
    let pass = field.verdict == FieldVerdict::Pass;
    let (tone, glyph, word) = if pass {
        (Tone::Good, Glyph::Pass, "matches")
    } else {
        (Tone::Bad, Glyph::Fail, "differs")
    };
    html! {
        <div class="stack">
            <p class="row"><Sign {tone} {glyph} /><strong>{ label(field.field) }</strong>{ word }</p>
            { difference(field) }
            if let Some(note) = &field.note {
                <p class="hint">{ note }</p>
            }
        </div>
    }
}

fn difference(field: &FieldMatch) -> Html {
    let Some(diff) = &field.diff else {
        return html! { <p class="value">{ show(&field.configured) }</p> };
    };
    html! {
        <>
            <Diff rows={vec![row("token", &diff.presented), row("credential", &diff.configured)]} />
            if let Some(kind) = diff.kind {
                <p>{ kind.sentence() }</p>
            }
        </>
    }
}

fn row(label: &'static str, runs: &[Run]) -> DiffRow {
    DiffRow {
        label: label.into(),
        runs: runs
            .iter()
            .map(|run| (run.text.clone().into(), run.differs))
            .collect(),
    }
}

fn others(matches: &[Match]) -> Html {
    let rest = matches.get(1..).unwrap_or_default();
    if rest.is_empty() {
        return Html::default();
    }
    let more = rest.len().saturating_sub(SHOWN - 1);
    html! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Other credentials">
            <table class="table">
                <thead><tr><th scope="col">{ "Others" }</th>{ for [Field::Issuer, Field::Subject, Field::Audience].map(column) }</tr></thead>
                <tbody>{ for rest.iter().take(SHOWN - 1).map(other) }</tbody>
            </table>
            if more > 0 {
                <p class="panel-body hint">{ format!("{more} more, further away.") }</p>
            }
        </div>
    }
}

fn column(field: Field) -> Html {
    html! { <th scope="col">{ label(field) }</th> }
}

fn other(found: &Match) -> Html {
    let cell = |field: &FieldMatch| match field.verdict {
        FieldVerdict::Pass => html! { <td>{ "matches" }</td> },
        FieldVerdict::Fail => html! { <td class="problem">{ "differs" }</td> },
    };
    html! { <tr><th scope="row">{ show(&found.name) }</th>{ for found.fields.iter().map(cell) }</tr> }
}

const fn label(field: Field) -> &'static str {
    match field {
        Field::Issuer => "Issuer",
        Field::Subject => "Subject",
        Field::Audience => "Audience",
    }
}
