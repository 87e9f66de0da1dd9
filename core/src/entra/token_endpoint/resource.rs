//! Checks service principal, scope and resource, and issues the access token.

use super::exchange::{Client, Exchange};
use super::request::Parameters;
use super::response::LIFETIME;
use crate::entra::access_token::{Grant, Resource, TokenHolder};
use crate::entra::directory::ServicePrincipal;
use crate::entra::refusal::Refusal;
use crate::entra::rule::RuleId;
use crate::errors::AadstsCode;

impl Exchange<'_> {
    pub(super) fn issue(
        &mut self,
        client: &Client<'_>,
        parameters: &Parameters,
    ) -> Result<String, Refusal> {
        let principal = self.service_principal(client)?;
        let resource = self.resource(client, principal, parameters)?;
        let grant = Grant {
            tenant: client.tenant,
            client_id: &client.application.app_id,
            object_id: principal.id.as_str(),
            roles: self.entra.roles(client.tenant, principal, &resource),
            resource: &resource,
            holder: TokenHolder::Application,
            lifetime: LIFETIME,
        };
        self.entra.issue(self.now, &grant).ok_or_else(|| {
            Refusal::unknown(
                "server_error",
                "The directory of the mock has no signing key.",
            )
        })
    }

    fn service_principal<'c>(
        &mut self,
        client: &Client<'c>,
    ) -> Result<&'c ServicePrincipal, Refusal> {
        let app_id = &client.application.app_id;
        let principal = client.tenant.service_principal(app_id);
        let id = principal.map_or("", |principal| principal.id.as_str());
        let missing = || {
            let parameters = [
                ("appId", app_id.as_str()),
                ("tenantId", client.tenant.id.as_str()),
            ];
            Refusal::new(AadstsCode::SERVICE_PRINCIPAL_MISSING, &parameters)
        };
        self.checks.require(
            RuleId::ServicePrincipal,
            (app_id.as_str(), id),
            principal.is_some(),
            missing,
        )?;
        principal.ok_or_else(missing)
    }

    fn resource(
        &mut self,
        client: &Client<'_>,
        principal: &ServicePrincipal,
        parameters: &Parameters,
    ) -> Result<Resource, Refusal> {
        let scope = parameters.scope.as_str();
        let of_scope = scope
            .strip_suffix("/.default")
            .filter(|uri| !uri.is_empty() && !uri.contains(' '));
        let no_scope = || Refusal::new(AadstsCode::SCOPE_WITHOUT_DEFAULT, &[("scope", scope)]);
        let requested = if parameters.v1 {
            let reason = "The v1 endpoint takes `resource`, without /.default.";
            self.checks.skip(RuleId::Scope, reason);
            Some(scope)
        } else {
            let (wanted, passes) = ((scope, "{resource}/.default"), of_scope.is_some());
            self.checks
                .require(RuleId::Scope, wanted, passes, no_scope)?;
            of_scope
        };
        let requested = requested.ok_or_else(no_scope)?;
        let found = self.entra.resource(client.tenant, requested);
        let refusal = match &found {
            None => Some(Refusal::new(
                AadstsCode::RESOURCE_NOT_FOUND,
                &[
                    ("resource", requested),
                    ("tenantName", client.tenant.display_name.as_str()),
                ],
            )),
            Some(resource) => self.unassigned(client, principal, resource),
        };
        let known = found
            .as_ref()
            .map_or("", |resource| resource.app_id.as_str());
        self.checks.require(
            RuleId::Resource,
            (requested, known),
            refusal.is_none(),
            || refusal.unwrap_or_else(|| Refusal::new(AadstsCode::RESOURCE_NOT_FOUND, &[])),
        )?;
        found.ok_or_else(|| Refusal::new(AadstsCode::RESOURCE_NOT_FOUND, &[]))
    }

    fn unassigned(
        &self,
        client: &Client<'_>,
        principal: &ServicePrincipal,
        resource: &Resource,
    ) -> Option<Refusal> {
        let target = client.tenant.service_principal(&resource.app_id)?;
        let assigned = principal
            .app_role_assignments
            .iter()
            .any(|a| a.resource_id == target.id);
        let (_, application) = self.entra.directory.application(resource.app_id.as_str())?;
        (target.app_role_assignment_required && !assigned).then(|| {
            Refusal::new(
                AadstsCode::CLIENT_NOT_ASSIGNED,
                &[
                    ("clientId", client.application.app_id.as_str()),
                    ("clientName", &client.application.display_name),
                    ("resourceId", resource.app_id.as_str()),
                    ("resourceName", &application.display_name),
                ],
            )
        })
    }
}
