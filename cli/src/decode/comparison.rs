//! `--compare`: compares two tokens, member by member.

use fedcred_core::claims::{ComparedMember, Likeness, compare};
use fedcred_core::jose::{Parsed, Token, parse};
use fedcred_core::text::{Diagnostic, Difference};
use serde::Serialize;

use super::json::Json;
use super::token::role_name;
use crate::input::Input;
use crate::report::{Finding, findings_in};
use crate::terminal::{TerminalText, truncate};

/// The first tokens of two texts, compared.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Comparison {
    rows: Vec<Row>,
    #[serde(skip)]
    left: String,
    #[serde(skip)]
    right: String,
}

#[derive(Debug, Serialize)]
struct Row {
    part: &'static str,
    name: String,
    left: Option<Json>,
    right: Option<Json>,
    likeness: Likeness,
    varies: bool,
}

/// Compares the first token of a text with the first token of another.
pub(super) fn compare_tokens(
    input: &str,
    tokens: &[Token],
    other: &Input,
) -> (Option<Comparison>, Vec<Finding>) {
    let Parsed {
        tokens: others,
        diagnostics,
        ..
    } = parse(&other.text);
    let of_token = others.first().into_iter().flat_map(|t| &t.diagnostics);
    let empty = other.text.trim().is_empty().then(super::empty_input);
    let about_other = diagnostics
        .into_iter()
        .chain(empty)
        .chain(of_token.cloned())
        .chain(first_used(&others));
    let mut findings = other.findings.clone();
    findings.extend(findings_in(input, first_used(tokens)));
    findings.extend(findings_in(&other.file, about_other));
    let comparison = tokens
        .first()
        .zip(others.first())
        .map(|(left, right)| Comparison {
            rows: compare(left, right).into_iter().map(Row::from).collect(),
            left: input.to_owned(),
            right: other.file.clone(),
        });
    (comparison, findings)
}

fn first_used(tokens: &[Token]) -> Option<Diagnostic> {
    let token = tokens.first().filter(|_| tokens.len() > 1)?;
    let message = format!(
        "The text contains {} tokens; only the first is compared.",
        tokens.len()
    );
    let finding = Diagnostic::info("first-token-used", message);
    Some(
        finding
            .help("To use another token, give it alone.")
            .at(token.span),
    )
}

impl From<ComparedMember> for Row {
    fn from(row: ComparedMember) -> Self {
        Self {
            part: role_name(row.part),
            name: row.name,
            left: row.left.as_deref().map(Json::parse),
            right: row.right.as_deref().map(Json::parse),
            likeness: row.likeness,
            varies: row.varies,
        }
    }
}

impl Row {
    fn is_same(&self) -> bool {
        self.likeness == Likeness::Same
    }

    fn write(&self, out: &mut TerminalText) {
        let mark = if self.varies { '~' } else { '≠' };
        let only = match self.likeness {
            Likeness::OnlyLeft => ": only on the left",
            Likeness::OnlyRight => ": only on the right",
            Likeness::Same | Likeness::Differs => "",
        };
        let (part, name) = (self.part.replace('_', " "), &self.name);
        out.line(2, &format!("{mark} {part} {name}{only}"));
        let (left, right) = (self.left.as_ref(), self.right.as_ref());
        if let (Some(left), Some(right), false) = (left, right, self.varies) {
            let difference = Difference::between(left.text(), right.text());
            out.difference(6, ["left", "right"], &difference);
            return;
        }
        for (label, value) in [("left ", left), ("right", right)] {
            if let Some(value) = value {
                out.value(6, &format!("{label:<10}"), value.text());
            }
        }
    }
}

impl Comparison {
    pub(super) fn write(&self, out: &mut TerminalText) {
        out.blank_line();
        out.paragraph(
            0,
            &format!("Compared: left {}, right {}", self.left, self.right),
        );
        let differing = self.rows.iter().filter(|row| !row.is_same());
        let (varying, meaningful): (Vec<_>, Vec<_>) = differing.partition(|row| row.varies);
        out.paragraph(2, &summary(meaningful.len(), varying.len()));
        for row in meaningful.into_iter().chain(varying) {
            row.write(out);
        }
        let same: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.is_same())
            .map(|row| truncate(80, &row.name))
            .collect();
        if !same.is_empty() {
            out.paragraph(2, &format!("= same in both: {}", same.join(", ")));
        }
    }
}

fn summary(meaningful: usize, varying: usize) -> String {
    let plural = |count: usize| match count {
        1 => "1 member differs".to_owned(),
        count => format!("{count} members differ"),
    };
    match (meaningful, varying) {
        (0, 0) => "✓ No member differs.".to_owned(),
        (0, _) => format!("✓ {}, but only as tokens usually do (~).", plural(varying)),
        (_, 0) => format!("≠ {}.", plural(meaningful)),
        _ => format!(
            "≠ {}; {varying} more as tokens usually do (~).",
            plural(meaningful)
        ),
    }
}
