//! A scenario: everything that an exchange depends on, and how it should end.

use super::fault::Fault;
use super::trace::Outcome;
use super::workload::{SetupRequest, TokenRequest, Workload};
use crate::claims::Cloud;
use crate::entra::Directory;
use crate::federation::Rules;
use crate::text::edit::replaced;
use crate::text::json::Document;

/// Everything an exchange depends on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scenario {
    /// Its name.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub about: String,
    /// The rules of Entra ID.
    pub rules: Rules,
    /// The cloud.
    pub cloud: Cloud,
    /// The moment of the exchange, in seconds.
    pub clock: i64,
    /// Tenants, applications, identities, keys.
    pub directory: Directory,
    /// Where the client runs and which identity it uses.
    pub workload: Workload,
    /// What it asks Entra ID for, and the API it then calls.
    pub request: TokenRequest,
    /// What is sent before the exchange, to Microsoft Graph for example.
    pub setup: Vec<SetupRequest>,
    /// What is made wrong.
    pub faults: Vec<Fault>,
    /// How it should end.
    pub expect: Option<Expectation>,
}

/// How a scenario should end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expectation {
    /// The outcome.
    pub outcome: Option<Outcome>,
    /// The code of a refusal; absent where there is none.
    pub code: Option<i64>,
    /// At least so many steps.
    pub steps_at_least: usize,
}

impl Scenario {
    /// The same at another moment: every time in it moves with its clock, so that it ends as before.
    #[must_use]
    pub fn moved_to(mut self, clock: i64) -> Self {
        let by = clock.saturating_sub(self.clock);
        self.clock = clock;
        self.directory.move_by(by);
        if let Some(token) = &mut self.workload.token {
            for name in ["iat", "nbf", "exp"] {
                let claims = Document::parse(token.claims.as_str());
                if let Some(value) = claims.get(name)
                    && let Some(at) = value.as_seconds()
                {
                    let moved = at.saturating_add(by).to_string();
                    token.claims = replaced(claims.source(), value.span(), &moved);
                }
            }
        }
        self
    }
}
