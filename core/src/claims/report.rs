//! A token's explanation as Markdown, to hand to others: without the signature, so that nobody can use it.

use super::{Claim, Evidence, Explanation, masked};
use crate::jose::{Signature, State};
use crate::text::{Diagnostic, time};

/// Writes the report as of `now` (seconds); `mask` hides identifiers.
#[must_use]
pub fn markdown(
    explanation: &Explanation,
    signature: &Signature,
    findings: &[Diagnostic],
    mask: bool,
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
        plain(&signature.reason)
    ));
    if let Some(key) = &signature.key {
        line(format!("* Key: {}, from {}.", key.words, plain(&key.from)));
    }
    line(format!("* Times judged at {}.", time::rfc3339(now)));
    list(
        &mut line,
        "Evidence",
        explanation
            .evidence
            .iter()
            .map(|Evidence { text, confidence }| {
                format!("{} ({})", plain(text), confidence.word())
            }),
    );
    list(
        &mut line,
        "Findings",
        findings
            .iter()
            .map(|finding| format!("{} {}", plain(&finding.message), plain(&finding.help))),
    );
    table(&mut line, "Claims", &explanation.claims, mask, now);
    table(&mut line, "Header", &explanation.header, mask, now);
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

fn table(line: &mut impl FnMut(String), title: &str, claims: &[Claim], mask: bool, now: i64) {
    if claims.is_empty() {
        return;
    }
    line(format!(
        "\n## {title}\n\n| Name | Value | Meaning |\n|---|---|---|"
    ));
    for claim in claims {
        let value = if mask {
            masked(&claim.name, &claim.value)
        } else {
            claim.value.clone()
        };
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
            plain(&label),
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
        markdown(&explanation, &signature, findings, mask, 1_000)
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
    }
}
