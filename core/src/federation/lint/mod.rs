//! What Entra ID will not save, and what will surprise at the exchange.

mod audience;
mod fields;
mod findings;
mod issuer;
mod list;
mod subject;
#[cfg(test)]
mod tests;

use super::credential::Credential;
use super::hints::Hints;
use super::identity::ManagedIdentity;
use crate::claims::EntraIssuer;
use crate::text::Diagnostic;
use findings::Lint;
pub(super) use list::lint_list;

/// Checks a credential before it is saved, with what else is known.
///
/// Findings about its expression have their place in it, the others have none.
#[must_use]
pub fn lint_credential(
    credential: &Credential,
    hints: &Hints,
    identity: Option<&ManagedIdentity>,
) -> Vec<Diagnostic> {
    let mut lint = Lint {
        credential,
        hints,
        entra: EntraIssuer::parse(credential.issuer.as_str()),
        found: Vec::new(),
    };
    lint.name();
    lint.texts();
    lint.issuer();
    lint.subject(identity);
    lint.audience();
    lint.identity(identity);
    lint.others();
    lint.found
}
