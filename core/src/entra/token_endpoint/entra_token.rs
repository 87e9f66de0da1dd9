//! Checks what Entra ID demands of an assertion that it issued itself: a managed identity's token, of the right tenant.

use super::exchange::{Client, Exchange};
use crate::claims::{Claims, EntraIssuer, Version};
use crate::entra::directory::Tenant;
use crate::entra::refusal::Refusal;
use crate::entra::rule::RuleId;
use crate::errors::AadstsCode;
use crate::federation::Rules;
use crate::jose::Token;

/// AADSTS700227 is reported for it; neither its text nor its trigger is surely known.
const V1_ISSUER: &str = "The assertion has the v1 issuer; a managed identity's token needs the v2 one. (Fedcred: which code Entra ID answers here is not known.)";

/// AADSTS700231 is reported for it, in several wordings.
const CHAINED: &str = "The assertion was itself obtained through a federated credential. (Fedcred: AADSTS700231 is reported for it; its text is not known.)";

/// Whose token of Entra ID an assertion is.
#[derive(Clone, Copy)]
enum Holder {
    Identity,
    Application,
    /// An application that has it through a federated credential (third-party reports on `xms_ficinfo`).
    Chained,
    User,
}

impl Holder {
    fn words(self) -> &'static str {
        match self {
            Self::Identity => "a managed identity",
            Self::Application => "an application",
            Self::Chained => "an application, through a federated credential,",
            Self::User => "a user",
        }
    }
}

impl Exchange<'_> {
    /// What Entra ID demands of its own tokens (Entra: trust a managed identity; codes from logs).
    pub(super) fn entra_token(
        &mut self,
        token: &Token,
        claims: &Claims,
        client: &Client<'_>,
    ) -> Result<(), Refusal> {
        let issuer = claims.issuer.as_ref().map_or("", |issuer| issuer.as_str());
        let Some(entra) = EntraIssuer::parse(issuer) else {
            self.checks
                .skip(RuleId::EntraToken, "The issuer is not Entra ID.");
            return Ok(());
        };
        if self.entra.settings.rules == Rules::Preview2022 {
            self.checks.skip(
                RuleId::EntraToken,
                "No such check is known for 2022: the article's experiment passed.",
            );
            return Ok(());
        }
        let holder = self.holder(token, claims, &entra);
        let refusal = match holder {
            Holder::User => Some(Refusal::new(AadstsCode::TOKEN_OF_USER, &[])),
            Holder::Chained => Some(Refusal::unknown("invalid_client", CHAINED)),
            Holder::Application => Some(Refusal::new(AadstsCode::TOKEN_OF_APPLICATION, &[])),
            Holder::Identity if entra.tenant != client.home.id.as_str() => Some(Refusal::new(
                AadstsCode::IDENTITY_OF_OTHER_TENANT,
                &[("iss", issuer)],
            )),
            Holder::Identity => (entra.version == Version::V1)
                .then(|| Refusal::unknown("invalid_client", V1_ISSUER)),
        };
        let presented = format!("{} of tenant {}", holder.words(), entra.tenant);
        let configured = format!("{} of tenant {}", Holder::Identity.words(), client.home.id);
        self.checks.require(
            RuleId::EntraToken,
            (&presented, &configured),
            refusal.is_none(),
            || refusal.unwrap_or_else(|| Refusal::new(AadstsCode::TOKEN_OF_APPLICATION, &[])),
        )
    }

    /// Whose token of Entra ID it is.
    fn holder(&self, token: &Token, claims: &Claims, issuer: &EntraIssuer) -> Holder {
        let has = |name: &str| {
            token
                .payload()
                .is_some_and(|payload| payload.get(name).is_some())
        };
        let subject = claims
            .subject
            .as_ref()
            .map_or("", |subject| subject.as_str());
        let has_identity = |tenant: &Tenant| {
            let mut identities = tenant.managed_identities.iter();
            identities.any(|identity| identity.principal_id.as_str() == subject)
        };
        let tenant = self.entra.directory.tenant(&issuer.tenant);
        if has("scp") {
            Holder::User
        } else if has("xms_ficinfo") {
            Holder::Chained
        } else if tenant.is_some_and(has_identity) {
            Holder::Identity
        } else {
            Holder::Application
        }
    }
}
