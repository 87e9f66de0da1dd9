//! The scenario in which the workload of a token uses a federated credential.

use super::scenario::Scenario;
use super::workload::{ClientAssertion, ProtectedApi, TokenRequest, Workload};
use crate::claims::{
    Claims, Cloud, EntraIssuer, TOKEN_EXCHANGE_APP, Version, is_guid, platform_of_issuer,
};
use crate::entra::{
    AppRole, AppRoleAssignment, Application, ClientId, Directory, ExternalIssuer, KeyRing,
    ManagedIdentityObject, ObjectId, ServicePrincipal, SigningKeyEntry, Tenant,
};
use crate::federation::{Credential, Rules};
use crate::text::compact;
use crate::text::json::{Document, Value};

/// Ids of what a token does not tell; invented, and clearly so.
mod invented {
    pub(super) const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
    pub(super) const CLIENT: &str = "11111111-1111-4111-8111-111111111111";
    pub(super) const CLIENT_PRINCIPAL: &str = "22222222-2222-4222-8222-222222222222";
    pub(super) const API: &str = "33333333-3333-4333-8333-333333333333";
    pub(super) const API_PRINCIPAL: &str = "44444444-4444-4444-8444-444444444444";
    pub(super) const ROLE: &str = "55555555-5555-4555-8555-555555555555";
    pub(super) const IDENTITY_CLIENT: &str = "66666666-6666-4666-8666-666666666666";
}

/// The scenario in which the workload of a token uses a credential: the mock issues a token with the same issuer and
/// subject, at the moment the token was issued; another issuer's with all of its claims.
///
/// What a token does not tell (the application, the API) is invented. `None` where the token has no issuer or no
/// subject.
#[must_use]
pub fn scenario_with_credential(
    payload: &Document,
    credential: &Credential,
    rules: Rules,
    now: i64,
) -> Option<Scenario> {
    let claims = Claims::from_payload(payload);
    claims.subject.as_ref()?;
    let token_issuer = claims.issuer.as_ref()?.as_str();
    let Some(issuer) = EntraIssuer::parse(token_issuer) else {
        return (is_external(token_issuer) && payload.is_complete())
            .then(|| external_scenario(payload, token_issuer, credential, rules, now));
    };
    let text = |names: [&str; 2]| {
        names
            .iter()
            .find_map(|name| payload.get(name).and_then(Value::as_str))
    };
    let identity_client = text(["azp", "appid"]).map_or_else(
        || invented::IDENTITY_CLIENT.to_owned(),
        |id| id.into_owned(),
    );
    let audience = claims
        .audiences
        .first()
        .map_or("", |audience| audience.as_str());
    let own_audience = !issuer.assumed_cloud().is_exchange(audience);
    let client = client_id_for(audience);
    let tenant = tenant_for(
        &issuer,
        &claims,
        &identity_client,
        client_application(
            &client,
            credential,
            own_audience.then_some(audience),
            issuer.version,
        ),
    );
    let resource = if own_audience {
        audience
    } else {
        issuer.assumed_cloud().exchange_audience()
    };
    let mut scenario = exchange(issuer.assumed_cloud(), rules, tenant);
    scenario.clock = issued(payload).map_or(now, |iat| iat.saturating_add(300));
    scenario.request.client_id = client;
    scenario.workload = Workload {
        host: "your-host".to_owned(),
        client_id: Some(identity_client),
        resource: resource.to_owned(),
        token: None,
    };
    Some(scenario)
}

fn issued(payload: &Document) -> Option<i64> {
    payload.get("iat").and_then(Value::as_seconds)
}

/// Whether an issuer is the address of somebody else than Entra ID.
pub(super) fn is_external(issuer: &str) -> bool {
    let lower = issuer.to_ascii_lowercase();
    let of_entra = [
        "login.",
        "sts.windows.net",
        "sts.chinacloudapi.cn",
        "169.254.",
    ];
    let of_other = |address: &str| {
        !address.is_empty() && !of_entra.iter().any(|host| address.starts_with(host))
    };
    lower.strip_prefix("https://").is_some_and(of_other) && !issuer.contains(['?', '#', ' '])
}

/// The same for the token of an issuer beside Entra ID.
fn external_scenario(
    payload: &Document,
    issuer: &str,
    credential: &Credential,
    rules: Rules,
    now: i64,
) -> Scenario {
    let client = ClientId::from(invented::CLIENT);
    let application = client_application(&client, credential, None, Version::V2);
    let mut scenario = exchange(
        Cloud::Global,
        rules,
        tenant_with(invented::TENANT, application),
    );
    scenario.clock = issued(payload).unwrap_or(now);
    scenario.directory.external_issuers = vec![ExternalIssuer {
        issuer: issuer.to_owned(),
        display_name: platform_of_issuer(issuer)
            .map_or("Your issuer", |platform| platform.title.as_str())
            .to_owned(),
        keys: key_ring("demo-2"),
    }];
    scenario.workload.token = Some(ClientAssertion {
        issuer: issuer.to_owned(),
        claims: payload
            .root()
            .map_or_else(String::new, |root| compact(root.raw())),
        ..ClientAssertion::default()
    });
    scenario
}

