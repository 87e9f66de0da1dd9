//! Finds errors of Entra ID in any text, and what their messages say.

use std::borrow::Cow;

use super::catalogue::{CatalogueEntry, catalogue, is_wording};
use super::code::AadstsCode;
use crate::text::Span;

/// So many errors of a text are told.
pub const MAX_ERRORS: usize = 100;

/// An error that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExplainedError {
    /// The code; `None` for errors of other endpoints, which have none.
    pub code: Option<AadstsCode>,
    /// Where it stands for the first time: the code, or the text of an error without one.
    pub span: Span,
    /// What the message says, by the names and in the order of the catalogue's text: `iss`, `sub`, `aud`, `exp`, …
    pub parameters: Vec<(String, String)>,
    /// The id by which Microsoft finds the request.
    pub trace_id: Option<String>,
    /// The id that the client gave the request.
    pub correlation_id: Option<String>,
    /// When it happened, as in the message: `2024-06-13 15:40:46Z`.
    pub timestamp: Option<String>,
    /// What is known of it; `None` where nothing is.
    pub entry: Option<&'static CatalogueEntry>,
}

/// Finds the errors of a text (messages, responses, addresses, logs), each once and in the order of the text.
/// Of one code there are several where the messages name different values.
///
/// Reads JSON's escapes and the encoding of forms, line breaks or blanks between words, and the wordings of all
/// years. At most [`MAX_ERRORS`]; the time is linear in the length of the text.
#[must_use]
pub fn explain_errors(text: &str) -> Vec<ExplainedError> {
    let mut found = Vec::new();
    let mut mentions = mentions(text).into_iter().peekable();
    while let Some(mention) = mentions.next() {
        let end = mentions.peek().map_or(text.len(), |next| next.span.start);
        let rest = text.get(mention.span.end..end).unwrap_or_default();
        add(&mut found, mention.read(rest));
    }
    found
}

/// A place of the text at which an error is named.
struct Mention {
    span: Span,
    code: Option<AadstsCode>,
    entry: Option<&'static CatalogueEntry>,
    /// Whether its message follows.
    message: bool,
    parameters: Vec<(String, String)>,
}

impl Mention {
    fn of_code(span: Span, code: AadstsCode, message: bool) -> Self {
        Self {
            span,
            code: Some(code),
            entry: code.entry(),
            message,
            parameters: Vec::new(),
        }
    }

    /// The error, with the message that `rest` begins with.
    fn read(self, rest: &str) -> ExplainedError {
        let mut error = ExplainedError {
            code: self.code,
            span: self.span,
            parameters: self.parameters,
            entry: self.entry,
            ..ExplainedError::default()
        };
        if self.message {
            error.read_message(&readable(beginning(rest, LONGEST_MESSAGE)));
        }
        error
    }
}

impl ExplainedError {
    fn read_message(&mut self, text: &str) {
        let end = place_of("Trace ID:", text).unwrap_or(text.len());
        let message = text.get(..end).unwrap_or_default();
        let message = message.trim_start_matches(|c: char| c == ':' || c.is_whitespace());
        let template = self.entry.and_then(|entry| entry.template.as_deref());
        if let Some(template) = template {
            self.parameters = parameters(template, message).0;
        }
        self.trace_id = labelled(text, "Trace ID:");
        self.correlation_id = labelled(text, "Correlation ID:");
        self.timestamp = timestamp(text);
    }

    /// Whether it is the same error: one that names no values is told by any that does.
    fn is(&self, other: &Self) -> bool {
        let silent = self.parameters.is_empty() || other.parameters.is_empty();
        self.code == other.code
            && (self.code.is_some() || self.entry == other.entry)
            && (silent || self.lasting().eq(other.lasting()))
    }

    fn lasting(&self) -> impl Iterator<Item = &(String, String)> {
        self.parameters
            .iter()
            .filter(|(name, _)| !TIMES.contains(&name.as_str()))
    }
}

/// Longer messages are read to here, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// The texts of errors without a code and a name in them are not longer, in bytes.
const LONGEST_TEXT: usize = 256;

/// Longer values are no values, in bytes.
const LONGEST_VALUE: usize = 1024;

/// Parameters that differ from one attempt to the next.
const TIMES: [&str; 3] = ["now", "nbf", "exp"];

/// Codes have at least five digits.
const SMALLEST_CODE: AadstsCode = AadstsCode::new(10_000);

