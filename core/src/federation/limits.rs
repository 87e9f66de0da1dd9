//! The limits of a federated credential (Graph: federatedIdentityCredential; checked 2026-11).

/// Longest name.
pub(super) const NAME_LIMIT: usize = 120;
/// Longest issuer, subject, audience and description.
pub(super) const TEXT_LIMIT: usize = 600;
/// Most credentials of one application or identity.
pub(super) const LIST_LIMIT: usize = 20;