/// An exchange in a tenant; who has which token is still to be said.
fn exchange(cloud: Cloud, rules: Rules, tenant: Tenant) -> Scenario {
    let id = tenant.id.to_string();
    let api = match rules {
        Rules::Current => invented::API.to_owned(),
        Rules::Preview2022 => format!("api://{}", invented::API),
    };
    Scenario {
        title: "Your token".to_owned(),
        about: "Made from the pasted token: the mock issues one like it and exchanges it. Application and API are invented."
            .to_owned(),
        rules,
        cloud,
        request: TokenRequest {
            client_id: invented::CLIENT.into(),
            scope: format!("api://{}/.default", invented::API),
            api: ProtectedApi {
                url: "https://api.example/hello".to_owned(),
                issuer: cloud.issuer(&id),
                audience: api,
                role: "Hello.Read".to_owned(),
                skip: Vec::new(),
            },
            tenant: id,
            ..TokenRequest::default()
        },
        directory: Directory {
            tenants: vec![tenant],
            keys: key_ring("demo-1"),
            ..Directory::default()
        },
        ..Scenario::default()
    }
}

fn key_ring(name: &str) -> KeyRing {
    KeyRing {
        signing: vec![SigningKeyEntry {
            kid: name.to_owned(),
            key: name.to_owned(),
            ..SigningKeyEntry::default()
        }],
        ..KeyRing::default()
    }
}

/// A tenant with the client, and the API that it calls.
fn tenant_with(id: &str, client: Application) -> Tenant {
    Tenant {
        id: id.into(),
        display_name: "Your tenant".to_owned(),
        service_principals: vec![client_principal(&client.app_id), api_principal()],
        applications: vec![client, api_application()],
        ..Tenant::default()
    }
}

fn tenant_for(
    issuer: &EntraIssuer,
    claims: &Claims,
    identity_client: &str,
    client: Application,
) -> Tenant {
    let subject = claims
        .subject
        .as_ref()
        .map_or("", |subject| subject.as_str());
    Tenant {
        managed_identities: vec![ManagedIdentityObject {
            name: "your-identity".to_owned(),
            principal_id: subject.into(),
            client_id: identity_client.into(),
            resource_id: String::new(),
            hosts: vec!["your-host".to_owned()],
            ..ManagedIdentityObject::default()
        }],
        ..tenant_with(&issuer.tenant, client)
    }
}

/// Where the token is for an API of its own, that API is the client itself, as in the article.
fn client_application(
    client: &ClientId,
    credential: &Credential,
    own_audience: Option<&str>,
    version: Version,
) -> Application {
    Application {
        app_id: client.clone(),
        display_name: "Your application".to_owned(),
        sign_in_audience: "AzureADMyOrg".to_owned(),
        identifier_uris: own_audience.into_iter().map(str::to_owned).collect(),
        requested_access_token_version: if version == Version::V2 { 2 } else { 1 },
        federated_identity_credentials: vec![credential.clone()],
        ..Application::default()
    }
}

fn api_application() -> Application {
    Application {
        app_id: invented::API.into(),
        display_name: "Hello API".to_owned(),
        sign_in_audience: "AzureADMyOrg".to_owned(),
        identifier_uris: vec![format!("api://{}", invented::API)],
        requested_access_token_version: 2,
        app_roles: vec![AppRole {
            id: invented::ROLE.to_owned(),
            value: "Hello.Read".to_owned(),
        }],
        ..Application::default()
    }
}

/// The client id in an audience, `api://{id}` or the id alone; else an invented one.
fn client_id_for(audience: &str) -> ClientId {
    let id = audience.strip_prefix("api://").unwrap_or(audience);
    let own = is_guid(id) && audience != TOKEN_EXCHANGE_APP;
    ClientId::from(if own { id } else { invented::CLIENT })
}

fn client_principal(client: &ClientId) -> ServicePrincipal {
    ServicePrincipal {
        id: ObjectId::from(invented::CLIENT_PRINCIPAL),
        app_id: client.clone(),
        app_role_assignment_required: false,
        app_role_assignments: vec![AppRoleAssignment {
            resource_id: invented::API_PRINCIPAL.into(),
            app_role_id: invented::ROLE.to_owned(),
        }],
    }
}

fn api_principal() -> ServicePrincipal {
    ServicePrincipal {
        id: ObjectId::from(invented::API_PRINCIPAL),
        app_id: invented::API.into(),
        ..ServicePrincipal::default()
    }
}
