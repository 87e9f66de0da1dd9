//! Whether the token matches credentials that exist, and at which character the nearest one differs.

use fedcred_core::claims::Claims;
use fedcred_core::federation::{
    CredentialList, Difference, Field, FieldDiff, FieldMatch, FieldVerdict, Match, Run, TermMatch,
    Verdict as Outcome, error_entry, match_nearest,
};
use fedcred_core::jose::Token;
use yew::prelude::*;

use super::source::Setting;
use crate::ui::{
    CopyButton, DiffRow, Glyph, Panel, TextBox, Tone, Verdict, badge, diff, findings, icon, marked,
    panel, show, sign, text_box, verdict,
};

/// More than these are counted, not listed.
const SHOWN: usize = 20;

/// A box for the credentials of an application with the verdict below it, the nearest one, and the others.
pub(super) fn match_panels(setting: Setting<'_>, list: &CredentialList) -> Html {
    let pasted = setting.session.entered("credentials");
    let given = !pasted.trim().is_empty();
    let payload = setting.token.and_then(Token::payload);
    let outcome = payload
        .filter(|_| !list.credentials.is_empty())
        .map(|payload| {
            match_nearest(
                &Claims::of(payload),
                &list.credentials,
                setting.hints.rules,
                SHOWN,
            )
        });
    let count = list.credentials.len();
    let credentials_box = TextBox {
        id: "credentials",
        label: "Credentials of your application",
        label_hidden: false,
        placeholder: "[ … ]",
        value: pasted,
        on_change: Callback::noop(),
        hint: marked(HINT),
        problem: "",
    };
    let body = html! {
        <>
            { outcome.as_ref().map(answer).unwrap_or_default() }
            if given { { findings(&list.diagnostics, None) } }
            if given && payload.is_none() {
                <p class="panel-body">{ "Paste a token on the Decode page first." }</p>
            }
            <div class="panel-body">{ text_box(credentials_box) }</div>
        </>
    };
    let whole = panel(Panel {
        id: "match",
        title: "Does the token match?".into(),
        badges: if count == 0 {
            Html::default()
        } else {
            badge(Tone::Neutral, counted(count))
        },
        flush: true,
        body,
        ..Panel::default()
    });
    html! {
        <>
            { whole }
            if let Some(outcome) = &outcome {
                { outcome.matches.first().map(|found| nearest(found, outcome)).unwrap_or_default() }
                { others(outcome) }
            }
        </>
    }
}

const HINT: &str = "The output of `az ad app federated-credential list --id …` or `az identity federated-credential list …`, what Graph or Azure Resource Manager answers, a Terraform state, or one credential as JSON.";

fn counted(count: usize) -> String {
    match count {
        1 => "1 credential".to_owned(),
        _ => format!("{count} credentials"),
    }
}

fn answer(outcome: &Outcome) -> Html {
    let nearest = outcome.matches.first();
    if outcome.matched {
        let name = nearest.map(|found| show(&found.name)).unwrap_or_default();
        return verdict(Verdict {
            tone: Tone::Good,
            title: "It matches".into(),
            more: html! { <>{ ": " }{ name }</> },
            reason: "Issuer, subject or expression, and audience match.".into(),
            ..Verdict::default()
        });
    }
    let entry = outcome.code.and_then(error_entry);
    let code = outcome
        .code
        .map(|code| format!("AADSTS{code}"))
        .unwrap_or_default();
    let status = entry.and_then(|entry| entry.status);
    let status = status
        .map(|status| format!(" · {status}"))
        .unwrap_or_default();
    let confidence = outcome
        .confidence
        .map(|sure| badge(Tone::Observed, sure.word()));
    let reason = html! {
        <>
            <p>{ "Entra ID would answer " }<code>{ code }</code>{ status }{ " " }{ confidence }</p>
            <p>{ entry.map(|entry| marked(&entry.cause)) }</p>
            <p>{ entry.map(|entry| marked(&entry.fix)) }</p>
        </>
    };
    verdict(Verdict {
        tone: Tone::Bad,
        title: "No match.".into(),
        more: html! { <strong>{ nearest.map(|found| format!(" {}", headline(&found.fields))) }</strong> },
        reason,
        source: entry
            .map(|entry| Html::from(entry.source.clone()))
            .unwrap_or_default(),
        ..Verdict::default()
    })
}

