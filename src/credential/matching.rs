//! Whether the token matches credentials that exist, and at which character the nearest one differs.

use fedcred_core::claims::{Claims, Confidence};
use fedcred_core::errors::AadstsCode;
use fedcred_core::expression::TermMatch;
use fedcred_core::federation::{
    CredentialField, CredentialList, FieldMatch, Match, Verdict as Outcome, match_nearest,
};
use fedcred_core::jose::Token;
use fedcred_core::text::{CheckVerdict, Difference, DifferenceKind};
use yew::prelude::*;

use super::source::Setting;
use crate::route::Route;
use crate::ui::{
    Glyph, Panel, TextBox, Tone, Verdict, badge, copy_button, diff, each, element, findings, group,
    icon, marked, page_link, panel, show, sign, text_box, verdict,
};

/// More than these are counted, not listed.
const SHOWN: usize = 20;

/// A box for the credentials of an application with the verdict below it, the nearest one, and the others.
pub(super) fn match_panels(setting: Setting<'_>, list: &CredentialList) -> Html {
    let pasted = setting.session.entered("credentials");
    let payload = setting.token.and_then(Token::payload);
    // An empty list is an answer: Entra ID has one for an application without credentials.
    let count = list.credentials.len();
    let listed = count > 0 || !pasted.trim().is_empty() && list.diagnostics.is_empty();
    let outcome = payload.filter(|_| listed).map(|payload| {
        match_nearest(
            &Claims::from_payload(payload),
            &list.credentials,
            setting.hints.rules,
            SHOWN,
        )
    });
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
    let mut asked = vec![text_box(credentials_box)];
    if payload.is_none() {
        let link = page_link(Route::Decode, "", "Paste one");
        asked.push(element(
            "p",
            "",
            group(vec!["There is no token to compare with yet. ".into(), link]),
        ));
    }
    let mut body: Vec<_> = outcome.as_ref().map(answer).into_iter().collect();
    if !pasted.trim().is_empty() {
        body.push(findings(&list.diagnostics, None));
    }
    body.push(element("div", "panel-body", group(asked)));
    let whole = panel(Panel {
        id: "match",
        title: "Does the token match?".into(),
        badges: if listed {
            badge(Tone::Neutral, counted(count))
        } else {
            Html::default()
        },
        flush: true,
        body: group(body),
        ..Panel::default()
    });
    let mut panels = vec![whole];
    if let Some(outcome) = &outcome {
        panels.extend(outcome.matches.first().map(|found| nearest(found, outcome)));
        panels.push(others(outcome));
    }
    group(panels)
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
            more: group(vec![": ".into(), name]),
            reason: "Issuer, subject or expression, and audience match.".into(),
            ..Verdict::default()
        });
    }
    let entry = outcome.code.and_then(AadstsCode::entry);
    let status = entry.and_then(|entry| entry.status);
    let status = status.map_or(String::new(), |status| format!(" · {status}"));
    let code = outcome.code.map_or(String::new(), |code| code.to_string());
    let said = vec![
        marked(&format!("Entra ID would answer `{code}`{status} ")),
        badge(
            Tone::Observed,
            outcome.confidence.map_or("", Confidence::word),
        ),
    ];
    let mut reason = vec![element("p", "", group(said))];
    let message = outcome.message.as_deref().unwrap_or_default();
    reason.push(element("p", "value", show(message)));
    if let Some(entry) = entry {
        reason.push(element("p", "", marked(&entry.cause)));
        reason.push(element("p", "", marked(&entry.fix)));
    }
    let headline = nearest.map_or(String::new(), |found| {
        format!(" {}", headline(&found.fields))
    });
    verdict(Verdict {
        tone: Tone::Bad,
        title: "No match.".into(),
        more: element("strong", "", headline),
        reason: group(reason),
        source: entry.map_or(Html::default(), |entry| entry.source.as_str().into()),
        ..Verdict::default()
    })
}

/// In what the nearest one differs, in a sentence.
fn headline(fields: &[FieldMatch]) -> String {
    let failing = || {
        fields
            .iter()
            .filter(|field| field.verdict == CheckVerdict::Fail)
    };
    let names: Vec<_> = failing()
        .map(|field| label(field.field).to_ascii_lowercase())
        .collect();
    let names = names.join(" and ");
    let mut kinds = failing().map(|field| field.diff.as_ref().and_then(|diff| diff.kind));
    let what = match (kinds.next().flatten(), kinds.next()) {
        (Some(DifferenceKind::TrailingSlash), None) => "only in a slash at the end of the ",
        (Some(DifferenceKind::LetterCase), None) => "only in the letter case of the ",
        (Some(DifferenceKind::WhiteSpace), None) => "only in white space of the ",
        (Some(DifferenceKind::LookAlike), None) => "only in look-alike characters of the ",
        _ => "in ",
    };
    format!("The nearest differs {what}{names}.")
}

