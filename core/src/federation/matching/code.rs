//! The error that Entra ID answers when no credential matches.

use super::super::rules::Rules;
use super::comparison::{Comparison, Ranked};
use crate::claims::Audience;
use crate::errors::AadstsCode;

impl Comparison<'_> {
    /// The code for a token that none of the credentials matches: the first field, in Entra's
    /// order, that no credential gets past.
    pub(super) fn code(&self, ranked: &[Ranked<'_>]) -> AadstsCode {
        if ranked.is_empty() {
            return AadstsCode::NO_CREDENTIALS;
        }
        if self.rules == Rules::Preview2022 {
            return AadstsCode::NO_MATCHING_CREDENTIAL;
        }
        let of_issuer = || ranked.iter().filter(|ranked| ranked.passes[0]);
        if of_issuer().next().is_none() {
            return AadstsCode::NO_MATCHING_ISSUER;
        }
        if of_issuer().any(|ranked| ranked.passes[1]) {
            let other_resource = self.entra.is_some() && !self.for_exchange();
            return if other_resource {
                AadstsCode::AUDIENCE_NOT_EXCHANGE
            } else {
                AadstsCode::NO_MATCHING_AUDIENCE
            };
        }
        // The condition is observed; that it comes before letter case is inferred.
        if of_issuer().any(|ranked| ranked.credential.claims_matching_expression.is_some()) {
            return AadstsCode::NO_MATCHING_EXPRESSION;
        }
        let subject = |ranked: &Ranked<'_>| {
            ranked
                .credential
                .subject
                .as_str()
                .eq_ignore_ascii_case(self.subject)
        };
        if of_issuer().any(subject) {
            AadstsCode::SUBJECT_CASE_DIFFERS
        } else {
            AadstsCode::NO_MATCHING_SUBJECT
        }
    }

    pub(super) fn message(&self, code: AadstsCode) -> Option<String> {
        let audience = self.claims.audiences.first().map_or("", Audience::as_str);
        code.message(&[
            ("iss", self.issuer),
            ("sub", self.subject),
            ("aud", audience),
            // Which application it is, nobody has said.
            ("appId", "…"),
            ("appName", "…"),
        ])
    }
}
