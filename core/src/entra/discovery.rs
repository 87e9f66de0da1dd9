//! Discovery documents and keys, as Entra ID publishes them (recorded responses).

use serde::Serialize;

use super::demo_keys::demo_key;
use super::directory::KeyRing;
use super::{Entra, HttpResponse};
use crate::text::Listed;

/// The part of a discovery document (OpenID Connect Discovery §3) that clients read.
#[derive(Serialize)]
struct Document<'a> {
    token_endpoint: String,
    token_endpoint_auth_methods_supported: [&'a str; 3],
    jwks_uri: String,
    subject_types_supported: [&'a str; 1],
    id_token_signing_alg_values_supported: [&'a str; 1],
    response_types_supported: [&'a str; 4],
    scopes_supported: [&'a str; 4],
    issuer: String,
    authorization_endpoint: String,
}

#[derive(Serialize)]
struct KeySet<'a> {
    keys: Vec<PublicKey<'a>>,
}

#[derive(Serialize)]
struct PublicKey<'a> {
    kty: &'a str,
    #[serde(rename = "use")]
    usage: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    kid: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    x5t: &'a str,
    n: String,
    e: String,
}

impl Entra {
    pub(super) fn discovery_v2(&self, tenant: &str) -> HttpResponse {
        let host = self.setting.cloud.login_host();
        self.discovery(tenant, "v2.0/", |tenant| {
            format!("https://{host}/{tenant}/v2.0")
        })
    }

    pub(super) fn discovery_v1(&self, tenant: &str) -> HttpResponse {
        self.discovery(tenant, "", |tenant| {
            format!("https://sts.windows.net/{tenant}/")
        })
    }

    fn discovery(
        &self,
        tenant: &str,
        version: &str,
        issuer: impl Fn(&str) -> String,
    ) -> HttpResponse {
        let Some(tenant) = self.directory.tenant(tenant) else {
            return HttpResponse::text(400, "Tenant not found.");
        };
        let id = tenant.id.as_str();
        let base = format!("https://{}/{id}", self.setting.cloud.login_host());
        let document = Document {
            token_endpoint: format!("{base}/oauth2/{version}token"),
            token_endpoint_auth_methods_supported: [
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ],
            jwks_uri: format!("{base}/discovery/{version}keys"),
            subject_types_supported: ["pairwise"],
            id_token_signing_alg_values_supported: ["RS256"],
            response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
            scopes_supported: ["openid", "profile", "email", "offline_access"],
            issuer: issuer(id),
            authorization_endpoint: format!("{base}/oauth2/{version}authorize"),
        };
        HttpResponse::json(200, &document).header("Cache-Control", "max-age=86400, private")
    }
}

/// The keys that are published at a moment.
pub(super) fn key_set(keys: &KeyRing, now: i64) -> HttpResponse {
    let entries = keys.published(now);
    let keys = entries.iter().filter_map(|entry| {
        let (n, e) = demo_key(&entry.key)?.public_numbers();
        Some(PublicKey {
            kty: "RSA",
            usage: "sig",
            kid: &entry.kid,
            x5t: &entry.kid,
            n,
            e,
        })
    });
    HttpResponse::json(
        200,
        &KeySet {
            keys: keys.listed(),
        },
    )
}

/// Where an issuer publishes its discovery document; a slash at its end is left out first (OpenID Connect
/// Discovery §4.1).
pub(crate) fn metadata_address(issuer: &str) -> String {
    format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    )
}
