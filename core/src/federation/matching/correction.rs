//! The credential as it would match.

use super::super::credential::Credential;
use super::super::rules::Rules;
use super::comparison::{Comparison, configured_audience};
use crate::claims::Version;
use crate::expression::{ClaimsMatchingExpression, Expression, build_terms};

impl Comparison<'_> {
    /// The expression of a flexible credential as it would match. Who made it wanted it to match several tokens,
    /// so it stays one, and the terms that hold stay as they are: what they let in was chosen. Where no expression
    /// can match this token, `None`, and the exact subject takes its place.
    pub(super) fn corrected_expression(
        &self,
        credential: &Credential,
    ) -> Option<ClaimsMatchingExpression> {
        let expression = credential.claims_matching_expression.as_ref()?;
        let mut read = Expression::parse(&expression.value);
        if !read.is_valid() {
            read.terms.clear();
        }
        let terms = build_terms(self.issuer, &self.claims.payload, &read.terms)?;
        Some(ClaimsMatchingExpression::from_terms(&terms))
    }

    /// A credential with the token's values; name and description stay.
    pub(super) fn corrected(&self, credential: &Credential) -> Option<Credential> {
        let audience = match &self.entra {
            Some(entra) if self.rules == Rules::Current => {
                let usable = self.for_exchange() && entra.version == Version::V2;
                usable.then(|| entra.assumed_cloud().exchange_audience())?
            }
            _ => self.presented_audience(configured_audience(credential)),
        };
        let complete = ![self.issuer, self.subject, audience].contains(&"");
        let expression = self.corrected_expression(credential);
        let subject = expression.as_ref().map_or(self.subject, |_| "");
        complete.then(|| Credential {
            issuer: self.issuer.into(),
            subject: subject.into(),
            audiences: vec![audience.into()],
            claims_matching_expression: expression,
            ..credential.clone()
        })
    }
}
