//! The managed-identity endpoint of a host: the Instance Metadata Service (IMDS).

use serde::Serialize;

use super::checks::{Checks, Envelope, Phase, Refusal, Rule};
use super::directory::{ManagedIdentityObject, Tenant};
use super::issue::{Grant, Kind};
use super::{Entra, Handled, HttpRequest, HttpResponse};
use crate::claims::Confidence;
use crate::text::Listed;

/// Its address, the same on every host (Entra: how to use managed identities on a VM).
pub(super) const HOST: &str = "169.254.169.254";

/// Seconds from now to `exp`: about 24 hours (computed from decoded tokens).
const LIFETIME: i64 = 86_400;

const SOURCE: &str = "Entra: how to use managed identities on a virtual machine (read 2026-11)";

const RULES: [Rule; 3] = [
    Rule {
        id: "metadata-header",
        phase: Phase::Identity,
        question: "Is the header `Metadata: true` there?",
        source: SOURCE,
        confidence: Confidence::Documented,
    },
    Rule {
        id: "identity-attached",
        phase: Phase::Identity,
        question: "Is the identity attached to this host?",
        source: "Error seen in SDK tests and logs",
        confidence: Confidence::Observed,
    },
    Rule {
        id: "identity-resource",
        phase: Phase::Identity,
        question: "Does the identity's tenant know the resource?",
        source: "Recorded response (MSAL.NET tests)",
        confidence: Confidence::Observed,
    },
];

/// All numbers are strings here.
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: String,
    client_id: &'a str,
    expires_in: String,
    expires_on: String,
    ext_expires_in: String,
    not_before: String,
    resource: &'a str,
    token_type: &'a str,
}

#[derive(Serialize)]
struct PlainError<'a> {
    error: &'a str,
    error_description: &'a str,
}

impl Entra {
    pub(super) fn managed_identity(
        &self,
        now: i64,
        request: &HttpRequest,
        path: &[&str],
    ) -> Handled {
        if path != ["metadata", "identity", "oauth2", "token"] {
            return Handled::plain(HttpResponse::text(404, "Not found."));
        }
        let mut checks = Checks::new(&RULES);
        let answer = self.identity_token(now, request, &mut checks);
        let (response, code) = match answer {
            Ok(response) => (response, None),
            Err(refused) => *refused,
        };
        Handled {
            response,
            code,
            checks: checks.finish(),
            fetches: Vec::new(),
        }
    }

    fn identity_token(
        &self,
        now: i64,
        request: &HttpRequest,
        checks: &mut Checks,
    ) -> Result<HttpResponse, Box<(HttpResponse, Option<u32>)>> {
        let header = request.header_value("Metadata").unwrap_or_default();
        checks.require(
            "metadata-header",
            (header, "true"),
            header == "true",
            || plain_error("Required metadata header not specified"),
        )?;
        let client_id = parameter(request, "client_id");
        let attached = self.attached(client_id.as_deref());
        let presented = client_id.as_deref().unwrap_or("the only identity");
        let names = attached.map_or_else(
            || self.identities_of_host(),
            |(_, identity)| format!("{} ({})", identity.client_id, identity.name),
        );
        let not_found = || plain_error("Identity not found");
        checks.require(
            "identity-attached",
            (presented, &names),
            attached.is_some(),
            not_found,
        )?;
        let (tenant, identity) = attached.ok_or_else(not_found)?;
        let requested = parameter(request, "resource").unwrap_or_default();
        let resource = self.resource(tenant, &requested);
        let known = resource
            .as_ref()
            .map_or("", |resource| resource.app_id.as_str());
        let unknown = || self.unknown_resource(now, tenant, &requested);
        checks.require(
            "identity-resource",
            (&requested, known),
            resource.is_some(),
            unknown,
        )?;
        let resource = resource.ok_or_else(unknown)?;
        let grant = Grant {
            tenant,
            client_id: &identity.client_id,
            object_id: identity.principal_id.as_str(),
            resource: &resource,
            roles: Vec::new(),
            kind: Kind::Identity(&identity.resource_id),
            lifetime: LIFETIME,
        };
        let token = self
            .issue(now, &grant)
            .ok_or_else(|| plain_error("No signing key in the directory"))?;
        Ok(token_response(now, identity, &requested, token))
    }

    /// The identity with this client id, or the only one, of those attached to the host.
    fn attached(&self, client_id: Option<&str>) -> Option<(&Tenant, &ManagedIdentityObject)> {
        let mut here = self.on_host().into_iter();
        match client_id {
            Some(id) => {
                here.find(|(_, identity)| identity.client_id.as_str().eq_ignore_ascii_case(id))
            }
            None => here.next().filter(|_| here.next().is_none()),
        }
    }

    fn identities_of_host(&self) -> String {
        let ids: Vec<_> = self
            .on_host()
            .into_iter()
            .map(|(_, identity)| identity.client_id.as_str())
            .listed();
        if ids.is_empty() {
            "no identity".to_owned()
        } else {
            ids.join(", ")
        }
    }

    fn on_host(&self) -> Vec<(&Tenant, &ManagedIdentityObject)> {
        let mut found = Vec::new();
        for tenant in &self.directory.tenants {
            let identities = tenant.managed_identities.iter();
            let here = identities.filter(|one| one.hosts.contains(&self.setting.host));
            found.extend(here.map(|identity| (tenant, identity)));
        }
        found
    }

    /// Entra's own error, passed on.
    fn unknown_resource(
        &self,
        now: i64,
        tenant: &Tenant,
        resource: &str,
    ) -> Box<(HttpResponse, Option<u32>)> {
        let parameters = [
            ("resource", resource),
            ("tenantName", tenant.display_name.as_str()),
        ];
        let refusal = Refusal::of(500_011, &parameters);
        let envelope = Envelope {
            now,
            trace_id: self.derived_guid("trace"),
            correlation_id: self.derived_guid("correlation"),
            host: self.setting.cloud.login_host(),
            separator: "\r\n",
        };
        Box::new((envelope.response(&refusal), refusal.code))
    }
}

fn parameter(request: &HttpRequest, name: &str) -> Option<String> {
    let mut parameters = request.query();
    parameters
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

fn plain_error(description: &str) -> Box<(HttpResponse, Option<u32>)> {
    let body = PlainError {
        error: "invalid_request",
        error_description: description,
    };
    Box::new((HttpResponse::json(400, &body), None))
}

fn token_response(
    now: i64,
    identity: &ManagedIdentityObject,
    resource: &str,
    token: String,
) -> HttpResponse {
    let expires_in = (LIFETIME - 1).to_string();
    let body = TokenResponse {
        access_token: token,
        client_id: identity.client_id.as_str(),
        ext_expires_in: expires_in.clone(),
        expires_in,
        expires_on: now.saturating_add(LIFETIME).to_string(),
        not_before: now.saturating_sub(300).to_string(),
        resource,
        token_type: "Bearer",
    };
    HttpResponse::json(200, &body)
}
