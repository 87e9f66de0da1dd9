//! Whether the token matches credentials that exist, and at which character the nearest one differs.

use fedcred_core::claims::Claims;
use fedcred_core::federation::{
    CredentialList, Field, FieldDiff, FieldMatch, FieldVerdict, Match, Rules, Run, TermMatch,
    Verdict as Outcome, error_entry, match_nearest,
};
use fedcred_core::jose::Token;
use yew::prelude::*;

use crate::ui::{
    DiffRow, Glyph, Panel, TextBox, Tone, Verdict, badge, diff, findings, marked, panel, show,
    sign, text_box, verdict,
};

/// More than these are counted, not listed.
const SHOWN: usize = 20;

/// A box for the credentials of an application, and the verdict below it.
pub(super) fn match_panel(
    token: Option<&Token>,
    rules: Rules,
    credentials: &AttrValue,
    on_change: Callback<AttrValue>,
) -> Html {
    let credentials_box = TextBox {
        id: "credentials",
        label: "Credentials of your application",
        label_hidden: false,
        placeholder: "[ … ]",
        value: credentials,
        on_change,
        hint: marked(
            "The output of `az ad app federated-credential list --id …`, or one credential as JSON.",
        ),
        problem: "",
    };
    let body = html! {
        <>
            <div class="panel-body">{ text_box(credentials_box) }</div>
            if !credentials.trim().is_empty() {
                { result(token, rules, credentials) }
            }
        </>
    };
    panel(Panel {
        id: "match",
        title: "Does the token match?".into(),
        flush: true,
        body,
        ..Panel::default()
    })
}

fn result(token: Option<&Token>, rules: Rules, credentials: &str) -> Html {
    let Some(payload) = token.and_then(Token::payload) else {
        return html! { <p class="panel-body">{ "Paste a token on the Decode page first." }</p> };
    };
    let list = CredentialList::read(credentials);
    let outcome = match_nearest(&Claims::of(payload), &list.credentials, rules, SHOWN);
    html! {
        <>
            { findings(&list.diagnostics, None) }
            if !list.credentials.is_empty() {
                { answer(&outcome) }
                { outcome.matches.first().map(nearest).unwrap_or_default() }
                { others(&outcome) }
            }
        </>
    }
}

fn answer(outcome: &Outcome) -> Html {
    if outcome.matched {
        return verdict(Verdict {
            tone: Tone::Good,
            title: "It matches".into(),
            reason: "Issuer, subject or expression, and audience match.".into(),
            ..Verdict::default()
        });
    }
    let entry = outcome.code.and_then(error_entry);
    let code = outcome
        .code
        .map(|code| format!("Entra ID would answer AADSTS{code}. "))
        .unwrap_or_default();
    let reason = html! {
        <>
            <p>{ code }{ entry.map(|entry| marked(&entry.cause)) }</p>
            <p>{ entry.map(|entry| marked(&entry.fix)) }</p>
        </>
    };
    verdict(Verdict {
        tone: Tone::Bad,
        title: "No credential matches".into(),
        reason,
        source: entry
            .map(|entry| Html::from(entry.source.clone()))
            .unwrap_or_default(),
        aside: outcome
            .confidence
            .map(|confidence| badge(Tone::Observed, confidence.word()))
            .unwrap_or_default(),
        ..Verdict::default()
    })
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
    html! {
        <div class="stack">
            { outcome(field.verdict, label(field.field)) }
            { difference(&field.configured, field.diff.as_ref()) }
            if let Some(note) = &field.note {
                <p class="hint">{ marked(note) }</p>
            }
            { for field.terms.iter().map(term) }
            { findings(&field.diagnostics, None) }
        </div>
    }
}

/// One term of an expression.
fn term(term: &TermMatch) -> Html {
    let name = format!("{} {}", term.claim, term.operator.word());
    html! {
        <div class="stack">
            { outcome(term.verdict, &name) }
            { difference(&term.configured, term.diff.as_ref()) }
            if let Some(note) = &term.note {
                <p class="hint">{ marked(note) }</p>
            }
        </div>
    }
}

fn outcome(verdict: FieldVerdict, name: &str) -> Html {
    let (tone, glyph, word) = match verdict {
        FieldVerdict::Pass => (Tone::Good, Glyph::Pass, "matches"),
        FieldVerdict::Fail => (Tone::Bad, Glyph::Fail, "differs"),
    };
    html! { <p class="row">{ sign(tone, glyph) }<strong>{ show(name) }</strong>{ word }</p> }
}

fn difference(configured: &str, diff_of: Option<&FieldDiff>) -> Html {
    let Some(found) = diff_of else {
        return html! { <p class="value">{ show(configured) }</p> };
    };
    html! {
        <>
            { diff(&[row("token", &found.presented), row("credential", &found.configured)]) }
            if let Some(kind) = found.kind {
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

fn others(outcome: &Outcome) -> Html {
    let rest = outcome.matches.get(1..).unwrap_or_default();
    if rest.is_empty() {
        return Html::default();
    }
    let more = outcome.further;
    html! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Other credentials">
            <table class="table">
                <thead><tr><th scope="col">{ "Others" }</th>{ for ["Issuer", "Subject", "Audience"].map(column) }</tr></thead>
                <tbody>{ for rest.iter().map(other) }</tbody>
            </table>
            if more > 0 {
                <p class="panel-body hint">{ format!("{more} more, further away.") }</p>
            }
        </div>
    }
}

fn column(label: &str) -> Html {
    html! { <th scope="col">{ label }</th> }
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
        Field::Expression => "Expression",
        Field::Audience => "Audience",
    }
}
