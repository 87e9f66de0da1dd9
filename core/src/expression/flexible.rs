//! Which issuers may have expressions about which claims, and terms built from a token. A data file holds the rules.

use std::sync::LazyLock;

use super::claims_matching::{ClaimsMatchingExpression, LANGUAGE_VERSION};
use super::parse::{Expression, Members, Operator, Term, fit};
use crate::claims::Confidence;
use crate::errors::broken;
use crate::text::json::{Document, Value};
use crate::text::{Diagnostic, Span};

/// A platform whose tokens expressions may be about.
#[derive(Debug)]
pub struct FlexibleIssuer {
    /// Its name.
    pub title: String,
    /// Its issuers; `*` stands for any text.
    pub issuers: Vec<String>,
    /// The claims that an expression may compare, each with its operators.
    pub claims: Vec<(String, Vec<String>)>,
    /// Of these claims at least one must be compared; empty where that is not so.
    pub one_of: Vec<String>,
    /// The month in which this was looked up: `2026-11`.
    pub checked: String,
    /// Where it is written.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// The part of its subjects whose value differs from one run to the next.
    varies: String,
}

struct File {
    /// Most characters of an expression. Inferred from the other texts of a credential: no document has it.
    length: usize,
    issuers: Vec<FlexibleIssuer>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let document = Document::parse(include_str!("../../data/flexible.json"));
    let issuers = document
        .get("issuers")
        .map(Value::items)
        .unwrap_or_default();
    let length = document.get("length").and_then(Value::as_i64);
    File {
        length: length
            .and_then(|length| length.try_into().ok())
            .unwrap_or_default(),
        issuers: issuers.map(read).collect(),
    }
});

/// The platform of an issuer whose tokens expressions may be about.
#[must_use]
pub fn flexible_issuer(issuer: &str) -> Option<&'static FlexibleIssuer> {
    FILE.issuers
        .iter()
        .find(|known| known.issuers.iter().any(|own| fit(own, issuer).is_ok()))
}

/// Terms that these claims satisfy: the old ones that they do already, and what is wrong or missing taken from the
/// claims. `None` where that cannot be: the issuer may have no expressions, or a claim is missing.
pub(crate) fn built<'a>(
    issuer: &str,
    payload: &'a Document,
    old: &[Term<'a>],
) -> Option<Vec<Term<'a>>> {
    let allowed = flexible_issuer(issuer)?;
    let members = Members::of(payload);
    let corrected = |term: &Term<'a>| {
        let presented = members.text(&term.claim)?;
        Some(if term.holds(&presented) {
            term.clone()
        } else if term.claim == "sub" && term.operator == Operator::Matches {
            allowed.widened(&presented)
        } else {
            of(&term.claim, Operator::Eq, presented.into_owned())
        })
    };
    let mut terms: Vec<_> = old.iter().map(corrected).collect::<Option<_>>()?;
    if !old.iter().any(|term| term.claim == "sub") {
        terms.insert(0, allowed.widened(&members.text("sub")?));
    }
    if !allowed.has_one(&terms) {
        let required = allowed.one_of.iter().find_map(|name| {
            let value = members.text(name)?;
            Some(of(name, Operator::Eq, value.into_owned()))
        });
        terms.extend(required);
    }
    Some(terms)
}

