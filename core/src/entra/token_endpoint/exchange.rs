//! What the checks of one token request share: the mock, the moment, and what was recorded so far.

use crate::entra::check::Checks;
use crate::entra::directory::{Application, Tenant};
use crate::entra::handled::Fetch;
use crate::entra::mock::Entra;
use crate::federation::Credential;

/// One request at the token endpoint, while it is checked.
pub(super) struct Exchange<'a> {
    pub(super) entra: &'a Entra,
    /// Seconds since 1970.
    pub(super) now: i64,
    pub(super) checks: Checks,
    pub(super) fetches: Vec<Fetch>,
}

/// The client and where it acts.
pub(super) struct Client<'a> {
    /// The tenant in which it asks for a token.
    pub(super) tenant: &'a Tenant,
    /// The tenant in which it is registered.
    pub(super) home: &'a Tenant,
    pub(super) application: &'a Application,
    /// The credentials that Entra ID has found by now.
    pub(super) credentials: Vec<Credential>,
}
