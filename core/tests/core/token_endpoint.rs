//! The endpoints of the mock, asked directly: each refusal with its code, status, rule and body, and what is issued.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

use fedcred_core::claims::{Cloud, TOKEN_EXCHANGE_APP};
use fedcred_core::entra::{
    APP_SERVICE_HEADER, DemonstrationKey, Directory, Entra, Handled, HttpRequest, HttpResponse,
    Setting, Tenant,
};
use fedcred_core::errors::{CatalogueEntry, catalogue, error_entry};
use fedcred_core::federation::Rules;
use fedcred_core::flow::Scenario;
use fedcred_core::jose::{self, Keys, State};
use fedcred_core::text::{CheckVerdict, base64url, time};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_assert, prop_oneof, proptest};
use serde_json::{Value, json};
use similar_asserts::assert_eq;

const CONTOSO: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const FABRIKAM: &str = "f0f0f0f0-0000-4000-8000-000000000001";
const ISSUER: &str = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
const V1_ISSUER: &str = "https://sts.windows.net/c0c0c0c0-0000-4000-8000-000000000001/";
const IDENTITY: &str = "aaaaaaaa-0000-4000-8000-000000000002";
const IDENTITY_CLIENT: &str = "bbbbbbbb-0000-4000-8000-000000000003";
const CLIENT: &str = "cccccccc-0000-4000-8000-000000000004";
const CLIENT_PRINCIPAL: &str = "cccccccc-0000-4000-8000-000000000005";
const API: &str = "dddddddd-0000-4000-8000-000000000006";
const EXCHANGE: &str = "api://AzureADTokenExchange";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// 2026-11-23T15:24:00Z
const NOW: i64 = 1_795_447_440;

