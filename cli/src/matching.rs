//! `fedcred match`: a token compared with federated credentials.

use fedcred_core::claims::{Claims, Confidence};
use fedcred_core::errors::{CatalogueEntry, error_entry};
use fedcred_core::expression::{FieldDiff, FieldVerdict, TermMatch};
use fedcred_core::federation::{
    CredentialList, Field, FieldMatch, Match, Rules, Verdict, match_all,
};
use fedcred_core::jose::{Parsed, Token, parse};
use fedcred_core::text::{Diagnostic, Severity};
use serde::Serialize;

use crate::input::Input;
use crate::report::{Finding, Report, findings_of};
use crate::text::{Page, word};

/// What came of the comparison.
#[derive(Debug, Serialize)]
pub(crate) struct Matching {
    #[serde(flatten)]
    verdict: Verdict,
    rules: Rules,
    diagnostics: Vec<Finding>,
}

/// Compares the first token that has claims with the credentials.
pub(crate) fn compare(token: &Input, credentials: &Input, rules: Rules) -> Matching {
    let (claims, mut diagnostics) = claims_of(token);
    let (list, list_findings) = read_credentials(credentials);
    diagnostics.extend(list_findings);
    let verdict = match (claims, list) {
        (Some(claims), Some(list)) => match_all(&claims, &list.credentials, rules),
        _ => nothing_compared(),
    };
    Matching {
        verdict,
        rules,
        diagnostics,
    }
}

fn nothing_compared() -> Verdict {
    Verdict {
        matched: false,
        code: None,
        message: None,
        confidence: None,
        matches: Vec::new(),
        corrected: None,
        further: 0,
    }
}

/// The claims of the first token that has any, and what was found on the way.
fn claims_of(input: &Input) -> (Option<Claims>, Vec<Finding>) {
    let (token, findings) = token_of(input);
    (
        token.as_ref().and_then(Token::payload).map(Claims::of),
        findings,
    )
}

/// The first token that has claims, and what was found on the way.
pub(crate) fn token_of(input: &Input) -> (Option<Token>, Vec<Finding>) {
    let Parsed {
        tokens,
        diagnostics,
        ..
    } = parse(&input.text);
    let with_claims = |token: &&Token| token.payload().is_some_and(|p| p.object().is_some());
    let found = tokens.iter().find(with_claims);
    let of_token = found.into_iter().flat_map(|token| &token.diagnostics);
    let own = match found {
        None => Some(no_claims()),
        Some(token) => (tokens.len() > 1).then(|| first_used(token, tokens.len())),
    };
    let diagnostics = diagnostics.into_iter().chain(of_token.cloned()).chain(own);
    let findings = input
        .findings
        .iter()
        .cloned()
        .chain(findings_of(&input.file, diagnostics))
        .collect();
    (found.cloned(), findings)
}

fn no_claims() -> Diagnostic {
    Diagnostic::error("no-claims", "There are no claims to compare.")
        .help("Give a signed token, or its claims as JSON. The claims of an encrypted token cannot be read.")
}

fn first_used(token: &Token, count: usize) -> Diagnostic {
    let message = format!("The text holds {count} tokens; the first one with claims is compared.");
    Diagnostic::info("first-token-used", message)
        .help("Give the other ones alone to compare them.")
        .at(token.span)
}

/// The credentials; `None` where the text is so damaged that it holds none.
pub(crate) fn read_credentials(input: &Input) -> (Option<CredentialList>, Vec<Finding>) {
    input.understand(|text| {
        let mut list = CredentialList::read(text);
        let diagnostics = std::mem::take(&mut list.diagnostics);
        let damaged = diagnostics.iter().any(|d| d.severity == Severity::Error);
        let usable = !(damaged && list.credentials.is_empty());
        (usable.then_some(list), diagnostics)
    })
}

impl Report for Matching {
    fn passed(&self) -> bool {
        self.verdict.matched
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter()
    }

    fn write(&self, page: &mut Page) {
        self.write_verdict(page);
        for (index, compared) in self.verdict.matches.iter().take(SHOWN).enumerate() {
            page.gap();
            write_match(page, index + 1, compared);
        }
        if let Some(more @ 1..) = self.verdict.matches.len().checked_sub(SHOWN) {
            page.gap();
            page.prose(
                0,
                &format!("{more} more are further away; --format json has them all."),
            );
        }
        if let Some(corrected) = &self.verdict.corrected {
            page.gap();
            page.prose(0, "The nearest as it would match:");
            page.json(corrected);
        }
    }
}

