//! The scenario that ends with the error of a message.

use serde::Serialize;

use super::fault::Fault;
use super::from_token::{is_external, scenario_with_credential};
use super::scenario::{Expectation, Scenario};
use super::trace::Outcome;
use super::workload::{AssertionKind, ClientAssertion, SetupRequest};
use crate::claims::{Cloud, EntraIssuer, TOKEN_EXCHANGE_APP, Version, is_guid};
use crate::entra::{Application, ClientId, SigningKey, Tenant, is_domain};
use crate::errors::AadstsCode;
use crate::federation::{Credential, Rules};
use crate::text::json::Document;

/// Values of what a message does not tell; invented, and clearly so.
mod invented {
    pub(super) const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
    pub(super) const OTHER_TENANT: &str = "f0f0f0f0-0000-4000-8000-000000000001";
    pub(super) const SUBJECT: &str = "aaaaaaaa-0000-4000-8000-000000000002";
    pub(super) const ISSUER: &str = "https://oidc.contoso.example";
    pub(super) const EXTERNAL_SUBJECT: &str = "system:serviceaccount:shop:orders";
    pub(super) const AUDIENCE: &str = "https://contoso.example";
    pub(super) const OTHER: &str = "bbbbbbbb-0000-4000-8000-000000000003";
    pub(super) const RESOURCE: &str = "https://management.azure.com/";
    /// 2026-11-23T15:24:00Z
    pub(super) const NOW: i64 = 1_795_447_440;
}

/// What a client library asks first of an address that it does not know.
const INSTANCE: &str = "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1\
    &authorization_endpoint=https%3A%2F%2Flogin.contoso.example%2Fcommon%2Foauth2%2Fv2.0%2Fauthorize";

/// How subjects of platforms begin, and their issuers.
const PLATFORMS: [(&str, &str); 3] = [
    ("repo:", "https://token.actions.githubusercontent.com"),
    ("project_path:", "https://gitlab.com"),
    ("organization:", "https://app.terraform.io"),
];

const ABOUT: &str =
    "Running this ends with your error. Values missing from the message are placeholders.";

/// The scenario of a managed identity that ends with this code, with the values of the message where they are
/// those of a managed identity.
///
/// `None` where no managed identity comes to this error in the mock.
#[must_use]
pub fn scenario_from_error(code: AadstsCode, parameters: &[(String, String)]) -> Option<Scenario> {
    let values = MessageValues(parameters);
    let mut scenario = values.exchange(code)?;
    values.make_fail(code, &mut scenario)?;
    let title = code.entry().map_or("", |entry| entry.title.as_str());
    scenario.title = format!("{code}: {title}");
    ABOUT.clone_into(&mut scenario.about);
    scenario.expect = Some(Expectation {
        outcome: Some(Outcome::Refused),
        code: Some(code.number().into()),
        steps_at_least: 0,
    });
    Some(scenario)
}

/// What a token of the exchange holds.
#[derive(Serialize)]
struct TokenClaims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
}

/// The values of a message by their names.
struct MessageValues<'a>(&'a [(String, String)]);

