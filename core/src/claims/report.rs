//! A token's explanation as Markdown, to hand to others: without the signature, so that nobody can use it.

use super::{Claim, Evidence, Explanation, Mask};
use crate::jose::{Signature, State};
use crate::text::{Diagnostic, time};

/// Writes the report as of `now` (seconds).
#[must_use]
pub fn markdown(
    explanation: &Explanation,
    signature: &Signature,
    findings: &[Diagnostic],
    mask: &Mask,
    now: i64,
) -> String {
    let mut out = String::from("# Token report\n\n");
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("* Looks like {}.", plain(explanation.title())));
    line(format!(
        "* Signature {}: {}",
        state(signature.state),
        plain(&mask.text(&signature.reason))
    ));
    if let Some(key) = &signature.key {
        let from = mask.text(&key.from);
        line(format!("* Key: {}, from {}.", key.words, plain(&from)));
    }
    line(format!("* Times judged at {}.", time::rfc3339(now)));
    list(
        &mut line,
        "Evidence",
        explanation
            .evidence
            .iter()
            .map(|Evidence { text, confidence }| {
                format!("{} ({})", plain(&mask.text(text)), confidence.word())
            }),
    );
    list(
        &mut line,
        "Findings",
        mask.findings(findings)
            .iter()
            .map(|finding| format!("{} {}", plain(&finding.message), plain(&finding.help))),
    );
    table(&mut line, "Claims", &explanation.claims, mask, now);
    table(&mut line, "Header", &explanation.header, mask, now);
    let unprotected = &explanation.unprotected;
    table(&mut line, "Unprotected header", unprotected, mask, now);
    line(
        "\nMade with Fedcred, in the browser or on the command line. The signature is left out."
            .to_owned(),
    );
    out
}

fn list(line: &mut impl FnMut(String), title: &str, entries: impl Iterator<Item = String>) {
    let mut entries = entries.peekable();
    if entries.peek().is_some() {
        line(format!("\n## {title}\n"));
        entries.for_each(|entry| line(format!("* {entry}")));
    }
}

fn table(line: &mut impl FnMut(String), title: &str, claims: &[Claim], mask: &Mask, now: i64) {
    if claims.is_empty() {
        return;
    }
    line(format!(
        "\n## {title}\n\n| Name | Value | Meaning |\n|---|---|---|"
    ));
    for claim in claims {
        let value = mask.claim(&claim.name, &claim.value);
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
        line(format!(
            "| {} | {}{moment}{} | {} |",
            code(&claim.name),
            code(&value),
            plain(&mask.text(&label)),
            plain(&claim.meaning)
        ));
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::NotChecked => "not checked",
        State::Valid => "valid",
        State::Invalid => "invalid",
        State::CannotCheck => "cannot be checked",
    }
}

/// A sentence of ours, which may quote the token: nothing in it becomes a cell, a line, a link or a tag.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '|' | '[' | ']' | '*' | '\\' | '!' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// A value as code, in as many backticks as it needs; line breaks are shown as spaces.
fn code(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
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
        markdown(&explanation, &signature, findings, &mask, 1_000)
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
            r#"{{"iss":"https://login.microsoftonline.com/{tenant}/v2.0","sub":"{subject}","idtyp":"app","aud":"api://{tenant}","ver":"{subject}"}}"#
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
