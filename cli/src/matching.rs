//! `fedcred match`: compares a token with federated credentials.

use std::path::PathBuf;

use clap::Args;
use fedcred_core::claims::{Claims, Confidence};
use fedcred_core::errors::{AadstsCode, CatalogueEntry};
use fedcred_core::expression::TermMatch;
use fedcred_core::federation::{
    CredentialField, CredentialList, FieldMatch, Match, Rules, Verdict, match_all,
};
use fedcred_core::jose::{Parsed, Token, parse};
use fedcred_core::text::{CheckVerdict, Diagnostic, Difference, Severity};
use serde::Serialize;

use crate::arguments::{Output, rules};
use crate::input::{Input, one_standard_input};
use crate::report::{Failure, Finding, Report, findings_in};
use crate::terminal::{TerminalText, json_word};

/// Show which federated credentials a token matches, and where the others differ.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Token, text that contains one, or claims as JSON; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// Credentials as JSON: a list, a Microsoft Graph response, or one alone.
    #[arg(long, value_name = "FILE")]
    credentials: PathBuf,
    /// Rules of Entra ID to apply.
    #[arg(long, default_value = Rules::default().name(), value_parser = rules())]
    rules: Rules,
    #[command(flatten)]
    output: Output,
}

const AFTER_HELP: &str = "\
Examples:
  az ad app federated-credential list --id APP_ID >credentials.json
  fedcred match --token token.txt --credentials credentials.json

Exit codes:
  0  A credential matches
  1  None matches, or there are no claims to compare
  2  Wrong usage, or a file cannot be read";

/// Runs `fedcred match`.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    one_standard_input([&arguments.token, &arguments.credentials])?;
    let token = Input::read(&arguments.token)?;
    let credentials = Input::read(&arguments.credentials)?;
    let report = compare(&token, &credentials, arguments.rules);
    arguments.output.print(&report)
}

/// The result of the comparison.
#[derive(Debug, Serialize)]
struct MatchReport {
    #[serde(flatten)]
    verdict: Verdict,
    rules: Rules,
    diagnostics: Vec<Finding>,
}

