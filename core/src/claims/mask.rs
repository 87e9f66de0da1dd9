//! Hides identifiers in values that others can see on a screen.

use std::borrow::Cow;

use super::explain::Explanation;
use super::guid::is_guid;
use crate::text::Diagnostic;

/// Claims that identify somebody or something whatever their form.
const IDENTIFYING_CLAIMS: [&str; 24] = [
    "actor",
    "email",
    "family_name",
    "given_name",
    "ipaddr",
    "jti",
    "name",
    "nickname",
    "oid",
    "onprem_sid",
    "phone_number",
    "preferred_username",
    "puid",
    "rh",
    "sid",
    "sub",
    "tid",
    "unique_name",
    "upn",
    "user_login",
    "uti",
    "aio",
    "xms_az_rid",
    "xms_mirid",
];

/// How many characters of an identifier stay visible: enough to tell two apart.
const VISIBLE: usize = 4;

/// How many values of a token are looked for in each text.
const MAX_VALUES: usize = 1_000;

/// Sentences may quote only the beginning of a value: this many characters are enough to find it.
const QUOTED: usize = 16;

/// Hides identifiers in every text that is shown: GUIDs, email and IPv4 addresses, and the values of claims that
/// identify somebody. Only the first four characters of each stay, then `…`. A mask that is off hides nothing.
///
/// ```
/// use fedcred_core::claims::Mask;
///
/// let mask = Mask::new(true, None);
/// assert_eq!(mask.claim("oid", "5369a35c-46a5-4677-8ff9-2e65587654e7"), "5369…");
/// assert_eq!(mask.text("Sent to ada@example.org today."), "Sent to ada@… today.");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Mask {
    on: bool,
    /// Values of the token that identify whatever their form.
    values: Vec<String>,
}

impl Mask {
    /// A mask for texts about a token: with an explanation, it also finds the token's own values in sentences.
    #[must_use]
    pub fn new(on: bool, explanation: Option<&Explanation>) -> Self {
        let values = explanation
            .filter(|_| on)
            .into_iter()
            .flat_map(|it| [&it.header, &it.unprotected, &it.claims])
            .flatten()
            .filter(|claim| identifies(&claim.name) && claim.value.chars().nth(VISIBLE).is_some())
            .map(|claim| claim.value.clone())
            .take(MAX_VALUES)
            .collect();
        Self { on, values }
    }

    /// Whether it hides anything.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Masks the value of a claim.
    #[must_use]
    pub fn claim<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        if self.on && identifies(name) {
            hide(value).into()
        } else {
            self.text(value)
        }
    }

    /// Masks identifiers and values of the token in any text.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.on {
            return text.into();
        }
        let values = self.values.iter();
        let text = values.fold(Cow::from(text), |text, value| without(&text, value).into());
        masked_words(&text).into()
    }

    /// Masks message and help of findings.
    #[must_use]
    pub fn findings(&self, findings: &[Diagnostic]) -> Vec<Diagnostic> {
        findings
            .iter()
            .map(|finding| Diagnostic {
                message: self.text(&finding.message).into_owned().into(),
                help: self.text(&finding.help).into_owned().into(),
                ..finding.clone()
            })
            .collect()
    }
}

fn identifies(claim: &str) -> bool {
    IDENTIFYING_CLAIMS.contains(&claim)
}

/// A text without a value, or as much of the value as is quoted there.
fn without(text: &str, value: &str) -> String {
    let end = value.char_indices().nth(QUOTED);
    let beginning = value
        .get(..end.map_or(value.len(), |(at, _)| at))
        .unwrap_or(value);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(beginning) {
        let (before, found) = rest.split_at(at);
        let pairs = found.chars().zip(value.chars());
        let same = pairs.take_while(|(one, other)| one == other);
        let length = same.map(|(one, _)| one.len_utf8()).sum();
        out.push_str(before);
        out.push_str(&hide(value));
        rest = found.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn masked_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(&masked_word(word));
        let next = after.find(is_word).unwrap_or(after.len());
        let (between, behind) = after.split_at(next);
        out.push_str(between);
        rest = behind;
    }
    out
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '_' | '@' | '.' | '+')
}

