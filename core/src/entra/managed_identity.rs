//! The managed-identity endpoints of a host: the Instance Metadata Service (IMDS) and that of App Service.

use serde::Serialize;

use super::access_token::{Grant, StringTokenResponse, TokenHolder};
use super::check::Checks;
use super::directory::{ManagedIdentity, Tenant};
use super::http::parameter;
use super::refusal::{Envelope, Refusal};
use super::rule::{Phase, RuleId};
use super::{Entra, Handled, HttpRequest, HttpResponse};
use crate::errors::AadstsCode;

/// Its address, the same on every host (Entra: how to use managed identities on a VM).
pub(super) const IMDS_HOST: &str = "169.254.169.254";

/// Where App Service answers in this mock, the example of its documentation (Azure: App Service managed identities).
pub(super) const APP_SERVICE_HOST: &str = "localhost:4141";

/// `IDENTITY_ENDPOINT` of App Service in this mock.
pub const APP_SERVICE_ENDPOINT: &str = "http://localhost:4141/MSI/token/";

/// `IDENTITY_HEADER` of App Service in this mock: a secret only in name.
pub const APP_SERVICE_HEADER: &str = "fedcred-identity-header";

/// Seconds from now to `exp`: about 24 hours (computed from decoded tokens).
const LIFETIME: i64 = 86_400;

/// Which of the two endpoints is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IdentityEndpoint {
    Imds,
    AppService,
}

/// Ends a text of the mock's own.
const NOT_KNOWN: &str = " (Fedcred: what the real endpoint answers here is not known.)";

/// What chooses an identity, and its value.
type Selector = (&'static str, String);

#[derive(Serialize)]
struct PlainError<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// The error of App Service (recorded responses; the number is a text in one of them).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AppServiceError<'a> {
    status_code: u16,
    message: &'a str,
    correlation_id: &'a str,
}

/// A response that refuses, and its code where it is known.
type Refused = Box<(HttpResponse, Option<AadstsCode>)>;

impl IdentityEndpoint {
    fn header(self) -> (&'static str, &'static str) {
        match self {
            Self::Imds => ("Metadata", "true"),
            Self::AppService => ("X-IDENTITY-HEADER", APP_SERVICE_HEADER),
        }
    }

    fn path(self) -> &'static [&'static str] {
        match self {
            Self::Imds => &["metadata", "identity", "oauth2", "token"],
            Self::AppService => &["MSI", "token"],
        }
    }

    /// Names of the parameters that choose an identity.
    fn selectors(self) -> &'static [&'static str] {
        match self {
            Self::Imds => &["client_id", "object_id", "msi_res_id", "mi_res_id"],
            Self::AppService => &["client_id", "principal_id", "object_id", "mi_res_id"],
        }
    }

    fn takes_version(self, version: &str) -> bool {
        match self {
            Self::Imds => is_date(version) && version >= "2018-02-01",
            Self::AppService => version == "2019-08-01",
        }
    }
}

impl Entra {
    pub(super) fn managed_identity(
        &self,
        now: i64,
        request: &HttpRequest,
        path: &[&str],
        endpoint: IdentityEndpoint,
    ) -> Handled {
        if path != endpoint.path() {
            return wrong_path(request, path, endpoint);
        }
        if let Some(answer) = request.method_response("GET") {
            return Handled::plain(answer);
        }
        let mut checks = Checks::new(&[Phase::Identity]);
        let answer = self.identity_token(now, request, endpoint, &mut checks);
        let (response, code) = match answer {
            Ok(response) => (response, None),
            Err(refused) => *refused,
        };
        Handled {
            response,
            code,
            checks: checks.finish(),
            fetches: Vec::new(),
            changes: Vec::new(),
        }
    }

