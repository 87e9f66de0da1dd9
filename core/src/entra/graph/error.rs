//! Why Microsoft Graph refuses a request, and the response that says so.

use serde::Serialize;

use crate::entra::http::HttpResponse;
use crate::errors::catalogue;
use crate::text::{fill, time};

/// Ends the text of an error whose own text is not known.
const NOT_KNOWN: &str = " (Fedcred: Graph's own text is not known.)";

/// Why Graph refuses a request.
pub(super) struct GraphError {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: ErrorMembers<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorMembers<'a> {
    code: &'a str,
    message: &'a str,
    inner_error: InnerError<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct InnerError<'a> {
    date: &'a str,
    request_id: &'a str,
    client_request_id: &'a str,
}

impl GraphError {
    pub(super) fn new(status: u16, code: &'static str, message: &str) -> Self {
        Self {
            status,
            code,
            message: message.to_owned(),
        }
    }

    /// An error whose own text is not known.
    pub(super) fn undocumented(status: u16, message: &str) -> Self {
        Self::new(
            status,
            "Request_BadRequest",
            &format!("{message}{NOT_KNOWN}"),
        )
    }

    /// An error of the catalogue.
    pub(super) fn documented(code: &'static str, parameters: &[(&str, &str)]) -> Self {
        let entry = catalogue()
            .find(|entry| entry.error.as_deref() == Some(code) && entry.template.is_some());
        let template = entry.and_then(|entry| entry.template.as_deref());
        let status = entry.and_then(|entry| entry.status).unwrap_or(400);
        Self::new(
            status,
            code,
            &fill(template.unwrap_or_default(), parameters),
        )
    }

    pub(super) fn no_application(id: &str) -> Self {
        let text = "Resource '{id}' does not exist or one of its queried reference-property objects are not present.";
        Self::new(404, "Request_ResourceNotFound", &fill(text, &[("id", id)]))
    }

    pub(super) fn no_credential(key: &str) -> Self {
        Self::documented("Request_ResourceNotFound", &[("name", key)])
    }

    /// The error response at the moment `now`; `client_request_id` is the id that the client gave the request.
    pub(super) fn response(
        &self,
        now: i64,
        request_id: &str,
        client_request_id: Option<&str>,
    ) -> HttpResponse {
        let date = time::rfc3339(now);
        let error = ErrorMembers {
            code: self.code,
            message: &self.message,
            inner_error: InnerError {
                date: date.trim_end_matches('Z'),
                request_id,
                client_request_id: client_request_id.unwrap_or(request_id),
            },
        };
        HttpResponse::json(self.status, &ErrorBody { error })
    }
}
