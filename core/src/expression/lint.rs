//! What is wrong with an expression, for the tokens of an issuer.

use super::claims_matching::{ClaimsMatchingExpression, LANGUAGE_VERSION};
use super::issuer::{FlexibleIssuer, max_length};
use super::parse::Expression;
use super::term::{Operator, Term};
use crate::errors::finding;
use crate::text::Diagnostic;

/// Checks the expression of a credential for this issuer; spans are bytes of the expression.
#[must_use]
pub fn lint_expression(issuer: &str, expression: &ClaimsMatchingExpression) -> Vec<Diagnostic> {
    let parsed = Expression::parse(&expression.value);
    let valid = parsed.is_valid();
    let mut found = parsed.diagnostics;
    let length = expression.value.chars().count();
    if length > max_length() {
        let (length, most) = (length.to_string(), max_length().to_string());
        let parameters = [("length", length.as_str()), ("most", &most)];
        found.push(finding("expression-too-long", &parameters));
    }
    if expression.language_version != LANGUAGE_VERSION {
        let version = expression.language_version.to_string();
        found.push(finding("expression-version", &[("version", &version)]));
    }
    let Some(platform) = FlexibleIssuer::for_issuer(issuer) else {
        found.extend(lint_issuer(issuer));
        return found;
    };
    let terms = &parsed.terms;
    found.extend(terms.iter().filter_map(|term| lint_term(platform, term)));
    // What could not be parsed may hold what seems to be missing.
    if valid && !terms.iter().any(|term| term.claim == "sub") {
        found.push(finding("expression-subject", &[]));
    }
    if valid && !platform.has_required_claim(terms) {
        let example = platform.one_of.first().map_or("", String::as_str);
        let claims = format!("`{}`", platform.one_of.join("`, `"));
        let parameters = [
            ("platform", platform.title.as_str()),
            ("claims", &claims),
            ("example", example),
            ("checked", &platform.checked),
        ];
        found.push(finding("expression-required", &parameters));
    }
    found
}

/// The finding for an issuer that cannot have expressions. A missing issuer has a finding of its own elsewhere.
pub(crate) fn lint_issuer(issuer: &str) -> Option<Diagnostic> {
    if issuer.is_empty() || FlexibleIssuer::for_issuer(issuer).is_some() {
        return None;
    }
    let titles: Vec<_> = FlexibleIssuer::all()
        .map(|known| known.title.as_str())
        .collect();
    let parameters = [("issuer", issuer), ("platforms", &titles.join(", "))];
    Some(finding("expression-issuer", &parameters))
}

fn lint_term(platform: &FlexibleIssuer, term: &Term<'_>) -> Option<Diagnostic> {
    let mut claims = platform.claims.iter();
    let code = match claims.find(|(name, _)| *name == term.claim) {
        None => "expression-claim",
        Some((_, operators)) if !operators.contains(&term.operator) => "expression-claim-operator",
        Some(_) if term.operator == Operator::Eq && term.comparand.contains('*') => {
            "expression-literal"
        }
        Some(_) => return None,
    };
    let claims = platform.claims.iter().map(|(name, _)| format!("`{name}`"));
    let claims: Vec<_> = claims.collect();
    let parameters = [
        ("claim", &*term.claim),
        ("platform", &platform.title),
        ("operator", term.operator.name()),
        ("claims", &claims.join(", ")),
        ("checked", &platform.checked),
    ];
    Some(finding(code, &parameters).at(term.span))
}
