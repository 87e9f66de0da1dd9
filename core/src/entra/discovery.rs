//! Discovery documents and keys, as Entra ID publishes them (recorded responses).

use serde::Serialize;

use super::demonstration_key::DemonstrationKey;
use super::directory::KeyRing;
use super::{Entra, HttpResponse};
use crate::claims::Cloud;
use crate::text::fill;

/// The documents without their ends, a member a line (recorded in the global cloud, the v1 one in parts).
const V2: &str = include_str!("../../data/discovery-v2.txt");
const V1: &str = include_str!("../../data/discovery-v1.txt");

/// What only the global cloud's documents are known to hold.
const GLOBAL: &str = r#""cloud_graph_host_name":"graph.windows.net","rbac_url":"https://pas.windows.net","tenant_region_scope":"#;

/// Names in addresses that stand for any tenant (Entra: access tokens, validating).
const TEMPLATES: [&str; 2] = ["common", "organizations"];

#[derive(Serialize)]
struct KeySet<'a> {
    keys: Vec<PublicKey<'a>>,
}

/// No `x5c`: the demonstration keys have no certificates.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
}

impl Entra {
    /// The discovery document of a tenant, or of any; `None` where there is no such tenant.
    pub(super) fn discovery(&self, name: &str, v2: bool) -> Option<HttpResponse> {
        let cloud = self.settings.cloud;
        let host = cloud.login_host();
        let (tenant, issuer) = self.named(name)?;
        let parameters = [
            ("host", host),
            ("tenant", &tenant),
            ("issuer", &issuer),
            ("v1Host", cloud.v1_host()),
            ("graph", cloud.graph_host()),
        ];
        let start = fill(if v2 { V2 } else { V1 }, &parameters).replace('\n', "");
        let global = match cloud {
            Cloud::Global if tenant == issuer => format!(r#"{GLOBAL}"WW","#),
            Cloud::Global => format!("{GLOBAL}null,"),
            Cloud::UsGov | Cloud::China => String::new(),
        };
        let instance = host.strip_prefix("login.").unwrap_or(host);
        let graph = cloud.graph_host();
        let text = format!(
            r#"{start}{global}"cloud_instance_name":"{instance}","msgraph_host":"{graph}"}}"#
        );
        Some(HttpResponse::of_json(200, text).public())
    }

    /// The keys; each has its issuer in documents of version 2 (documented for any tenant, inferred for one).
    pub(super) fn keys(&self, now: i64, name: &str, v2: bool) -> Option<HttpResponse> {
        let (_, issuer) = self.named(name)?;
        let issuer = self.settings.cloud.issuer(&issuer);
        let issuer = v2.then_some(issuer.as_str());
        Some(key_set(&self.directory.keys, now, issuer).public())
    }

    /// A tenant as addresses and issuers have it, ready to stand within quotes of JSON.
    fn named(&self, name: &str) -> Option<(String, String)> {
        if TEMPLATES.contains(&name) {
            return Some((name.to_owned(), "{tenantid}".to_owned()));
        }
        let id = self.directory.tenant(name)?.id.as_str();
        let quoted = serde_json::to_string(id).unwrap_or_default();
        let id = quoted.strip_prefix('"')?.strip_suffix('"')?.to_owned();
        Some((id.clone(), id))
    }
}

/// The keys that are published at a moment, each with its issuer where one is given.
pub(super) fn key_set(keys: &KeyRing, now: i64, issuer: Option<&str>) -> HttpResponse {
    let entries = keys.published(now);
    let keys = entries.iter().filter_map(|entry| {
        let (n, e) = DemonstrationKey::named(&entry.key)?.public_numbers();
        Some(PublicKey {
            kty: "RSA",
            usage: "sig",
            kid: &entry.kid,
            x5t: &entry.kid,
            n,
            e,
            issuer,
        })
    });
    HttpResponse::json(
        200,
        &KeySet {
            keys: keys.collect(),
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
