//! Expressions of flexible credentials: read term by term, and evaluated against the claims of a token.

use std::borrow::Cow;

use serde::Serialize;

use crate::errors::broken;
use crate::text::json::{Document, Value};
use crate::text::{CheckVerdict, Diagnostic, Difference, DifferenceKind, Severity, Span, distance};

/// An expression of language version 1: `claims['sub'] matches 'repo:contoso/*' and claims['x'] eq 'y'`
/// (Entra: flexible federated credentials; checked 2026-11).
///
/// A blank stands before and after an operator (documented) and `and` (inferred). A single quote in a text is
/// written twice: the single quote is documented as escape character, of what is inferred.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expression<'a> {
    /// What must hold, all of it; terms that could not be read are missing.
    pub terms: Vec<Term<'a>>,
    /// What is wrong with it; places are bytes of the expression.
    pub diagnostics: Vec<Diagnostic>,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<'a> {
    /// The name of the claim, without escapes.
    pub claim: Cow<'a, str>,
    /// How it is compared.
    pub operator: Operator,
    /// With what, without escapes.
    pub comparand: Cow<'a, str>,
    /// Its place in the expression.
    pub span: Span,
}

/// How a claim is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// The same text.
    Eq,
    /// A pattern: `?` is one character, `*` any number of them, `/` and `:` among them. That is documented but
    /// for `/` and `:`, which is inferred from examples. Nothing says how to write a literal `?` or `*`.
    Matches,
}

impl Operator {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Eq, Self::Matches];

    /// The word in expressions.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Matches => "matches",
        }
    }
}

/// What came of one term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermMatch {
    /// The name of the claim.
    pub claim: String,
    /// How it is compared.
    pub operator: Operator,
    /// Whether it holds.
    pub verdict: CheckVerdict,
    /// The claim as text; of another value than a text its JSON, `None` where it is missing.
    pub presented: Option<String>,
    /// What the expression compares it with.
    pub configured: String,
    /// Where they differ; of a pattern the part that is reached is the same, and the rest differs.
    pub diff: Option<Difference>,
    /// Why it does not hold, where the values alone do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The term's place in the expression, in bytes.
    pub span: Span,
}

impl<'a> Expression<'a> {
    /// Reads an expression; never fails. One with errors never matches.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        let mut reader = Reader {
            text,
            ..Reader::default()
        };
        reader.expression();
        reader.read
    }

    /// Whether there is no error in it.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.diagnostics
            .iter()
            .all(|found| found.severity != Severity::Error)
    }

    /// What comes of each term with these claims. It matches where all hold and the expression has no error.
    #[must_use]
    pub fn evaluate(&self, payload: &Document) -> Vec<TermMatch> {
        self.compare(&Members::of(payload))
    }

    pub(crate) fn compare(&self, claims: &Members<'_>) -> Vec<TermMatch> {
        self.terms.iter().map(|term| term.compare(claims)).collect()
    }

    /// How far the claims are from what it demands, in characters at most; 0 where it matches.
    pub(crate) fn distance(&self, claims: &Members<'_>) -> usize {
        let terms = self.terms.iter().map(|term| term.distance(claims));
        terms.sum::<usize>() + usize::from(!self.is_sound())
    }
}

/// The members of a payload, looked up for many expressions.
#[derive(Debug)]
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Members<'a> {
    pub(crate) fn of(payload: &'a Document) -> Self {
        Self(
            payload
                .members()
                .map(|(name, value)| (name.to_text(), value))
                .collect(),
        )
    }

    /// Of duplicates the last, as everywhere.
    fn get(&self, name: &str) -> Option<Value<'a>> {
        let found = self.0.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| *value)
    }

    pub(crate) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name)?.as_str()
    }
}