fn add(found: &mut Vec<ExplainedError>, new: ExplainedError) {
    let Some(old) = found.iter_mut().find(|old| old.is(&new)) else {
        if found.len() < MAX_ERRORS {
            found.push(new);
        }
        return;
    };
    if old.parameters.is_empty() {
        old.parameters = new.parameters;
    }
    if old.trace_id.is_none() {
        old.trace_id = new.trace_id;
        old.correlation_id = new.correlation_id;
        old.timestamp = new.timestamp;
    }
}

fn mentions(text: &str) -> Vec<Mention> {
    let codes = named(text, "AADSTS").filter_map(|at| {
        let (code, end) = code_at(text, at)?;
        let start = at - "AADSTS".len();
        Some(Mention::of_code(Span::new(start, end), code, true))
    });
    let bare_codes = named(text, "code").flat_map(|at| bare_codes(text, at));
    let texts = catalogue()
        .filter(|entry| entry.code.is_none())
        .flat_map(|entry| texts(text, entry));
    let mut all: Vec<_> = codes
        .chain(bare_codes)
        .chain(number_alone(text))
        .chain(texts)
        .collect();
    all.sort_by_key(|mention| mention.span.start);
    all
}

/// Where a word ends, in any letter case.
fn named<'t>(text: &'t str, word: &'static str) -> impl Iterator<Item = usize> + 't {
    let windows = text.as_bytes().windows(word.len()).enumerate();
    windows
        .filter(|(_, window)| window.eq_ignore_ascii_case(word.as_bytes()))
        .map(|(at, window)| at + window.len())
}

/// A code at a place, and where it ends.
fn code_at(text: &str, at: usize) -> Option<(AadstsCode, usize)> {
    let rest = text.get(at..)?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let number = rest.get(..digits)?.parse().ok()?;
    Some((AadstsCode::new(number), at + digits))
}

/// Codes without message, after `code`: `"error_codes":[700213]`, `error?code=700213`, `"code":"700213"`.
fn bare_codes(text: &str, after_code: usize) -> impl Iterator<Item = Mention> {
    let before = text.get(..after_code - "code".len()).unwrap_or_default();
    let own = before.ends_with("error_") || before.ends_with("error?");
    let mark = |c: char| c.is_ascii_whitespace() || "s\\\"':=[,".contains(c);
    let mut at = after_code;
    let numbers = std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at + rest.len() - rest.trim_start_matches(mark).len();
        let (code, end) = code_at(text, start).filter(|_| start > after_code)?;
        at = end;
        Some((Span::new(start, end), code))
    });
    numbers
        .filter(move |(_, code)| *code >= SMALLEST_CODE && (own || code.entry().is_some()))
        .map(|(span, code)| Mention::of_code(span, code, false))
}

/// The number that is all of the text.
fn number_alone(text: &str) -> Option<Mention> {
    let start = text.len() - text.trim_start().len();
    let (code, end) = code_at(text, start)?;
    let alone = end == text.trim_end().len() && code >= SMALLEST_CODE;
    alone.then(|| Mention::of_code(Span::new(start, end), code, false))
}

/// The places of an error without a code: its whole text, or its name where the text is not known.
fn texts(text: &str, entry: &'static CatalogueEntry) -> impl Iterator<Item = Mention> {
    let template = entry.template.as_deref().or(entry.error.as_deref());
    let places = template.into_iter().flat_map(move |template| {
        let head = template.split('{').next().unwrap_or_default();
        text.match_indices(head).map(move |(at, _)| (template, at))
    });
    places.filter_map(move |(template, at)| {
        let rest = beginning(text.get(at..).unwrap_or_default(), LONGEST_TEXT);
        let (parameters, length) = parameters(template, rest);
        // Names of credentials have no blanks.
        let names = parameters.iter().all(|(_, value)| !value.contains(' '));
        Some(Mention {
            span: Span::new(at, at + length.filter(|_| names)?),
            code: None,
            entry: Some(entry),
            message: false,
            parameters,
        })
    })
}

/// The values of a template's parameters in a message, as far as the message follows the template; where it does to
/// the end, the length of the message too.
fn parameters(template: &str, message: &str) -> (Vec<(String, String)>, Option<usize>) {
    let mut found = Vec::new();
    let (literal, mut template) = template.split_once('{').unwrap_or((template, ""));
    let Some(mut at) = length_of(literal, message) else {
        return (found, None);
    };
    while let Some((name, after)) = template.split_once('}') {
        let (literal, next) = after.split_once('{').unwrap_or((after, ""));
        let rest = message.get(at..).unwrap_or_default();
        let Some(length) = value_before(literal, rest) else {
            return (found, None);
        };
        let (value, rest) = rest.split_at_checked(length).unwrap_or_default();
        if !is_wording(name) {
            found.push((name.to_owned(), value.to_owned()));
        }
        let Some(literal) = length_of(literal, rest) else {
            return (found, None);
        };
        (at, template) = (at + length + literal, next);
    }
    (found, Some(at))
}

