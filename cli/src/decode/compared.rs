//! `--compare`: two tokens claim by claim.

use fedcred_core::claims::{Compared, Likeness, compare};
use fedcred_core::jose::{Parsed, Token, parse};
use fedcred_core::text::Diagnostic;
use fedcred_core::text::diff;
use serde::Serialize;

use super::json::Json;
use super::token::role_word;
use crate::input::Input;
use crate::report::{Finding, findings_of};
use crate::text::{Page, shortened_to};

/// Two tokens compared.
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

/// Compares the first token of the input with the first of another one.
pub(super) fn compared(
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
    let empty = other.text.trim().is_empty().then(super::nothing_given);
    let about_other = diagnostics
        .into_iter()
        .chain(empty)
        .chain(of_token.cloned())
        .chain(first_used(&others));
    let mut findings = other.findings.clone();
    findings.extend(findings_of(input, first_used(tokens)));
    findings.extend(findings_of(&other.file, about_other));
    let comparison = tokens
        .first()
        .zip(others.first())
        .map(|(left, right)| Comparison {
            rows: compare(left, right).into_iter().map(Row::of).collect(),
            left: input.to_owned(),
            right: other.file.clone(),
        });
    (comparison, findings)
}

fn first_used(tokens: &[Token]) -> Option<Diagnostic> {
    let token = tokens.first().filter(|_| tokens.len() > 1)?;
    let message = format!(
        "The text holds {} tokens; the first one is compared.",
        tokens.len()
    );
    let finding = Diagnostic::info("first-token-used", message);
    Some(
        finding
            .help("Give the other ones alone to compare them.")
            .at(token.span),
    )
}

impl Row {
    fn of(row: Compared) -> Self {
        Self {
            part: role_word(row.part),
            name: row.name,
            left: row.left.as_deref().map(Json::of),
            right: row.right.as_deref().map(Json::of),
            likeness: row.likeness,
            varies: row.varies,
        }
    }

    fn is_same(&self) -> bool {
        self.likeness == Likeness::Same
    }

    fn write(&self, page: &mut Page) {
        let mark = if self.varies { '~' } else { '≠' };
        let only = match self.likeness {
            Likeness::OnlyLeft => ": only left",
            Likeness::OnlyRight => ": only right",
            Likeness::Same | Likeness::Differs => "",
        };
        let (part, name) = (self.part.replace('_', " "), &self.name);
        page.line(2, &format!("{mark} {part} {name}{only}"));
        let (left, right) = (self.left.as_ref(), self.right.as_ref());
        if let (Some(left), Some(right), false) = (left, right, self.varies) {
            let (left, right) = diff(left.text(), right.text());
            page.comparison(6, [("left", &left), ("right", &right)]);
            return;
        }
        for (label, value) in [("left ", left), ("right", right)] {
            if let Some(value) = value {
                page.value(6, &format!("{label:<10}"), value.text());
            }
        }
    }
}

impl Comparison {
    pub(super) fn write(&self, page: &mut Page) {
        page.gap();
        page.prose(
            0,
            &format!("Compared: left {}, right {}", self.left, self.right),
        );
        let differing = self.rows.iter().filter(|row| !row.is_same());
        let (varying, telling): (Vec<_>, Vec<_>) = differing.partition(|row| row.varies);
        page.prose(2, &summary(telling.len(), varying.len()));
        for row in telling.into_iter().chain(varying) {
            row.write(page);
        }
        let same: Vec<_> = self
            .rows
            .iter()
            .filter(|row| row.is_same())
            .map(|row| shortened_to(80, &row.name))
            .collect();
        if !same.is_empty() {
            page.prose(2, &format!("= the same in both: {}", same.join(", ")));
        }
    }
}

fn summary(telling: usize, varying: usize) -> String {
    let plural = |count: usize| match count {
        1 => "1 member differs".to_owned(),
        count => format!("{count} members differ"),
    };
    match (telling, varying) {
        (0, 0) => "✓ No member differs.".to_owned(),
        (0, _) => format!("✓ {}, as they do from token to token (~).", plural(varying)),
        (_, 0) => format!("≠ {}.", plural(telling)),
        _ => format!(
            "≠ {}; {varying} more as they do from token to token (~).",
            plural(telling)
        ),
    }
}