impl<'a> MessageValues<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn guid(&self, name: &str) -> Option<&'a str> {
        self.get(name).filter(|value| is_guid(value))
    }

    /// An exchange of the token and tenant in the message, in which nothing but the audience may be wrong.
    fn exchange(&self, code: AadstsCode) -> Option<Scenario> {
        let external = self.external_issuer(code);
        let other_audience =
            (code == AadstsCode::AUDIENCE_NOT_EXCHANGE).then(|| self.other_audience());
        let issuer = external.map_or_else(|| self.issuer(code, other_audience), str::to_owned);
        let entra = EntraIssuer::parse(&issuer);
        let named = match external {
            Some(_) => self.get("sub").filter(|sub| !sub.is_empty()),
            None => self.guid("sub"),
        };
        let subject = named.filter(|sub| code != AadstsCode::SUBJECT_CASE_DIFFERS || has_case(sub));
        let invented = external.map_or(invented::SUBJECT, |_| invented::EXTERNAL_SUBJECT);
        let subject = subject.unwrap_or(invented);
        let cloud = entra
            .as_ref()
            .map_or(Cloud::Global, EntraIssuer::assumed_cloud);
        let exchange = cloud.exchange_audience();
        let audience = other_audience.unwrap_or(match entra.map(|entra| entra.version) {
            Some(Version::V1) => invented::RESOURCE,
            Some(Version::V2) => TOKEN_EXCHANGE_APP,
            None if code == AadstsCode::NO_MATCHING_AUDIENCE => self
                .get("aud")
                .filter(|aud| !["", exchange].contains(aud))
                .unwrap_or(invented::AUDIENCE),
            None => exchange,
        });
        let claims = serde_json::to_string(&TokenClaims {
            iss: &issuer,
            sub: subject,
            aud: audience,
            iat: invented::NOW - 300,
        });
        let credential = Credential {
            name: "your-credential".to_owned(),
            issuer: issuer.as_str().into(),
            subject: subject.into(),
            audiences: vec![exchange.into()],
            ..Credential::default()
        };
        let rules = if code == AadstsCode::NO_MATCHING_CREDENTIAL {
            Rules::Preview2022
        } else {
            Rules::Current
        };
        let claims = Document::parse(claims.unwrap_or_default());
        scenario_with_credential(&claims, &credential, rules, invented::NOW)
    }

    /// The issuer outside Entra ID that the message is about: it names it, or its subject is of a platform, or the
    /// code is one that a managed identity does not come to.
    fn external_issuer(&self, code: AadstsCode) -> Option<&'a str> {
        if [
            AadstsCode::TOKEN_OF_APPLICATION,
            AadstsCode::TOKEN_OF_USER,
            AadstsCode::IDENTITY_OF_OTHER_TENANT,
            AadstsCode::AUDIENCE_NOT_EXCHANGE,
        ]
        .contains(&code)
        {
            return None;
        }
        let default = || {
            let audience = self
                .get("aud")
                .filter(|_| code == AadstsCode::NO_MATCHING_AUDIENCE);
            let usual = ["", TOKEN_EXCHANGE_APP, Cloud::Global.exchange_audience()];
            let other = audience.is_some_and(|audience| !usual.contains(&audience));
            let never_of_entra = [
                AadstsCode::METADATA_UNREACHABLE,
                AadstsCode::MISSING_KEY_ID,
                AadstsCode::MISSING_CLAIM,
                AadstsCode::NO_MATCHING_EXPRESSION,
            ]
            .contains(&code);
            (other || never_of_entra).then_some(invented::ISSUER)
        };
        let named = |name| self.get(name).filter(|value| !value.is_empty());
        let found = match (named("iss"), named("sub").filter(|sub| !is_guid(sub))) {
            (Some(issuer), _) => Some(issuer).filter(|issuer| is_external(issuer)),
            (None, Some(sub)) => {
                let platform = PLATFORMS.iter().find(|(start, _)| sub.starts_with(start));
                Some(platform.map_or(invented::ISSUER, |(_, issuer)| *issuer))
            }
            (None, None) => None,
        };
        found.or_else(default)
    }

    /// The issuer of the message; a token with another audience than the exchange has the v1 issuer.
    fn issuer(&self, code: AadstsCode, other_audience: Option<&str>) -> String {
        let tenant = self.guid("tenantId").unwrap_or(invented::TENANT);
        if other_audience.is_some_and(|audience| !is_guid(audience)) {
            return Cloud::Global.v1_issuer(tenant);
        }
        let of_identity = |issuer: &&str| {
            let entra = EntraIssuer::parse(issuer);
            entra.is_some_and(|entra| {
                is_guid(&entra.tenant)
                    && (code == AadstsCode::NO_MATCHING_ISSUER || entra.version == Version::V2)
            })
        };
        let issuer = self.get("iss").filter(of_identity);
        issuer.map_or_else(|| Cloud::Global.issuer(tenant), str::to_owned)
    }

    fn other_audience(&self) -> &'a str {
        let exchange = [TOKEN_EXCHANGE_APP, Cloud::Global.exchange_audience(), ""];
        let audience = self
            .get("aud")
            .filter(|audience| !exchange.contains(audience));
        audience.unwrap_or(invented::RESOURCE)
    }

    /// Makes wrong what the code tells of.
    fn make_fail(&self, code: AadstsCode, scenario: &mut Scenario) -> Option<()> {
        let free = |value: &&str| !is_known(scenario, value);
        let client = self.guid("appId").filter(free);
        let client = client.or_else(|| self.guid("clientId").filter(free));
        let resource = self
            .get("resource")
            .filter(free)
            .filter(|value| is_resource(value));
        let tenant = self.get("tenant").filter(free);
        match code {
            AadstsCode::APPLICATION_NOT_FOUND => {
                scenario.request.client_id = client.unwrap_or(invented::OTHER).into();
            }
            AadstsCode::RESOURCE_NOT_FOUND => {
                let resource = resource.unwrap_or("api://orders.contoso.example");
                scenario.request.scope = format!("{resource}/.default");
            }
            AadstsCode::MALFORMED_TENANT => {
                let tenant = tenant.filter(|tenant| is_malformed(tenant));
                tenant
                    .unwrap_or("contoso")
                    .clone_into(&mut scenario.request.tenant);
            }
            AadstsCode::TENANT_NOT_FOUND => {
                let tenant = tenant.filter(|tenant| is_guid(tenant) || is_domain(tenant));
                let others = [invented::OTHER_TENANT, invented::TENANT];
                let other = tenant.or_else(|| others.into_iter().find(free))?;
                other.clone_into(&mut scenario.request.tenant);
            }
            AadstsCode::GRANT_NEEDS_TENANT => "common".clone_into(&mut scenario.request.tenant),
            AadstsCode::SCOPE_WITHOUT_DEFAULT => {
                let wrong = |scope: &&str| !scope.is_empty() && !scope.ends_with("/.default");
                let own = scenario.request.scope.replace("/.default", "");
                scenario.request.scope = self.get("scope").filter(wrong).unwrap_or(&own).to_owned();
            }
            AadstsCode::MISSING_PARAMETER if self.get("parameter") == Some("client_id") => {
                scenario.request.client_id = "".into()
            }
            AadstsCode::MISSING_PARAMETER => scenario.request.scope.clear(),
            AadstsCode::KEY_NOT_PUBLISHED => {
                let directory = &mut scenario.directory;
                let issuer = directory.external_issuers.first_mut();
                let keys = issuer.map_or(&mut directory.keys, |issuer| &mut issuer.keys);
                let signing = keys.signing.first().map_or("", |entry| entry.key.as_str());
                let other = if signing == "demo-1" {
                    "demo-2"
                } else {
                    "demo-1"
                };
                keys.published = vec![key(other)];
            }
            AadstsCode::UNSUPPORTED_GRANT => {
                let grant = self
                    .get("grant")
                    .filter(|grant| !["", "client_credentials"].contains(grant));
                scenario.request.form = form_field("grant_type", grant.unwrap_or("password"));
            }
            AadstsCode::MISSING_CLIENT_CREDENTIAL => {
                scenario.request.form = form_field("client_assertion", "")
            }
            AadstsCode::UNKNOWN_INSTANCE => {
                scenario.setup = vec![SetupRequest {
                    method: "GET".to_owned(),
                    url: INSTANCE.to_owned(),
                    body: String::new(),
                }]
            }
            AadstsCode::MALFORMED_ASSERTION => {
                scenario.request.form = form_field("client_assertion", "not-a-token")
            }
            AadstsCode::WRONG_METHOD => {
                let method = self
                    .get("method")
                    .filter(|method| !["", "POST"].contains(method));
                scenario.request.method = Some(method.unwrap_or("GET").to_owned());
            }
            AadstsCode::MISSING_KEY_ID => {
                let issuer = scenario.directory.external_issuers.first_mut()?;
                issuer.keys.signing.first_mut()?.kid.clear();
            }
            AadstsCode::MISSING_CLAIM => {
                let token = scenario.workload.token.as_mut()?;
                token.claims = match self.get("field") {
                    Some("aud") => r#"{"sub":"system:serviceaccount:shop:orders"}"#,
                    _ => r#"{"aud":"api://AzureADTokenExchange"}"#,
                }
                .to_owned();
            }
            AadstsCode::TOKEN_OF_APPLICATION => send_token_of(scenario, AssertionKind::App)?,
            AadstsCode::TOKEN_OF_USER => send_token_of(scenario, AssertionKind::User)?,
            AadstsCode::ASSERTION_NOT_IN_TIME => scenario.faults.push(Fault::Expired),
            AadstsCode::METADATA_UNREACHABLE => scenario.faults.push(Fault::MetadataUnreachable),
            AadstsCode::UNSUPPORTED_ALGORITHM => scenario.faults.push(Fault::HmacConfusion),
            _ => self.make_tenant_fail(code, client, scenario)?,
        }
        let name = self.get("tenantName").map(str::to_owned);
        if let (Some(name), Some(tenant)) = (name, scenario.directory.tenants.first_mut()) {
            tenant.display_name = name;
        }
        Some(())
    }

    /// What is wrong in the tenant, with its client, its credential or its identity.
    fn make_tenant_fail(
        &self,
        code: AadstsCode,
        client: Option<&str>,
        scenario: &mut Scenario,
    ) -> Option<()> {
        if let Some(client) = client {
            rename_client(scenario, client.into());
        }
        let tenant = scenario.directory.tenants.first_mut()?;
        let application = tenant.applications.first_mut()?;
        let name = self.get("appName").or(self.get("clientName"));
        name.unwrap_or("Your application")
            .clone_into(&mut application.display_name);
        let credential = application.federated_identity_credentials.first_mut()?;
        match code {
            AadstsCode::NO_MATCHING_ISSUER => scenario.faults.push(Fault::Slash),
            AadstsCode::NO_MATCHING_SUBJECT | AadstsCode::NO_MATCHING_CREDENTIAL => {
                scenario.faults.push(Fault::WrongSubject)
            }
            AadstsCode::SUBJECT_CASE_DIFFERS => scenario.faults.push(Fault::Case),
            // The token of another issuer has the wrong audience itself.
            AadstsCode::NO_MATCHING_AUDIENCE if tenant.managed_identities.is_empty() => {}
            AadstsCode::NO_MATCHING_AUDIENCE => scenario.faults.push(Fault::WrongAudience),
            AadstsCode::SERVICE_PRINCIPAL_MISSING => {
                scenario.faults.push(Fault::MissingServicePrincipal)
            }
            AadstsCode::NO_MATCHING_EXPRESSION => {
                credential.subject = "".into();
                credential.claims_matching_expression = Some("claims['sub'] eq 'another'".into());
            }
            AadstsCode::AUDIENCE_NOT_EXCHANGE => {}
            AadstsCode::NO_CREDENTIALS => application.federated_identity_credentials.clear(),
            AadstsCode::CLIENT_NOT_ASSIGNED => {
                for principal in &mut tenant.service_principals {
                    principal.app_role_assignments.clear();
                    principal.app_role_assignment_required = true;
                }
            }
            AadstsCode::IDENTITY_OF_OTHER_TENANT => move_identity(scenario)?,
            _ => return None,
        }
        Some(())
    }
}

