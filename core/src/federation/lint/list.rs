//! A credential beside the others of its application, and a list of credentials.

use std::collections::HashSet;

use super::super::credential::Credential;
use super::super::limits::LIST_LIMIT;
use super::findings::Lint;
use crate::errors::finding;
use crate::text::Diagnostic;

impl Lint<'_> {
    /// Beside the credentials that there are already.
    pub(super) fn others(&mut self) {
        let Credential { name, .. } = self.credential;
        let others = &self.hints.others;
        let pair = |other: &Credential| pair_of(other) == pair_of(self.credential);
        // A credential that is there already, unchanged, is no clash.
        if others.contains(self.credential) {
            return;
        }
        if self.credential.claims_matching_expression.is_none() && others.iter().any(pair) {
            self.tell("pair-taken", &[("name", name)]);
        }
        if others.iter().any(|other| other.name == *name) {
            self.tell("name-taken", &[("name", name)]);
        }
        if others.len() >= LIST_LIMIT {
            self.tell(
                "too-many-credentials",
                &[("count", &(others.len() + 1).to_string())],
            );
        }
    }
}

fn pair_of(credential: &Credential) -> (&str, &str) {
    (credential.issuer.as_str(), credential.subject.as_str())
}

/// What is wrong with credentials beside each other.
pub(in crate::federation) fn lint_list(credentials: &[Credential]) -> Vec<Diagnostic> {
    let count = credentials.len();
    let too_many = (count > LIST_LIMIT).then(|| {
        let message =
            format!("There are {count} credentials; one object holds at most {LIST_LIMIT}.");
        Diagnostic::warning("too-many-credentials", message)
            .help("They probably belong to several applications.")
    });
    let mut seen = HashSet::new();
    let taken = credentials
        .iter()
        .filter(|one| one.claims_matching_expression.is_none())
        .filter(|one| !seen.insert(pair_of(one)))
        .map(|one| finding("pair-taken", &[("name", &one.name)]));
    too_many.into_iter().chain(taken).collect()
}
