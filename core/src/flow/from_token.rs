//! A scenario made of a token: the mock issues one like it and exchanges it.

use super::scenario::Scenario;
use super::workload::{AssertionKind, ClientAssertion, ProtectedApi, TokenRequest, Workload};
use crate::claims::{
    self, Claims, Cloud, EntraIssuer, TOKEN_EXCHANGE_APP, Version, is_guid, platform_of_issuer,
};
use crate::entra::{
    AppRole, AppRoleAssignment, Application, ClientId, Directory, ExternalIssuer, KeyRing,
    ManagedIdentity, ObjectId, ServicePrincipal, SigningKey, Tenant,
};
use crate::federation::{Credential, Hints, Rules, from_token};
use crate::jose::{self, Token, TokenForm};
use crate::text::json::{Document, Value};
use crate::text::{Diagnostic, compact};

/// What [`scenario_from_token`] makes of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TokenScenario {
    /// The scenario; `None` if no token of the text can be simulated.
    pub scenario: Option<Scenario>,
    /// What is wrong with the text, which of several tokens was taken, or why none could be.
    pub diagnostics: Vec<Diagnostic>,
}

/// Makes a scenario of the first token in a text that can be simulated. Never fails.
///
/// The token of a managed identity or of another issuer is exchanged through the credential that
/// [`from_token`](crate::federation::from_token) drafts for it. The token of a user or of an ordinary application is
/// sent as the client assertion as it is, and Entra ID refuses it. `hints` tell what the token does not; `now`, in
/// seconds, is the clock of the scenario if the token does not say when it was issued.
///
/// ```
/// use fedcred_core::federation::Hints;
/// use fedcred_core::flow::{Outcome, run, scenario_from_token};
///
/// let claims = r#"{
///     "iss": "https://gitlab.com",
///     "sub": "project_path:contoso/shop:ref_type:branch:ref:main",
///     "aud": "api://AzureADTokenExchange"
/// }"#;
/// let made = scenario_from_token(claims, &Hints::default(), 1_795_447_440);
/// let scenario = made.scenario.expect("a token that names issuer and subject");
/// assert_eq!(run(&scenario).outcome, Outcome::Allowed);
/// ```
#[must_use]
pub fn scenario_from_token(text: &str, hints: &Hints, now: i64) -> TokenScenario {
    let parsed = jose::parse(text);
    let mut diagnostics = parsed.diagnostics;
    let tokens = parsed.tokens;
    let made = tokens
        .iter()
        .find_map(|token| Some((token, scenario_of(token, hints, now)?)));
    if let Some((token, _)) = &made {
        diagnostics.extend_from_slice(&token.diagnostics);
        if tokens.len() > 1 {
            diagnostics.push(which_token(token, &tokens));
        }
    } else {
        diagnostics.push(why_none(&tokens));
    }
    TokenScenario {
        scenario: made.map(|(_, scenario)| scenario),
        diagnostics,
    }
}

fn scenario_of(token: &Token, hints: &Hints, now: i64) -> Option<Scenario> {
    let credential = from_token(token, hints).credential;
    let payload = token.payload()?;
    let mut scenario = scenario_with_credential(payload, &credential, hints.rules, now)?;
    if let Some(kind) = refused_kind(token, payload, now) {
        let client = &scenario.request.client_id;
        // If the token was issued to the client itself, the mock would name its service principal as the subject.
        let issued_to = scenario.workload.client_id.take();
        let issued_to = issued_to.filter(|id| id != client.as_str());
        scenario.workload.token = Some(ClientAssertion {
            kind,
            issuer: scenario.cloud.issuer(&scenario.request.tenant),
            client_id: issued_to.unwrap_or_default(),
            subject: credential.subject.to_string(),
            ..ClientAssertion::default()
        });
        for tenant in &mut scenario.directory.tenants {
            tenant.managed_identities.clear();
        }
    }
    Some(scenario)
}

/// Whose token it is, if it is surely not a managed identity's: a user's, or that of an application that has
/// authenticated with a secret or not at all (`azpacr` 1 or 0).
fn refused_kind(token: &Token, payload: &Document, now: i64) -> Option<AssertionKind> {
    use claims::TokenKind::{AppOnly, Delegated, IdToken, ManagedIdentity};
    let acr = ["azpacr", "appidacr"]
        .into_iter()
        .find_map(|name| payload.get(name).map(Value::to_text))
        .unwrap_or_default();
    match claims::explain(token, now).kind {
        Delegated | IdToken => Some(AssertionKind::User),
        AppOnly | ManagedIdentity if matches!(&*acr, "0" | "1") => Some(AssertionKind::App),
        _ => None,
    }
}

fn which_token(token: &Token, tokens: &[Token]) -> Diagnostic {
    let number = tokens
        .iter()
        .position(|other| other.span == token.span)
        .map_or(1, |index| index + 1);
    let message = format!(
        "The text contains {} tokens; token {number} is simulated.",
        tokens.len()
    );
    Diagnostic::info("first-token-used", message)
        .help("To simulate another one, pass it alone.")
        .at(token.span)
}

/// Why no token of a text can be simulated.
fn why_none(tokens: &[Token]) -> Diagnostic {
    let Some(payload) = tokens.iter().find_map(Token::payload) else {
        return match tokens.iter().find(|token| token.form == TokenForm::Jwe) {
            Some(token) => encrypted().at(token.span),
            None => no_claims(),
        };
    };
    let issuer = Claims::from_payload(payload).issuer;
    match issuer.and_then(|issuer| EntraIssuer::parse(issuer.as_str())) {
        Some(_) => no_subject(),
        None => no_issuer(),
    }
}

