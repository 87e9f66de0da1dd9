//! Finds errors of Entra ID in any text, and what their messages say.

use super::catalogue::CatalogueEntry;
use super::code::AadstsCode;
use super::escapes::decoded;
use super::mention::{Mention, mentions};
use super::message::{beginning, labelled, parameters, place_of, timestamp};
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
        let end = mentions.peek().map_or(text.len(), |next| next.span.start());
        let rest = text.get(mention.span.end()..end).unwrap_or_default();
        add(&mut found, ExplainedError::from_mention(mention, rest));
    }
    found
}

impl ExplainedError {
    /// The error of a mention; `rest` follows it in the text.
    fn from_mention(mention: Mention, rest: &str) -> Self {
        let mut error = Self {
            code: mention.code,
            span: mention.span,
            parameters: mention.parameters,
            entry: mention.entry,
            ..Self::default()
        };
        if mention.has_message {
            error.parse_message(&decoded(beginning(rest, LONGEST_MESSAGE)));
        }
        error
    }

    fn parse_message(&mut self, text: &str) {
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
    fn is_same(&self, other: &Self) -> bool {
        let silent = self.parameters.is_empty() || other.parameters.is_empty();
        self.code == other.code
            && (self.code.is_some() || self.entry == other.entry)
            && (silent || self.lasting_parameters().eq(other.lasting_parameters()))
    }

    fn lasting_parameters(&self) -> impl Iterator<Item = &(String, String)> {
        self.parameters
            .iter()
            .filter(|(name, _)| !TIMES.contains(&name.as_str()))
    }
}

/// Longer messages are read to here, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// Parameters that differ from one attempt to the next.
const TIMES: [&str; 3] = ["now", "nbf", "exp"];

fn add(found: &mut Vec<ExplainedError>, new: ExplainedError) {
    let Some(old) = found.iter_mut().find(|old| old.is_same(&new)) else {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

    use super::super::catalogue::{catalogue, is_wording};
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
            let at = error.span.slice(text);
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
                prop_assert!(!error.span.slice(&text).is_empty());
            }
        }
    }
}