pub(crate) fn joined(terms: &[Term<'_>]) -> String {
    let terms: Vec<_> = terms.iter().map(Term::to_string).collect();
    terms.join(" and ")
}

fn of<'a>(claim: &str, operator: Operator, comparand: String) -> Term<'a> {
    Term {
        claim: claim.to_owned().into(),
        operator,
        comparand: comparand.into(),
        span: Span::default(),
    }
}

impl FlexibleIssuer {
    /// A subject with `*` in place of what differs from one run to the next: the last part of a ref, so that a
    /// branch in a folder stays in it. An environment stays as it is: it is there to keep others out.
    fn widened<'a>(&self, subject: &str) -> Term<'a> {
        let key = format!(":{}:", self.varies);
        let parts = subject.rsplit_once(&key);
        // What is a wildcard as it stands would match more than it should.
        let Some((before, value)) = parts.filter(|_| !subject.contains(['*', '?'])) else {
            return of("sub", Operator::Eq, subject.to_owned());
        };
        let (value, after) = value.split_at(value.find(':').unwrap_or(value.len()));
        let (kept, _) = value.split_at(value.rfind('/').map_or(0, |slash| slash + 1));
        let pattern = format!("{before}{key}{kept}*{after}");
        of("sub", Operator::Matches, pattern)
    }

    fn has_one(&self, terms: &[Term<'_>]) -> bool {
        let listed = |term: &Term<'_>| self.one_of.iter().any(|name| *name == term.claim);
        self.one_of.is_empty() || terms.iter().any(listed)
    }

    fn term_finding(&self, term: &Term<'_>) -> Option<Diagnostic> {
        let operators = self.claims.iter().find(|(name, _)| *name == term.claim);
        let names: Vec<_> = self
            .claims
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let parameters = [
            ("claim", &*term.claim),
            ("platform", &self.title),
            ("operator", term.operator.word()),
            ("claims", &names.join(", ")),
            ("checked", &self.checked),
        ];
        let code = match operators {
            None => "expression-claim",
            Some((_, operators)) if !operators.iter().any(|word| word == term.operator.word()) => {
                "expression-claim-operator"
            }
            Some(_) if term.operator == Operator::Eq && term.comparand.contains('*') => {
                "expression-literal"
            }
            Some(_) => return None,
        };
        Some(broken(code, &parameters).at(term.span))
    }
}

/// What is wrong with an expression for tokens of this issuer; places are bytes of the expression.
pub(crate) fn expression_findings(
    issuer: &str,
    expression: &ClaimsMatchingExpression,
) -> Vec<Diagnostic> {
    let read = Expression::read(&expression.value);
    let sound = read.is_sound();
    let mut found = read.diagnostics;
    let length = expression.value.chars().count();
    if length > FILE.length {
        let (length, most) = (length.to_string(), FILE.length.to_string());
        found.push(broken(
            "expression-too-long",
            &[("length", &length), ("most", &most)],
        ));
    }
    if expression.language_version != LANGUAGE_VERSION {
        let version = expression.language_version.to_string();
        found.push(broken("expression-version", &[("version", &version)]));
    }
    let Some(allowed) = flexible_issuer(issuer) else {
        found.extend(issuer_finding(issuer));
        return found;
    };
    found.extend(
        read.terms
            .iter()
            .filter_map(|term| allowed.term_finding(term)),
    );
    // What could not be read may hold what seems to be missing.
    if sound && !read.terms.iter().any(|term| term.claim == "sub") {
        found.push(broken("expression-subject", &[]));
    }
    if sound && !allowed.has_one(&read.terms) {
        let example = allowed.one_of.first().map_or("", String::as_str);
        let claims = format!("`{}`", allowed.one_of.join("`, `"));
        let parameters = [
            ("platform", allowed.title.as_str()),
            ("claims", &claims),
            ("example", example),
            ("checked", &allowed.checked),
        ];
        found.push(broken("expression-required", &parameters));
    }
    found
}

/// An issuer that may have no expressions; one that is missing is told elsewhere.
pub(crate) fn issuer_finding(issuer: &str) -> Option<Diagnostic> {
    let known = issuer.is_empty() || flexible_issuer(issuer).is_some();
    let titles: Vec<_> = FILE
        .issuers
        .iter()
        .map(|known| known.title.as_str())
        .collect();
    let parameters = [("issuer", issuer), ("platforms", &titles.join(", "))];
    (!known).then(|| broken("expression-issuer", &parameters))
}

fn read(entry: Value<'_>) -> FlexibleIssuer {
    let text = |name| entry.string_of(name);
    let texts = |list: Value<'_>| -> Vec<String> {
        list.items()
            .map(|item| item.to_text().into_owned())
            .collect()
    };
    let list = |name| entry.get(name).map(texts).unwrap_or_default();
    let claims = entry.members_of("claims");
    FlexibleIssuer {
        title: text("title"),
        issuers: list("issuers"),
        claims: claims
            .map(|(name, operators)| (name.to_text().into_owned(), texts(operators)))
            .collect(),
        one_of: list("oneOf"),
        checked: text("checked"),
        source: text("source"),
        confidence: Confidence::from_word(&text("confidence")),
        varies: text("varies"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_complete() {
        let document = Document::parse(include_str!("../../data/flexible.json"));
        assert!(document.is_complete());
        assert_eq!(FILE.length, 600);
        for (known, entry) in FILE
            .issuers
            .iter()
            .zip(document.get("issuers").unwrap().items())
        {
            for text in [&known.title, &known.source, &known.checked, &known.varies] {
                assert!(!text.is_empty(), "{}", known.title);
            }
            assert_eq!(
                known.confidence.word(),
                entry.text_of("confidence").unwrap()
            );
            let operators = known.claims.iter().flat_map(|(_, operators)| operators);
            for operator in operators {
                assert!(
                    Operator::ALL.iter().any(|known| known.word() == operator),
                    "{operator}"
                );
            }
            for name in &known.one_of {
                assert!(
                    known.claims.iter().any(|(claim, _)| claim == name),
                    "{name}"
                );
            }
            assert!(
                known
                    .issuers
                    .iter()
                    .all(|issuer| issuer.starts_with("https://"))
            );
        }
    }
}