/// Compares the first token that has claims with the credentials.
fn compare(token: &Input, credentials: &Input, rules: Rules) -> MatchReport {
    let (token, mut diagnostics) = find_token(token);
    let claims = token
        .as_ref()
        .and_then(Token::payload)
        .map(Claims::from_payload);
    let (list, list_findings) = parse_credentials(credentials);
    diagnostics.extend(list_findings);
    let verdict = match (claims, list) {
        (Some(claims), Some(list)) => match_all(&claims, &list.credentials, rules),
        _ => nothing_compared(),
    };
    MatchReport {
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

/// Finds the first token with claims.
pub(crate) fn find_token(input: &Input) -> (Option<Token>, Vec<Finding>) {
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
        .chain(findings_in(&input.file, diagnostics))
        .collect();
    (found.cloned(), findings)
}

fn no_claims() -> Diagnostic {
    Diagnostic::error("no-claims", "There are no claims to compare.")
        .help("Give a signed token, or its claims as JSON. The claims of an encrypted token cannot be read.")
}

fn first_used(token: &Token, count: usize) -> Diagnostic {
    let message =
        format!("The text contains {count} tokens; only the first one with claims is used.");
    Diagnostic::info("first-token-used", message)
        .help("To use another token, give it alone.")
        .at(token.span)
}

/// Parses credentials; `None` if the text is too damaged to contain any.
pub(crate) fn parse_credentials(input: &Input) -> (Option<CredentialList>, Vec<Finding>) {
    input.parse_with(|text| {
        let mut list = CredentialList::parse(text);
        let diagnostics = std::mem::take(&mut list.diagnostics);
        let damaged = diagnostics.iter().any(|d| d.severity == Severity::Error);
        let usable = !(damaged && list.credentials.is_empty());
        (usable.then_some(list), diagnostics)
    })
}

impl Report for MatchReport {
    fn passed(&self) -> bool {
        self.verdict.matched
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter()
    }

    fn write(&self, out: &mut TerminalText) {
        self.write_verdict(out);
        for (index, compared) in self.verdict.matches.iter().take(MAX_MATCHES).enumerate() {
            out.blank_line();
            write_match(out, index + 1, compared);
        }
        if let Some(more @ 1..) = self.verdict.matches.len().checked_sub(MAX_MATCHES) {
            out.blank_line();
            out.paragraph(
                0,
                &format!("{more} more are less similar; --format json shows all."),
            );
        }
        if let Some(corrected) = &self.verdict.corrected {
            out.blank_line();
            out.paragraph(0, "The nearest credential, corrected:");
            out.json(corrected);
        }
    }
}

/// At most this many credentials are shown, the nearest first.
const MAX_MATCHES: usize = 5;

impl MatchReport {
    fn write_verdict(&self, out: &mut TerminalText) {
        let rules = self.rules.name();
        match (self.verdict.matched, self.verdict.code) {
            (true, _) => {
                let found = self.verdict.matches.iter().find(|m| m.matched);
                let name = found.map_or("", name_of);
                out.paragraph(0, &format!("✓ {name} matches ({rules} rules)."));
            }
            (false, Some(code)) => {
                out.paragraph(0, &format!("× None matches: {code} ({rules} rules)."));
                write_error(out, code, self.verdict.message.as_deref());
            }
            (false, None) => out.paragraph(0, "× Nothing was compared."),
        }
    }
}

/// Writes the message of Entra ID, the cause, the fix, and the source.
pub(crate) fn write_error(out: &mut TerminalText, code: AadstsCode, message: Option<&str>) {
    if let Some(message) = message {
        out.paragraph(2, message);
    }
    if let Some(entry) = code.entry() {
        write_entry(out, entry);
    }
}

/// Writes the cause of an error, the fix, and the source.
pub(crate) fn write_entry(out: &mut TerminalText, entry: &CatalogueEntry) {
    let confidence = Confidence::word(entry.confidence);
    out.paragraph(2, &format!("Why: {}", entry.cause));
    out.paragraph(2, &format!("What to do: {}", entry.fix));
    out.paragraph(2, &format!("Source: {} ({confidence})", entry.source));
}

fn write_match(out: &mut TerminalText, number: usize, compared: &Match) {
    let name = name_of(compared);
    let verdict = match (compared.matched, compared.code) {
        (true, _) => "matches".to_owned(),
        (false, Some(code)) => format!("does not match, {code}"),
        (false, None) => "does not match".to_owned(),
    };
    out.paragraph(0, &format!("{number}. {name}: {verdict}"));
    for field in &compared.fields {
        write_field(out, field);
    }
}

fn name_of(compared: &Match) -> &str {
    match compared.name.as_str() {
        "" => "(no name)",
        name => name,
    }
}

fn write_field(out: &mut TerminalText, field: &FieldMatch) {
    let label = json_word(&field.field);
    let claim = match field.field {
        CredentialField::Issuer => "token iss",
        CredentialField::Subject => "token sub",
        CredentialField::Audience => "token aud",
        CredentialField::Expression => return write_expression(out, field),
    };
    if field.verdict == CheckVerdict::Pass {
        out.value(3, &format!("✓ {label:<8}"), &field.presented);
    } else {
        let sentence = field.diff.as_ref().and_then(|diff| diff.kind);
        let sentence = sentence.map_or("Entra ID rejects this value.", |kind| kind.sentence());
        out.paragraph(3, &format!("× {label:<8}  {sentence}"));
    }
    write_difference(out, 7, claim, field.diff.as_ref());
    if let Some(note) = &field.note {
        out.paragraph(7, note);
    }
}

fn write_difference(out: &mut TerminalText, indent: usize, claim: &str, diff: Option<&Difference>) {
    if let Some(diff) = diff {
        out.difference(indent, [claim, "credential"], diff);
    }
}

/// Writes the expression, its terms, and what is wrong with it.
fn write_expression(out: &mut TerminalText, field: &FieldMatch) {
    out.value(
        3,
        &format!("{} expression", field.verdict.symbol()),
        &field.configured,
    );
    for term in &field.terms {
        write_term(out, term);
    }
    out.findings(7, &field.diagnostics);
}

fn write_term(out: &mut TerminalText, term: &TermMatch) {
    let name = format!(
        "{} {} {}",
        term.verdict.symbol(),
        term.claim,
        json_word(&term.operator)
    );
    if term.verdict == CheckVerdict::Pass {
        return out.value(7, &name, &term.configured);
    }
    let kind = term.diff.as_ref().and_then(|diff| diff.kind);
    let why = term.note.as_deref().or(kind.map(|kind| kind.sentence()));
    out.paragraph(7, &format!("{name}  {}", why.unwrap_or_default()));
    write_difference(out, 11, "token", term.diff.as_ref());
}
