//! A trace to take along: as a Mermaid diagram, and as Markdown.

use super::step::StepKind;
use super::trace::{Step, Trace};
use crate::entra::Check;
use crate::text::{CheckVerdict, pretty, time};

impl Trace {
    /// A `sequenceDiagram` of Mermaid.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let actors = self.actors();
        let participants = actors
            .iter()
            .map(|actor| format!("participant {} as {}", actor.name(), actor.title()));
        let end = actors.first().zip(actors.last()).map(|(first, last)| {
            let (first, last) = (first.name(), last.name());
            format!("Note over {first},{last}: {}", self.ending())
        });
        let lines: String = participants
            .chain(self.steps.iter().flat_map(mermaid_lines))
            .chain(end)
            .map(|line| format!("    {line}\n"))
            .collect();
        format!("sequenceDiagram\n    autonumber\n{lines}")
    }

    /// The trace as JSON, for people and programs.
    #[must_use]
    pub fn to_json(&self) -> String {
        pretty(&serde_json::to_string(self).unwrap_or_default())
    }

    /// A report: how it ends, and what happens in each step. Of tokens the signature is left out.
    #[must_use]
    pub fn to_markdown(&self, about: &str) -> String {
        let title = markdown_text(&self.title);
        let about = match about {
            "" => String::new(),
            about => format!("{}\n\n", markdown_text(about)),
        };
        let end = self.ending();
        let (rules, cloud) = (
            self.circumstances.rules.name(),
            self.circumstances.cloud.title(),
        );
        let clock = time::rfc3339(self.circumstances.clock);
        let steps: String = self.steps.iter().map(markdown_row).collect();
        let unreached: String = self
            .unreached
            .iter()
            .map(|step| {
                format!(
                    "| – | {} | {} | not reached |\n",
                    step.from.title(),
                    step.title
                )
            })
            .collect();
        let messages: String = self.steps.iter().filter_map(markdown_message).collect();
        format!(
            "# {title}\n\n{about}\
             **{end}**. Rules: {rules}; {cloud}; clock {clock}.\n\n\
             | | Who | What | Checked |\n|---|---|---|---|\n{steps}{unreached}\n\
             ## Messages\n\nTokens are shown without their signature.\n{messages}"
        )
    }
}

/// The arrow of a step, and a note of what fails there.
fn mermaid_lines(step: &Step) -> impl Iterator<Item = String> {
    let (from, to) = (step.from.name(), step.to.name());
    let arrow = match (step.kind, step.failed) {
        (_, true) => "-x",
        (StepKind::Response, false) => "-->>",
        (_, false) => "->>",
    };
    let mark = match (step.kind, step.failed) {
        (_, true) => "× ",
        (StepKind::Check, false) => "✓ ",
        (_, false) => "",
    };
    let title = mermaid_text(&step.title);
    let note = step.failed_check().map(|check| {
        let what = format!(
            "{} {} ≠ {}",
            check.question, check.presented, check.configured
        );
        format!("Note right of {to}: {}", mermaid_text(&shortened(&what)))
    });
    std::iter::once(format!("{from}{arrow}{to}: {mark}{title}")).chain(note)
}

/// A row of the table of steps.
fn markdown_row(step: &Step) -> String {
    let who = if step.from == step.to {
        step.from.title().to_owned()
    } else {
        format!("{} → {}", step.from.title(), step.to.title())
    };
    let mark = if step.failed { "× " } else { "" };
    let title = markdown_text(&step.title);
    let checks: Vec<_> = step.checks.iter().map(checked).collect();
    let checks = checks.join("<br>");
    format!("| {} | {who} | {mark}{title} | {checks} |\n", step.number)
}

/// What goes over the wire in a step, in a fence of its own.
fn markdown_message(step: &Step) -> Option<String> {
    let message = match (step.kind, &step.request, &step.response) {
        (StepKind::Request, Some(request), _) => {
            let start = format!("{} {}", request.method, request.url);
            message(&start, &request.headers, &request.body)
        }
        (StepKind::Response, _, Some(response)) => {
            let start = format!("HTTP {}", response.status);
            message(&start, &response.headers, &response.body)
        }
        _ => return None,
    };
    let number = step.number;
    let title = markdown_text(&step.title);
    let fence = fence(&message);
    Some(format!(
        "\n**{number}** {title}\n\n{fence}http\n{message}\n{fence}\n"
    ))
}

