//! Issues tokens: which resource, which version, which claims.

use serde::Serialize;

use super::demonstration_key::DemonstrationKey;
use super::directory::{Application, ServicePrincipal, Tenant};
use super::{ClientId, Entra};
use crate::claims::{TOKEN_EXCHANGE_APP, guid_to_base64url, guid_to_bytes};
use crate::federation::Rules;
use crate::text::base64url;

/// `iat` and `nbf` lie this many seconds back (computed from decoded tokens).
const BACKDATED: i64 = 300;

/// An API for which a token is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) app_id: ClientId,
    /// As it was asked for.
    pub(super) requested: String,
    pub(super) version: i64,
    /// Whether it is Entra's own token exchange.
    pub(super) exchange: bool,
}

/// Who gets a token, and for how long.
pub(super) struct Grant<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) client_id: &'a ClientId,
    pub(super) object_id: &'a str,
    pub(super) resource: &'a Resource,
    pub(super) roles: Vec<&'a str>,
    /// Whose token it is.
    pub(super) holder: TokenHolder<'a>,
    /// Seconds from now to `exp`.
    pub(super) lifetime: i64,
}

/// Whose token it is, and how it was obtained.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenHolder<'a> {
    /// A managed identity's, with its Azure resource id.
    Identity(&'a str),
    /// An application's.
    Application,
    /// An application's, obtained through a federated credential, as its claim `xms_ficinfo` tells (observed).
    Federated,
    /// A user's.
    User,
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    x5t: Option<&'a str>,
    kid: &'a str,
}

/// Claims of both versions in the order of decoded tokens; absent ones are left out.
#[derive(Serialize)]
struct AccessTokenClaims<'a> {
    aud: &'a str,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    aio: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    appid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    appidacr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    azp: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    azpacr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idtyp: Option<&'a str>,
    oid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rh: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scp: Option<&'a str>,
    sub: &'a str,
    tid: &'a str,
    uti: Option<String>,
    ver: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    xms_ficinfo: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    xms_idrel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    xms_mirid: Option<&'a str>,
}

/// The answer with a token whose numbers are texts: of IMDS (recorded), App Service (documented) and the v1 token
/// endpoint (inferred).
#[derive(Serialize)]
pub(super) struct StringTokenResponse<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) client_id: &'a str,
    token_type: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) expires_in: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) ext_expires_in: String,
    expires_on: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) not_before: String,
    resource: &'a str,
    access_token: String,
}

impl<'a> StringTokenResponse<'a> {
    /// `lifetime` counts from `now`.
    pub(super) fn new(now: i64, lifetime: i64, resource: &'a str, access_token: String) -> Self {
        let expires_in = (lifetime - 1).to_string();
        Self {
            client_id: "",
            token_type: "Bearer",
            ext_expires_in: expires_in.clone(),
            expires_in,
            expires_on: now.saturating_add(lifetime).to_string(),
            not_before: now.saturating_sub(BACKDATED).to_string(),
            resource,
            access_token,
        }
    }
}

impl Entra {
    /// The API with this App ID URI or client id, as far as the tenant has it.
    pub(super) fn resource(&self, tenant: &Tenant, requested: &str) -> Option<Resource> {
        let exchange = self.settings.cloud.is_exchange(requested);
        if exchange {
            return Some(Resource {
                app_id: TOKEN_EXCHANGE_APP.into(),
                requested: requested.to_owned(),
                version: 2,
                exchange,
            });
        }
        let tenants = self.directory.tenants.iter();
        // By name first: to look up the application of each service principal is quadratic.
        let application = tenants
            .flat_map(|home| &home.applications)
            .filter(|application| names(application, requested))
            .find(|application| tenant.service_principal(&application.app_id).is_some())?;
        Some(Resource {
            app_id: application.app_id.clone(),
            requested: requested.to_owned(),
            version: application.requested_access_token_version,
            exchange,
        })
    }