/// The length of the value that comes before a literal; its beginning is enough, as the end differs over the years.
fn value_before(literal: &str, text: &str) -> Option<usize> {
    let literal = beginning(literal, 12);
    let end = place_of(literal, text)?;
    let value = text.get(..end)?;
    (value.len() <= LONGEST_VALUE && !value.contains(['\r', '\n'])).then_some(end)
}

/// Where a literal stands for the first time. Of several blanks only the first can begin it.
fn place_of(literal: &str, text: &str) -> Option<usize> {
    let mut blank = false;
    for (at, character) in text.char_indices() {
        let further = blank && literal.starts_with(' ');
        blank = character.is_whitespace();
        if !further && length_of(literal, text.get(at..).unwrap_or_default()).is_some() {
            return Some(at);
        }
    }
    length_of(literal, "").map(|_| text.len())
}

/// The length of a literal at the beginning of a text. A blank stands for any blanks and line breaks, and for the end.
fn length_of(literal: &str, text: &str) -> Option<usize> {
    let mut rest = text;
    for (index, word) in literal.split(' ').enumerate() {
        if index > 0 {
            let next = rest.trim_start();
            if next.len() == rest.len() && !rest.is_empty() {
                return None;
            }
            rest = next;
        }
        rest = rest.strip_prefix(word)?;
    }
    Some(text.len() - rest.len())
}

/// At most so many bytes.
fn beginning(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most))
        .unwrap_or_default()
}

fn after<'t>(label: &str, text: &'t str) -> Option<&'t str> {
    let rest = text.get(place_of(label, text)?..)?;
    rest.get(length_of(label, rest)?..).map(str::trim_start)
}

fn labelled(text: &str, label: &str) -> Option<String> {
    let end = |c: char| c.is_whitespace() || "\"',<\\".contains(c);
    let value = after(label, text)?.split(end).next()?;
    (!value.is_empty()).then(|| beginning(value, LONGEST_VALUE).to_owned())
}

/// A date, a blank and a time that ends with `Z`.
fn timestamp(text: &str) -> Option<String> {
    let mut words = after("Timestamp:", text)?.split_whitespace();
    let (date, time) = (words.next()?, words.next()?.split_inclusive('Z').next()?);
    (date.len() == 10 && time.len() == 9).then(|| format!("{date} {time}"))
}

/// The text as it was before it was put into an address or a JSON string.
fn readable(text: &str) -> Cow<'_, str> {
    let encoded = text
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("%3a"));
    if encoded {
        let end = |c: char| c.is_whitespace() || "&\"'<>#".contains(c);
        let value = text.split(end).next().unwrap_or_default();
        let form = format!("={value}");
        let mut pairs = form_urlencoded::parse(form.as_bytes());
        let value = pairs.next().map(|(_, value)| value.into_owned());
        return value.unwrap_or_default().into();
    }
    unescaped(text)
}

