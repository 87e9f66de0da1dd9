//! The fields of one credential beside the token's values, with differences and notes.

use super::super::credential::Credential;
use super::super::github::{GithubSubject, GithubTrigger, twins};
use super::super::rules::Rules;
use super::comparison::{Comparison, Ranked, configured_audience};
use super::verdict::{CredentialField, FieldMatch, Match};
use crate::expression::{Expression, lint_expression};
use crate::text::Difference;

impl Comparison<'_> {
    pub(super) fn compare(&self, ranked: &Ranked<'_>) -> Match {
        let Ranked {
            credential,
            passes: [issuer, identity, audience],
            ..
        } = *ranked;
        let configured = configured_audience(credential);
        let presented = self.presented_audience(configured);
        let matched = ranked.failing == 0;
        Match {
            name: credential.name.clone(),
            index: ranked.index,
            matched,
            code: (!matched).then(|| self.code(std::slice::from_ref(ranked))),
            fields: vec![
                field(
                    CredentialField::Issuer,
                    issuer,
                    self.issuer,
                    credential.issuer.as_str(),
                ),
                self.identity(identity, credential),
                FieldMatch {
                    note: self.audience_note(audience, presented, configured),
                    ..field(CredentialField::Audience, audience, presented, configured)
                },
            ],
        }
    }

    /// The row of the subject, or of the expression in its place.
    pub(super) fn identity(&self, pass: bool, credential: &Credential) -> FieldMatch {
        let Some(expression) = &credential.claims_matching_expression else {
            let configured = credential.subject.as_str();
            let note = subject_note(self.subject, configured).filter(|_| !pass);
            return FieldMatch {
                note: note.map(str::to_owned),
                ..field(CredentialField::Subject, pass, self.subject, configured)
            };
        };
        FieldMatch {
            field: CredentialField::Expression,
            verdict: pass.into(),
            presented: self.subject.to_owned(),
            configured: expression.value.clone(),
            diff: None,
            note: None,
            terms: Expression::parse(&expression.value).compare(&self.texts),
            diagnostics: lint_expression(credential.issuer.as_str(), expression),
        }
    }

    fn audience_note(&self, pass: bool, presented: &str, configured: &str) -> Option<String> {
        let cloud = self.entra.as_ref()?.assumed_cloud();
        let exchange = cloud.exchange_audience();
        match pass {
            true if presented != configured => Some(format!(
                "Entra ID's tokens for {exchange} carry this ID of its own app; it maps one to the other ({}).",
                cloud.exchange_app_confidence().word()
            )),
            false if self.rules == Rules::Current && self.for_exchange() => Some(format!(
                "For an Entra issuer the audience must be {exchange}. AADSTS700214 is reported for this as well; its text is not known."
            )),
            false if self.rules == Rules::Current => Some(format!(
                "A token of Entra ID serves as assertion only when it was asked for {exchange}."
            )),
            _ => None,
        }
    }
}

pub(super) const ONLY_IDS: &str = "Only the IDs differ: subjects of repositories that were made, renamed or moved since 15 July 2026 have them (documented).";
pub(super) const ENVIRONMENT: &str = "A job with `environment:` has that in its subject, one without it the branch, tag or `pull_request` (documented).";

/// In what two subjects of one repository of GitHub differ (GitHub: OIDC reference).
fn subject_note(presented: &str, configured: &str) -> Option<&'static str> {
    let token = GithubSubject::parse(presented)?;
    let own = GithubSubject::parse(configured)?;
    let environment = |one: &GithubSubject| one.trigger == GithubTrigger::Environment;
    let same = (&token.owner, &token.repository) == (&own.owner, &own.repository);
    if twins(&token, &own) {
        Some(ONLY_IDS)
    } else {
        (same && environment(&token) != environment(&own)).then_some(ENVIRONMENT)
    }
}

fn field(field: CredentialField, pass: bool, presented: &str, configured: &str) -> FieldMatch {
    FieldMatch {
        field,
        verdict: pass.into(),
        presented: presented.to_owned(),
        configured: configured.to_owned(),
        diff: (!pass).then(|| Difference::between(presented, configured)),
        note: None,
        terms: Vec::new(),
        diagnostics: Vec::new(),
    }
}
