//! Why Entra ID refuses a request, and the response that says so.

use serde::Serialize;

use super::http::HttpResponse;
use crate::errors::AadstsCode;
use crate::text::time;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Option<AadstsCode>,
    pub(crate) error: String,
    pub(crate) status: u16,
    pub(crate) description: String,
    pub(crate) error_uri: bool,
}

impl Refusal {
    /// A refusal of the catalogue with its parameters.
    pub(crate) fn new(code: AadstsCode, parameters: &[(&str, &str)]) -> Self {
        let entry = code.entry();
        Self {
            code: Some(code),
            error: entry.and_then(|e| e.error.clone()).unwrap_or_default(),
            status: entry.and_then(|e| e.status).unwrap_or(400),
            description: code.message(parameters).unwrap_or_default(),
            error_uri: entry.is_some_and(|e| e.error_uri),
        }
    }

    /// A refusal whose code is not known; the text says so.
    pub(crate) fn unknown(error: &str, description: &str) -> Self {
        Self {
            code: None,
            error: error.to_owned(),
            status: 401,
            description: description.to_owned(),
            error_uri: false,
        }
    }

    /// A refusal with status 400 whose code is not known.
    pub(super) fn bad_request(description: &str) -> Self {
        Self {
            status: 400,
            ..Self::unknown("invalid_request", &format!("{description}{NOT_KNOWN}"))
        }
    }

    /// A parameter that is given twice or damaged; RFC 6749 §3.2 allows no second one, Entra's answer is not known.
    pub(super) fn wrong_parameter(name: &str, fault: &str) -> Self {
        Self::bad_request(&format!("The parameter '{name}' {fault}."))
    }
}

/// Ends a text of the mock's own.
const NOT_KNOWN: &str = " (Fedcred: which code Entra ID answers here is not known.)";

/// What Entra ID puts around a refusal.
pub(super) struct Envelope {
    pub(super) now: i64,
    pub(super) trace_id: String,
    pub(super) correlation_id: String,
    pub(super) host: &'static str,
    /// Before `Trace ID:` and its siblings: a blank, in 2022 a line break (logs).
    pub(super) separator: &'static str,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
    error_description: String,
    error_codes: Vec<AadstsCode>,
    timestamp: &'a str,
    trace_id: &'a str,
    correlation_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_uri: Option<String>,
}