/// The nearest credential, field by field.
fn nearest(found: &Match, outcome: &Outcome) -> Html {
    let mut body: Vec<_> = found.fields.iter().map(field).collect();
    match &outcome.corrected {
        Some(corrected) => body.push(element(
            "p",
            "",
            copy_button(
                corrected.to_json(),
                "the corrected credential".to_owned(),
                "Copy the corrected credential",
                true,
            ),
        )),
        None if !outcome.matched => body.push(element("p", "hint", NO_HELP)),
        None => {}
    }
    panel(Panel {
        id: "nearest",
        title: if found.matched {
            "It matches"
        } else {
            "The nearest"
        }
        .into(),
        badges: element("span", "value", show(&found.name)),
        body: group(body),
        ..Panel::default()
    })
}

const NO_HELP: &str = "No credential can match this token. Request a different token.";

fn field(field: &FieldMatch) -> Html {
    let mut parts = compared(Compared {
        verdict: field.verdict,
        name: label(field.field),
        configured: &field.configured,
        diff: field.diff.as_ref(),
        note: field.note.as_deref(),
    });
    parts.extend(field.terms.iter().map(term));
    parts.push(findings(&field.diagnostics, None));
    element("div", "stack stack-tight", group(parts))
}

/// One term of an expression.
fn term(term: &TermMatch) -> Html {
    let parts = compared(Compared {
        verdict: term.verdict,
        name: &format!("{} {}", term.claim, term.operator.name()),
        configured: &term.configured,
        diff: term.diff.as_ref(),
        note: term.note.as_deref(),
    });
    element("div", "stack stack-tight", group(parts))
}

/// A field or a term with what came of it.
struct Compared<'a> {
    verdict: CheckVerdict,
    name: &'a str,
    configured: &'a str,
    diff: Option<&'a Difference>,
    note: Option<&'a str>,
}

/// Sign, name and value; where they differ, and why.
fn compared(of: Compared<'_>) -> Vec<Html> {
    let (tone, glyph, word) = sign_of(of.verdict);
    let same = of.diff.is_none().then(|| show(of.configured));
    let head = vec![
        sign(tone, glyph),
        element("strong", "", show(of.name)),
        word.into(),
        element("span", "value push", same.unwrap_or_default()),
    ];
    let mut parts = vec![element("p", "row", group(head))];
    if let Some(found) = of.diff {
        parts.push(diff(["token", "credential"], found));
        parts.extend(found.kind.map(|kind| element("p", "hint", kind.sentence())));
    }
    parts.extend(of.note.map(|note| element("p", "hint", marked(note))));
    parts
}

const fn sign_of(verdict: CheckVerdict) -> (Tone, Glyph, &'static str) {
    match verdict {
        CheckVerdict::Pass => (Tone::Good, Glyph::Pass, "matches"),
        _ => (Tone::Bad, Glyph::Fail, "differs"),
    }
}

fn others(outcome: &Outcome) -> Html {
    let rest = outcome.matches.get(1..).unwrap_or_default();
    if rest.is_empty() {
        return Html::default();
    }
    let columns = [
        "Others",
        label(CredentialField::Issuer),
        label(CredentialField::Subject),
        label(CredentialField::Audience),
    ];
    let more = match outcome.further {
        0 => Html::default(),
        more => element(
            "p",
            "panel-foot hint",
            format!("{more} more, further away."),
        ),
    };
    html! {
        <section class="panel table-scroll" tabindex="0" aria-label="Other credentials">
            <table class="table table-signs">
                <thead><tr>{ each(columns.map(column)) }</tr></thead>
                { element("tbody", "", group(rest.iter().map(other).collect())) }
            </table>
            { more }
        </section>
    }
}

fn column(words: &'static str) -> Html {
    html! { <th scope="col">{ words }</th> }
}

fn other(found: &Match) -> Html {
    let cell = |field: &FieldMatch| {
        let (_, glyph, word) = sign_of(field.verdict);
        let class = match field.verdict {
            CheckVerdict::Pass => "cell-good",
            _ => "problem",
        };
        element("td", class, group(vec![icon(glyph), word.into()]))
    };
    let name = html! { <th scope="row">{ show(&found.name) }</th> };
    let mut cells = vec![name];
    cells.extend(found.fields.iter().map(cell));
    element("tr", "", group(cells))
}

const fn label(field: CredentialField) -> &'static str {
    match field {
        CredentialField::Issuer => "Issuer",
        CredentialField::Subject => "Subject",
        CredentialField::Expression => "Expression",
        CredentialField::Audience => "Audience",
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