/// A check with its answer and source, for a cell of a table.
fn checked(check: &Check) -> String {
    let verdict = check.verdict.symbol();
    let question = markdown_text(check.question);
    let values = match check.verdict {
        CheckVerdict::Fail => format!(
            " presented “{}”, configured “{}”",
            markdown_text(&check.presented),
            markdown_text(&check.configured)
        ),
        _ => String::new(),
    };
    let confidence = check.confidence.word();
    let source = markdown_text(check.source);
    format!("{verdict} {question}{values} ({confidence}: {source})")
}

fn message(start: &str, headers: &[(String, String)], body: &str) -> String {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    let white = if body.is_empty() { "" } else { "\n" };
    unsigned(&format!("{start}\n{headers}{white}{body}"))
}

/// The text with the signatures of the tokens in it replaced by `…`.
fn unsigned(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, token)) = rest.find("eyJ").and_then(|at| rest.split_at_checked(at)) {
        let end = token
            .find(|c: char| c != '.' && !is_part(c))
            .unwrap_or(token.len());
        let (token, after) = token.split_at_checked(end).unwrap_or((token, ""));
        out.push_str(before);
        match token.rsplit_once('.') {
            Some((kept, _)) if token.matches('.').count() > 1 => out.extend([kept, ".…"]),
            _ => out.push_str(token),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Longer values are cut: a note is for people.
fn shortened(text: &str) -> String {
    let mut out: String = text.chars().take(LONGEST_NOTE).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

const LONGEST_NOTE: usize = 160;

/// One line in which nothing has a meaning to Mermaid, which writes characters as `#` and a number.
fn mermaid_text(text: &str) -> String {
    // A colon only ends what comes before the first one, and that is the arrow.
    const PLAIN: &[char] = &[
        ' ', '.', ',', '?', '/', '-', '_', ':', '(', ')', '\'', '@', '=',
    ];
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if breaks(c) {
            out.push(' ');
        } else if !c.is_ascii() || c.is_ascii_alphanumeric() || PLAIN.contains(&c) {
            out.push(c);
        } else {
            out += &format!("#{};", u32::from(c));
        }
    }
    out
}

/// One line in which nothing has a meaning to Markdown; CommonMark reads a numbered character as text.
fn markdown_text(text: &str) -> String {
    const ESCAPED: &[char] = &['\\', '`', '*', '_', '[', ']', '|', '#', '~', '!', '$'];
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            c if ESCAPED.contains(&c) => out += &format!("&#{};", u32::from(c)),
            c if breaks(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Whether a character ends a line or turns the direction of what follows.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A fence that is longer than any in the text.
fn fence(text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    "`".repeat(runs.fold(2, usize::max) + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::flow::{Actor, Scenario, run};

    const REFUSED: &str = include_str!("../../data/scenarios/wrong-subject.json");
    const ALLOWED: &str = include_str!("../../data/scenarios/managed-identity.json");

    fn trace(text: &str) -> Trace {
        run(&Scenario::parse(text).scenario)
    }

    #[test]
    fn mermaid_has_a_line_for_each_step() {
        let trace = trace(REFUSED);
        let text = trace.to_mermaid();
        assert!(text.starts_with(
            "sequenceDiagram\n    autonumber\n    participant client as Client application\n"
        ));
        assert!(text.contains("\n    client->>home: Ask for a token of the managed identity\n"));
        assert!(text.contains("\n    home-->>client: Token of the managed identity\n"));
        assert!(text.contains("\n    entra->>entra: ✓ Issuer configured?\n"));
        assert!(
            text.contains("\n    entra-xentra: × Subject and audience match the registration?\n")
        );
        assert!(text.ends_with(": refused with AADSTS700213\n"));
        let messages = text
            .lines()
            .filter(|line| line.contains(": ") && !line.contains("Note "));
        assert_eq!(messages.count(), trace.steps.len());
    }

    #[test]
    fn json_is_the_trace() {
        let json: serde_json::Value = serde_json::from_str(&trace(REFUSED).to_json()).unwrap();
        assert_eq!(json["code"], 700_213);
        assert_eq!(json["steps"].as_array().unwrap().len(), 12);
    }

    #[test]
    fn who_takes_part_is_named_in_order() {
        let mut trace = trace(ALLOWED);
        let usual = [Actor::Client, Actor::Home, Actor::Entra, Actor::Api];
        assert_eq!(trace.actors(), usual);
        trace.steps.truncate(1);
        assert_eq!(trace.actors(), [Actor::Client, Actor::Home]);
        trace.steps.clear();
        assert_eq!(trace.actors(), []);
        assert!(trace.to_mermaid().ends_with("autonumber\n"));
    }

    #[test]
    fn markdown_has_a_row_for_each_step_and_no_signature() {
        let trace = trace(ALLOWED);
        let text = trace.to_markdown("What it shows.");
        let beginning = "# A managed identity as client credential\n\nWhat it shows.\n\n**allowed**. Rules: current; ";
        assert!(text.starts_with(beginning));
        let rows = text
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| |"));
        assert_eq!(rows.count(), trace.steps.len());
        assert!(text.contains("✓ Is the token valid now? (documented: "));
        let mut tokens = 0;
        for step in trace.steps.iter().filter_map(|step| step.response.as_ref()) {
            let body = crate::text::json::Document::parse(step.body.as_str());
            let token = body
                .get("access_token")
                .and_then(|token| token.as_str().map(|text| text.into_owned()));
            if let Some((kept, signature)) =
                token.as_deref().and_then(|token| token.rsplit_once('.'))
            {
                assert!(text.contains(kept) && !text.contains(signature));
                tokens += 1;
            }
        }
        assert_eq!(tokens, 2);
    }

    #[test]
    fn a_refusal_says_why() {
        let text = trace(REFUSED).to_markdown("");
        assert!(text.contains("**refused with AADSTS700213**"));
        assert!(text.contains(
            "| – | Client application | Call the API with the access token | not reached |"
        ));
        assert!(
            text.contains("presented “aaaaaaaa-0000-4000-8000-000000000002”"),
            "{text}"
        );
    }

    #[track_caller]
    fn check(text: &str, mermaid: &str, markdown: &str) {
        assert_eq!(
            (&*mermaid_text(text), &*markdown_text(text)),
            (mermaid, markdown)
        );
    }

    #[test]
    fn hostile_texts_stay_texts() {
        check("a b", "a b", "a b");
        check("a\nb\r\u{2028}c", "a b  c", "a b  c");
        check("x;y#z", "x#59;y#35;z", "x;y&#35;z");
        check(
            "<b>|`*",
            "#60;b#62;#124;#96;#42;",
            "&lt;b&gt;&#124;&#96;&#42;",
        );
        check("é×", "é×", "é×");
        check("a\u{202e}b\u{2067}c\u{2028}d", "a b c d", "a b c d");
        assert_eq!(fence("a ```` b"), "`````");
        assert_eq!(fence(""), "```");
        assert_eq!(
            unsigned("x=eyJh.eyJi.c2ln&y eyJ eyJa.b eyJa.b.c.d.e"),
            "x=eyJh.eyJi.…&y eyJ eyJa.b eyJa.b.c.d.…"
        );
    }

    proptest! {
        #[test]
        fn no_value_breaks_out(hostile in "[;#|`<>\\r\\n\u{2028}a*\\[\\]%{}: ]{0,24}", any: String) {
            for value in [hostile, any] {
                let mut trace = trace(REFUSED);
                let lines = trace.to_mermaid().lines().count();
                let rows = trace.to_markdown("x").lines().filter(|line| line.starts_with("| ")).count();
                trace.title.clone_from(&value);
                for step in &mut trace.steps {
                    step.title.clone_from(&value);
                    for check in &mut step.checks {
                        check.presented.clone_from(&value);
                        check.configured.clone_from(&value);
                    }
                }
                let mermaid = trace.to_mermaid();
                prop_assert_eq!(mermaid.lines().count(), lines);
                let texts = mermaid.lines().skip(6).filter_map(|line| line.split_once(": "));
                for (_, text) in texts {
                    let numbers = text.replace(|c: char| c.is_ascii_digit(), "");
                    prop_assert_eq!(numbers.matches('#').count(), numbers.matches("#;").count());
                    prop_assert_eq!(numbers.matches(';').count(), numbers.matches("#;").count());
                    let free = !text.contains(['<', '|', '`', '%', '{']);
                    prop_assert!(free);
                }
                let markdown = trace.to_markdown(&value);
                let table = markdown.lines().filter(|line| line.starts_with("| "));
                prop_assert_eq!(table.clone().count(), rows);
                for row in table {
                    prop_assert_eq!(row.matches('|').count(), 5);
                    let free = !row.replace("<br>", "").contains(['<', '`', '*', '[']);
                    prop_assert!(free);
                }
            }
        }
    }
}