impl Term<'_> {
    /// Whether a claim with this text satisfies it.
    pub(crate) fn holds(&self, text: &str) -> bool {
        match self.operator {
            Operator::Eq => text == self.comparand,
            Operator::Matches => fit(&self.comparand, text).is_ok(),
        }
    }

    fn distance(&self, claims: &Members<'_>) -> usize {
        let Some(text) = claims.text(&self.claim) else {
            return self.comparand.len().max(1);
        };
        match self.operator {
            Operator::Eq => distance(&text, &self.comparand),
            Operator::Matches => fit(&self.comparand, &text).map_or_else(
                |(pattern, fits)| (self.comparand.len() - pattern).max(text.len() - fits),
                |()| 0,
            ),
        }
    }

    fn compare(&self, claims: &Members<'_>) -> TermMatch {
        let value = claims.get(&self.claim);
        let text = value.and_then(Value::as_str);
        let holds = text.as_deref().is_some_and(|text| self.holds(text));
        let note = match (&text, value) {
            (None, None) => Some(format!("The token has no `{}`.", self.claim)),
            (None, Some(_)) => Some(format!(
                "`{}` is no text. Whether Entra ID compares it is not known.",
                self.claim
            )),
            _ => None,
        };
        TermMatch {
            claim: self.claim.as_ref().to_owned(),
            operator: self.operator,
            verdict: holds.into(),
            diff: text
                .filter(|_| !holds)
                .map(|text| self.difference(text.as_ref())),
            presented: value.map(|value| value.to_text().into_owned()),
            configured: self.comparand.as_ref().to_owned(),
            note,
            span: self.span,
        }
    }

    fn difference(&self, text: &str) -> Difference {
        let comparand = self.comparand.as_ref();
        let misfit = fit(comparand, text).err();
        let (Operator::Matches, Some((pattern, fits))) = (self.operator, misfit) else {
            return Difference::between(text, comparand);
        };
        let without_case = |text: &str| text.to_ascii_lowercase();
        let case = fit(&without_case(comparand), &without_case(text)).is_ok();
        let kind = if case {
            DifferenceKind::LetterCase
        } else {
            DifferenceKind::Pattern
        };
        Difference::from_pattern(kind, (text, fits), (comparand, pattern))
    }
}

/// The term as it stands in an expression.
impl std::fmt::Display for Term<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let escaped = |text: &str| text.replace('\'', "''");
        let (claim, comparand) = (escaped(&self.claim), escaped(&self.comparand));
        write!(
            f,
            "claims['{claim}'] {} '{comparand}'",
            self.operator.word()
        )
    }
}

/// Whether a text fits a pattern; where not, how many bytes of the pattern and of the text do.
///
/// Only the last `*` is taken back, so it takes at most pattern times text, whatever the pattern is.
pub(crate) fn fit(pattern: &str, text: &str) -> Result<(), (usize, usize)> {
    let next = |text: &str, at: usize| text.as_bytes().get(at).copied();
    let character = |at| text.get(at..).and_then(|rest| rest.chars().next());
    let length = |at| character(at).map_or(1, char::len_utf8);
    let (mut p, mut t) = (0, 0);
    // Behind the last star: its place in the pattern, and the end of what it took of the text.
    let mut star = None;
    let mut furthest = (0, 0);
    // Literals are compared byte by byte, which is the same for UTF-8 and faster; wildcards take whole characters.
    loop {
        match (next(pattern, p), next(text, t)) {
            (Some(b'*'), _) => {
                p += 1;
                star = Some((p, t));
                furthest = (p, t);
            }
            (Some(b'?'), Some(_)) => (p, t) = (p + 1, t + length(t)),
            (Some(wanted), Some(found)) if wanted == found => (p, t) = (p + 1, t + 1),
            (None, None) => return Ok(()),
            (_, found) => {
                furthest = furthest.max((p, t));
                // Nothing is left for what the pattern still wants: a longer star would leave less.
                let (Some((after, end)), Some(_)) = (star, found) else {
                    let (p, t) = furthest;
                    return Err((pattern.floor_char_boundary(p), text.floor_char_boundary(t)));
                };
                (p, t) = (after, end + length(end));
                star = Some((p, t));
            }
        }
    }
}

/// Quotes that word processors and web pages put in place of the plain one, with `"` and the backquote.
const WRONG_QUOTES: [char; 6] = ['"', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'];

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    at: usize,
    read: Expression<'a>,
}

