//! The credential that is checked, what else is known, and the findings so far.

use super::super::credential::Credential;
use super::super::hints::Hints;
use crate::claims::{Cloud, EntraIssuer};
use crate::errors::finding;
use crate::text::Diagnostic;

pub(super) struct Lint<'a> {
    pub(super) credential: &'a Credential,
    pub(super) hints: &'a Hints,
    pub(super) entra: Option<EntraIssuer>,
    pub(super) found: Vec<Diagnostic>,
}

impl Lint<'_> {
    pub(super) fn tell(&mut self, code: &'static str, parameters: &[(&str, &str)]) {
        self.found.push(finding(code, parameters));
    }

    /// The cloud of the application: the issuer's, where nobody says.
    pub(super) fn cloud(&self) -> Cloud {
        let of_issuer = || self.entra.as_ref().and_then(|entra| entra.cloud);
        self.hints.cloud.or_else(of_issuer).unwrap_or_default()
    }
}
