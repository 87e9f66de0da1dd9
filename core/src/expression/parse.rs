//! Parses expressions of flexible credentials, term by term.

use std::borrow::Cow;

use super::term::{Operator, Term};
use crate::errors::finding;
use crate::text::{Diagnostic, Severity, Span};

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

impl<'a> Expression<'a> {
    /// Reads an expression; never fails. One with errors never matches.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let mut parser = Parser {
            text,
            ..Parser::default()
        };
        parser.expression();
        parser.parsed
    }

    /// Whether there is no error in it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.diagnostics
            .iter()
            .all(|found| found.severity != Severity::Error)
    }
}

/// Quotes that word processors and web pages put in place of the plain one, with `"` and the backquote.
const WRONG_QUOTES: [char; 6] = ['"', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'];

#[derive(Default)]
struct Parser<'a> {
    text: &'a str,
    at: usize,
    parsed: Expression<'a>,
}

impl<'a> Parser<'a> {
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
        let found = finding(code, parameters).at(Span::new(start, self.at));
        self.parsed.diagnostics.push(found);
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
        if self.parsed.terms.iter().any(|term| term.claim == claim) {
            self.tell("expression-claim-twice", start, &[("claim", &claim)]);
        }
        if let Some(operator) = operator {
            self.parsed.terms.push(Term {
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
        let usual = Operator::ALL.into_iter().map(Operator::name).find(|word| {
            let after = rest.strip_prefix(word);
            after.is_some_and(|after| after.starts_with(' '))
        });
        let ends = |c: char| c.is_whitespace() || c == '\'' || WRONG_QUOTES.contains(&c);
        let word = usual
            .or_else(|| rest.split(ends).next())
            .unwrap_or_default();
        self.at += word.len();
        let known = Operator::ALL.into_iter().find(|known| known.name() == word);
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
        let read = Expression::parse(text);
        let written: Vec<_> = read.terms.iter().map(Term::to_string).collect();
        assert_eq!(written, terms, "{text}");
        let findings = read.diagnostics.iter();
        let places = findings.map(|f| (f.code, f.span.unwrap().slice(text)));
        assert_eq!(places.collect::<Vec<_>>(), found, "{text}");
    }

    /// One error, and nothing that can be evaluated.
    #[track_caller]
    fn check_nothing(text: &str, code: &str, place: &str) {
        check(text, &[], &[(code, place)]);
        assert!(!Expression::parse(text).is_valid());
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
        let read = Expression::parse("claims['a''b'] eq '''x'''");
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
        assert!(Expression::parse(&format!("{SUB} and {SUB}")).is_valid());
    }

    #[test]
    fn hostile_expressions_take_no_time() {
        let _ = Expression::parse(&"claims['a'] eq 'b' and ".repeat(1000));
        let _ = Expression::parse(&"'".repeat(1_000_000));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r#"(claims\['|'\]|[a-z'"\]\[ *?é‘]| and | eq | matches ){0,30}"#) {
            let read = Expression::parse(&text);
            for found in &read.diagnostics {
                let span = found.span.unwrap();
                prop_assert!(text.get(span.start()..span.end()).is_some());
            }
            prop_assert!(!read.terms.is_empty() || !read.is_valid());
        }

        #[test]
        fn what_is_written_is_read(claim in ".{1,9}", comparand in ".{0,20}", pattern: bool) {
            let operator = if pattern { Operator::Matches } else { Operator::Eq };
            let term = Term { claim: claim.into(), operator, comparand: comparand.into(), span: Span::default() };
            let text = term.to_string();
            let read = Expression::parse(&text);
            prop_assert!(read.diagnostics.is_empty());
            let span = Span::new(0, text.len());
            prop_assert_eq!(&read.terms, &[Term { span, ..term }]);
        }

    }
}
