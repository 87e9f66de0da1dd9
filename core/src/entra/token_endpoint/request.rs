//! Checks the request itself: method, tenant, parameters and grant.

use super::exchange::Exchange;
use crate::claims::is_guid;
use crate::entra::directory::{Tenant, is_domain};
use crate::entra::http::{HttpRequest, parameter};
use crate::entra::refusal::Refusal;
use crate::entra::rule::RuleId;
use crate::errors::AadstsCode;

const GRANT: &str = "client_credentials";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The form fields that count; others are ignored.
pub(super) struct Parameters {
    pub(super) client_id: String,
    /// `resource` in version 1.
    pub(super) scope: String,
    pub(super) v1: bool,
    grant_type: String,
    assertion_type: String,
    pub(super) assertion: String,
}

impl<'a> Exchange<'a> {
    pub(super) fn request(
        &mut self,
        request: &HttpRequest,
        tenant: &str,
        v1: bool,
    ) -> Result<(&'a Tenant, Parameters), Refusal> {
        let method = request.method.as_str();
        self.checks.require(
            RuleId::RequestForm,
            (method, "POST"),
            method == "POST",
            || Refusal::new(AadstsCode::WRONG_METHOD, &[("method", method)]),
        )?;
        let shared = ["common", "organizations", "consumers"].contains(&tenant);
        let well_formed = shared || is_guid(tenant) || is_domain(tenant);
        self.checks.require(
            RuleId::TenantSyntax,
            (tenant, "a GUID or a domain"),
            well_formed,
            || Refusal::new(AadstsCode::MALFORMED_TENANT, &[("tenant", tenant)]),
        )?;
        let found = self.entra.directory.tenant(tenant);
        let name = found.map_or("", |found| found.display_name.as_str());
        let no_tenant = || Refusal::new(AadstsCode::TENANT_NOT_FOUND, &[("tenant", tenant)]);
        self.checks.require(
            RuleId::TenantExists,
            (tenant, name),
            shared || found.is_some(),
            no_tenant,
        )?;
        let parameters = self.parameters(request, v1)?;
        self.grant_type(&parameters.grant_type, shared.then_some(tenant))?;
        Ok((found.ok_or_else(no_tenant)?, parameters))
    }

    fn parameters(&mut self, request: &HttpRequest, v1: bool) -> Result<Parameters, Refusal> {
        let given = if v1 {
            "client_id, resource, grant_type, client_assertion_type, client_assertion"
        } else {
            "client_id, scope, grant_type, client_assertion_type, client_assertion"
        };
        let (presented, outcome) = match Parameters::parse(request, v1) {
            Ok(parameters) => (given, Ok(parameters)),
            Err((name, refusal)) => (name, Err(refusal)),
        };
        let _ = self.checks.require(
            RuleId::Parameters,
            (presented, given),
            outcome.is_ok(),
            || (),
        );
        outcome
    }

    /// `shared` is the name in the address that stands for many tenants.
    fn grant_type(&mut self, grant: &str, shared: Option<&str>) -> Result<(), Refusal> {
        let supported = grant == GRANT;
        let wanted = (grant, "client_credentials, in one tenant");
        self.checks.require(
            RuleId::GrantType,
            wanted,
            supported && shared.is_none(),
            || match (supported, shared) {
                (false, _) => Refusal::new(AadstsCode::UNSUPPORTED_GRANT, &[("grant", grant)]),
                (true, Some("organizations")) => no_single_tenant(),
                (true, _) => Refusal::new(AadstsCode::GRANT_NEEDS_TENANT, &[]),
            },
        )
    }
}

impl Parameters {
    /// The error has the name of the parameter that is wrong.
    fn parse(request: &HttpRequest, v1: bool) -> Result<Self, (&'static str, Refusal)> {
        let text = if request.is_form() { &request.body } else { "" };
        let read = |name| {
            parameter(text, name)
                .map(Option::unwrap_or_default)
                .map_err(|fault| (name, Refusal::wrong_parameter(name, fault)))
        };
        let target = if v1 { "resource" } else { "scope" };
        if !v1 && parameter(text, "resource") != Ok(None) {
            let text = "The v2 endpoint takes no parameter 'resource'. (Fedcred: the code 901002 is documented for it; its text is not known.)";
            let refusal = Refusal {
                status: 400,
                ..Refusal::unknown("invalid_request", text)
            };
            return Err(("resource", refusal));
        }
        let parameters = Self {
            grant_type: read("grant_type")?,
            client_id: read("client_id")?,
            scope: read(target)?,
            v1,
            assertion_type: read("client_assertion_type")?,
            assertion: read("client_assertion")?,
        };
        let required = [
            ("grant_type", &parameters.grant_type),
            ("client_id", &parameters.client_id),
            (target, &parameters.scope),
        ];
        if let Some((name, _)) = required.into_iter().find(|(_, value)| value.is_empty()) {
            return Err((
                name,
                Refusal::new(AadstsCode::MISSING_PARAMETER, &[("parameter", name)]),
            ));
        }
        let asserted = parameters.assertion_type == ASSERTION_TYPE;
        // AADSTS7000216 speaks of this grant alone.
        if parameters.grant_type == GRANT && (parameters.assertion.is_empty() || !asserted) {
            return Err((
                "client_assertion",
                Refusal::new(AadstsCode::MISSING_CLIENT_CREDENTIAL, &[]),
            ));
        }
        Ok(parameters)
    }
}

/// The text of 9001023 recommends /organizations, so it cannot be the answer for that.
fn no_single_tenant() -> Refusal {
    Refusal::bad_request("The address names no tenant in which a token could be issued.")
}
