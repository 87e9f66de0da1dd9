//! A request to the token endpoint that succeeds, and ways to change it.

use fedcred_core::claims::TOKEN_EXCHANGE_APP;
use fedcred_core::entra::DemonstrationKey;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use super::*;

/// A request to the token endpoint, with the directory it meets.
#[derive(Clone)]
pub(super) struct Exchange {
    pub(super) mock: Mock,
    pub(super) now: i64,
    pub(super) method: &'static str,
    pub(super) host: &'static str,
    pub(super) tenant: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) header: Value,
    pub(super) claims: Value,
    pub(super) signer: &'static str,
    /// Instead of the token of header and claims.
    pub(super) assertion: Option<String>,
}

impl Exchange {
    /// The exchange of the scenario `managed-identity`, which succeeds.
    pub(super) fn new() -> Self {
        Self {
            mock: Mock::new(),
            now: NOW,
            method: "POST",
            host: "login.microsoftonline.com",
            tenant: CONTOSO.to_owned(),
            headers: form("application/x-www-form-urlencoded"),
            fields: vec![
                ("client_id", CLIENT.to_owned()),
                ("scope", format!("api://{API}/.default")),
                ("client_assertion_type", ASSERTION_TYPE.to_owned()),
                ("grant_type", "client_credentials".to_owned()),
            ],
            header: json!({"typ": "JWT", "alg": "RS256", "kid": "demo-1"}),
            claims: json!({
                "aud": TOKEN_EXCHANGE_APP, "iss": ISSUER, "sub": IDENTITY, "oid": IDENTITY,
                "iat": NOW - 300, "nbf": NOW - 300, "exp": NOW + 86_400, "tid": CONTOSO,
                "azp": IDENTITY_CLIENT, "azpacr": "2", "ver": "2.0",
            }),
            signer: "demo-1",
            assertion: None,
        }
    }

    pub(super) fn set(&mut self, name: &'static str, value: &str) {
        self.fields.retain(|(known, _)| *known != name);
        self.fields.push((name, value.to_owned()));
    }

    pub(super) fn without(&mut self, name: &str) {
        self.fields.retain(|(known, _)| *known != name);
        if name == "client_assertion" {
            self.assertion = Some(String::new());
        }
    }

    pub(super) fn drop_claim(&mut self, name: &str) {
        self.claims.as_object_mut().unwrap().remove(name);
    }

    pub(super) fn contoso(&mut self) -> &mut Tenant {
        self.mock.contoso()
    }

    /// Adds the tenant Fabrikam, without anything in it.
    pub(super) fn fabrikam(&mut self) -> &mut Tenant {
        let mut fabrikam = Tenant::new(FABRIKAM, "Fabrikam");
        fabrikam.default_domain = "fabrikam.example".to_owned();
        self.mock.directory.tenants.push(fabrikam);
        self.mock.directory.tenants.last_mut().unwrap()
    }

    /// Token and credential have this issuer, subject and audience.
    pub(super) fn federated(&mut self, issuer: &str, subject: &str, audience: &str) {
        (self.claims["iss"], self.claims["sub"]) = (issuer.into(), subject.into());
        if audience != EXCHANGE {
            self.claims["aud"] = audience.into();
        }
        let credentials = &mut self.contoso().applications[0].federated_identity_credentials;
        credentials[0].issuer = issuer.into();
        credentials[0].subject = subject.into();
        credentials[0].audiences = vec![audience.into()];
    }

    /// The credential has an expression in place of its subject.
    pub(super) fn flexible(&mut self, expression: &str) {
        let credentials = &mut self.contoso().applications[0].federated_identity_credentials;
        credentials[0].subject = "".into();
        credentials[0].claims_matching_expression = Some(expression.into());
    }

    pub(super) fn signed(&self) -> String {
        key(self.signer).sign(&self.header, &self.claims).unwrap()
    }

    pub(super) fn request(&self) -> HttpRequest {
        let assertion = self.assertion.clone().unwrap_or_else(|| self.signed());
        let mut fields: Vec<_> = self.fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        if !assertion.is_empty() {
            fields.push(("client_assertion", &assertion));
        }
        let url = format!("https://{}/{}/oauth2/v2.0/token", self.host, self.tenant);
        HttpRequest {
            method: self.method.to_owned(),
            headers: self.headers.clone(),
            ..HttpRequest::post_form(url, &fields)
        }
    }

    pub(super) fn handled(&self) -> Handled {
        self.mock.entra().handle(self.now, &self.request())
    }
}

pub(super) fn form(media_type: &str) -> Vec<(String, String)> {
    vec![("Content-Type".to_owned(), media_type.to_owned())]
}

/// A demonstration key.
pub(super) fn key(name: &str) -> &'static DemonstrationKey {
    DemonstrationKey::named(name).unwrap()
}

pub(super) fn encoded(parts: &[&str]) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|p| base64url::encode(p.as_bytes()))
        .collect();
    parts.join(".")
}

/// The claims of the access token that an exchange gives, verified with the published keys.
#[track_caller]
pub(super) fn issued(what: &str, exchange: &Exchange) -> Value {
    let handled = exchange.handled();
    assert_eq!(
        (handled.response.status, handled.code),
        (200, None),
        "{what}: {}",
        handled.response.body
    );
    check_headers(&handled.response);
    assert!(
        handled
            .checks
            .iter()
            .all(|c| matches!(c.verdict, CheckVerdict::Pass | CheckVerdict::Skipped))
    );
    let body = body(&handled.response);
    let names: Vec<_> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        ["access_token", "expires_in", "ext_expires_in", "token_type"]
    );
    assert_eq!(
        (&body["expires_in"], &body["ext_expires_in"]),
        (&json!(3599), &json!(3599))
    );
    assert_eq!(body["token_type"], "Bearer");
    exchange.mock.verified(&body["access_token"])
}

#[track_caller]
pub(super) fn check_headers(response: &HttpResponse) {
    let media_type = response.header_value("Content-Type");
    assert_eq!(media_type, Some("application/json; charset=utf-8"));
    assert_eq!(
        response.header_value("Cache-Control"),
        Some("no-store, no-cache")
    );
}
