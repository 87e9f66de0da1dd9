//! How far each credential is from matching a token.

use super::super::credential::Credential;
use super::super::rules::Rules;
use crate::claims::{Audience, Claims, EntraIssuer};
use crate::expression::{ClaimTexts, Expression};
use crate::text::distance;

/// A credential with how far it is away: fields that fail, then characters that differ.
pub(super) struct Ranked<'c> {
    pub(super) index: usize,
    pub(super) credential: &'c Credential,
    /// Whether issuer, subject or expression, and audience match.
    pub(super) passes: [bool; 3],
    pub(super) failing: usize,
    pub(super) distance: usize,
}

pub(super) struct Comparison<'a> {
    pub(super) claims: &'a Claims,
    pub(super) texts: ClaimTexts<'a>,
    pub(super) issuer: &'a str,
    pub(super) subject: &'a str,
    pub(super) entra: Option<EntraIssuer>,
    pub(super) rules: Rules,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(claims: &'a Claims, rules: Rules) -> Self {
        let issuer = claims.issuer.as_ref().map_or("", |issuer| issuer.as_str());
        Self {
            claims,
            texts: ClaimTexts::new(&claims.payload),
            issuer,
            subject: claims
                .subject
                .as_ref()
                .map_or("", |subject| subject.as_str()),
            entra: EntraIssuer::parse(issuer),
            rules,
        }
    }

    pub(super) fn rank<'c>(&self, index: usize, credential: &'c Credential) -> Ranked<'c> {
        let far = |pass: bool, a: &str, b: &str| if pass { 0 } else { distance(a, b).max(1) };
        let issuer = self.same(self.issuer, credential.issuer.as_str());
        let configured = configured_audience(credential);
        let audience = self.audience_passes(configured);
        let away = match &credential.claims_matching_expression {
            Some(expression) => Expression::parse(&expression.value).distance(&self.texts),
            None => {
                let configured = credential.subject.as_str();
                far(
                    self.same(self.subject, configured),
                    self.subject,
                    configured,
                )
            }
        };
        let passes = [issuer, away == 0, audience];
        Ranked {
            index,
            credential,
            passes,
            failing: passes.iter().filter(|pass| !**pass).count(),
            distance: far(issuer, self.issuer, credential.issuer.as_str())
                + away
                + far(audience, self.presented_audience(configured), configured),
        }
    }

    /// Case-sensitive since August 2024 (Entra: breaking changes); in the preview it was not.
    pub(super) fn same(&self, presented: &str, configured: &str) -> bool {
        let same = match self.rules {
            Rules::Current => presented == configured,
            Rules::Preview2022 => presented.eq_ignore_ascii_case(configured),
        };
        same && !presented.is_empty()
    }

    pub(super) fn audience_passes(&self, configured: &str) -> bool {
        let mut audiences = self.claims.audiences.iter();
        let literal = audiences.any(|audience| self.same(audience.as_str(), configured));
        let Some(entra) = &self.entra else {
            return literal;
        };
        let exchange = entra.assumed_cloud().exchange_audience();
        let for_exchange = configured == exchange && self.for_exchange();
        for_exchange || (literal && self.rules == Rules::Preview2022)
    }

    /// Whether the token was made for Entra's token exchange.
    pub(super) fn for_exchange(&self) -> bool {
        let cloud = self.entra.as_ref().map(EntraIssuer::assumed_cloud);
        let mut audiences = self.claims.audiences.iter();
        cloud.is_some_and(|cloud| audiences.any(|aud| cloud.is_exchange(aud.as_str())))
    }

    /// Of several audiences the one nearest to the credential's.
    pub(super) fn presented_audience(&self, configured: &str) -> &'a str {
        self.claims
            .audiences
            .iter()
            .map(Audience::as_str)
            .min_by_key(|audience| distance(audience, configured))
            .unwrap_or_default()
    }
}

pub(super) fn configured_audience(credential: &Credential) -> &str {
    credential.audiences.first().map_or("", Audience::as_str)
}