    /// The app roles of `resource` that a client holds.
    pub(super) fn roles<'a>(
        &'a self,
        tenant: &Tenant,
        client: &ServicePrincipal,
        resource: &Resource,
    ) -> Vec<&'a str> {
        let Some((_, application)) = self.directory.application(resource.app_id.as_str()) else {
            return Vec::new();
        };
        let Some(principal) = tenant.service_principal(&resource.app_id) else {
            return Vec::new();
        };
        client
            .app_role_assignments
            .iter()
            .filter(|assignment| assignment.resource_id == principal.id)
            .filter_map(|assignment| {
                let mut roles = application.app_roles.iter();
                roles.find(|role| role.id == assignment.app_role_id)
            })
            .map(|role| role.value.as_str())
            .collect()
    }

    /// Signs an access token; `None` where the directory has no key to sign with.
    pub(super) fn issue(&self, now: i64, grant: &Grant<'_>) -> Option<String> {
        let key = self.directory.keys.signing(now)?;
        let v2 = grant.resource.version == 2;
        let header = Header {
            typ: "JWT",
            alg: "RS256",
            x5t: (!v2).then_some(key.kid.as_str()),
            kid: &key.kid,
        };
        DemonstrationKey::named(&key.key)?.sign(&header, &self.claims(now, grant, v2))
    }

    fn claims<'a>(&self, now: i64, grant: &'a Grant<'a>, v2: bool) -> AccessTokenClaims<'a> {
        let tid = grant.tenant.id.as_str();
        let v1_issuer = self.settings.cloud.v1_issuer(tid);
        let client = Some(grant.client_id.as_str());
        let v1 = !v2;
        let user = grant.holder == TokenHolder::User;
        let identity = match grant.holder {
            TokenHolder::Identity(resource_id) => Some(resource_id),
            _ => None,
        };
        // Nothing is known of them in 2022.
        let current = self.settings.rules == Rules::Current;
        // A service principal; the even number is a decoy, as in decoded tokens (Entra: agent token claims).
        let relation = match grant.holder {
            TokenHolder::Identity(_) => Some("7 14"),
            TokenHolder::Application | TokenHolder::Federated => Some("7 10"),
            TokenHolder::User => None,
        };
        AccessTokenClaims {
            aud: self.audience(grant.resource),
            iss: if v2 {
                self.settings.cloud.issuer(tid)
            } else {
                v1_issuer.clone()
            },
            iat: now.saturating_sub(BACKDATED),
            nbf: now.saturating_sub(BACKDATED),
            exp: now.saturating_add(grant.lifetime),
            aio: base64url::encode(&self.derived("aio")),
            appid: client.filter(|_| v1),
            appidacr: v1.then_some("2"),
            azp: client.filter(|_| v2),
            azpacr: v2.then_some("2"),
            idp: v1.then_some(v1_issuer),
            idtyp: (!user && (v1 || grant.resource.exchange)).then_some("app"),
            oid: grant.object_id,
            rh: current.then(|| rh(tid, grant.resource)).flatten(),
            roles: grant.roles.clone(),
            scp: user.then_some("user_impersonation"),
            sub: grant.object_id,
            tid,
            // The id of the request as bytes (computed from decoded tokens).
            uti: guid_to_base64url(&self.derived_guid("trace")),
            ver: if v2 { "2.0" } else { "1.0" },
            xms_ficinfo: (grant.holder == TokenHolder::Federated).then_some("CAAQARgAIAA"),
            xms_idrel: relation.filter(|_| current),
            xms_mirid: identity.filter(|_| v1),
        }
    }

    /// v1: as it was asked for. v2: always the client id (Entra: access token claims reference), but in
    /// the preview of 2022 the App ID URI, as the article reports.
    fn audience<'a>(&self, resource: &'a Resource) -> &'a str {
        let as_requested = resource.version != 2 || self.settings.rules == Rules::Preview2022;
        if as_requested && !resource.exchange {
            &resource.requested
        } else {
            resource.app_id.as_str()
        }
    }
}

/// Tenant and resource between bytes of a decoded token whose meaning is not known; `None` where an id is no GUID.
fn rh(tenant: &str, resource: &Resource) -> Option<String> {
    let tenant = guid_to_bytes(tenant)?;
    let resource = guid_to_bytes(resource.app_id.as_str())?;
    let bytes = [&[1, 4, 0][..], &tenant, &resource, &[4, 1, 0, 4, 0]].concat();
    Some(format!("1.{}.", base64url::encode(&bytes)))
}

fn names(application: &Application, requested: &str) -> bool {
    let uri = |uri: &String| uri.trim_end_matches('/') == requested.trim_end_matches('/');
    application.app_id.as_str() == requested || application.identifier_uris.iter().any(uri)
}
