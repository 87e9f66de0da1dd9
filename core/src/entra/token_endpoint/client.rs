//! Finds the client application in the tenant, and the federated credentials it has.

use super::exchange::{Client, Exchange};
use crate::entra::directory::Tenant;
use crate::entra::refusal::Refusal;
use crate::entra::rule::RuleId;
use crate::errors::AadstsCode;

const PENDING: &str = "A credential that was created minutes ago is not found yet.";

impl<'a> Exchange<'a> {
    pub(super) fn client(
        &mut self,
        tenant: &'a Tenant,
        client_id: &str,
    ) -> Result<Client<'a>, Refusal> {
        let found = self
            .entra
            .directory
            .application(client_id)
            .filter(|(home, application)| home.id == tenant.id || application.is_multitenant());
        let name = found.map_or("", |(_, application)| application.display_name.as_str());
        let unknown = || {
            let parameters = [
                ("appId", client_id),
                ("tenantName", tenant.display_name.as_str()),
            ];
            Refusal::new(AadstsCode::APPLICATION_NOT_FOUND, &parameters)
        };
        self.checks
            .require(RuleId::Client, (client_id, name), found.is_some(), unknown)?;
        let (home, application) = found.ok_or_else(unknown)?;
        let credentials = application.credentials(self.now);
        let pending = application.federated_identity_credentials.len() - credentials.len();
        let count = credentials.len();
        let presented = format!("{count} of at most 20");
        let found = self.checks.require(
            RuleId::Credentials,
            (&presented, "at least 1"),
            count > 0,
            || {
                let name = application.display_name.as_str();
                Refusal::new(
                    AadstsCode::NO_CREDENTIALS,
                    &[("appId", client_id), ("appName", name)],
                )
            },
        );
        if pending > 0 {
            self.checks.note(PENDING);
        }
        found?;
        Ok(Client {
            tenant,
            home,
            application,
            credentials,
        })
    }
}
