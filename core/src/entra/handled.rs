//! What the mock answers to a request: response, checks, fetches and changes.

use serde::Serialize;

use super::check::Check;
use super::http::{HttpRequest, HttpResponse};
use crate::errors::AadstsCode;

/// What the mock does with a request: the response, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Handled {
    /// The response.
    pub response: HttpResponse,
    /// The AADSTS code of a refusal; `None` for success, and where Entra ID's code is not known.
    pub code: Option<AadstsCode>,
    /// The checks in their order. After one that fails, the others are not reached.
    pub checks: Vec<Check>,
    /// The requests that the mock made in between, for the metadata and keys of an issuer.
    pub fetches: Vec<Fetch>,
    /// What the request changed in the directory.
    pub changes: Vec<Change>,
}

/// A change of the directory, made through Graph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What was done.
    pub action: ChangeAction,
    /// The object it was done to: `applications/{appId}/federatedIdentityCredentials/{name}`.
    pub object: String,
    /// The object before, as JSON; empty if it is new.
    pub before: String,
    /// The object after, as JSON; empty if it was deleted.
    pub after: String,
}

/// What was done to an object of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeAction {
    /// It was created.
    Created,
    /// It was updated.
    Updated,
    /// It was deleted.
    Deleted,
}

/// A request of the mock to an issuer's metadata or keys, with the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetch {
    /// The request: a GET.
    pub request: HttpRequest,
    /// The response.
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
