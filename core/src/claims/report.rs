//! A report on a token in Markdown, safe to share: without the signature, nobody can use the token.

use super::explain::{Claim, Explanation};
use super::mask::Mask;
use crate::jose::{Signature, SignatureState};
use crate::text::{Diagnostic, time};

/// Writes a report on a token in Markdown: kind, signature, evidence, findings, claims and header at `now` (seconds).
///
/// The signature is left out, so that nobody can use the token. Whatever the token quotes stays text: it cannot become
/// a link, a tag or a cell of its own.
///
/// ```
/// use fedcred_core::claims::{Mask, explain, markdown_report};
/// use fedcred_core::jose::{Keys, parse, verify};
///
/// let parsed = parse(r#"{"iss":"https://issuer.example","exp":2000}"#);
/// let token = &parsed.tokens[0];
/// let explanation = explain(token, 1000);
/// let signature = verify(token, &Keys::default());
/// let mask = Mask::new(true, Some(&explanation));
/// let report = markdown_report(&explanation, &signature, &explanation.diagnostics, &mask, 1000);
/// assert!(report.starts_with("# Token report"));
/// ```
#[must_use]
pub fn markdown_report(
    explanation: &Explanation,
    signature: &Signature,
    findings: &[Diagnostic],
    mask: &Mask,
    now: i64,
) -> String {
    let evidence = explanation.evidence.iter().map(|reason| {
        format!(
            "{} ({})",
            plain(&mask.text(&reason.text)),
            reason.confidence.word()
        )
    });
    let findings = mask.findings(findings);
    let findings = findings
        .iter()
        .map(|finding| format!("{} {}", plain(&finding.message), plain(&finding.help)));
    let unprotected = &explanation.unprotected;
    [
        summary(explanation, signature, mask, now),
        list("Evidence", evidence),
        list("Findings", findings),
        table("Claims", &explanation.claims, mask, now),
        table("Header", &explanation.header, mask, now),
        table("Unprotected header", unprotected, mask, now),
        "\nMade with Fedcred, in the browser or on the command line. This report leaves out the signature.\n"
            .to_owned(),
    ]
    .concat()
}

fn summary(explanation: &Explanation, signature: &Signature, mask: &Mask, now: i64) -> String {
    let title = plain(explanation.title());
    let state = state(signature.state);
    let reason = plain(&mask.text(&signature.reason));
    let key = signature.key.as_ref().map_or_else(String::new, |key| {
        let from = plain(&mask.text(&key.source.to_string()));
        format!("* Key: {}, from {from}.\n", key.description)
    });
    let now = time::rfc3339(now);
    format!(
        "# Token report\n\n\
         * Looks like {title}.\n\
         * Signature {state}: {reason}\n\
         {key}\
         * Times checked at {now}.\n"
    )
}

/// A list below its title; nothing where it has no entries.
fn list(title: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: String = entries.map(|entry| format!("* {entry}\n")).collect();
    match entries.as_str() {
        "" => String::new(),
        entries => format!("\n## {title}\n\n{entries}"),
    }
}

/// A table below its title; nothing where there are no claims.
fn table(title: &str, claims: &[Claim], mask: &Mask, now: i64) -> String {
    let rows: String = claims.iter().map(|claim| row(claim, mask, now)).collect();
    match rows.as_str() {
        "" => String::new(),
        rows => {
            format!("\n## {title}\n\n| Name | Value | Meaning |\n|---|---|---|\n{rows}")
        }
    }
}

fn row(claim: &Claim, mask: &Mask, now: i64) -> String {
    let moment = claim.time.map_or_else(String::new, |seconds| {
        format!(
            " ({}, {})",
            time::rfc3339(seconds),
            time::relative(seconds, now)
        )
    });
    let label = claim
        .label
        .as_deref()
        .map_or_else(String::new, |label| format!(" ({label})"));
    format!(
        "| {} | {}{moment}{} | {} |\n",
        code(&claim.name),
        code(&mask.claim(&claim.name, &claim.value)),
        plain(&mask.text(&label)),
        plain(&claim.meaning)
    )
}

fn state(state: SignatureState) -> &'static str {
    match state {
        SignatureState::NotChecked => "not checked",
        SignatureState::Valid => "valid",
        SignatureState::Invalid => "invalid",
        SignatureState::CannotCheck => "cannot be checked",
    }
}

/// A sentence of ours, which may quote the token: nothing in it becomes a cell, a line, a link or a tag.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '|' | '[' | ']' | '*' | '\\' | '!' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A value as code, in as many backticks as it needs; line breaks are shown as spaces.
fn code(text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
    let text = text.replace(['\n', '\r'], " ").replace('|', "\\|");
    format!("{fence} {text} {fence}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::explain;
    use crate::jose::{Keys, parse, verify};

    fn report(claims: &str, mask: bool) -> String {
        let parsed = parse(claims);
        let token = &parsed.tokens[0];
        let explanation = explain(token, 1_000);
        let signature = verify(token, &Keys::default());
        let findings = &explanation.diagnostics;
        let mask = Mask::new(mask, Some(&explanation));
        markdown_report(&explanation, &signature, findings, &mask, 1_000)
    }

    #[test]
    fn a_report_says_what_the_page_says() {
        let text = report(r#"{"iss":"https://i.example","exp":2000}"#, false);
        assert!(
            text.contains("| ` exp ` | ` 2000 ` (1970-01-01T00:33:20Z, in 16 min 40 s) |"),
            "{text}"
        );
        assert!(text.contains("Signature cannot be checked"));
    }

    #[test]
    fn nothing_in_a_value_breaks_the_table() {
        let text = report(r#"{"iss":"a|b\n# ` ``x`` [l](javascript:1) <b>"}"#, false);
        let row = text.lines().find(|line| line.contains("iss `")).unwrap();
        assert!(
            row.contains(r"``` a\|b # ` ``x`` [l](javascript:1) <b> ```"),
            "{row}"
        );
        assert!(!text.lines().any(|line| line == "# ` ``x``"));
    }

    #[test]
    fn a_masked_report_holds_no_identifier() {
        let text = report(r#"{"sub":"c135c981-5d8e-4b80-84ea-d616a6a8167c"}"#, true);
        assert!(text.contains("c135…") && !text.contains("5d8e"), "{text}");
        let tenant = "c0c0c0c0-0000-4000-8000-000000000001";
        let subject = "Repo:octo-org/octo-repo";
        let claims = format!(
            r#"{{"iss":"https://login.microsoftonline.com/{tenant}/v2.0","sub":"{subject}","idtyp":"app",
                "aud":"api://{tenant}","ver":"{subject}"}}"#
        );
        let plain = report(&claims, false);
        assert!(
            plain.matches(subject).count() > 2 && plain.contains(tenant),
            "{plain}"
        );
        let text = report(&claims, true);
        for id in [subject, "octo-org", tenant, &tenant[9..]] {
            assert!(!text.contains(id), "{text}");
        }
    }
}
