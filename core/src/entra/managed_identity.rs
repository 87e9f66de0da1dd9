//! The managed-identity endpoints of a host: the Instance Metadata Service (IMDS) and that of App Service.

use serde::Serialize;

use super::checks::{Checks, Envelope, Refusal};
use super::directory::{ManagedIdentityObject, Tenant};
use super::http::parameter;
use super::issue::{Grant, Kind, Strings};
use super::rule::{Phase, RuleId};
use super::{
    ENDPOINT_NOT_KNOWN, Entra, Handled, HttpRequest, HttpResponse, not_found, other_method,
};
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
pub(super) enum Door {
    Imds,
    AppService,
}

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

impl Door {
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
        door: Door,
    ) -> Handled {
        if path != door.path() {
            return wrong_path(request, path, door);
        }
        if let Some(answer) = other_method(request, "GET") {
            return Handled::plain(answer);
        }
        let mut checks = Checks::new(&[Phase::Identity]);
        let answer = self.identity_token(now, request, door, &mut checks);
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
        door: Door,
        checks: &mut Checks,
    ) -> Result<HttpResponse, Refused> {
        self.throttle(door, checks)?;
        self.header(request, door, checks)?;
        let (requested, selector) = self.asked(request, door, checks)?;
        let (tenant, identity) = self.chosen(selector.as_ref(), door, checks)?;
        let resource = self.resource(tenant, &requested);
        let known = resource
            .as_ref()
            .map_or("", |resource| resource.app_id.as_str());
        let unknown = || match door {
            Door::Imds => self.unknown_resource(now, tenant, &requested),
            Door::AppService => self.not_known(door, "The tenant does not know the resource."),
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
            kind: Kind::Identity(&identity.resource_id),
            lifetime: LIFETIME,
        };
        let token = self
            .issue(now, &grant)
            .ok_or_else(|| self.not_known(door, "The directory of the mock has no signing key."))?;
        let mut body = Strings::new(now, LIFETIME, &requested, token);
        let upper = identity.client_id.as_str().to_ascii_uppercase();
        if door == Door::Imds {
            body.client_id = identity.client_id.as_str();
        } else {
            // As in the example of its documentation.
            body.client_id = &upper;
            (body.expires_in, body.ext_expires_in, body.not_before) = Default::default();
        }
        Ok(HttpResponse::json(200, &body))
    }

    fn throttle(&self, door: Door, checks: &mut Checks) -> Result<(), Refused> {
        if door == Door::AppService {
            checks.skip(RuleId::IdentityThrottle, "The mock throttles IMDS alone.");
            return Ok(());
        }
        let throttled = self.setting.imds_throttled;
        let presented = if throttled { "too many" } else { "few" };
        checks.require(
            RuleId::IdentityThrottle,
            (presented, "few"),
            !throttled,
            || {
                let (response, code) = *self.not_known(door, "Too many requests.");
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
        door: Door,
        checks: &mut Checks,
    ) -> Result<(), Refused> {
        let (name, wanted) = door.header();
        let values: Vec<_> = request
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect();
        let last = values.last().copied().unwrap_or_default();
        let right = !last.is_empty() && values.iter().all(|value| *value == wanted);
        let forwarded = request.header_value("X-Forwarded-For").is_some() && door == Door::Imds;
        let presented = if right && forwarded {
            format!("{last}, and X-Forwarded-For")
        } else {
            last.to_owned()
        };
        checks.require(
            RuleId::MetadataHeader,
            (&presented, wanted),
            right && !forwarded,
            || match (right, door) {
                (true, _) => self.not_known(door, "The request has the header X-Forwarded-For."),
                (false, Door::Imds) => self.error(door, "Required metadata header not specified"),
                (false, Door::AppService) => {
                    self.not_known(door, "The header X-IDENTITY-HEADER is missing or wrong.")
                }
            },
        )
    }

    /// The resource that is asked for, and the identity.
    fn asked(
        &self,
        request: &HttpRequest,
        door: Door,
        checks: &mut Checks,
    ) -> Result<(String, Option<Selector>), Refused> {
        let (mut version, mut resource, mut selector) = (None, None, None);
        let mut fault = String::new();
        let names = ["api-version", "resource"].iter().chain(door.selectors());
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
        let no_resource = fault.is_empty() && resource.is_none() && door == Door::Imds;
        if resource.is_none() && fault.is_empty() {
            fault = "Required query variable 'resource' is missing".to_owned();
        } else if !door.takes_version(&version) && fault.is_empty() {
            fault = format!("The api-version '{version}' is not one the mock knows.");
        }
        let presented = if fault.is_empty() { &version } else { &fault };
        let refused = || {
            if no_resource {
                self.error(door, &fault)
            } else {
                self.not_known(door, &fault)
            }
        };
        checks.require(
            RuleId::IdentityParameters,
            (presented, "api-version, resource, one id at most"),
            fault.is_empty(),
            refused,
        )?;
        Ok((resource.ok_or_else(refused)?, selector))
    }

    /// The identity that is named; where none is, the host's own, or for IMDS the only one.
    fn chosen(
        &self,
        selector: Option<&Selector>,
        door: Door,
        checks: &mut Checks,
    ) -> Result<(&Tenant, &ManagedIdentityObject), Refused> {
        let here = self.on_host();
        let mut found = here.iter().find(|(_, identity)| match selector {
            Some((name, value)) => names(identity, name, value),
            None => identity.system_assigned,
        });
        if let (None, Door::Imds, [only]) = (selector, door, here.as_slice()) {
            found = Some(only);
        }
        let several = selector.is_none() && here.len() > 1;
        let refused = || {
            match (door, selector) {
            (Door::Imds, _) if several => self.error(door, "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request"),
            (Door::Imds, _) => self.error(door, "Identity not found"),
            (Door::AppService, Some(_)) => self.error(door, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."),
            (Door::AppService, None) => self.not_known(door, "The host has no system-assigned identity."),
        }
        };
        let configured = found.map_or_else(
            || ids_of(&here),
            |(_, identity)| format!("{} ({})", identity.client_id, identity.name),
        );
        let presented = selector.map_or("no id", |(_, value)| value);
        checks.require(
            RuleId::IdentityAttached,
            (presented, &configured),
            found.is_some(),
            refused,
        )?;
        found.copied().ok_or_else(refused)
    }

    fn on_host(&self) -> Vec<(&Tenant, &ManagedIdentityObject)> {
        let all = self.directory.tenants.iter().flat_map(|tenant| {
            let identities = tenant.managed_identities.iter();
            identities.map(move |identity| (tenant, identity))
        });
        all.filter(|(_, identity)| identity.hosts.contains(&self.setting.host))
            .collect()
    }

    fn error(&self, door: Door, description: &str) -> Refused {
        let response = match door {
            Door::Imds => HttpResponse::json(
                400,
                &PlainError {
                    error: "invalid_request",
                    error_description: description,
                },
            ),
            Door::AppService => HttpResponse::json(
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
    fn not_known(&self, door: Door, description: &str) -> Refused {
        self.error(door, &format!("{description}{ENDPOINT_NOT_KNOWN}"))
    }

    /// Entra's own error, passed on.
    fn unknown_resource(&self, now: i64, tenant: &Tenant, resource: &str) -> Refused {
        let parameters = [
            ("resource", resource),
            ("tenantName", tenant.display_name.as_str()),
        ];
        let refusal = Refusal::of(AadstsCode::RESOURCE_NOT_FOUND, &parameters);
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

fn names(identity: &ManagedIdentityObject, selector: &str, value: &str) -> bool {
    let id = match selector {
        "client_id" => identity.client_id.as_str(),
        "object_id" | "principal_id" => identity.principal_id.as_str(),
        _ => &identity.resource_id,
    };
    !id.is_empty() && id.eq_ignore_ascii_case(value)
}

fn ids_of(identities: &[(&Tenant, &ManagedIdentityObject)]) -> String {
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
fn wrong_path(request: &HttpRequest, path: &[&str], door: Door) -> Handled {
    if door == Door::AppService || !path.starts_with(&["metadata", "identity"]) {
        return not_found();
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