/// In what the nearest one differs, in a sentence.
fn headline(fields: &[FieldMatch]) -> String {
    let failing = || {
        fields
            .iter()
            .filter(|field| field.verdict == FieldVerdict::Fail)
    };
    let names: Vec<_> = failing()
        .map(|field| label(field.field).to_ascii_lowercase())
        .collect();
    let names = names.join(" and ");
    let mut kinds = failing().map(|field| field.diff.as_ref().and_then(|diff| diff.kind));
    let what = match (kinds.next().flatten(), kinds.next()) {
        (Some(Difference::TrailingSlash), None) => "only in a slash at the end of the ",
        (Some(Difference::LetterCase), None) => "only in the letter case of the ",
        (Some(Difference::WhiteSpace), None) => "only in white space of the ",
        (Some(Difference::LookAlike), None) => "only in look-alike characters of the ",
        _ => "in ",
    };
    format!("The nearest differs {what}{names}.")
}

/// The nearest credential, field by field.
fn nearest(found: &Match, outcome: &Outcome) -> Html {
    let corrected = outcome.corrected.as_ref();
    let body = html! {
        <>
            { for found.fields.iter().map(field) }
            if let Some(corrected) = corrected {
                <p><CopyButton
                    text={corrected.json()} what="the corrected credential"
                    label="Copy the corrected credential" primary=true
                /></p>
            } else if !outcome.matched {
                <p class="hint">{ "No credential would let this token in: the token itself has to be another." }</p>
            }
        </>
    };
    panel(Panel {
        id: "nearest",
        title: found.name.clone().into(),
        badges: badge(
            Tone::Neutral,
            if found.matched {
                "matches"
            } else {
                "the nearest"
            },
        ),
        body,
        ..Panel::default()
    })
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
        <section class="panel table-scroll" tabindex="0" aria-label="Other credentials">
            <table class="table">
                <thead><tr><th scope="col">{ "Others" }</th>{ for ["Issuer", "Subject", "Audience"].map(column) }</tr></thead>
                <tbody>{ for rest.iter().map(other) }</tbody>
            </table>
            if more > 0 {
                <p class="panel-foot hint">{ format!("{more} more, further away.") }</p>
            }
        </section>
    }
}

fn column(label: &str) -> Html {
    html! { <th scope="col">{ label }</th> }
}

fn other(found: &Match) -> Html {
    let cell = |field: &FieldMatch| match field.verdict {
        FieldVerdict::Pass => {
            html! { <td class="cell-good">{ icon(Glyph::Pass) }{ "matches" }</td> }
        }
        FieldVerdict::Fail => html! { <td class="problem">{ icon(Glyph::Fail) }{ "differs" }</td> },
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

#[cfg(test)]
mod tests {
    use fedcred_core::federation::{Credential, Rules, match_all};

    use super::*;

    /// What is said of a credential that differs from the token's values in these.
    #[track_caller]
    fn check(issuer: &str, subject: &str, audience: &str, expected: &str) {
        let claims = Claims {
            issuer: Some("https://i.example".into()),
            subject: Some("repo:o/r:environment:x y".into()),
            audiences: vec!["a".into()],
            ..Claims::default()
        };
        let credential = Credential {
            issuer: issuer.into(),
            subject: subject.into(),
            audiences: vec![audience.into()],
            ..Credential::default()
        };
        let outcome = match_all(&claims, &[credential], Rules::Current);
        let nearest = outcome.matches.first().unwrap();
        assert_eq!(headline(&nearest.fields), expected);
    }

    #[test]
    fn the_headline_says_in_what_the_nearest_differs() {
        let (issuer, subject) = ("https://i.example", "repo:o/r:environment:x y");
        check(
            "https://i.example/",
            subject,
            "a",
            "The nearest differs only in a slash at the end of the issuer.",
        );
        check(
            issuer,
            "repo:O/r:environment:x y",
            "a",
            "The nearest differs only in the letter case of the subject.",
        );
        check(
            issuer,
            "repo:o/r:environment:xy",
            "a",
            "The nearest differs only in white space of the subject.",
        );
        check(
            issuer,
            "repo:o/r:environment:х y",
            "a",
            "The nearest differs only in look-alike characters of the subject.",
        );
        check(issuer, subject, "b", "The nearest differs in audience.");
        check(
            "https://i.example/",
            subject,
            "b",
            "The nearest differs in issuer and audience.",
        );
        check(
            "",
            "",
            "",
            "The nearest differs in issuer and subject and audience.",
        );
    }
}
