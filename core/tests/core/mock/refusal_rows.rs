//! What is changed in an exchange that succeeds, and how it is refused: one row for each refusal.

use fedcred_core::claims::TOKEN_EXCHANGE_APP;
use fedcred_core::federation::Rules;
use serde_json::{Value, json};

use super::exchange::*;
use super::*;

pub(super) type Change = fn(&mut Exchange);

/// What is changed, the change, the code (none where it is not known), the status, the rule that fails, and a piece
/// of the text.
pub(super) type Row = (
    &'static str,
    Change,
    Option<u32>,
    u16,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
pub(super) static REQUEST: &[Row] = &[
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
pub(super) static ASSERTION: &[Row] = &[
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
    (
        "aud holds a number",
        |x| x.claims["aud"] = json!([EXCHANGE, 7]),
        Some(50_027), 400, "assertion-form", "malformed",
    ),
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
pub(super) static CLIENTS: &[Row] = &[
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
pub(super) static SIGNATURE: &[Row] = &[
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
        |x| {
            let entry = x.mock.directory.keys.signing[0].clone();
            x.mock.directory.keys.published = vec![entry];
            x.mock.directory.keys.published[0].kid = "demo-2".to_owned();
        },
        Some(7_000_272), 401, "key", "could not be found in the metadata",
    ),
    ("HS256", |x| x.header["alg"] = "HS256".into(), Some(5_002_738), 401, "algorithm", "'HS256' is not"),
    ("none", |x| x.header["alg"] = "none".into(), Some(5_002_738), 401, "algorithm", "'none' is not"),
    (
        "none, and no signature",
        |x| {
            x.header["alg"] = "none".into();
            x.assertion = x.signed().rsplit_once('.').map(|(input, _)| format!("{input}."));
        },
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
        |x| {
            let mut token = x.signed();
            let at = token.rfind('.').unwrap() + 5;
            let other = if token[at..].starts_with('A') { "B" } else { "A" };
            token.replace_range(at..=at, other);
            x.assertion = Some(token);
        },
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
        |x| {
            let honest = x.signed();
            x.claims["exp"] = (NOW + 999_999).into();
            let forged = x.signed();
            let payload = forged.split('.').nth(1).unwrap();
            let parts: Vec<_> = honest.split('.').collect();
            x.assertion = Some([parts[0], payload, parts[2]].join("."));
        },
        None, 401, "signature", "is not valid",
    ),
    ("extension nobody knows", |x| x.header["crit"] = json!(["x"]), None, 401, "signature", "is not valid"),
];

#[rustfmt::skip]
pub(super) static TIME: &[Row] = &[
    (
        "expired",
        |x| { x.claims["nbf"] = 1_716_862_741.into(); x.claims["exp"] = 1_716_863_341.into(); },
        Some(700_024), 401, "time",
        "Current time: 2026-11-23T15:24:00.0000000Z, assertion valid from 2024-05-28T02:19:01.0000000Z, \
         expiry time of assertion 2024-05-28T02:29:01.0000000Z. Review the documentation at \
         https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
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
pub(super) static MATCHING: &[Row] = &[
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
        |x| { x.mock.setting.rules = Rules::Preview2022; x.claims["sub"] = CLIENT.into(); },
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
        |x| {
            let identity = x.contoso().managed_identities.remove(0);
            x.fabrikam().managed_identities.push(identity);
            x.federated(&ISSUER.replace(CONTOSO, FABRIKAM), IDENTITY, EXCHANGE);
        },
        Some(700_236), 401, "entra-token", "issuer 'https://login.microsoftonline.com/f0f0f0f0-",
    ),
];

#[rustfmt::skip]
pub(super) static RESOURCE: &[Row] = &[
    (
        "multitenant application without service principal",
        |x| {
            x.fabrikam();
            x.contoso().applications[0].sign_in_audience = "AzureADMultipleOrgs".to_owned();
            x.tenant = FABRIKAM.to_owned();
        },
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
        |x| {
            let principals = &mut x.contoso().service_principals;
            principals[0].app_role_assignments.clear();
            principals[1].app_role_assignment_required = true;
        },
        Some(501_051), 400, "resource",
        "Application 'cccccccc-0000-4000-8000-000000000004'(Billing) is not assigned to a role for the application \
         'dddddddd-0000-4000-8000-000000000006'(Orders API).",
    ),
];

pub(super) const TABLES: [&[Row]; 7] = [
    REQUEST, ASSERTION, CLIENTS, SIGNATURE, TIME, MATCHING, RESOURCE,
];
