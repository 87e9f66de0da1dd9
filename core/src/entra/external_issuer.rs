//! Where tokens come from that no endpoint of Entra ID gives out here: other issuers, which publish metadata and sign.
//!
//! How a workload gets such a token is its platform's own way: an address and a secret in the environment, a file, a
//! sign-in. In its place the mock has an address of its own, `{issuer}/fedcred/token`, which signs what it is sent.

use serde::Serialize;

use super::access_token::{Grant, TokenHolder};
use super::demonstration_key::DemonstrationKey;
use super::directory::{ExternalIssuer, KeyRing};
use super::discovery::key_set;
use super::{ClientId, Entra, Handled, HttpRequest, HttpResponse};
use crate::text::json::{self, Document};
use crate::text::{base64url, compact};

/// The path below an issuer at which the mock signs; no product has it.
pub(super) const SIGN: &str = "fedcred/token";

/// Seconds from now to `exp` of a token of another issuer, where its claims do not say.
const LIFETIME: i64 = 3_600;

#[derive(Serialize)]
struct Metadata<'a> {
    issuer: &'a str,
    jwks_uri: String,
    response_types_supported: [&'a str; 1],
    subject_types_supported: [&'a str; 1],
    id_token_signing_alg_values_supported: [&'a str; 1],
}

#[derive(Serialize)]
struct Signed {
    value: String,
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    kid: &'a str,
}

/// The request that signs claims (JSON) in the name of an issuer.
pub(crate) fn sign_request(issuer: &str, body: String) -> HttpRequest {
    let url = format!("{}/{SIGN}", issuer.trim_end_matches('/'));
    HttpRequest::new("POST", url).json(body)
}

impl Entra {
    /// What an issuer beside Entra ID answers; `None` where the address belongs to none.
    pub(super) fn external(&self, now: i64, request: &HttpRequest) -> Option<Handled> {
        let (address, _) = request.url.split_once('?').unwrap_or((&request.url, ""));
        let (issuer, path) = self.directory.external_issuers.iter().find_map(|issuer| {
            let base = issuer.issuer.trim_end_matches('/');
            Some((issuer, address.strip_prefix(base)?.strip_prefix('/')?))
        })?;
        let allowed = if path == SIGN { "POST" } else { "GET, OPTIONS" };
        if let Some(answer) = request.method_response(allowed) {
            return Some(Handled::plain(answer));
        }
        Some(match path {
            ".well-known/openid-configuration" => Handled::plain(metadata(issuer)),
            "jwks" => Handled::plain(key_set(&issuer.keys, now, None)),
            SIGN => Handled::plain(self.signed(&issuer.keys, now, request, &issuer.issuer)),
            _ => Handled::not_found(),
        })
    }

    fn signed(
        &self,
        keys: &KeyRing,
        now: i64,
        request: &HttpRequest,
        issuer: &str,
    ) -> HttpResponse {
        let id = self
            .derived("jti")
            .first_chunk::<16>()
            .map(|id| base64url::encode(id));
        let id = id.unwrap_or_default();
        let Some(claims) = completed(&request.body, issuer, now, &id) else {
            return HttpResponse::text(400, "The claims must be a JSON object.");
        };
        let entry = keys.signing(now);
        let key = entry.and_then(|entry| DemonstrationKey::named(&entry.key));
        token_response(entry.zip(key).and_then(|(entry, key)| {
            let header = Header {
                typ: "JWT",
                alg: "RS256",
                kid: &entry.kid,
            };
            key.sign_text(&serde_json::to_string(&header).ok()?, &claims)
        }))
    }

    /// A token of Entra ID that is not a managed identity's: `kind`, `clientId` and `subject` stand in the body.
    pub(super) fn sign_entra_token(
        &self,
        now: i64,
        request: &HttpRequest,
        tenant: &str,
    ) -> HttpResponse {
        let body = Document::parse(request.body.as_str());
        let text = |name: &str| {
            let value = body.get(name).and_then(json::Value::as_str);
            value.unwrap_or_default().into_owned()
        };
        let Some(tenant) = self.directory.tenant(tenant) else {
            return HttpResponse::text(400, "Tenant not found.");
        };
        let kind = match &*text("kind") {
            "user" => TokenHolder::User,
            "federated" => TokenHolder::Federated,
            _ => TokenHolder::Application,
        };
        let client_id = ClientId::from(&*text("clientId"));
        let principal = tenant
            .service_principal(&client_id)
            .filter(|_| kind != TokenHolder::User);
        let subject = text("subject");
        let exchange = self.settings.cloud.exchange_audience();
        let token = self.resource(tenant, exchange).and_then(|resource| {
            let grant = Grant {
                tenant,
                client_id: &client_id,
                object_id: principal.map_or(&subject, |principal| principal.id.as_str()),
                resource: &resource,
                roles: Vec::new(),
                holder: kind,
                lifetime: LIFETIME,
            };
            self.issue(now, &grant)
        });
        token_response(token)
    }
}

fn metadata(issuer: &ExternalIssuer) -> HttpResponse {
    let base = issuer.issuer.trim_end_matches('/');
    HttpResponse::json(
        200,
        &Metadata {
            issuer: &issuer.issuer,
            jwks_uri: format!("{base}/jwks"),
            response_types_supported: ["id_token"],
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: ["RS256"],
        },
    )
}

fn token_response(token: Option<String>) -> HttpResponse {
    match token {
        Some(value) => HttpResponse::json(200, &Signed { value }),
        None => HttpResponse::text(400, "No key signs at this moment."),
    }
}

/// Claims as they are given, with issuer, times and id where these are missing; `None` where they are no object.
fn completed(given: &str, issuer: &str, now: i64, id: &str) -> Option<String> {
    let document = Document::parse(if given.is_empty() { "{}" } else { given });
    let object = document.object().filter(|_| document.is_complete())?;
    let text = compact(object.raw());
    let members = text.strip_prefix('{')?.strip_suffix('}')?;
    let members = (!members.is_empty()).then(|| members.to_owned());
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let added = [
        ("iss", quoted(issuer)),
        ("iat", now.to_string()),
        ("nbf", now.to_string()),
        ("exp", now.saturating_add(LIFETIME).to_string()),
        ("jti", quoted(id)),
    ];
    let missing = added
        .into_iter()
        .filter(|(name, _)| object.get(name).is_none())
        .map(|(name, value)| format!("\"{name}\":{value}"));
    let all: Vec<_> = members.into_iter().chain(missing).collect();
    Some(format!("{{{}}}", all.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(given: &str, expected: Option<&str>) {
        let found = completed(given, "https://oidc.example", 7, "id");
        assert_eq!(found.as_deref(), expected, "{given}");
    }

    #[test]
    fn claims_are_completed() {
        let all = r#"{"iss":"https://oidc.example","iat":7,"nbf":7,"exp":3607,"jti":"id"}"#;
        for given in ["", "{}", "{ \n}", " {} "] {
            check(given, Some(all));
        }
        check(
            r#"{ "sub": "a b", "exp": 9, "iss": "https://other.example", "x": {"nbf": 1} }"#,
            Some(
                r#"{"sub":"a b","exp":9,"iss":"https://other.example","x":{"nbf":1},"iat":7,"nbf":7,"jti":"id"}"#,
            ),
        );
    }

    #[test]
    fn what_is_no_object_is_not_signed() {
        for given in [
            "[]",
            "null",
            "7",
            "\"{}\"",
            "{\"a\":1",
            "{\"a\":",
            "{\"a\":1}}",
            "{} {}",
            "x",
        ] {
            check(given, None);
        }
    }
}