/// Escapes of JSON strings, also of strings inside strings, where the backslash is escaped itself.
fn unescaped(text: &str) -> Cow<'_, str> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let tail = after.trim_start_matches('\\');
        let (character, next) = escape(tail).unwrap_or(('\\', tail));
        out.push(character);
        rest = next;
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn escape(tail: &str) -> Option<(char, &str)> {
    let mut characters = tail.chars();
    let character = match characters.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let code = u32::from_str_radix(tail.get(1..5)?, 16).ok()?;
            return Some((char::from_u32(code)?, tail.get(5..)?));
        }
        quote @ ('"' | '\'' | '/') => quote,
        _ => return None,
    };
    Some((character, characters.as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    /// Codes (0 for none) and parameters of what is found.
    #[track_caller]
    fn check(text: &str, expected: &[(u32, &[(&str, &str)])]) -> Vec<ExplainedError> {
        let found = explain_errors(text);
        let told: Vec<_> = found
            .iter()
            .map(|error| {
                let parameters = error.parameters.iter();
                let parameters: Vec<_> =
                    parameters.map(|(n, v)| (n.as_str(), v.as_str())).collect();
                (error.code.map_or(0, AadstsCode::number), parameters)
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(code, p)| (*code, p.to_vec()))
            .collect();
        assert_eq!(told, expected, "{text}");
        for error in &found {
            let at = error.span.of(text);
            let code = error
                .code
                .map_or(String::new(), |code| code.number().to_string());
            assert!(!at.is_empty() && at.ends_with(&code), "{at}");
        }
        found
    }

    const SUBJECT: &str = "repo:contoso/shop:pull_request";
    const OLD: &str = "AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:contoso/shop:pull_request'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation Trace ID: 0a0a Correlation ID: 0b0b Timestamp: 2024-06-13 15:40:46Z";

    #[test]
    fn a_message_of_any_year() {
        let told: &[(u32, &[(&str, &str)])] = &[(700_213, &[("sub", SUBJECT)])];
        let found = check(OLD, told);
        let error = &found[0];
        assert_eq!(error.trace_id.as_deref(), Some("0a0a"));
        assert_eq!(error.correlation_id.as_deref(), Some("0b0b"));
        assert_eq!(error.timestamp.as_deref(), Some("2024-06-13 15:40:46Z"));
        for text in [
            OLD.replace("Please check", "Check"),
            OLD.replace(" Trace", "\r\nTrace")
                .replace(" Correlation", "\r\nCorrelation")
                .replace(" Timestamp", "\r\nTimestamp"),
            OLD.replace(
                "docs.microsoft.com/en-us/azure/active-directory/develop",
                "learn.microsoft.com/entra/workload-id",
            ),
            OLD.replace(' ', "\n"),
            OLD.replace(' ', "\r\n   "),
            format!("ERROR: {OLD}\n  at Azure.Identity\n{OLD}"),
            format!(
                r#"{{"error":"invalid_client","error_description":"{OLD}","error_codes":[700213],"error_uri":"https://login.microsoftonline.com/error?code=700213"}}"#
            ),
            format!(r#"{{"error_codes":[ 700213 ],"error_description":"{OLD}"}}"#),
            OLD.replace(" Trace", r"\r\nTrace").replace('\'', r"\u0027"),
            OLD.replace(" Trace", r"\\r\\nTrace")
                .replace('\'', r"\\u0027"),
        ] {
            let found = check(&text, told);
            assert_eq!(found[0].trace_id.as_deref(), Some("0a0a"), "{text}");
            assert_eq!(found[0].timestamp.as_deref(), Some("2024-06-13 15:40:46Z"));
        }
        check("AADSTS700213", &[(700_213, &[])]);
        check("aadsts700213: something else", &[(700_213, &[])]);
        check(
            "AADSTS700213: No matching federated identity record found for presented assertion subject 'x'. Ch",
            &[(700_213, &[("sub", "x")])],
        );
        check(
            "AADSTS700213: No matching federated identity record found for presented assertion subject 'x",
            &[(700_213, &[])],
        );
    }

    #[test]
    fn an_address() {
        let form: String = form_urlencoded::byte_serialize(OLD.as_bytes()).collect();
        for text in [
            format!("https://app.example/?error=invalid_client&error_description={form}&state=1"),
            format!(
                "Location: https://app.example/#error_description={}\n",
                form.to_lowercase().replace("aadsts", "AADSTS")
            ),
        ] {
            let found = explain_errors(&text);
            assert_eq!(found[0].code, Some(AadstsCode::NO_MATCHING_SUBJECT));
            assert_eq!(found[0].trace_id.is_some(), text.contains("Trace"));
        }
        let text =
            format!("https://app.example/?error=invalid_client&error_description={form}&state=1");
        check(&text, &[(700_213, &[("sub", SUBJECT)])]);
    }

    #[test]
    fn codes_without_a_message() {
        for text in [
            "700213",
            " 700213\n",
            "error_codes:[700213]",
            "\"error_codes\": [\n  700213\n]",
            r#"{\"error_codes\":[700213]}"#,
            "https://login.microsoftonline.com/error?code=700213",
            "\"code\":\"700213\"",
            "'code': 700213",
            "ErrorCode=700213",
        ] {
            check(text, &[(700_213, &[])]);
        }
        check(
            "\"error_codes\":[700213,50013]",
            &[(700_213, &[]), (50_013, &[])],
        );
        check("\"error_codes\":[123456]", &[(123_456, &[])]);
        for text in [
            "",
            "no",
            "AADSTS",
            "AADSTS:",
            "AADSTS-700213",
            "AADSTSx",
            "AADSTS99999999999999999999",
            "404",
            "700213 x",
            "x 700213",
            "\"code\":\"404\"",
            "\"code\":\"123456\"",
            "code700213",
            "codec:700213",
            "error_codes",
            "error?code=",
            "error_codes:[]",
            "Identity not",
            "FederatedIdentityCredential with name x",
            "FederatedIdentityCredential with name \n already exists.",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn each_error_once_and_in_order() {
        let other = OLD.replace("pull_request", "ref:refs/heads/main");
        check(
            &format!("AADSTS700213 again AADSTS50011: x {OLD}\n{other}\n{OLD}"),
            &[
                (700_213, &[("sub", SUBJECT)]),
                (50_011, &[]),
                (700_213, &[("sub", "repo:contoso/shop:ref:refs/heads/main")]),
            ],
        );
        let late = |now: &str| {
            AadstsCode::ASSERTION_NOT_IN_TIME
                .message(&[("now", now), ("nbf", "1"), ("exp", "2")])
                .unwrap()
        };
        check(
            &format!(
                "{}\n{}",
                late("2026-11-23T15:24:00.5Z"),
                late("2026-11-23T15:25:00.5Z")
            ),
            &[(
                700_024,
                &[
                    ("now", "2026-11-23T15:24:00.5Z"),
                    ("nbf", "1"),
                    ("exp", "2"),
                ],
            )],
        );
    }

    #[test]
    fn errors_of_other_endpoints() {
        let found = check(
            r#"{"error":"invalid_request","error_description":"Identity not found"}"#,
            &[(0, &[])],
        );
        assert_eq!(found[0].entry.unwrap().title, "Identity not found");
        check("Required metadata header not specified", &[(0, &[])]);
        check(
            "FederatedIdentityCredential with name gh-main already exists. FederatedIdentityCredential with name b not found.",
            &[(0, &[("name", "gh-main")]), (0, &[("name", "b")])],
        );
        check("code: InvalidFederatedIdentityCredentialValue", &[(0, &[])]);
    }

    #[test]
    fn unknown_codes_say_so() {
        let found = check("AADSTS123456: Something new.", &[(123_456, &[])]);
        assert_eq!(found[0].entry, None);
    }

    #[test]
    fn a_log_of_any_size() {
        let codes: String = (100_000..101_000)
            .map(|code| format!("AADSTS{code} "))
            .collect();
        assert_eq!(explain_errors(&codes).len(), MAX_ERRORS);
        for piece in [
            "AADSTS700213",
            "AADSTS700213: No matching ",
            "code",
            "code:",
            "\\",
            "FederatedIdentityCredential with name ",
            OLD,
            &format!(
                "AADSTS7000272: The certificate with identifier {}",
                " ".repeat(4000)
            ),
        ] {
            let _ = explain_errors(&piece.repeat(100_000 / piece.len()));
        }
    }

    /// A value as an issuer or administrator may choose it: no quotes, no escapes, no line breaks.
    const VALUE: &str = "[a-zA-Z0-9:/@*_äλ.-]([a-zA-Z0-9:/@*_äλ -]{0,60}[a-zA-Z0-9:/@*_äλ-])?";

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        /// What the catalogue writes is read again: each text with any values, as it is and inside JSON.
        #[test]
        fn every_text_is_read_again(index in any::<prop::sample::Index>(), values in prop::collection::vec(VALUE, 4)) {
            let all: Vec<_> = catalogue().filter(|entry| entry.template.is_some() && entry.code.is_some()).collect();
            let entry = all[index.index(all.len())];
            let names = entry.template.as_deref().unwrap().split('{').skip(1).map(|part| part.split('}').next().unwrap());
            let names = names.filter(|name| !is_wording(name));
            let expected: Vec<_> = names.zip(&values).map(|(name, value)| (name.to_owned(), value.clone())).collect();
            let borrowed: Vec<_> = expected.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let text = entry.code.unwrap().message(&borrowed).unwrap();
            for text in [text.clone(), serde_json::to_string(&text).unwrap(), format!("x\n{text}\ny")] {
                let found = explain_errors(&text);
                prop_assert_eq!(found.len(), 1, "{}", text);
                prop_assert_eq!((found[0].code, &found[0].parameters), (entry.code, &expected), "{}", text);
            }
        }

        #[test]
        fn any_text_gives_an_answer(text in "(AADSTS|700213|[:\\\\{}'\"%]|code|error_codes|FederatedIdentityCredential with name |Trace ID:|Timestamp:| |.){0,40}") {
            for error in explain_errors(&text) {
                prop_assert!(!error.span.of(&text).is_empty());
            }
        }
    }
}