    fn identity_token(
        &self,
        now: i64,
        request: &HttpRequest,
        endpoint: IdentityEndpoint,
        checks: &mut Checks,
    ) -> Result<HttpResponse, Refused> {
        self.throttle(endpoint, checks)?;
        self.header(request, endpoint, checks)?;
        let (requested, selector) = self.resource_and_selector(request, endpoint, checks)?;
        let (tenant, identity) = self.select_identity(selector.as_ref(), endpoint, checks)?;
        let resource = self.resource(tenant, &requested);
        let known = resource
            .as_ref()
            .map_or("", |resource| resource.app_id.as_str());
        let unknown = || match endpoint {
            IdentityEndpoint::Imds => self.unknown_resource(now, tenant, &requested),
            IdentityEndpoint::AppService => {
                self.not_known(endpoint, "The tenant does not know the resource.")
            }
        };
        checks.require(
            RuleId::IdentityResource,
            (&requested, known),
            resource.is_some(),
            unknown,
        )?;
        let resource = resource.ok_or_else(unknown)?;
        let principal = tenant.service_principal(&identity.client_id);
        let roles = principal.map(|principal| self.roles(tenant, principal, &resource));
        let grant = Grant {
            tenant,
            client_id: &identity.client_id,
            object_id: identity.principal_id.as_str(),
            resource: &resource,
            roles: roles.unwrap_or_default(),
            holder: TokenHolder::Identity(&identity.resource_id),
            lifetime: LIFETIME,
        };
        let token = self.issue(now, &grant).ok_or_else(|| {
            self.not_known(endpoint, "The directory of the mock has no signing key.")
        })?;
        let mut body = StringTokenResponse::new(now, LIFETIME, &requested, token);
        let upper = identity.client_id.as_str().to_ascii_uppercase();
        if endpoint == IdentityEndpoint::Imds {
            body.client_id = identity.client_id.as_str();
        } else {
            // As in the example of its documentation.
            body.client_id = &upper;
            (body.expires_in, body.ext_expires_in, body.not_before) = Default::default();
        }
        Ok(HttpResponse::json(200, &body))
    }

    fn throttle(&self, endpoint: IdentityEndpoint, checks: &mut Checks) -> Result<(), Refused> {
        if endpoint == IdentityEndpoint::AppService {
            checks.skip(RuleId::IdentityThrottle, "The mock throttles IMDS alone.");
            return Ok(());
        }
        let throttled = self.settings.imds_throttled;
        let presented = if throttled { "too many" } else { "few" };
        checks.require(
            RuleId::IdentityThrottle,
            (presented, "few"),
            !throttled,
            || {
                let (response, code) = *self.not_known(endpoint, "Too many requests.");
                let response = HttpResponse {
                    status: 429,
                    ..response
                };
                Box::new((response.header("Retry-After", "5"), code))
            },
        )
    }

    fn header(
        &self,
        request: &HttpRequest,
        endpoint: IdentityEndpoint,
        checks: &mut Checks,
    ) -> Result<(), Refused> {
        let (name, wanted) = endpoint.header();
        let values: Vec<_> = request
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        let last = values.last().copied().unwrap_or_default();
        let right = !last.is_empty() && values.iter().all(|value| *value == wanted);
        let forwarded =
            request.header_value("X-Forwarded-For").is_some() && endpoint == IdentityEndpoint::Imds;
        let presented = if right && forwarded {
            format!("{last}, and X-Forwarded-For")
        } else {
            last.to_owned()
        };
        checks.require(
            RuleId::MetadataHeader,
            (&presented, wanted),
            right && !forwarded,
            || match (right, endpoint) {
                (true, _) => {
                    self.not_known(endpoint, "The request has the header X-Forwarded-For.")
                }
                (false, IdentityEndpoint::Imds) => {
                    self.error(endpoint, "Required metadata header not specified")
                }
                (false, IdentityEndpoint::AppService) => self.not_known(
                    endpoint,
                    "The header X-IDENTITY-HEADER is missing or wrong.",
                ),
            },
        )
    }

    /// The resource that is asked for, and the identity.
    fn resource_and_selector(
        &self,
        request: &HttpRequest,
        endpoint: IdentityEndpoint,
        checks: &mut Checks,
    ) -> Result<(String, Option<Selector>), Refused> {
        let (mut version, mut resource, mut selector) = (None, None, None);
        let mut fault = String::new();
        let names = ["api-version", "resource"]
            .iter()
            .chain(endpoint.selectors());
        for name in names {
            match parameter(request.query_text(), name) {
                Ok(None) => {}
                Ok(value) if *name == "api-version" => version = value,
                Ok(value) if *name == "resource" => resource = value,
                Ok(Some(_)) if selector.is_some() => {
                    fault = "More than one identity is named.".to_owned();
                }
                Ok(Some(value)) => selector = Some((*name, value)),
                Err(what) => fault = format!("The parameter '{name}' {what}."),
            }
        }
        let resource = resource.filter(|resource| !resource.is_empty());
        let version = version.unwrap_or_default();
        let no_resource =
            fault.is_empty() && resource.is_none() && endpoint == IdentityEndpoint::Imds;
        if resource.is_none() && fault.is_empty() {
            fault = "Required query variable 'resource' is missing".to_owned();
        } else if !endpoint.takes_version(&version) && fault.is_empty() {
            fault = format!("The api-version '{version}' is not one the mock knows.");
        }
        let presented = if fault.is_empty() { &version } else { &fault };
        let refused = || {
            if no_resource {
                self.error(endpoint, &fault)
            } else {
                self.not_known(endpoint, &fault)
            }
        };
        checks.require(
            RuleId::IdentityParameters,
            (presented, "api-version, resource, one ID at most"),
            fault.is_empty(),
            refused,
        )?;
        Ok((resource.ok_or_else(refused)?, selector))
    }