impl<'a> Reader<'a> {
    fn expression(&mut self) {
        if self.text.trim_start().is_empty() {
            return self.tell("expression-empty", 0, &[]);
        }
        self.blanks("expression-white-space", 0);
        while self.term().is_some() && self.joint() {}
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Finds fault with what stands from `start` up to here.
    fn tell(&mut self, code: &'static str, start: usize, parameters: &[(&str, &str)]) {
        let found = broken(code, parameters).at(Span::new(start, self.at));
        self.read.diagnostics.push(found);
    }

    /// Finds fault with everything from `start` on; nothing after it is read.
    fn stop<T>(
        &mut self,
        code: &'static str,
        start: usize,
        parameters: &[(&str, &str)],
    ) -> Option<T> {
        self.at = self.text.len();
        self.tell(code, start, parameters);
        None
    }

    /// Whether no white space stands so many bytes ahead: nearly always so, and told faster than by characters.
    fn is_dense(&self, ahead: usize) -> bool {
        let next = self.text.as_bytes().get(self.at + ahead);
        next.is_some_and(u8::is_ascii_graphic)
    }

    /// Finds fault with an end that comes too early.
    fn goes_on(&mut self, wanted: &str) -> Option<()> {
        if self.is_dense(0) || self.is_dense(1) {
            return Some(());
        }
        let start = self.at;
        match self.rest().trim_start() {
            "" => self.stop("expression-incomplete", start, &[("wanted", wanted)]),
            _ => Some(()),
        }
    }

    /// `None` where nothing after it can be read.
    fn term(&mut self) -> Option<()> {
        self.goes_on("a term")?;
        let start = self.at;
        let negated = |word: &&&str| self.rest().starts_with(**word);
        if let Some(word) = ["not ", "!"].iter().find(negated) {
            return self.stop("expression-boolean", start, &[("word", word.trim_end())]);
        }
        if !self.skip("claims[") {
            return self.stop("expression-lookup", start, &[]);
        }
        let claim = self.quoted()?;
        if !self.skip("]") {
            return self.stop("expression-lookup", start, &[]);
        }
        let operator = self.operator()?;
        let comparand = self.quoted()?;
        if self.read.terms.iter().any(|term| term.claim == claim) {
            self.tell("expression-claim-twice", start, &[("claim", &claim)]);
        }
        if let Some(operator) = operator {
            self.read.terms.push(Term {
                claim,
                operator,
                comparand,
                span: Span::new(start, self.at),
            });
        }
        Some(())
    }

    /// The operator with the blanks around it; one that is not known is told, and what follows is read.
    fn operator(&mut self) -> Option<Option<Operator>> {
        self.goes_on("an operator")?;
        self.blanks("expression-blank", 1);
        let start = self.at;
        let rest = self.rest();
        let usual = Operator::ALL.into_iter().map(Operator::word).find(|word| {
            let after = rest.strip_prefix(word);
            after.is_some_and(|after| after.starts_with(' '))
        });
        let ends = |c: char| c.is_whitespace() || c == '\'' || WRONG_QUOTES.contains(&c);
        let word = usual
            .or_else(|| rest.split(ends).next())
            .unwrap_or_default();
        self.at += word.len();
        let known = Operator::ALL.into_iter().find(|known| known.word() == word);
        if known.is_none() {
            self.tell("expression-operator", start, &[("operator", word)]);
        }
        self.goes_on("a value in single quotes")?;
        if !word.is_empty() {
            self.blanks("expression-blank", 1);
        }
        Some(known)
    }

    /// What joins two terms; whether another one follows.
    fn joint(&mut self) -> bool {
        let usual = " and ";
        if self.rest().starts_with(usual) && self.is_dense(usual.len()) {
            self.at += usual.len();
            return true;
        }
        let rest = self.rest().trim_start();
        if rest.is_empty() {
            self.blanks("expression-white-space", 0);
            return false;
        }
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | '!');
        let word = rest.split(ends).next().unwrap_or_default();
        if word == "and" {
            self.blanks("expression-white-space", 1);
        }
        let start = self.text.len() - rest.len();
        match word {
            "and" => self.at = start + word.len(),
            "or" | "OR" | "||" | "AND" | "&&" => {
                self.at = start + word.len();
                self.tell("expression-boolean", start, &[("word", word)]);
            }
            _ => {
                self.stop::<()>("expression-trailing", start, &[]);
                return false;
            }
        }
        if !self.rest().trim_start().is_empty() {
            self.blanks("expression-white-space", 1);
        }
        true
    }