/// The client gets another id, wherever it is named.
fn rename_client(scenario: &mut Scenario, id: ClientId) {
    let old = std::mem::replace(&mut scenario.request.client_id, id.clone());
    let rename = |named: &mut ClientId| {
        if *named == old {
            named.clone_from(&id);
        }
    };
    for tenant in &mut scenario.directory.tenants {
        for application in &mut tenant.applications {
            rename(&mut application.app_id);
        }
        for principal in &mut tenant.service_principals {
            rename(&mut principal.app_id);
        }
    }
}

/// The token of an application or a user is sent, with the subject of the credential.
fn send_token_of(scenario: &mut Scenario, kind: AssertionKind) -> Option<()> {
    let tenant = scenario.directory.tenants.first_mut()?;
    let identity = tenant.managed_identities.pop()?;
    scenario.workload.token = Some(ClientAssertion {
        kind,
        issuer: scenario.cloud.issuer(tenant.id.as_str()),
        client_id: identity.client_id.to_string(),
        subject: identity.principal_id.to_string(),
        claims: String::new(),
    });
    Some(())
}

fn form_field(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), value.to_owned())]
}

/// The application moves to another tenant than the identity's.
fn move_identity(scenario: &mut Scenario) -> Option<()> {
    let home = scenario.directory.tenants.first_mut()?;
    let ids = [invented::OTHER_TENANT, invented::TENANT];
    let id = ids
        .into_iter()
        .find(|id| !home.id.as_str().eq_ignore_ascii_case(id))?;
    let of_identity = Tenant {
        id: std::mem::replace(&mut home.id, id.into()),
        display_name: "Tenant of the identity".to_owned(),
        managed_identities: std::mem::take(&mut home.managed_identities),
        ..Tenant::default()
    };
    id.clone_into(&mut scenario.request.tenant);
    scenario.request.api.issuer = scenario.cloud.issuer(id);
    scenario.directory.tenants.push(of_identity);
    Some(())
}

/// Whether a tenant, an application or a resource of the scenario has this name.
fn is_known(scenario: &Scenario, name: &str) -> bool {
    let tenants = &scenario.directory.tenants;
    let of_application = |application: &Application| {
        application.app_id.as_str().eq_ignore_ascii_case(name)
            || application.identifier_uris.iter().any(|uri| uri == name)
    };
    let of_tenant = |tenant: &Tenant| {
        tenant.id.as_str().eq_ignore_ascii_case(name)
            || tenant.applications.iter().any(of_application)
    };
    tenants.iter().any(of_tenant) || Cloud::ALL.iter().any(|cloud| cloud.is_exchange(name))
}

fn is_resource(text: &str) -> bool {
    !text.is_empty() && !text.contains(' ')
}

/// Neither a domain nor a GUID, and one part of a path.
fn is_malformed(tenant: &str) -> bool {
    let shared = ["", "common", "organizations", "consumers"].contains(&tenant);
    !shared && !is_guid(tenant) && !tenant.contains(['.', '/', '?', '#'])
}

fn key(name: &str) -> SigningKey {
    SigningKey {
        kid: name.to_owned(),
        key: name.to_owned(),
        ..SigningKey::default()
    }
}

fn has_case(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphabetic())
}
