//! Builds the terms of an expression from a token.

use super::evaluate::ClaimTexts;
use super::issuer::FlexibleIssuer;
use super::term::{Operator, Term};
use crate::text::json::Document;

/// Terms that these claims satisfy: the old ones that they do already, and what is wrong or missing taken from the
/// claims. `None` where that cannot be: the issuer may have no expressions, or a claim is missing.
pub(crate) fn build_terms<'a>(
    issuer: &str,
    payload: &'a Document,
    old: &[Term<'a>],
) -> Option<Vec<Term<'a>>> {
    let platform = FlexibleIssuer::for_issuer(issuer)?;
    let claims = ClaimTexts::new(payload);
    let corrected = |term: &Term<'a>| {
        let presented = claims.text(&term.claim)?;
        Some(if term.holds(&presented) {
            term.clone()
        } else if term.claim == "sub" && term.operator == Operator::Matches {
            widened_subject(platform, &presented)
        } else {
            Term::new(&term.claim, Operator::Eq, presented.into_owned())
        })
    };
    let mut terms: Vec<_> = old.iter().map(corrected).collect::<Option<_>>()?;
    if !old.iter().any(|term| term.claim == "sub") {
        terms.insert(0, widened_subject(platform, &claims.text("sub")?));
    }
    if !platform.has_required_claim(&terms) {
        let required = platform.one_of.iter().find_map(|name| {
            let value = claims.text(name)?;
            Some(Term::new(name, Operator::Eq, value.into_owned()))
        });
        terms.extend(required);
    }
    Some(terms)
}

/// A subject with `*` in place of what differs from one run to the next: the last part of a ref, so that a
/// branch in a folder stays in it. An environment stays as it is: it is there to keep others out.
fn widened_subject<'a>(issuer: &FlexibleIssuer, subject: &str) -> Term<'a> {
    let key = format!(":{}:", issuer.varies);
    let parts = subject.rsplit_once(&key);
    // What is a wildcard as it stands would match more than it should.
    let Some((before, value)) = parts.filter(|_| !subject.contains(['*', '?'])) else {
        return Term::new("sub", Operator::Eq, subject.to_owned());
    };
    let (value, after) = value.split_at(value.find(':').unwrap_or(value.len()));
    let (folder, _) = value.split_at(value.rfind('/').map_or(0, |slash| slash + 1));
    let pattern = format!("{before}{key}{folder}*{after}");
    Term::new("sub", Operator::Matches, pattern)
}
