//! What the mock answers to a request: response, checks, fetches and changes.

use serde::Serialize;

use super::check::Check;
use super::http::{HttpRequest, HttpResponse};
use crate::errors::AadstsCode;

/// What the mock does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// The answer.
    pub response: HttpResponse,
    /// The AADSTS code of a refusal, where it is known.
    pub code: Option<AadstsCode>,
    /// What was checked, in order; checks after a failure are not reached.
    pub checks: Vec<Check>,
    /// What the mock fetched in between.
    pub fetches: Vec<Fetch>,
    /// What is different in the directory now.
    pub changes: Vec<Change>,
}

/// A change of the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What was done.
    pub action: ChangeAction,
    /// What it was done to, `applications/{appId}/federatedIdentityCredentials/{name}`.
    pub object: String,
    /// The object as JSON before; empty where it is new.
    pub before: String,
    /// The object as JSON after; empty where it is gone.
    pub after: String,
}

/// What was done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeAction {
    /// It is new.
    Created,
    /// It is different.
    Updated,
    /// It is gone.
    Deleted,
}

/// A request of the mock to a publisher of metadata, and the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// The request.
    pub request: HttpRequest,
    /// The answer.
    pub response: HttpResponse,
}

impl Handled {
    /// An answer without anything beside it.
    pub(crate) fn plain(response: HttpResponse) -> Self {
        Self {
            response,
            code: None,
            checks: Vec::new(),
            fetches: Vec::new(),
            changes: Vec::new(),
        }
    }

    /// The answer to an address that the mock does not have.
    pub(super) fn not_found() -> Self {
        Self::plain(HttpResponse::text(404, "The mock has nothing here."))
    }
}