/// Only the nearest are shown to people.
const SHOWN: usize = 5;

impl Matching {
    fn write_verdict(&self, page: &mut Page) {
        let rules = self.rules.word();
        match (self.verdict.matched, self.verdict.code) {
            (true, _) => {
                let found = self.verdict.matches.iter().find(|m| m.matched);
                let name = found.map_or("", name_of);
                page.prose(0, &format!("✓ {name} matches (rules {rules})."));
            }
            (false, Some(code)) => {
                page.prose(0, &format!("× None matches: AADSTS{code} (rules {rules})."));
                write_error(page, code, self.verdict.message.as_deref());
            }
            (false, None) => page.prose(0, "× Nothing was compared."),
        }
    }
}

/// What Entra ID says, why, what to do, and where that is written.
pub(crate) fn write_error(page: &mut Page, code: u32, message: Option<&str>) {
    if let Some(message) = message {
        page.prose(2, message);
    }
    if let Some(entry) = error_entry(code) {
        write_entry(page, entry);
    }
}

/// Why an error happens, what to do, and where that is written.
pub(crate) fn write_entry(page: &mut Page, entry: &CatalogueEntry) {
    let sure = Confidence::word(entry.confidence);
    page.prose(2, &format!("Why: {}", entry.cause));
    page.prose(2, &format!("What to do: {}", entry.fix));
    page.prose(2, &format!("Source: {} ({sure})", entry.source));
}

fn write_match(page: &mut Page, number: usize, compared: &Match) {
    let name = name_of(compared);
    let verdict = match (compared.matched, compared.code) {
        (true, _) => "matches".to_owned(),
        (false, Some(code)) => format!("does not match, AADSTS{code}"),
        (false, None) => "does not match".to_owned(),
    };
    page.prose(0, &format!("{number}. {name}: {verdict}"));
    for field in &compared.fields {
        write_field(page, field);
    }
}

fn name_of(compared: &Match) -> &str {
    match compared.name.as_str() {
        "" => "(without name)",
        name => name,
    }
}

fn write_field(page: &mut Page, field: &FieldMatch) {
    let label = word(&field.field);
    let claim = match field.field {
        Field::Issuer => "token iss",
        Field::Subject => "token sub",
        Field::Audience => "token aud",
        Field::Expression => return write_expression(page, field),
    };
    if field.verdict == FieldVerdict::Pass {
        page.value(3, &format!("✓ {label:<8}"), &field.presented);
    } else {
        let sentence = field.diff.as_ref().and_then(|diff| diff.kind);
        let sentence = sentence.map_or("The value is refused.", |kind| kind.sentence());
        page.prose(3, &format!("× {label:<8}  {sentence}"));
    }
    write_difference(page, 7, claim, field.diff.as_ref());
    if let Some(note) = &field.note {
        page.prose(7, note);
    }
}

fn write_difference(page: &mut Page, indent: usize, claim: &str, diff: Option<&FieldDiff>) {
    if let Some(diff) = diff {
        page.comparison(
            indent,
            [(claim, &diff.presented), ("credential", &diff.configured)],
        );
    }
}

/// The expression, each of its terms, and what is wrong with it.
fn write_expression(page: &mut Page, field: &FieldMatch) {
    page.value(
        3,
        &format!("{} expression", mark(field.verdict)),
        &field.configured,
    );
    for term in &field.terms {
        write_term(page, term);
    }
    page.findings(7, &field.diagnostics);
}

fn write_term(page: &mut Page, term: &TermMatch) {
    let name = format!(
        "{} {} {}",
        mark(term.verdict),
        term.claim,
        word(&term.operator)
    );
    if term.verdict == FieldVerdict::Pass {
        return page.value(7, &name, &term.configured);
    }
    let kind = term.diff.as_ref().and_then(|diff| diff.kind);
    let why = term.note.as_deref().or(kind.map(|kind| kind.sentence()));
    page.prose(7, &format!("{name}  {}", why.unwrap_or_default()));
    write_difference(page, 11, "token", term.diff.as_ref());
}

fn mark(verdict: FieldVerdict) -> char {
    match verdict {
        FieldVerdict::Pass => '✓',
        FieldVerdict::Fail => '×',
    }
}