    /// The identity that is named; where none is, the host's own, or for IMDS the only one.
    fn select_identity(
        &self,
        selector: Option<&Selector>,
        endpoint: IdentityEndpoint,
        checks: &mut Checks,
    ) -> Result<(&Tenant, &ManagedIdentity), Refused> {
        let here = self.identities_on_host();
        let mut found = here.iter().find(|(_, identity)| match selector {
            Some((name, value)) => names(identity, name, value),
            None => identity.system_assigned,
        });
        if let (None, IdentityEndpoint::Imds, [only]) = (selector, endpoint, here.as_slice()) {
            found = Some(only);
        }
        let several = selector.is_none() && here.len() > 1;
        let refused = || {
            match (endpoint, selector) {
            (IdentityEndpoint::Imds, _) if several => self.error(endpoint, "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request"),
            (IdentityEndpoint::Imds, _) => self.error(endpoint, "Identity not found"),
            (IdentityEndpoint::AppService, Some(_)) => self.error(endpoint, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."),
            (IdentityEndpoint::AppService, None) => self.not_known(endpoint, "The host has no system-assigned identity."),
        }
        };
        let configured = found.map_or_else(
            || ids_of(&here),
            |(_, identity)| format!("{} ({})", identity.client_id, identity.name),
        );
        let presented = selector.map_or("no ID", |(_, value)| value);
        checks.require(
            RuleId::IdentityAttached,
            (presented, &configured),
            found.is_some(),
            refused,
        )?;
        found.copied().ok_or_else(refused)
    }

    fn identities_on_host(&self) -> Vec<(&Tenant, &ManagedIdentity)> {
        let all = self.directory.tenants.iter().flat_map(|tenant| {
            let identities = tenant.managed_identities.iter();
            identities.map(move |identity| (tenant, identity))
        });
        all.filter(|(_, identity)| identity.hosts.contains(&self.settings.host))
            .collect()
    }

    fn error(&self, endpoint: IdentityEndpoint, description: &str) -> Refused {
        let response = match endpoint {
            IdentityEndpoint::Imds => HttpResponse::json(
                400,
                &PlainError {
                    error: "invalid_request",
                    error_description: description,
                },
            ),
            IdentityEndpoint::AppService => HttpResponse::json(
                400,
                &AppServiceError {
                    status_code: 400,
                    message: description,
                    correlation_id: &self.derived_guid("correlation"),
                },
            ),
        };
        Box::new((response, None))
    }

    /// An error whose text is the mock's own.
    fn not_known(&self, endpoint: IdentityEndpoint, description: &str) -> Refused {
        self.error(endpoint, &format!("{description}{NOT_KNOWN}"))
    }

    /// Entra's own error, passed on.
    fn unknown_resource(&self, now: i64, tenant: &Tenant, resource: &str) -> Refused {
        let parameters = [
            ("resource", resource),
            ("tenantName", tenant.display_name.as_str()),
        ];
        let refusal = Refusal::new(AadstsCode::RESOURCE_NOT_FOUND, &parameters);
        let envelope = Envelope {
            now,
            trace_id: self.derived_guid("trace"),
            correlation_id: self.derived_guid("correlation"),
            host: self.settings.cloud.login_host(),
            separator: "\r\n",
        };
        Box::new((envelope.response(&refusal), refusal.code))
    }
}

fn names(identity: &ManagedIdentity, selector: &str, value: &str) -> bool {
    let id = match selector {
        "client_id" => identity.client_id.as_str(),
        "object_id" | "principal_id" => identity.principal_id.as_str(),
        _ => &identity.resource_id,
    };
    !id.is_empty() && id.eq_ignore_ascii_case(value)
}

fn ids_of(identities: &[(&Tenant, &ManagedIdentity)]) -> String {
    let ids: Vec<_> = identities
        .iter()
        .map(|(_, identity)| identity.client_id.as_str())
        .collect();
    if ids.is_empty() {
        "no identity".to_owned()
    } else {
        ids.join(", ")
    }
}

/// Documented for IMDS is `unknown_source`; its description is inferred.
fn wrong_path(request: &HttpRequest, path: &[&str], endpoint: IdentityEndpoint) -> Handled {
    if endpoint == IdentityEndpoint::AppService || !path.starts_with(&["metadata", "identity"]) {
        return Handled::not_found();
    }
    let body = PlainError {
        error: "unknown_source",
        error_description: &format!("Unknown Source {}", request.path()),
    };
    Handled::plain(HttpResponse::json(401, &body))
}

/// Whether the text has the form 2018-02-01.
fn is_date(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(fits)
}