/// A request to the token endpoint, with the directory it meets.
#[derive(Clone)]
struct Exchange {
    directory: Directory,
    setting: Setting,
    now: i64,
    method: &'static str,
    host: &'static str,
    tenant: String,
    headers: Vec<(String, String)>,
    fields: Vec<(&'static str, String)>,
    header: Value,
    claims: Value,
    signer: &'static str,
    /// Instead of the token of header and claims.
    assertion: Option<String>,
}

impl Exchange {
    /// The exchange of the scenario `managed-identity`, which succeeds.
    fn new() -> Self {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/scenarios/managed-identity.json");
        let scenario = Scenario::parse(&std::fs::read_to_string(path).unwrap()).scenario;
        Self {
            directory: scenario.directory,
            setting: Setting {
                host: scenario.workload.host,
                seed: "test".to_owned(),
                ..Setting::default()
            },
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

    fn set(&mut self, name: &'static str, value: &str) {
        self.fields.retain(|(known, _)| *known != name);
        self.fields.push((name, value.to_owned()));
    }

    fn without(&mut self, name: &str) {
        self.fields.retain(|(known, _)| *known != name);
        if name == "client_assertion" {
            self.assertion = Some(String::new());
        }
    }

    fn drop_claim(&mut self, name: &str) {
        self.claims.as_object_mut().unwrap().remove(name);
    }

    fn contoso(&mut self) -> &mut Tenant {
        &mut self.directory.tenants[0]
    }

    /// Adds the tenant Fabrikam, without anything in it.
    fn fabrikam(&mut self) -> &mut Tenant {
        self.directory.tenants.push(Tenant {
            id: FABRIKAM.into(),
            display_name: "Fabrikam".to_owned(),
            default_domain: "fabrikam.example".to_owned(),
            ..Tenant::default()
        });
        self.directory.tenants.last_mut().unwrap()
    }

    /// Token and credential have this issuer, subject and audience.
    fn federated(&mut self, issuer: &str, subject: &str, audience: &str) {
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
    fn flexible(&mut self, expression: &str) {
        let credentials = &mut self.contoso().applications[0].federated_identity_credentials;
        credentials[0].subject = "".into();
        credentials[0].claims_matching_expression = Some(expression.into());
    }

    fn signed(&self) -> String {
        key(self.signer).sign(&self.header, &self.claims).unwrap()
    }

    fn request(&self) -> HttpRequest {
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

    fn entra(&self) -> Entra {
        Entra::new(self.directory.clone(), self.setting.clone())
    }

    fn handled(&self) -> Handled {
        self.entra().handle(self.now, &self.request())
    }
}

fn form(media_type: &str) -> Vec<(String, String)> {
    vec![("Content-Type".to_owned(), media_type.to_owned())]
}

/// A demonstration key.
fn key(name: &str) -> &'static DemonstrationKey {
    DemonstrationKey::named(name).unwrap()
}

fn body(response: &HttpResponse) -> Value {
    serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("{}", response.body))
}

fn encoded(parts: &[&str]) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|p| base64url::encode(p.as_bytes()))
        .collect();
    parts.join(".")
}

type Change = fn(&mut Exchange);

/// What is changed, the change, the code (none where it is not known), the status, the rule that fails, and a piece
/// of the text.
type Row = (
    &'static str,
    Change,
    Option<u32>,
    u16,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
static REQUEST: &[Row] = &[
    ("GET", |x| x.method = "GET", Some(900_561), 400, "request-form", "Received a GET request"),
    ("lower case", |x| x.method = "post", Some(900_561), 400, "request-form", "a post request"),
    ("malformed tenant", |x| x.tenant = "contoso".to_owned(), Some(900_023), 400, "tenant-syntax", "'contoso'"),
    ("cut id", |x| x.tenant.truncate(35), Some(900_023), 400, "tenant-syntax", "is neither a valid DNS name"),
    ("braces", |x| x.tenant = format!("%7B{CONTOSO}%7D"), Some(900_023), 400, "tenant-syntax", "%7Bc0c0"),
    ("empty label", |x| x.tenant = "a..b".to_owned(), Some(900_023), 400, "tenant-syntax", "'a..b'"),
    ("unknown id", |x| x.tenant = FABRIKAM.to_owned(), Some(90_002), 400, "tenant-exists", FABRIKAM),
    (
        "unknown domain",
        |x| x.tenant = "contoso.test".to_owned(),
        Some(90_002), 400, "tenant-exists", "'contoso.test'",
    ),
    ("JSON", |x| x.headers = form("application/json"), Some(900_144), 400, "parameters", "'grant_type'"),
    ("no content type", |x| x.headers.clear(), Some(900_144), 400, "parameters", "'grant_type'"),
    ("no grant type", |x| x.without("grant_type"), Some(900_144), 400, "parameters", "'grant_type'"),
    ("no client id", |x| x.without("client_id"), Some(900_144), 400, "parameters", "'client_id'"),
    ("no scope", |x| x.without("scope"), Some(900_144), 400, "parameters", "'scope'"),
    ("empty scope", |x| x.set("scope", ""), Some(900_144), 400, "parameters", "'scope'"),
    ("no assertion", |x| x.without("client_assertion"), Some(7_000_216), 401, "parameters", "'client_assertion'"),
    ("no assertion type", |x| x.without("client_assertion_type"), Some(7_000_216), 401, "parameters", "is required"),
    (
        "type of SAML",
        |x| x.set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"),
        Some(7_000_216), 401, "parameters", "is required",
    ),
    ("grant of a password", |x| x.set("grant_type", "password"), Some(70_003), 400, "grant-type", "'password'"),
    (
        "grant in capitals",
        |x| x.set("grant_type", "CLIENT_CREDENTIALS"),
        Some(70_003), 400, "grant-type", "'CLIENT_",
    ),
    ("common", |x| x.tenant = "common".to_owned(), Some(9_001_023), 400, "grant-type", "/common or /consumers"),
    ("consumers", |x| x.tenant = "consumers".to_owned(), Some(9_001_023), 400, "grant-type", "/consumers"),
];

#[rustfmt::skip]
static ASSERTION: &[Row] = &[
    ("no JWT", |x| x.assertion = Some("secret".to_owned()), Some(50_027), 400, "assertion-form", "malformed"),
    ("dots alone", |x| x.assertion = Some("..".to_owned()), Some(50_027), 400, "assertion-form", "malformed"),
    (
        "no signature",
        |x| x.assertion = x.signed().rsplit_once('.').map(|(input, _)| input.to_owned()),
        Some(50_027), 400, "assertion-form", "malformed",
    ),
    ("cut", |x| x.assertion = Some(x.signed()[..60].to_owned()), Some(50_027), 400, "assertion-form", "malformed"),
    ("a dot more", |x| x.assertion = Some(x.signed() + "."), Some(50_027), 400, "assertion-form", "malformed"),
    ("a blank before", |x| x.assertion = Some(format!(" {}", x.signed())), Some(50_027), 400, "assertion-form", ""),
    (
        "Bearer before",
        |x| x.assertion = Some(format!("Bearer {}", x.signed())),
        Some(50_027), 400, "assertion-form", "",
    ),
    (
        "two",
        |x| x.assertion = Some(format!("{0} {0}", x.signed())),
        Some(50_027), 400, "assertion-form", "malformed",
    ),
    ("claims alone", |x| x.assertion = Some(x.claims.to_string()), Some(50_027), 400, "assertion-form", "malformed"),
    ("payload is a list", |x| x.claims = json!([1]), Some(50_027), 400, "assertion-form", "malformed"),
    ("payload is a text", |x| x.claims = json!("iss"), Some(50_027), 400, "assertion-form", "malformed"),
    (
        "encrypted",
        |x| x.assertion = Some(encoded(&[r#"{"alg":"dir"}"#, "", "iv", "text", "tag"])),
        Some(50_027), 400, "assertion-form", "malformed",
    ),
    (
        "no key id",
        |x| x.header = json!({"typ": "JWT", "alg": "RS256"}),
        Some(5_002_723), 401, "assertion-form", "nor keyId specified in token header",
    ),
    ("key id is a number", |x| x.header["kid"] = json!(1), Some(5_002_723), 401, "assertion-form", "nor keyId"),
    ("key id is null", |x| x.header["kid"] = Value::Null, Some(5_002_723), 401, "assertion-form", "nor keyId"),
    ("no iss", |x| x.drop_claim("iss"), Some(90_014), 400, "assertion-form", "'iss'"),
    ("no sub", |x| x.drop_claim("sub"), Some(90_014), 400, "assertion-form", "'sub'"),
    ("no aud", |x| x.drop_claim("aud"), Some(90_014), 400, "assertion-form", "'aud'"),
    ("nothing", |x| x.claims = json!({}), Some(90_014), 400, "assertion-form", "'iss'"),
    ("iss is a number", |x| x.claims["iss"] = 7.into(), Some(50_027), 400, "assertion-form", "malformed"),
    ("iss is null", |x| x.claims["iss"] = Value::Null, Some(50_027), 400, "assertion-form", "malformed"),
    ("sub is a number", |x| x.claims["sub"] = 7.into(), Some(50_027), 400, "assertion-form", "malformed"),
    ("sub is a list", |x| x.claims["sub"] = json!([IDENTITY]), Some(50_027), 400, "assertion-form", "malformed"),
    ("aud is an object", |x| x.claims["aud"] = json!({}), Some(50_027), 400, "assertion-form", "malformed"),
    ("aud holds a number", |x| x.claims["aud"] = json!([EXCHANGE, 7]), Some(50_027), 400, "assertion-form", "malformed"),
    ("exp is a text", |x| x.claims["exp"] = "1795533840".into(), Some(50_027), 400, "assertion-form", "malformed"),
    ("nbf is a flag", |x| x.claims["nbf"] = true.into(), Some(50_027), 400, "assertion-form", "malformed"),
    (
        "no algorithm",
        |x| drop(x.header.as_object_mut().unwrap().remove("alg")),
        Some(50_027), 400, "assertion-form", "malformed",
    ),
    ("algorithm is a number", |x| x.header["alg"] = 256.into(), Some(50_027), 400, "assertion-form", "malformed"),
];

#[rustfmt::skip]
static CLIENTS: &[Row] = &[
    ("unknown", |x| x.set("client_id", IDENTITY), Some(700_016), 400, "client", "in the directory 'Contoso'"),
    (
        "the identity's own id",
        |x| x.set("client_id", IDENTITY_CLIENT),
        Some(700_016), 400, "client", "'bbbbbbbb-0000-4000-8000-000000000003'",
    ),
    (
        "single-tenant application in another tenant",
        |x| { x.fabrikam(); x.tenant = FABRIKAM.to_owned(); },
        Some(700_016), 400, "client", "in the directory 'Fabrikam'",
    ),
    (
        "no credentials",
        |x| x.contoso().applications[0].federated_identity_credentials.clear(),
        Some(70_025), 401, "credentials", "'cccccccc-0000-4000-8000-000000000004'(Billing)",
    ),
];

#[rustfmt::skip]
static SIGNATURE: &[Row] = &[
    (
        "another tenant's issuer",
        |x| x.claims["iss"] = ISSUER.replace("c0c0", "f0f0").into(),
        Some(700_211), 401, "issuer", "issuer 'https://login.microsoftonline.com/f0f0",
    ),
    ("slash at the end", |x| x.claims["iss"] = format!("{ISSUER}/").into(), Some(700_211), 401, "issuer", "/v2.0/'"),
    (
        "case of the issuer",
        |x| x.claims["iss"] = ISSUER.to_uppercase().into(),
        Some(700_211), 401, "issuer", "'HTTPS://",
    ),
    (
        "blank in the issuer",
        |x| x.claims["iss"] = format!("{ISSUER} ").into(),
        Some(700_211), 401, "issuer", "v2.0 '",
    ),
    ("v1 issuer", |x| x.claims["iss"] = V1_ISSUER.into(), Some(700_211), 401, "issuer", "'https://sts.windows.net/"),
    ("empty issuer", |x| x.federated("", IDENTITY, EXCHANGE), Some(700_211), 401, "issuer", "issuer ''"),
    (
        "issuer that publishes nothing",
        |x| x.federated("https://token.actions.githubusercontent.com", "repo:o/r:pull_request", EXCHANGE),
        Some(50_166), 400, "metadata", "External OIDC endpoint",
    ),
    (
        "issuer of a tenant that is none",
        |x| x.federated(&ISSUER.replace("c0c0c0c0", "ffffffff"), IDENTITY, EXCHANGE),
        Some(50_166), 400, "metadata", "failed",
    ),
    (
        "issuer that the metadata spells otherwise",
        |x| x.federated(&ISSUER.replace(CONTOSO, "contoso.example"), IDENTITY, EXCHANGE),
        Some(50_166), 400, "metadata", "failed",
    ),
    (
        "issuer is no address",
        |x| x.federated("somebody", IDENTITY, EXCHANGE),
        Some(50_166), 400, "metadata", "failed",
    ),
    ("unknown key id", |x| x.header["kid"] = "3wEB".into(), Some(7_000_272), 401, "key", "identifier DF0101 used"),
    (
        "key id is no base64url",
        |x| x.header["kid"] = "a b".into(),
        Some(7_000_272), 401, "key", "identifier 612062 used",
    ),
    ("case of the key id", |x| x.header["kid"] = "Demo-1".into(), Some(7_000_272), 401, "key", ISSUER),
    (
        "key is not published any more",
        |x| { let entry = x.directory.keys.signing[0].clone(); x.directory.keys.published = vec![entry]; x.directory.keys.published[0].kid = "demo-2".to_owned(); },
        Some(7_000_272), 401, "key", "could not be found in the metadata",
    ),
    ("HS256", |x| x.header["alg"] = "HS256".into(), Some(5_002_738), 401, "algorithm", "'HS256' is not"),
    ("none", |x| x.header["alg"] = "none".into(), Some(5_002_738), 401, "algorithm", "'none' is not"),
    (
        "none, and no signature",
        |x| { x.header["alg"] = "none".into(); x.assertion = x.signed().rsplit_once('.').map(|(input, _)| format!("{input}.")); },
        Some(5_002_738), 401, "algorithm", "'none' is not",
    ),
    ("ES256", |x| x.header["alg"] = "ES256".into(), Some(5_002_738), 401, "algorithm", "'ES256' is not"),
    (
        "case of the algorithm",
        |x| x.header["alg"] = "rs256".into(),
        Some(5_002_738), 401, "algorithm", "'rs256' is not",
    ),
    (
        "swapped key",
        |x| x.signer = "demo-2",
        None, 401, "signature", "which code Entra ID answers here is not known",
    ),
    (
        "one character of the signature",
        |x| { let mut token = x.signed(); let at = token.rfind('.').unwrap() + 5; let other = if token[at..].starts_with('A') { "B" } else { "A" }; token.replace_range(at..=at, other); x.assertion = Some(token); },
        None, 401, "signature", "is not valid",
    ),
    (
        "no signature behind the dot",
        |x| { x.assertion = x.signed().rsplit_once('.').map(|(input, _)| format!("{input}.")) },
        None, 401, "signature", "is not valid",
    ),
    ("padding", |x| x.assertion = Some(x.signed() + "=="), None, 401, "signature", "is not valid"),
    (
        "claims of another token",
        |x| { let honest = x.signed(); x.claims["exp"] = (NOW + 999_999).into(); let forged = x.signed(); let payload = forged.split('.').nth(1).unwrap(); let parts: Vec<_> = honest.split('.').collect(); x.assertion = Some([parts[0], payload, parts[2]].join(".")); },
        None, 401, "signature", "is not valid",
    ),
    ("extension nobody knows", |x| x.header["crit"] = json!(["x"]), None, 401, "signature", "is not valid"),
];

#[rustfmt::skip]
static TIME: &[Row] = &[
    (
        "expired",
        |x| { x.claims["nbf"] = 1_716_862_741.into(); x.claims["exp"] = 1_716_863_341.into(); },
        Some(700_024), 401, "time", "Current time: 2026-11-23T15:24:00.0000000Z, assertion valid from 2024-05-28T02:19:01.0000000Z, expiry time of assertion 2024-05-28T02:29:01.0000000Z. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
    ),
    (
        "expires now",
        |x| x.claims["exp"] = NOW.into(),
        Some(700_024), 401, "time", "assertion 2026-11-23T15:24:00.0000000Z",
    ),
    (
        "not yet valid",
        |x| x.claims["nbf"] = (NOW + 1).into(),
        Some(700_024), 401, "time", "from 2026-11-23T15:24:01.0000000Z",
    ),
    ("no exp", |x| x.drop_claim("exp"), Some(700_024), 401, "time", "assertion 1970-01-01T00:00:00.0000000Z."),
    (
        "no times",
        |x| { x.drop_claim("nbf"); x.claims["exp"] = 0.into(); },
        Some(700_024), 401, "time", "valid from 1970-01-01T00:00:00.0000000Z",
    ),
    (
        "exp out of range",
        |x| x.claims["exp"] = i64::MIN.into(),
        Some(700_024), 401, "time", "not within its valid time",
    ),
    ("clock out of range", |x| x.now = i64::MAX, Some(700_024), 401, "time", "not within its valid time range"),
    ("milliseconds", |x| x.claims["nbf"] = (NOW * 1000).into(), Some(700_024), 401, "time", "not within its valid"),
];

#[rustfmt::skip]
static MATCHING: &[Row] = &[
    (
        "expression",
        |x| x.flexible("claims['sub'] matches 'repo:*'"),
        Some(7_002_131), 401, "subject", "expression matched. Please check",
    ),
    ("another subject", |x| x.claims["sub"] = CLIENT.into(), Some(700_213), 401, "subject", "subject 'cccccccc-"),
    ("client id as subject", |x| x.claims["sub"] = IDENTITY_CLIENT.into(), Some(700_213), 401, "subject", "'bbbb"),
    (
        "blank in the subject",
        |x| x.claims["sub"] = format!(" {IDENTITY}").into(),
        Some(700_213), 401, "subject", "' aaaa",
    ),
    ("empty subject", |x| x.claims["sub"] = "".into(), Some(700_213), 401, "subject", "subject ''"),
    (
        "wildcard",
        |x| x.contoso().applications[0].federated_identity_credentials[0].subject = "*".into(),
        Some(700_213), 401, "subject", IDENTITY,
    ),
    (
        "case of the subject",
        |x| x.claims["sub"] = IDENTITY.to_uppercase().into(),
        Some(7_002_138), 401, "subject", "but not with case-sensitive comparison",
    ),
    (
        "audience of the credential",
        |x| x.contoso().applications[0].federated_identity_credentials[0].audiences = vec!["api://own".into()],
        Some(700_212), 401, "audience", "audience 'fb60f99c-7a34-4190-8149-302f77469936'",
    ),
    (
        "id of the exchange in the credential",
        |x| x.contoso().applications[0].federated_identity_credentials[0].audiences = vec![TOKEN_EXCHANGE_APP.into()],
        Some(700_212), 401, "audience", "fb60f99c",
    ),
    (
        "no audience in the credential",
        |x| x.contoso().applications[0].federated_identity_credentials[0].audiences.clear(),
        Some(700_212), 401, "audience", "fb60f99c",
    ),
    (
        "token for Azure",
        |x| x.claims["aud"] = "https://management.azure.com/".into(),
        Some(7_002_121), 401, "audience", "'https://management.azure.com/'",
    ),
    (
        "token for the own API, as in 2022",
        |x| x.federated(ISSUER, IDENTITY, "api://cccccccc-0000-4000-8000-000000000004"),
        Some(7_002_121), 401, "audience", "'api://cccccccc-",
    ),
    (
        "exchange of another cloud",
        |x| x.claims["aud"] = "api://AzureADTokenExchangeUSGov".into(),
        Some(7_002_121), 401, "audience", "USGov",
    ),
    (
        "case of the audience",
        |x| x.claims["aud"] = "api://azureadtokenexchange".into(),
        Some(7_002_121), 401, "audience", "'api://azuread",
    ),
    ("no audience in the list", |x| x.claims["aud"] = json!([]), Some(7_002_121), 401, "audience", "audience ''"),
    (
        "rules of 2022",
        |x| { x.setting.rules = Rules::Preview2022; x.claims["sub"] = CLIENT.into(); },
        Some(70_021), 400, "subject", "Assertion Subject: 'cccccccc-",
    ),
    (
        "token of a user",
        |x| x.claims["scp"] = "user.read".into(),
        Some(700_229), 401, "entra-token", "Only app-only tokens",
    ),
    (
        "token of an application",
        |x| x.federated(ISSUER, CLIENT_PRINCIPAL, EXCHANGE),
        Some(700_226), 401, "entra-token", "Only MSI tokens",
    ),
    (
        "identity of another tenant",
        |x| { let identity = x.contoso().managed_identities.remove(0); x.fabrikam().managed_identities.push(identity); x.federated(&ISSUER.replace(CONTOSO, FABRIKAM), IDENTITY, EXCHANGE); },
        Some(700_236), 401, "entra-token", "issuer 'https://login.microsoftonline.com/f0f0f0f0-",
    ),
];

#[rustfmt::skip]
static RESOURCE: &[Row] = &[
    (
        "multitenant application without service principal",
        |x| { x.fabrikam(); x.contoso().applications[0].sign_in_audience = "AzureADMultipleOrgs".to_owned(); x.tenant = FABRIKAM.to_owned(); },
        Some(7_000_229), 401, "service-principal", FABRIKAM,
    ),
    (
        "no service principal at home",
        |x| drop(x.contoso().service_principals.remove(0)),
        Some(7_000_229), 401, "service-principal", CONTOSO,
    ),
    (
        "scope without suffix",
        |x| x.set("scope", "api://x"),
        Some(1_002_012), 400, "scope", "scope api://x is not valid",
    ),
    (
        "scope of a user",
        |x| x.set("scope", "api://x/Orders.Read"),
        Some(1_002_012), 400, "scope", "/.default suffixed",
    ),
    ("suffix alone", |x| x.set("scope", "/.default"), Some(1_002_012), 400, "scope", "scope /.default is"),
    ("case of the suffix", |x| x.set("scope", "api://x/.Default"), Some(1_002_012), 400, "scope", "/.Default"),
    (
        "two scopes",
        |x| x.set("scope", "a/.default b/.default"),
        Some(1_002_012), 400, "scope", "a/.default b/.default",
    ),
    ("suffix misspelt", |x| x.set("scope", "api://x./default"), Some(1_002_012), 400, "scope", "api://x./default"),
    (
        "unknown resource",
        |x| x.set("scope", "api://x/.default"),
        Some(500_011), 400, "resource", "named api://x was not found in the tenant named Contoso",
    ),
    (
        "resource without service principal",
        |x| drop(x.contoso().service_principals.pop()),
        Some(500_011), 400, "resource", "api://dddddddd",
    ),
    (
        "case of the resource",
        |x| x.set("scope", &format!("API://{API}/.default")),
        Some(500_011), 400, "resource", "API://",
    ),
    (
        "not assigned",
        |x| { let principals = &mut x.contoso().service_principals; principals[0].app_role_assignments.clear(); principals[1].app_role_assignment_required = true; },
        Some(501_051), 400, "resource", "Application 'cccccccc-0000-4000-8000-000000000004'(Billing) is not assigned to a role for the application 'dddddddd-0000-4000-8000-000000000006'(Orders API).",
    ),
];

const TABLES: [&[Row]; 7] = [
    REQUEST, ASSERTION, CLIENTS, SIGNATURE, TIME, MATCHING, RESOURCE,
];

#[track_caller]
fn check(rows: &[Row]) {
    for (what, change, code, status, rule, text) in rows {
        let mut exchange = Exchange::new();
        change(&mut exchange);
        let handled = exchange.handled();
        let failing = handled
            .checks
            .iter()
            .find(|c| c.verdict == CheckVerdict::Fail);
        let found = (
            handled.code,
            handled.response.status,
            failing.map(|c| c.rule),
        );
        assert_eq!(
            found,
            (*code, *status, Some(*rule)),
            "{what}: {}",
            handled.response.body
        );
        check_order(what, &handled);
        check_body(what, &exchange, &handled, text);
    }
}

/// Checks come in one order; what comes after the failing one is not reached.
#[track_caller]
fn check_order(what: &str, handled: &Handled) {
    static ORDER: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        Exchange::new()
            .handled()
            .checks
            .iter()
            .map(|c| c.rule)
            .collect()
    });
    let found: Vec<_> = handled.checks.iter().map(|c| c.rule).collect();
    assert_eq!(found, *ORDER, "{what}");
    let mut rest = handled
        .checks
        .iter()
        .skip_while(|c| matches!(c.verdict, CheckVerdict::Pass | CheckVerdict::Skipped));
    assert_eq!(
        rest.next().map(|c| c.verdict),
        Some(CheckVerdict::Fail),
        "{what}"
    );
    assert!(
        rest.all(|c| c.verdict == CheckVerdict::NotReached),
        "{what}"
    );
}

/// The shape of an error (entra-docs: handling error codes; recorded bodies).
#[track_caller]
fn check_body(what: &str, exchange: &Exchange, handled: &Handled, text: &str) {
    let response = &handled.response;
    let body = body(response);
    let member = |name: &str| {
        body[name]
            .as_str()
            .unwrap_or_else(|| panic!("{what}: {name}"))
    };
    let timestamp = time::entra_timestamp(exchange.now);
    let (trace, correlation) = (member("trace_id"), member("correlation_id"));
    let (between, entry) = (" ", handled.code.and_then(error_entry));
    let between = if exchange.setting.rules == Rules::Preview2022 {
        "\r\n"
    } else {
        between
    };
    let end = format!(
        "{between}Trace ID: {trace}{between}Correlation ID: {correlation}{between}Timestamp: {timestamp}"
    );
    let message = member("error_description").strip_suffix(&end);
    let message = message.unwrap_or_else(|| panic!("{what}: {body}"));
    assert!(message.contains(text), "{what}: {message}");
    assert_eq!(member("timestamp"), timestamp, "{what}");
    assert_eq!(
        member("error") == "invalid_client",
        response.status == 401,
        "{what}"
    );
    let mut names = vec![
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
    ];
    match entry {
        Some(entry) => {
            let code = handled.code.unwrap_or_default();
            assert!(
                message.starts_with(&format!("AADSTS{code}: ")),
                "{what}: {message}"
            );
            assert!(!message.contains(['{', '}']), "{what}: {message}");
            assert_eq!(body["error_codes"], json!([code]), "{what}");
            assert_eq!(
                (entry.error.as_deref(), entry.status),
                (Some(member("error")), Some(response.status))
            );
            let uri = format!("https://{}/error?code={code}", exchange.host);
            assert_eq!(
                body.get("error_uri"),
                entry.error_uri.then_some(&json!(uri)),
                "{what}"
            );
            names.extend(entry.error_uri.then_some("error_uri"));
        }
        None => {
            assert!(
                !message.contains("AADSTS") && message.contains("Fedcred"),
                "{what}: {message}"
            );
            assert_eq!(body["error_codes"], json!([]), "{what}");
        }
    }
    let found: BTreeSet<_> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(found, names.into_iter().collect(), "{what}");
    assert_eq!(
        response.header_value("x-ms-request-id"),
        Some(trace),
        "{what}"
    );
    check_headers(response);
}

#[track_caller]
fn check_headers(response: &HttpResponse) {
    let media_type = response.header_value("Content-Type");
    assert_eq!(media_type, Some("application/json; charset=utf-8"));
    assert_eq!(
        response.header_value("Cache-Control"),
        Some("no-store, no-cache")
    );
}

#[test]
fn requests_that_are_refused() {
    check(REQUEST);
}

#[test]
fn assertions_that_are_no_signed_token_of_somebody() {
    check(ASSERTION);
}

#[test]
fn clients_that_are_refused() {
    check(CLIENTS);
}

#[test]
fn assertions_that_nobody_vouches_for() {
    check(SIGNATURE);
}

#[test]
fn assertions_out_of_their_time() {
    check(TIME);
}

#[test]
fn assertions_that_match_no_credential() {
    check(MATCHING);
}

#[test]
fn resources_that_are_refused() {
    check(RESOURCE);
}

/// An error of the catalogue is either answered here or says why it is not; what is not in it is not answered.
#[test]
fn every_error_is_reached_or_says_why_not() {
    let rows = TABLES.iter().copied().flatten();
    let reached: BTreeSet<_> = rows
        .filter_map(|(_, change, ..)| {
            let mut exchange = Exchange::new();
            change(&mut exchange);
            exchange.handled().code
        })
        .collect();
    let sent = catalogue().filter(|entry| entry.unsent.is_none());
    let (coded, without): (Vec<_>, Vec<_>) = sent.partition(|entry| entry.code.is_some());
    // Graph's are in its own tests.
    let of_identity = |e: &&&CatalogueEntry| {
        e.error
            .as_deref()
            .is_none_or(|error| error == "invalid_request")
    };
    let instance = HttpRequest::get(
        "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1&authorization_endpoint=https://x/",
    );
    let instance = Exchange::new().entra().handle(NOW, &instance).code;
    let reached = reached.into_iter().chain(instance).collect();
    assert_eq!(
        coded.iter().filter_map(|e| e.code).collect::<BTreeSet<_>>(),
        reached
    );
    let texts: BTreeSet<_> = [
        ("http://169.254.169.254/metadata/identity/oauth2/token", ""),
        ("http://169.254.169.254/metadata/identity/oauth2/token", "true"),
        ("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x&client_id=x", "true"),
        ("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x", "true"),
        ("http://localhost:4141/MSI/token/?api-version=2019-08-01&resource=x&client_id=x", ""),
    ]
    .into_iter()
    .map(|(url, metadata)| {
        let request = HttpRequest::get(url)
            .header("Metadata", metadata)
            .header("X-IDENTITY-HEADER", APP_SERVICE_HEADER);
        let mut exchange = Exchange::new();
        let mut second = exchange.contoso().managed_identities[0].clone();
        second.client_id = CLIENT.into();
        exchange.contoso().managed_identities.push(second);
        let response = exchange.entra().handle(NOW, &request).response;
        let body = body(&response);
        let text = body["error_description"].as_str().or(body["message"].as_str());
        (Some(response.status), text.map(str::to_owned))
    })
    .collect();
    assert_eq!(
        texts,
        without
            .iter()
            .filter(of_identity)
            .map(|e| (e.status, e.template.clone()))
            .collect()
    );
}

#[test]
fn every_rule_but_none_else_fails_somewhere() {
    let rows = TABLES.iter().copied().flatten();
    let failing: BTreeSet<_> = rows.map(|(_, _, _, _, rule, _)| *rule).collect();
    let all = Exchange::new().handled().checks;
    assert_eq!(failing, all.iter().map(|check| check.rule).collect());
}

#[test]
fn an_expression_that_matches_takes_the_place_of_a_subject() {
    let mut exchange = Exchange::new();
    exchange.flexible(&format!(
        "claims['oid'] eq '{IDENTITY}' and claims['sub'] matches 'aaaa*'"
    ));
    assert_eq!(exchange.handled().code, None);
}

#[test]
fn several_faults_are_told_in_the_order_of_the_checks() {
    let mut exchange = Exchange::new();
    let faults: [(Change, u32); 8] = [
        (|x| x.set("scope", "x"), 1_002_012),
        (|x| x.claims["aud"] = "x".into(), 7_002_121),
        (|x| x.claims["sub"] = "x".into(), 700_213),
        (|x| x.claims["exp"] = 0.into(), 700_024),
        (|x| x.header["kid"] = "x".into(), 7_000_272),
        (|x| x.claims["iss"] = "x".into(), 700_211),
        (|x| x.set("client_id", "x"), 700_016),
        (|x| x.set("grant_type", "x"), 70_003),
    ];
    for (fault, code) in faults {
        fault(&mut exchange);
        assert_eq!(exchange.handled().code, Some(code));
    }
}

#[test]
fn the_id_of_the_request_comes_back() {
    let mut exchange = Exchange::new();
    exchange.tenant = FABRIKAM.to_owned();
    let own = body(&exchange.handled().response);
    exchange
        .headers
        .push(("Client-Request-Id".to_owned(), "0f0f0f0f-1".to_owned()));
    let given = body(&exchange.handled().response);
    assert_eq!(given["correlation_id"], "0f0f0f0f-1");
    assert_ne!(own["correlation_id"], own["trace_id"]);
    assert_eq!(
        own["trace_id"], given["trace_id"],
        "the same seed and number"
    );
    let mut entra = exchange.entra();
    let ids: BTreeSet<_> = (0..5)
        .map(|_| body(&entra.handle(NOW, &exchange.request()).response)["trace_id"].to_string())
        .collect();
    assert_eq!(ids.len(), 5, "each request has an id of its own");
    assert!(ids.iter().all(|id| id.len() == 38 && id.ends_with("00\"")));
}

/// The body with the trace id, which is the server's own, replaced.
fn without_trace(body: &str) -> Value {
    let id = serde_json::from_str::<Value>(body).unwrap()["trace_id"]
        .as_str()
        .unwrap()
        .to_owned();
    serde_json::from_str(&body.replace(&id, "TRACE")).unwrap()
}

#[track_caller]
fn check_real(exchange: &mut Exchange, at: &str, correlation: &str, status: u16, real: &str) {
    exchange.now = time::parse(at).unwrap();
    exchange
        .headers
        .push(("client-request-id".to_owned(), correlation.to_owned()));
    for (name, distance) in [("nbf", -60), ("exp", 60)] {
        exchange.claims[name] = (exchange.now + distance).into();
    }
    let handled = exchange.handled();
    assert_eq!(without_trace(&handled.response.body), without_trace(real));
    assert_eq!(handled.response.status, status);
}

/// Azure/azure-workload-identity issue 616 (2022).
#[test]
fn real_body_of_70021() {
    let mut exchange = Exchange::new();
    exchange.setting.rules = Rules::Preview2022;
    exchange.claims["iss"] = "https://kubernetes.default.svc.cluster.local".into();
    exchange.claims["sub"] = "system:serviceaccount:default:workload-identity-sa".into();
    exchange.claims["aud"] = json!([EXCHANGE]);
    let real = r#"{"error":"invalid_request","error_description":"AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: 'https://kubernetes.default.svc.cluster.local'. Assertion Subject: 'system:serviceaccount:default:workload-identity-sa'. Assertion Audience: 'api://AzureADTokenExchange'. https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation\r\nTrace ID: 30b6df93-efd2-459c-ae6a-bad0838f6f00\r\nCorrelation ID: dffc6012-a4af-4f00-80ab-3e831069b3cc\r\nTimestamp: 2022-10-27 23:39:22Z","error_codes":[70021],"timestamp":"2022-10-27 23:39:22Z","trace_id":"30b6df93-efd2-459c-ae6a-bad0838f6f00","correlation_id":"dffc6012-a4af-4f00-80ab-3e831069b3cc","error_uri":"https://login.microsoftonline.com/error?code=70021"}"#;
    let correlation = "dffc6012-a4af-4f00-80ab-3e831069b3cc";
    check_real(
        &mut exchange,
        "2022-10-27T23:39:22Z",
        correlation,
        400,
        real,
    );
}

/// MicrosoftDocs/azure-docs issue 43780 (2019).
#[test]
fn real_body_of_900144() {
    let mut exchange = Exchange::new();
    exchange.setting.rules = Rules::Preview2022;
    exchange.without("grant_type");
    let real = r#"{"error":"invalid_request","error_description":"AADSTS900144: The request body must contain the following parameter: 'grant_type'.\r\nTrace ID: 8d24319a-7b99-4a9b-9134-e1e92fa52901\r\nCorrelation ID: f669e3e6-57ee-4725-baab-186cb844e7bd\r\nTimestamp: 2019-11-29 06:39:27Z","error_codes":[900144],"timestamp":"2019-11-29 06:39:27Z","trace_id":"8d24319a-7b99-4a9b-9134-e1e92fa52901","correlation_id":"f669e3e6-57ee-4725-baab-186cb844e7bd","error_uri":"https://login.microsoftonline.com/error?code=900144"}"#;
    let correlation = "f669e3e6-57ee-4725-baab-186cb844e7bd";
    check_real(
        &mut exchange,
        "2019-11-29T06:39:27Z",
        correlation,
        400,
        real,
    );
}

/// Azure/login issue 461 (2024), with the wording and the link of 2025.
#[test]
fn real_body_of_700213() {
    let mut exchange = Exchange::new();
    exchange.claims["sub"] = "repo:orgName/repoName:pull_request".into();
    let real = r#"{"error":"invalid_client","error_description":"AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:orgName/repoName:pull_request'. Please check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation Trace ID: traceId Correlation ID: correlationId Timestamp: 2024-06-13 15:40:46Z","error_codes":[700213],"timestamp":"2024-06-13 15:40:46Z","trace_id":"traceId","correlation_id":"correlationId"}"#
        .replace("Please check", "Check")
        .replace("docs.microsoft.com/en-us/azure/active-directory/develop", "learn.microsoft.com/entra/workload-id")
        .replace("\"traceId\"", "\"a-trace-id\"")
        .replace("Trace ID: traceId", "Trace ID: a-trace-id")
        .replace("correlationId", "a-correlation-id");
    check_real(
        &mut exchange,
        "2024-06-13T15:40:46Z",
        "a-correlation-id",
        401,
        &real,
    );
}

/// Azure/azure-workload-identity issue 1232 (2024), with the issuer of this test.
#[test]
fn real_body_of_7000272() {
    let mut exchange = Exchange::new();
    exchange.header["kid"] = "36GEq14rP2UpuM_OGVMFAUI24pc".into();
    let real = r#"{"error":"invalid_client","error_description":"AADSTS7000272: The certificate with identifier DFA184AB5E2B3F6529B8CFCE195305014236E297 used to sign the federated credential could not be found in the metadata of identity provider https://oidc.svasys.com. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token. Trace ID: fe3494ee-ee09-46fc-b6c1-4db478763300 Correlation ID: ba0dd475-3cd4-47f7-9a6a-046821c5ad7a Timestamp: 2024-01-14 20:29:53Z","error_codes":[7000272],"timestamp":"2024-01-14 20:29:53Z","trace_id":"fe3494ee-ee09-46fc-b6c1-4db478763300","correlation_id":"ba0dd475-3cd4-47f7-9a6a-046821c5ad7a","error_uri":"https://login.microsoftonline.com/error?code=7000272"}"#
        .replace("https://oidc.svasys.com", ISSUER);
    let correlation = "ba0dd475-3cd4-47f7-9a6a-046821c5ad7a";
    check_real(
        &mut exchange,
        "2024-01-14T20:29:53Z",
        correlation,
        401,
        &real,
    );
}

/// The claims of the access token that an exchange gives, verified with the published keys.
#[track_caller]
fn issued(what: &str, exchange: &Exchange) -> Value {
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
    verified(exchange, &body["access_token"])
}

/// The claims of a token whose signature a key of its own issuer's metadata verifies.
#[track_caller]
fn verified(exchange: &Exchange, token: &Value) -> Value {
    let parsed = jose::parse(token.as_str().unwrap());
    let token = &parsed.tokens[0];
    let payload = token.payload().unwrap();
    let issuer = payload.get("iss").unwrap().to_text();
    let mut entra = exchange.entra();
    let mut get = |url: &str| entra.handle(NOW, &HttpRequest::get(url)).response;
    let metadata = body(&get(&format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    )));
    assert_eq!(metadata["issuer"], *issuer);
    let keys = Keys::read(
        &get(metadata["jwks_uri"].as_str().unwrap()).body,
        "metadata",
    );
    assert_eq!(jose::verify(token, &keys).state, State::Valid);
    serde_json::from_str(payload.source()).unwrap()
}

#[test]
fn a_token_is_issued() {
    let claims = issued("as it is", &Exchange::new());
    let expected = json!({
        "aud": API, "iss": ISSUER, "sub": CLIENT_PRINCIPAL, "oid": CLIENT_PRINCIPAL, "azp": CLIENT, "azpacr": "2",
        "iat": NOW - 300, "nbf": NOW - 300, "exp": NOW + 3_600, "roles": ["Orders.Read"], "tid": CONTOSO, "ver": "2.0",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&claims[name], value, "{name}");
    }
}

/// What makes no difference, or makes another token.
#[test]
fn a_token_is_issued_all_the_same() {
    type Row = (&'static str, Change, &'static str, Value);
    #[rustfmt::skip]
    let rows: Vec<Row> = vec![
        ("domain", |x| x.tenant = "contoso.example".to_owned(), "tid", json!(CONTOSO)),
        ("case of the tenant", |x| x.tenant = CONTOSO.to_uppercase(), "tid", json!(CONTOSO)),
        ("case of the client id", |x| x.set("client_id", &CLIENT.to_uppercase()), "azp", json!(CLIENT)),
        ("charset", |x| x.headers = form("Application/X-WWW-form-urlencoded ; charset=utf-8"), "ver", json!("2.0")),
        ("field nobody knows", |x| x.set("x-client-SKU", "fedcred"), "ver", json!("2.0")),
        ("no nbf", |x| x.drop_claim("nbf"), "ver", json!("2.0")),
        ("nbf now", |x| x.claims["nbf"] = NOW.into(), "ver", json!("2.0")),
        ("exp in a second", |x| x.claims["exp"] = (NOW + 1).into(), "ver", json!("2.0")),
        ("audience in a list", |x| x.claims["aud"] = json!(["x", TOKEN_EXCHANGE_APP]), "ver", json!("2.0")),
        ("audience by URI", |x| x.claims["aud"] = EXCHANGE.into(), "ver", json!("2.0")),
        ("resource by client id", |x| x.set("scope", &format!("{API}/.default")), "aud", json!(API)),
        ("slash behind the resource", |x| x.set("scope", &format!("api://{API}//.default")), "aud", json!(API)),
        ("no roles", |x| { x.contoso().service_principals[0].app_role_assignments.clear() }, "roles", Value::Null),
        (
            "assignment required and there",
            |x| x.contoso().service_principals[1].app_role_assignment_required = true,
            "aud", json!(API),
        ),
        ("v1", |x| x.contoso().applications[1].requested_access_token_version = 1, "aud", json!(format!("api://{API}"))),
        ("v1, issuer", |x| x.contoso().applications[1].requested_access_token_version = 1, "iss", json!(V1_ISSUER)),
        ("audience of 2022", |x| x.setting.rules = Rules::Preview2022, "aud", json!(format!("api://{API}"))),
        (
            "own audience in 2022",
            |x| { x.setting.rules = Rules::Preview2022; x.federated(ISSUER, IDENTITY, "api://own"); },
            "azp", json!(CLIENT),
        ),
        (
            "another case in 2022",
            |x| { x.setting.rules = Rules::Preview2022; x.claims["sub"] = IDENTITY.to_uppercase().into(); },
            "azp", json!(CLIENT),
        ),
        (
            "multitenant application in another tenant",
            |x| { let principals = x.contoso().service_principals.clone(); x.fabrikam().service_principals = principals; x.contoso().applications[0].sign_in_audience = "AzureADMultipleOrgs".to_owned(); x.tenant = "fabrikam.example".to_owned(); },
            "iss", json!(ISSUER.replace(CONTOSO, FABRIKAM)),
        ),
        (
            "credential that matches is not the first",
            |x| { let credentials = &mut x.contoso().applications[0].federated_identity_credentials; let mut other = credentials[0].clone(); other.subject = CLIENT.into(); credentials.insert(0, other); },
            "azp", json!(CLIENT),
        ),
        (
            "new key, both published",
            |x| { let mut entry = x.directory.keys.signing[0].clone(); (entry.kid, entry.key) = ("demo-2".to_owned(), "demo-2".to_owned()); x.directory.keys.signing.insert(0, entry); },
            "azp", json!(CLIENT),
        ),
    ];
    for (what, change, name, value) in rows {
        let mut exchange = Exchange::new();
        change(&mut exchange);
        assert_eq!(issued(what, &exchange)[name], value, "{what}");
    }
}

/// The issuer of v1 tokens has its metadata at its own address.
#[test]
fn metadata_of_the_v1_issuer_is_read() {
    let mut exchange = Exchange::new();
    exchange.federated(V1_ISSUER, IDENTITY, "api://own");
    let handled = exchange.handled();
    assert_eq!(handled.code, Some(7_002_121), "{}", handled.response.body);
    assert_eq!(handled.fetches[0].request.host(), "sts.windows.net");
    exchange.setting.rules = Rules::Preview2022;
    issued("v1 in 2022", &exchange);
}

/// The credential must have the v2 issuer (documented); the text of the code reported for v1 is not known.
#[test]
fn a_v1_token_for_the_exchange_is_refused_without_a_code() {
    let mut exchange = Exchange::new();
    exchange.federated(V1_ISSUER, IDENTITY, "api://AzureADTokenExchange");
    let handled = exchange.handled();
    assert_eq!((handled.code, handled.response.status), (None, 401));
    let failing = handled
        .checks
        .iter()
        .find(|c| c.verdict == CheckVerdict::Fail);
    assert_eq!(failing.map(|check| check.rule), Some("entra-token"));
}

/// 7000216 speaks of the client credentials grant alone.
#[test]
fn another_grant_is_not_told_that_an_assertion_is_missing() {
    check(&[(
        "another grant",
        |x| {
            x.set("grant_type", "refresh_token");
            x.without("client_assertion");
        },
        Some(70_003),
        400,
        "grant-type",
        "'refresh_token'",
    )]);
}

#[test]
fn a_key_named_by_its_thumbprint_alone_is_looked_up() {
    let mut exchange = Exchange::new();
    exchange.header = json!({"alg": "RS256", "x5t": "demo-1"});
    issued("thumbprint", &exchange);
    check(&[(
        "unknown thumbprint",
        |x| x.header = json!({"alg": "RS256", "x5t": "3wEB"}),
        Some(7_000_272),
        401,
        "key",
        "identifier DF0101 used",
    )]);
}

#[test]
fn rs384_is_not_called_unsupported_by_a_text_that_lists_it() {
    let rows: [Row; 2] = [
        (
            "RS384",
            |x| x.header["alg"] = "RS384".into(),
            None,
            401,
            "algorithm",
            "with RS384",
        ),
        (
            "RS512",
            |x| x.header["alg"] = "RS512".into(),
            None,
            401,
            "algorithm",
            "with RS512",
        ),
    ];
    check(&rows);
}

/// The text of 9001023 recommends /organizations.
#[test]
fn organizations_is_not_told_to_use_organizations() {
    check(&[(
        "organizations",
        |x| x.tenant = "organizations".to_owned(),
        None,
        400,
        "grant-type",
        "names no tenant",
    )]);
}

fn identity_request(query: &str) -> HttpRequest {
    HttpRequest::get(format!(
        "http://169.254.169.254/metadata/identity/oauth2/token?{query}"
    ))
}

const FOR_EXCHANGE: &str = "api-version=2018-02-01&resource=api%3A%2F%2FAzureADTokenExchange";

#[test]
fn the_identity_endpoint_answers_with_strings() {
    let exchange = Exchange::new();
    for query in [
        FOR_EXCHANGE.to_owned(),
        format!(
            "{FOR_EXCHANGE}&client_id={}",
            IDENTITY_CLIENT.to_uppercase()
        ),
    ] {
        let request = identity_request(&query).header("metadata", "true");
        let handled = exchange.entra().handle(NOW, &request);
        assert_eq!(handled.response.status, 200);
        let mut body = body(&handled.response);
        let claims = verified(&exchange, &body["access_token"].take());
        let expected = json!({
            "access_token": null, "client_id": IDENTITY_CLIENT, "expires_in": "86399", "ext_expires_in": "86399",
            "expires_on": (NOW + 86_400).to_string(), "not_before": (NOW - 300).to_string(), "resource": EXCHANGE,
            "token_type": "Bearer",
        });
        assert_eq!(body, expected);
        let claim = |name: &str| claims[name].clone();
        assert_eq!(
            (claim("aud"), claim("iss")),
            (TOKEN_EXCHANGE_APP.into(), ISSUER.into())
        );
        assert_eq!(
            (claim("sub"), claim("oid")),
            (IDENTITY.into(), IDENTITY.into())
        );
        assert_eq!(
            (claim("exp"), claim("iat")),
            ((NOW + 86_400).into(), (NOW - 300).into())
        );
    }
}

#[track_caller]
fn check_identity(
    exchange: &Exchange,
    request: &HttpRequest,
    status: u16,
    rule: Option<&str>,
    text: &str,
) {
    let handled = exchange.entra().handle(NOW, request);
    let failing = handled
        .checks
        .iter()
        .find(|c| c.verdict == CheckVerdict::Fail);
    let found = (handled.response.status, failing.map(|c| c.rule));
    assert_eq!(found, (status, rule), "{}", handled.response.body);
    assert!(
        handled.response.body.contains(text),
        "{}",
        handled.response.body
    );
    assert!(!handled.response.body.contains("access_token"));
}

#[test]
fn the_identity_endpoint_refuses() {
    let mut exchange = Exchange::new();
    let request = identity_request(FOR_EXCHANGE);
    let no_header = r#"{"error":"invalid_request","error_description":"Required metadata header not specified"}"#;
    for value in [
        None,
        Some("True"),
        Some("TRUE"),
        Some(" true"),
        Some(""),
        Some("1"),
        Some("true, true"),
    ] {
        let request = match value {
            Some(value) => request.clone().header("Metadata", value),
            None => request.clone(),
        };
        check_identity(&exchange, &request, 400, Some("metadata-header"), no_header);
    }
    let asked = |query: &str| identity_request(query).header("Metadata", "true");
    let not_found = r#"{"error":"invalid_request","error_description":"Identity not found"}"#;
    for id in ["", IDENTITY, "x"] {
        let request = asked(&format!("{FOR_EXCHANGE}&client_id={id}"));
        check_identity(
            &exchange,
            &request,
            400,
            Some("identity-attached"),
            not_found,
        );
    }
    for (resource, shown) in [
        (
            "api%3A%2F%2FAzureADTokenExchange%2F.default",
            "named api://AzureADTokenExchange/.default was",
        ),
        (
            "api://azureadtokenexchange",
            "named api://azureadtokenexchange was",
        ),
        ("api://AzureADTokenExchangeUSGov", "AADSTS500011"),
        ("%22%5C%00", "AADSTS500011"),
    ] {
        let request = asked(&format!("api-version=2018-02-01&resource={resource}"));
        check_identity(&exchange, &request, 400, Some("identity-resource"), shown);
    }
    let mut elsewhere = request.clone().header("Metadata", "true");
    elsewhere.url = elsewhere.url.replace("oauth2", "oauth");
    check_identity(&exchange, &elsewhere, 401, None, "unknown_source");
    exchange.setting.host = "another-host".to_owned();
    check_identity(
        &exchange,
        &asked(FOR_EXCHANGE),
        400,
        Some("identity-attached"),
        not_found,
    );
}

#[test]
fn several_identities_need_a_client_id() {
    let mut exchange = Exchange::new();
    let mut second = exchange.contoso().managed_identities[0].clone();
    second.client_id = CLIENT.into();
    exchange.contoso().managed_identities.push(second);
    let request = identity_request(FOR_EXCHANGE).header("Metadata", "true");
    check_identity(
        &exchange,
        &request,
        400,
        Some("identity-attached"),
        "Multiple user assigned identities exist",
    );
    let named =
        identity_request(&format!("{FOR_EXCHANGE}&client_id={CLIENT}")).header("Metadata", "true");
    assert_eq!(exchange.entra().handle(NOW, &named).response.status, 200);
}

#[test]
fn metadata_is_consistent_in_every_cloud() {
    for cloud in Cloud::ALL {
        let mut exchange = Exchange::new();
        (exchange.setting.cloud, exchange.host) = (cloud, cloud.login_host());
        let host = cloud.login_host();
        let v1_host = match cloud {
            Cloud::China => "sts.chinacloudapi.cn",
            Cloud::Global | Cloud::UsGov => "sts.windows.net",
        };
        let mut entra = exchange.entra();
        let mut get = |url: String| entra.handle(NOW, &HttpRequest::get(url)).response;
        for (version, issuer) in [
            ("v2.0/", format!("https://{host}/{CONTOSO}/v2.0")),
            ("", format!("https://{v1_host}/{CONTOSO}/")),
        ] {
            for tenant in [CONTOSO, "contoso.example", "CONTOSO.example"] {
                let response = get(format!(
                    "https://{host}/{tenant}/{version}.well-known/openid-configuration"
                ));
                assert_eq!(response.status, 200);
                let document = body(&response);
                assert_eq!(
                    document["issuer"], issuer,
                    "the id, whatever the address says"
                );
                assert_eq!(
                    document["token_endpoint"],
                    format!("https://{host}/{CONTOSO}/oauth2/{version}token")
                );
                let keys = get(document["jwks_uri"].as_str().unwrap().to_owned());
                let keys = Keys::read(&keys.body, "metadata");
                assert_eq!((keys.keys.len(), keys.diagnostics.len()), (1, 0));
            }
            for (host, tenant, status) in [
                (host, FABRIKAM, 400),
                ("login.example", CONTOSO, 404),
                (&*format!("{host}.example"), CONTOSO, 404),
                (&*format!("x@{host}"), CONTOSO, 404),
            ] {
                let url =
                    format!("https://{host}/{tenant}/{version}.well-known/openid-configuration");
                assert_eq!(get(url).status, status, "{host} {tenant}");
            }
        }
        let issuer = cloud.issuer(CONTOSO);
        exchange.federated(&issuer, IDENTITY, cloud.exchange_audience());
        exchange.claims["aud"] = TOKEN_EXCHANGE_APP.into();
        assert_eq!(issued(cloud.word(), &exchange)["iss"], issuer);
    }
}

#[test]
fn an_empty_directory_refuses_and_never_panics() {
    let mut exchange = Exchange::new();
    exchange.directory = Directory::default();
    assert_eq!(exchange.handled().code, Some(90_002));
    exchange.directory.tenants = vec![Tenant::default()];
    for tenant in ["", "common", CONTOSO, "."] {
        exchange.tenant = tenant.to_owned();
        assert!(!exchange.handled().response.body.contains("access_token"));
    }
    let mut exchange = Exchange::new();
    exchange.directory.keys.signing[0].key = "demo-3".to_owned();
    assert_eq!(
        exchange.handled().code,
        Some(7_000_272),
        "no key is published"
    );
}

/// Field values: anything, or a good one, or a damaged assertion.
fn value() -> impl Strategy<Value = String> {
    let token = Exchange::new().signed();
    let damaged = (0..token.len(), any::<char>())
        .prop_map(move |(at, c)| format!("{}{c}{}", &token[..at], &token[at + 1..]));
    prop_oneof![
        ".{0,40}",
        "[a-z_/.:=&%{}\"\\\\]{0,30}",
        prop::sample::select(vec![
            CLIENT,
            "client_credentials",
            ASSERTION_TYPE,
            "api://x/.default"
        ])
        .prop_map(str::to_owned),
        damaged,
    ]
}

const FIELDS: [&str; 6] = [
    "client_id",
    "scope",
    "client_assertion_type",
    "client_assertion",
    "grant_type",
    "x",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn any_fields_give_an_answer(
        fields in prop::collection::vec((prop::sample::select(FIELDS.to_vec()), value()), 0..8),
        valid in 0..4_u8,
        preview in any::<bool>(),
        now in prop_oneof![any::<i64>(), proptest::strategy::Just(NOW)],
        id in ".{0,20}",
    ) {
        let mut exchange = Exchange::new();
        exchange.now = now;
        exchange.headers.push(("client-request-id".to_owned(), id));
        if preview {
            exchange.setting.rules = Rules::Preview2022;
        }
        if valid < 3 {
            exchange.assertion = Some(String::new());
        }
        if valid == 0 {
            exchange.fields.clear();
        }
        let honest = exchange.signed();
        for (name, value) in fields.iter().filter(|(_, value)| *value != honest) {
            exchange.set(name, value);
        }
        let response = exchange.handled().response;
        prop_assert!(matches!(response.status, 200 | 400 | 401));
        prop_assert!(serde_json::from_str::<Value>(&response.body).is_ok());
        prop_assert!(response.status != 200 || valid == 3, "{:?}", exchange.fields);
    }

    #[test]
    fn any_request_gives_an_answer(
        method in "(GET|POST|[A-Z]{0,5})",
        url in "(https?://(login\\.microsoftonline\\.com|169\\.254\\.169\\.254|sts\\.windows\\.net|.{0,9})/(c0c0c0c0-0000-4000-8000-000000000001|metadata|.{0,9})/(oauth2/v2\\.0/token|v2\\.0/\\.well-known/openid-configuration|discovery/keys|identity/oauth2/token|.{0,9})(\\?.{0,30})?|.{0,30})",
        tenant in ".{0,20}",
        headers in prop::collection::vec(("(Metadata|Content-Type|.{0,5})", "(true|application/x-www-form-urlencoded|.{0,9})"), 0..3),
        body in ".{0,60}",
        now in any::<i64>(),
    ) {
        let mut exchange = Exchange::new();
        let request = HttpRequest { method, url, headers, body };
        let handled = exchange.entra().handle(now, &request);
        prop_assert!((200..500).contains(&handled.response.status));
        exchange.tenant = tenant;
        let handled = exchange.handled();
        prop_assert!((200..500).contains(&handled.response.status));
    }

    #[test]
    fn any_token_that_is_not_the_honest_one_is_refused(
        header in ".{0,30}",
        claims in prop::collection::vec((prop::sample::select(vec!["iss", "sub", "aud", "exp", "nbf"]), value()), 0..3),
        number in any::<f64>(),
        place in prop::sample::select(vec!["iss", "sub", "aud", "exp", "nbf", "scp"]),
    ) {
        let mut exchange = Exchange::new();
        exchange.header["kid"] = header.into();
        for (name, value) in claims {
            exchange.claims[name] = value.into();
        }
        exchange.claims[place] = json!(number);
        prop_assert!(exchange.handled().response.status != 200);
    }
}