fn no_claims() -> Diagnostic {
    Diagnostic::error("no-claims", "The text contains no readable claims.")
        .help("Pass a signed token, or its claims as JSON.")
}

fn encrypted() -> Diagnostic {
    Diagnostic::error(
        "token-encrypted",
        "The token is encrypted, so its claims cannot be read.",
    )
    .help("Pass the signed token that the workload sends to Entra ID, or its claims as JSON.")
}

fn no_issuer() -> Diagnostic {
    let message = "The token has no issuer with an https address, so nobody can publish its keys.";
    Diagnostic::error("token-issuer", message).help("Pass a token whose `iss` is an https address.")
}

fn no_subject() -> Diagnostic {
    Diagnostic::error(
        "token-subject",
        "The token has no subject, so there is no identity to simulate.",
    )
    .help("Pass a token with the claim `sub`.")
}

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
        about: "Made from your token: the mock issues a token like it and exchanges it. The application and the API are placeholders."
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
        signing: vec![SigningKey {
            kid: name.to_owned(),
            key: name.to_owned(),
            ..SigningKey::default()
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
        managed_identities: vec![ManagedIdentity {
            name: "your-identity".to_owned(),
            principal_id: subject.into(),
            client_id: identity_client.into(),
            resource_id: String::new(),
            hosts: vec!["your-host".to_owned()],
            ..ManagedIdentity::default()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::AadstsCode;
    use crate::flow::{Outcome, run};

    const ENTRA: &str =
        "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
    const GITHUB: &str = r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:a/b","aud":"api://AzureADTokenExchange"}"#;

    fn made(text: &str) -> TokenScenario {
        scenario_from_token(text, &Hints::default(), 0)
    }

    #[track_caller]
    fn check_refused(text: &str, code: &str) {
        let made = made(text);
        assert_eq!(made.scenario, None, "{text}");
        let last = made.diagnostics.last().unwrap();
        assert_eq!(last.code, code, "{text}");
    }

    #[test]
    fn a_text_without_a_token_that_can_be_simulated_says_why() {
        check_refused("", "no-claims");
        check_refused("hello", "no-claims");
        check_refused("eyJhbGciOiJub25lIn0", "no-claims");
        check_refused(r#"{"sub":"a"}"#, "token-issuer");
        check_refused(r#"{"iss":"issuer","sub":"a"}"#, "token-issuer");
        check_refused(
            r#"{"iss":"http://plain.example","sub":"a"}"#,
            "token-issuer",
        );
        check_refused(&format!(r#"{{"iss":"{ENTRA}"}}"#), "token-subject");
        let header = crate::text::base64url::encode(br#"{"alg":"dir","enc":"A128GCM"}"#);
        check_refused(
            &format!("{header}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"),
            "token-encrypted",
        );
    }

    #[track_caller]
    fn check_code(members: &str, code: Option<AadstsCode>) {
        let azp = "99999999-0000-4000-8000-00000000000a";
        let sub = "aaaaaaaa-0000-4000-8000-000000000002";
        let text =
            format!(r#"{{"iss":"{ENTRA}","azp":"{azp}","sub":"{sub}","ver":"2.0",{members}}}"#);
        let Some(scenario) = made(&text).scenario else {
            panic!("no scenario: {members}");
        };
        assert_eq!(run(&scenario).code, code, "{members}");
    }

    #[test]
    fn tokens_of_users_and_applications_are_refused_as_such() {
        let exchange = r#""aud":"fb60f99c-7a34-4190-8149-302f77469936","idtyp":"app""#;
        check_code(exchange, None);
        check_code(&format!(r#"{exchange},"azpacr":"2""#), None);
        check_code(
            &format!(r#"{exchange},"azpacr":"1""#),
            Some(AadstsCode::TOKEN_OF_APPLICATION),
        );
        let mirid =
            r#""xms_mirid":"/subscriptions/s/providers/Microsoft.Compute/virtualMachines/vm""#;
        check_code(&format!(r#"{exchange},{mirid},"azpacr":"2""#), None);
        check_code(
            r#""aud":"00000003-0000-0000-c000-000000000000","scp":"User.Read""#,
            Some(AadstsCode::TOKEN_OF_USER),
        );
        check_code(
            r#""aud":"99999999-0000-4000-8000-00000000000a","name":"A","preferred_username":"a@contoso.example","nonce":"n""#,
            Some(AadstsCode::TOKEN_OF_USER),
        );
    }

    #[test]
    fn a_token_gives_a_scenario_that_runs() {
        let entra = format!(
            r#"{{"iss":"{ENTRA}","sub":"aaaaaaaa-0000-4000-8000-000000000002",
            "aud":"fb60f99c-7a34-4190-8149-302f77469936","iat":1700000000}}"#
        );
        for text in [&entra, GITHUB] {
            let made = made(text);
            let trace = run(&made.scenario.unwrap());
            assert_eq!(trace.outcome, Outcome::Allowed, "{:?} {text}", trace.code);
        }
    }

    #[test]
    fn of_several_tokens_it_says_which_one_it_takes() {
        assert_eq!(made(GITHUB).diagnostics, []);
        for (text, number) in [
            (format!("{GITHUB}\n{GITHUB}"), 1),
            (format!("{{\"sub\":\"a\",\"exp\":1}}\n{GITHUB}"), 2),
        ] {
            let made = made(&text);
            assert!(made.scenario.is_some(), "{text}");
            let [found] = made.diagnostics.as_slice() else {
                panic!("{:?}", made.diagnostics);
            };
            let message = format!("The text contains 2 tokens; token {number} is simulated.");
            assert_eq!(
                (found.code, &*found.message),
                ("first-token-used", &*message)
            );
        }
    }
}