    /// Goes over white space, which should be so many blanks.
    fn blanks(&mut self, code: &'static str, wanted: usize) {
        let (start, rest) = (self.at, self.rest());
        if usize::from(rest.starts_with(' ')) == wanted && self.is_dense(wanted) {
            self.at += wanted;
            return;
        }
        self.at += rest.len() - rest.trim_start().len();
        let found = self.text.get(start..self.at).unwrap_or_default();
        if found.len() != wanted || found.contains(|c: char| c != ' ') {
            self.tell(code, start, &[]);
        }
    }

    fn skip(&mut self, text: &str) -> bool {
        let there = self.rest().starts_with(text);
        self.at += if there { text.len() } else { 0 };
        there
    }

    /// A text in single quotes without them; others are told, and read all the same.
    fn quoted(&mut self) -> Option<Cow<'a, str>> {
        let start = self.at;
        let quote = self.rest().chars().next().unwrap_or_default();
        let wrong = WRONG_QUOTES.contains(&quote);
        if quote != '\'' && !wrong {
            return self.stop("expression-quotes", start, &[]);
        }
        self.at += quote.len_utf8();
        let body = self.rest();
        let mut length = 0;
        let mut escaped = false;
        loop {
            let rest = body.get(length..).unwrap_or_default();
            let end = if wrong {
                rest.find(WRONG_QUOTES)
            } else {
                rest.find('\'')
            };
            let Some(end) = end else {
                return self.stop("expression-unclosed", start, &[]);
            };
            length += end;
            if wrong || !rest.get(end..).is_some_and(|rest| rest.starts_with("''")) {
                break;
            }
            escaped = true;
            length += 2;
        }
        let text = body.get(..length).unwrap_or_default();
        let closing = body.get(length..).and_then(|rest| rest.chars().next());
        self.at += length + closing.map_or(0, char::len_utf8);
        if wrong {
            self.tell("expression-quotes", start, &[]);
            return Some(Cow::Borrowed(text));
        }
        Some(if escaped {
            Cow::Owned(text.replace("''", "'"))
        } else {
            Cow::Borrowed(text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SUB: &str = "claims['sub'] eq 'x'";

    /// The terms as they are read, and each finding with the text at its place.
    #[track_caller]
    fn check(text: &str, terms: &[&str], found: &[(&str, &str)]) {
        let read = Expression::read(text);
        let written: Vec<_> = read.terms.iter().map(Term::to_string).collect();
        assert_eq!(written, terms, "{text}");
        let findings = read.diagnostics.iter();
        let places = findings.map(|f| (f.code, f.span.unwrap().of(text)));
        assert_eq!(places.collect::<Vec<_>>(), found, "{text}");
    }

    /// One error, and nothing that can be evaluated.
    #[track_caller]
    fn check_nothing(text: &str, code: &str, place: &str) {
        check(text, &[], &[(code, place)]);
        assert!(!Expression::read(text).is_sound());
    }

    #[test]
    fn terms_are_read() {
        check(SUB, &[SUB], &[]);
        let pattern = "claims['sub'] matches 'repo:contoso/*:ref:refs/heads/????'";
        check(pattern, &[pattern], &[]);
        let both = format!("{pattern} and claims['repository_id'] eq '74'");
        check(&both, &[pattern, "claims['repository_id'] eq '74'"], &[]);
        for text in [
            "claims['sub'] eq ''",
            "claims['sub'] eq 'it''s'",
            "claims['sub'] eq ''''",
            "claims['sub'] eq ' and claims[x] or '",
            "claims['https://x/y'] eq 'é \" ’'",
        ] {
            check(text, &[text], &[]);
        }
        let read = Expression::read("claims['a''b'] eq '''x'''");
        assert_eq!(
            (&*read.terms[0].claim, &*read.terms[0].comparand),
            ("a'b", "'x'")
        );
    }

    #[test]
    fn what_is_no_term() {
        check_nothing("", "expression-empty", "");
        check_nothing(" \n", "expression-empty", "");
        check_nothing("sub eq 'x'", "expression-lookup", "sub eq 'x'");
        check_nothing(
            "Claims['sub'] eq 'x'",
            "expression-lookup",
            "Claims['sub'] eq 'x'",
        );
        check_nothing(
            "claims ['sub'] eq 'x'",
            "expression-lookup",
            "claims ['sub'] eq 'x'",
        );
        check_nothing(
            "claims['sub' ] eq 'x'",
            "expression-lookup",
            "claims['sub' ] eq 'x'",
        );
        check_nothing(
            "(claims['sub'] eq 'x')",
            "expression-lookup",
            "(claims['sub'] eq 'x')",
        );
        check_nothing("claims[sub] eq 'x'", "expression-quotes", "sub] eq 'x'");
        check_nothing("claims['sub'] eq x", "expression-quotes", "x");
        check_nothing("claims['sub'] eq 'x", "expression-unclosed", "'x");
        check_nothing("claims['sub'] eq 'x''", "expression-unclosed", "'x''");
        check_nothing("claims['sub] eq ", "expression-unclosed", "'sub] eq ");
        check_nothing("claims[", "expression-quotes", "");
        check_nothing("claims['sub']", "expression-incomplete", "");
        check_nothing("claims['sub'] ", "expression-incomplete", " ");
        check_nothing("claims['sub'] eq", "expression-incomplete", "");
        check_nothing(
            "not claims['sub'] eq 'x'",
            "expression-boolean",
            "not claims['sub'] eq 'x'",
        );
    }

    #[test]
    fn operators_and_blanks() {
        for operator in ["EQ", "==", "ne", "startsWith", "match", "eq,"] {
            let text = format!("claims['sub'] {operator} 'x'");
            check_nothing(&text, "expression-operator", operator);
        }
        check_nothing("claims['sub'] 'x'", "expression-operator", "");
        check("claims['sub']eq 'x'", &[SUB], &[("expression-blank", "")]);
        check("claims['sub'] eq'x'", &[SUB], &[("expression-blank", "")]);
        check(
            "claims['sub']  eq 'x'",
            &[SUB],
            &[("expression-blank", "  ")],
        );
        check(
            "claims['sub'] eq\t'x'",
            &[SUB],
            &[("expression-blank", "\t")],
        );
        check(
            "claims['sub'] eq\u{a0}'x'",
            &[SUB],
            &[("expression-blank", "\u{a0}")],
        );
        check(
            " claims['sub'] eq 'x'",
            &[SUB],
            &[("expression-white-space", " ")],
        );
        check(
            "claims['sub'] eq 'x'\n",
            &[SUB],
            &[("expression-white-space", "\n")],
        );
    }

    #[test]
    fn other_quotes_are_read_and_told() {
        check(
            "claims[\"sub\"] eq 'x'",
            &[SUB],
            &[("expression-quotes", "\"sub\"")],
        );
        check(
            "claims['sub'] eq \"x\"",
            &[SUB],
            &[("expression-quotes", "\"x\"")],
        );
        check(
            "claims[‘sub’] eq ‘x’",
            &[SUB],
            &[("expression-quotes", "‘sub’"), ("expression-quotes", "‘x’")],
        );
        check_nothing("claims['sub'] eq ‘x'", "expression-unclosed", "‘x'");
    }

    #[test]
    fn what_joins_terms() {
        let other = "claims['b'] eq 'y'";
        let joined = |joint: &str| format!("{SUB}{joint}{other}");
        check(&joined(" and "), &[SUB, other], &[]);
        check(
            &joined("and "),
            &[SUB, other],
            &[("expression-white-space", "")],
        );
        check(
            &joined("  and "),
            &[SUB, other],
            &[("expression-white-space", "  ")],
        );
        check(
            &joined(" and\n"),
            &[SUB, other],
            &[("expression-white-space", "\n")],
        );
        for word in ["or", "OR", "||", "&&", "AND"] {
            check(
                &joined(&format!(" {word} ")),
                &[SUB, other],
                &[("expression-boolean", word)],
            );
        }
        for joint in [" ", ", ", " xor ", " And ", " andclaims"] {
            let text = joined(joint);
            check(
                &text,
                &[SUB],
                &[("expression-trailing", text[SUB.len()..].trim_start())],
            );
        }
        check(&format!("{SUB}."), &[SUB], &[("expression-trailing", ".")]);
        check(
            &format!("{SUB} and"),
            &[SUB],
            &[("expression-incomplete", "")],
        );
        check(
            &format!("{SUB} and "),
            &[SUB],
            &[("expression-incomplete", " ")],
        );
        check(
            &format!("{SUB} and not {other}"),
            &[SUB],
            &[("expression-boolean", &format!("not {other}"))],
        );
        check(
            &format!("{SUB} and {SUB}"),
            &[SUB, SUB],
            &[("expression-claim-twice", SUB)],
        );
        assert!(Expression::read(&format!("{SUB} and {SUB}")).is_sound());
    }

    #[track_caller]
    fn check_fit(pattern: &str, text: &str, expected: Result<(), (&str, &str)>) {
        let found = fit(pattern, text).map_err(|(p, t)| (&pattern[p..], &text[t..]));
        assert_eq!(found, expected, "{pattern} {text}");
    }

    #[test]
    fn patterns() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("**", "a"),
            ("a?c", "aéc"),
            ("repo:contoso/*", "repo:contoso/shop:ref:refs/heads/a/b"),
            ("repo:*:prod", "repo:a:prod:prod"),
            ("*a*b", "xaxbab"),
            ("*?", "é"),
            ("refs/heads/????", "refs/heads/main"),
            ("*", "a*?"),
        ] {
            check_fit(pattern, text, Ok(()));
        }
        check_fit("", "a", Err(("", "a")));
        check_fit("a", "", Err(("a", "")));
        check_fit("?", "", Err(("?", "")));
        check_fit("?", "ab", Err(("", "b")));
        check_fit("abc", "abd", Err(("c", "d")));
        check_fit("ab", "AB", Err(("ab", "AB")));
        check_fit("refs/heads/????", "refs/heads/dev", Err(("?", "")));
        check_fit(
            "repo:o/*:prod",
            "repo:p/r:prod",
            Err(("o/*:prod", "p/r:prod")),
        );
        check_fit("repo:*:prod", "repo:o/r:dev", Err(("prod", "dev")));
        check_fit("*x", "ab", Err(("x", "")));
        check_fit("a*b", "ab ", Err(("", " ")));
        check_fit("aé", "aè", Err(("é", "è")));
        check_fit("*é", "aè", Err(("é", "è")));
        check_fit("??", "é", Err(("?", "")));
    }

    #[test]
    fn hostile_patterns_take_no_time() {
        let text = "a".repeat(100_000);
        for pattern in ["*a".repeat(300), "*a?".repeat(200), "a*".repeat(300)] {
            assert!(fit(&pattern, &text).is_ok(), "{pattern}");
            assert!(fit(&format!("{pattern}b"), &text).is_err(), "{pattern}");
        }
        let _ = Expression::read(&"claims['a'] eq 'b' and ".repeat(1000));
        let _ = Expression::read(&"'".repeat(1_000_000));
    }

    #[track_caller]
    fn check_term(claims: &str, term: &str, presented: Option<&str>, kind: Option<DifferenceKind>) {
        let document = Document::parse(claims);
        let read = Expression::read(term);
        assert!(read.is_sound(), "{term}");
        let found = read.evaluate(&document);
        let [one] = found.as_slice() else {
            panic!("{term}");
        };
        assert_eq!(one.presented.as_deref(), presented, "{term}");
        let pass = one.verdict == CheckVerdict::Pass;
        assert_eq!(one.diff.as_ref().and_then(|diff| diff.kind), kind, "{term}");
        assert_eq!(pass, kind.is_none() && one.note.is_none(), "{term}");
        assert_eq!(read.distance(&Members::of(&document)) == 0, pass, "{term}");
    }

    #[test]
    fn claims_are_compared_as_text() {
        let claims =
            r#"{"sub":"Repo","id":74,"list":["a"],"twice":"a","twice":"b","empty":"","nul":null}"#;
        check_term(claims, "claims['sub'] eq 'Repo'", Some("Repo"), None);
        check_term(
            claims,
            "claims['sub'] eq 'repo'",
            Some("Repo"),
            Some(DifferenceKind::LetterCase),
        );
        check_term(
            claims,
            "claims['sub'] matches 'r*'",
            Some("Repo"),
            Some(DifferenceKind::LetterCase),
        );
        check_term(
            claims,
            "claims['sub'] matches 'Re?'",
            Some("Repo"),
            Some(DifferenceKind::Pattern),
        );
        check_term(
            claims,
            "claims['sub'] eq 'Re*'",
            Some("Repo"),
            Some(DifferenceKind::Other),
        );
        check_term(claims, "claims['twice'] eq 'b'", Some("b"), None);
        check_term(
            claims,
            "claims['twice'] eq 'a'",
            Some("b"),
            Some(DifferenceKind::Other),
        );
        check_term(claims, "claims['empty'] matches '*'", Some(""), None);
        check_term(
            claims,
            "claims['id'] eq '74'",
            Some("74"),
            None::<DifferenceKind>,
        );
        check_term(claims, "claims['list'] matches '*'", Some("[\"a\"]"), None);
        check_term(claims, "claims['nul'] matches '*'", Some("null"), None);
        check_term(claims, "claims['none'] matches '*'", None, None);
        check_term("[]", "claims['sub'] matches '*'", None, None);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r#"(claims\['|'\]|[a-z'"\]\[ *?é‘]| and | eq | matches ){0,30}"#) {
            let read = Expression::read(&text);
            for found in &read.diagnostics {
                let span = found.span.unwrap();
                prop_assert!(text.get(span.start..span.end).is_some());
            }
            prop_assert!(!read.terms.is_empty() || !read.is_sound());
        }

        #[test]
        fn what_is_written_is_read(claim in ".{1,9}", comparand in ".{0,20}", pattern: bool) {
            let operator = if pattern { Operator::Matches } else { Operator::Eq };
            let term = Term { claim: claim.into(), operator, comparand: comparand.into(), span: Span::default() };
            let text = term.to_string();
            let read = Expression::read(&text);
            prop_assert!(read.diagnostics.is_empty());
            let span = Span::new(0, text.len());
            prop_assert_eq!(&read.terms, &[Term { span, ..term }]);
        }

        #[test]
        fn fit_is_what_a_slow_matcher_says(pattern in "[aéè*?]{0,7}", text in "[aéè]{0,7}") {
            fn slow(pattern: &[char], text: &[char]) -> bool {
                match (pattern, text) {
                    ([], _) => text.is_empty(),
                    (['*', rest @ ..], _) => (0..=text.len()).any(|taken| slow(rest, &text[taken..])),
                    ([wanted, rest @ ..], [found, tail @ ..]) if wanted == &'?' || wanted == found => slow(rest, tail),
                    _ => false,
                }
            }
            let found = fit(&pattern, &text);
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(found.is_ok(), slow(&characters(&pattern), &characters(&text)));
            if let Err((p, t)) = found {
                prop_assert!(pattern.is_char_boundary(p) && text.is_char_boundary(t));
                prop_assert!(p < pattern.len() || t < text.len(), "something is marked");
            }
        }
    }
}
