//! Compares the assertion with the client's credentials: issuer, then subject, then audience.

use super::exchange::{Client, Exchange};
use crate::claims::{Claims, EntraIssuer};
use crate::entra::refusal::Refusal;
use crate::entra::rule::RuleId;
use crate::errors::AadstsCode;
use crate::federation::{CredentialField, Match, Verdict, match_all};
use crate::text::CheckVerdict;

const ISSUER: [CredentialField; 1] = [CredentialField::Issuer];
/// A flexible credential has an expression in place of a subject.
const SUBJECT: [CredentialField; 2] = [CredentialField::Subject, CredentialField::Expression];

impl Exchange<'_> {
    pub(super) fn issuer(
        &mut self,
        client: &Client<'_>,
        claims: &Claims,
    ) -> Result<Verdict, Refusal> {
        let verdict = match_all(claims, &client.credentials, self.entra.settings.rules);
        let passes = verdict.matches.iter().any(|m| passes(m, &ISSUER));
        let values = nearest(&verdict, &ISSUER);
        let refusal = || refusal_of(&verdict);
        self.checks
            .require(RuleId::Issuer, (&values.0, &values.1), passes, refusal)?;
        Ok(verdict)
    }

    pub(super) fn matching(&mut self, claims: &Claims, verdict: &Verdict) -> Result<(), Refusal> {
        let subject = verdict
            .matches
            .iter()
            .any(|m| passes(m, &ISSUER) && passes(m, &SUBJECT));
        let values = nearest(verdict, &SUBJECT);
        self.checks
            .require(RuleId::Subject, (&values.0, &values.1), subject, || {
                refusal_of(verdict)
            })?;
        let values = nearest(verdict, &[CredentialField::Audience]);
        let exchange = claims
            .issuer
            .as_ref()
            .and_then(|issuer| EntraIssuer::parse(issuer.as_str()));
        let outcome = self.checks.require(
            RuleId::Audience,
            (&values.0, &values.1),
            verdict.matched,
            || refusal_of(verdict),
        );
        if let (Some(note), true) = (audience_note(verdict), exchange.is_some()) {
            self.checks.note(note);
        }
        outcome
    }
}

fn passes(found: &Match, fields: &[CredentialField]) -> bool {
    found
        .fields
        .iter()
        .any(|found| fields.contains(&found.field) && found.verdict == CheckVerdict::Pass)
}

/// What the nearest credential has in the first of these fields: presented, configured.
fn nearest(verdict: &Verdict, fields: &[CredentialField]) -> (String, String) {
    verdict
        .matches
        .first()
        .and_then(|nearest| nearest.fields.iter().find(|f| fields.contains(&f.field)))
        .map(|found| (found.presented.clone(), found.configured.clone()))
        .unwrap_or_default()
}

fn audience_note(verdict: &Verdict) -> Option<&str> {
    let fields = &verdict.matches.first()?.fields;
    let audience = fields
        .iter()
        .find(|field| field.field == CredentialField::Audience)?;
    audience.note.as_deref()
}

fn refusal_of(verdict: &Verdict) -> Refusal {
    Refusal {
        description: verdict.message.clone().unwrap_or_default(),
        ..Refusal::new(
            verdict.code.unwrap_or(AadstsCode::NO_MATCHING_CREDENTIAL),
            &[],
        )
    }
}