fn masked_word(word: &str) -> String {
    let guid = word.len() >= 36
        && (0..=word.len() - 36).any(|at| word.get(at..at + 36).is_some_and(is_guid));
    if guid || word.contains('@') || is_address(word) {
        hide(word)
    } else {
        word.to_owned()
    }
}

/// An IPv4 address.
fn is_address(word: &str) -> bool {
    let mut numbers = word.split('.');
    numbers.clone().count() == 4 && numbers.all(|number| number.parse::<u8>().is_ok())
}

fn hide(value: &str) -> String {
    let mut visible: String = value.chars().take(VISIBLE).collect();
    if visible.len() < value.len() {
        visible.push('…');
    }
    visible
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::explain;
    use crate::jose::parse;

    #[track_caller]
    fn check(name: &str, value: &str, expected: &str) {
        assert_eq!(Mask::new(true, None).claim(name, value), expected);
        assert_eq!(Mask::new(false, None).claim(name, value), value);
    }

    #[test]
    fn sentences_quote_no_identifier() {
        let long = "repo:octo-org/octo-repo:environment:".to_owned() + &"x".repeat(200);
        let claims = format!(
            r#"{{"iss":"x","sub":"{long}","name":"Ada Lovelace","oid":"","upn":"ada","rh":"ünïcödé"}}"#
        );
        let explanation = explain(&parse(&claims).tokens[0], 0);
        let mask = Mask::new(true, Some(&explanation));
        for (text, expected) in [
            (format!("`sub` is `{long}`."), "`sub` is `repo…`."),
            (format!("`{}…`", &long[..120]), "`repo……`"),
            ("Ada Lovelace, Ada Lovelace".to_owned(), "Ada …, Ada …"),
            ("ünïcödé ünïcöd".to_owned(), "ünïc… ünïcöd"),
            ("`ada`, `upn`".to_owned(), "`ada`, `upn`"),
            ("c135c981-5d8e-4b80-84ea-d616a6a8167c".to_owned(), "c135…"),
        ] {
            assert_eq!(mask.text(&text), expected);
            let finding = Diagnostic::info("x", text.clone()).help(text);
            let [masked] = &mask.findings(&[finding])[..] else {
                panic!("one finding")
            };
            assert_eq!((&*masked.message, &*masked.help), (expected, expected));
        }
        let off = Mask::new(false, Some(&explanation));
        assert_eq!(off.text("Ada Lovelace"), "Ada Lovelace");
    }

    #[test]
    fn identifiers_are_hidden() {
        check("sub", "c135c981-5d8e-4b80-84ea-d616a6a8167c", "c135…");
        check(
            "iss",
            "https://login.microsoftonline.com/c135c981-5d8e-4b80-84ea-d616a6a8167c/v2.0",
            "https://login.microsoftonline.com/c135…/v2.0",
        );
        check("who", "mail to ada@example.org now", "mail to ada@… now");
        check("ip", "203.0.113.7", "203.…");
        check(
            "groups",
            r#"["c135c981-5d8e-4b80-84ea-d616a6a8167c"]"#,
            r#"["c135…"]"#,
        );
        check("name", "Ada Lovelace", "Ada …");
        check("x", "x_c135c981-5d8e-4b80-84ea-d616a6a8167c", "x_c1…");
    }

    #[test]
    fn the_rest_stays() {
        check("ver", "2.0", "2.0");
        check("exp", "1795521900", "1795521900");
        check("roles", r#"["Orders.Read"]"#, r#"["Orders.Read"]"#);
        check("name", "Ada", "Ada");
        check("n", "1.2.3.999", "1.2.3.999");
        check("é", "größer → 日本", "größer → 日本");
        check("", "", "");
    }
}