impl Envelope {
    /// The error response (Entra: handle error codes; shapes from logs).
    pub(super) fn response(&self, refusal: &Refusal) -> HttpResponse {
        let timestamp = time::entra_timestamp(self.now);
        let between = self.separator;
        let body = ErrorBody {
            error: &refusal.error,
            error_description: format!(
                "{}{between}Trace ID: {}{between}Correlation ID: {}{between}Timestamp: {timestamp}",
                refusal.description, self.trace_id, self.correlation_id
            ),
            error_codes: refusal.code.into_iter().collect(),
            timestamp: &timestamp,
            trace_id: &self.trace_id,
            correlation_id: &self.correlation_id,
            error_uri: refusal
                .code
                .filter(|_| refusal.error_uri)
                .map(|code| format!("https://{}/error?code={}", self.host, code.number())),
        };
        HttpResponse::json(refusal.status, &body)
            .header("Cache-Control", "no-store, no-cache")
            .header("x-ms-request-id", self.trace_id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD_LINK: (&str, &str) = (
        "doc",
        "https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation",
    );

    /// A body of the catalogue's text and these values is the real one, byte for byte.
    #[track_caller]
    fn check(
        code: AadstsCode,
        parameters: &[(&str, &str)],
        ids: [&str; 2],
        separator: &'static str,
        real: &str,
    ) {
        let (_, timestamp) = real.split_once(r#""timestamp":""#).unwrap();
        let moment = timestamp.get(..20).unwrap().replace(' ', "T");
        let envelope = Envelope {
            now: time::parse(&moment).unwrap(),
            trace_id: ids[0].to_owned(),
            correlation_id: ids[1].to_owned(),
            host: "login.microsoftonline.com",
            separator,
        };
        let response = envelope.response(&Refusal::new(code, parameters));
        assert_eq!(response.body, real);
        let found = crate::errors::explain_errors(real);
        let [error] = found.as_slice() else {
            panic!("{found:?}");
        };
        let read = error
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let given = parameters
            .iter()
            .copied()
            .filter(|(name, _)| !["check", "doc"].contains(name));
        assert_eq!(read.collect::<Vec<_>>(), given.collect::<Vec<_>>());
        assert_eq!(
            (
                error.code,
                error.trace_id.as_deref(),
                error.correlation_id.as_deref()
            ),
            (Some(code), Some(ids[0]), Some(ids[1]))
        );
    }

    /// Azure/azure-workload-identity issues 616 (2022) and 1232 (2024), Azure/login issue 461 (2024).
    #[test]
    fn real_bodies_come_again() {
        check(
            AadstsCode::NO_MATCHING_CREDENTIAL,
            &[
                ("iss", "https://kubernetes.default.svc.cluster.local"),
                ("sub", "system:serviceaccount:default:workload-identity-sa"),
                ("aud", "api://AzureADTokenExchange"),
            ],
            [
                "30b6df93-efd2-459c-ae6a-bad0838f6f00",
                "dffc6012-a4af-4f00-80ab-3e831069b3cc",
            ],
            "\r\n",
            r#"{"error":"invalid_request","error_description":"AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: 'https://kubernetes.default.svc.cluster.local'. Assertion Subject: 'system:serviceaccount:default:workload-identity-sa'. Assertion Audience: 'api://AzureADTokenExchange'. https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation\r\nTrace ID: 30b6df93-efd2-459c-ae6a-bad0838f6f00\r\nCorrelation ID: dffc6012-a4af-4f00-80ab-3e831069b3cc\r\nTimestamp: 2022-10-27 23:39:22Z","error_codes":[70021],"timestamp":"2022-10-27 23:39:22Z","trace_id":"30b6df93-efd2-459c-ae6a-bad0838f6f00","correlation_id":"dffc6012-a4af-4f00-80ab-3e831069b3cc","error_uri":"https://login.microsoftonline.com/error?code=70021"}"#,
        );
        check(
            AadstsCode::NO_MATCHING_SUBJECT,
            &[
                ("sub", "repo:orgName/repoName:pull_request"),
                ("check", "Please check"),
                OLD_LINK,
            ],
            ["traceId", "correlationId"],
            " ",
            r#"{"error":"invalid_client","error_description":"AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:orgName/repoName:pull_request'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation Trace ID: traceId Correlation ID: correlationId Timestamp: 2024-06-13 15:40:46Z","error_codes":[700213],"timestamp":"2024-06-13 15:40:46Z","trace_id":"traceId","correlation_id":"correlationId"}"#,
        );
        check(
            AadstsCode::KEY_NOT_PUBLISHED,
            &[
                ("hex", "DFA184AB5E2B3F6529B8CFCE195305014236E297"),
                ("iss", "https://oidc.svasys.com"),
            ],
            [
                "fe3494ee-ee09-46fc-b6c1-4db478763300",
                "ba0dd475-3cd4-47f7-9a6a-046821c5ad7a",
            ],
            " ",
            r#"{"error":"invalid_client","error_description":"AADSTS7000272: The certificate with identifier DFA184AB5E2B3F6529B8CFCE195305014236E297 used to sign the federated credential could not be found in the metadata of identity provider https://oidc.svasys.com. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token. Trace ID: fe3494ee-ee09-46fc-b6c1-4db478763300 Correlation ID: ba0dd475-3cd4-47f7-9a6a-046821c5ad7a Timestamp: 2024-01-14 20:29:53Z","error_codes":[7000272],"timestamp":"2024-01-14 20:29:53Z","trace_id":"fe3494ee-ee09-46fc-b6c1-4db478763300","correlation_id":"ba0dd475-3cd4-47f7-9a6a-046821c5ad7a","error_uri":"https://login.microsoftonline.com/error?code=7000272"}"#,
        );
    }
}
