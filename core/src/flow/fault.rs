//! Faults: what can be made wrong in a scenario, one switch each.

use hmac::{KeyInit, Mac, SimpleHmac};
use rsa::sha2::Sha256;
use serde::Serialize;

use super::scenario::Scenario;
use crate::claims::{Audience, EntraIssuer, Times};
use crate::entra::{KeyRing, MetadataCache, SigningKeyEntry, Tenant};
use crate::federation::Credential;
use crate::jose::{self, Token};
use crate::text::base64url;

/// One thing that is made wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The credential's subject is the identity's client id, the most frequent mistake.
    WrongSubject,
    /// The credential's audience is the application's own URI, or the token exchange where it was that.
    WrongAudience,
    /// The credential's issuer is another one.
    WrongIssuer,
    /// The credential's subject has other letter case.
    Case,
    /// The credential's issuer has a slash at its end too many or too few.
    Slash,
    /// The assertion is sent after its time.
    Expired,
    /// The assertion is sent before its time.
    NotYetValid,
    /// A bit of the assertion's signature is turned.
    BadSignature,
    /// The assertion names a key that nobody publishes.
    UnknownKid,
    /// The assertion says that it needs no signature.
    AlgNone,
    /// The assertion has a code made with the public key as the secret.
    HmacConfusion,
    /// Entra ID cannot read the metadata of the issuer.
    MetadataUnreachable,
    /// The issuer signs with a new key, and Entra ID keeps the old ones.
    StaleKeys,
    /// The request goes to another tenant.
    WrongTenant,
    /// The application has no service principal in the tenant.
    MissingServicePrincipal,
    /// No role is granted to the application.
    NoRoles,
    /// The managed-identity endpoint has had too many requests.
    ImdsThrottled,
    /// The header `Metadata: true` is not sent.
    DroppedMetadataHeader,
}

use Fault::{
    AlgNone, BadSignature, Case, DroppedMetadataHeader, Expired, HmacConfusion, ImdsThrottled,
    MetadataUnreachable, MissingServicePrincipal, NoRoles, NotYetValid, Slash, StaleKeys,
    UnknownKid, WrongAudience, WrongIssuer, WrongSubject, WrongTenant,
};

/// Word in scenarios and what it does, in a few words; in the order of the faults.
const TABLE: [(&str, &str); 18] = [
    (
        "wrong-subject",
        "The credential holds the identity's client id as subject",
    ),
    ("wrong-audience", "The credential holds another audience"),
    ("wrong-issuer", "The credential holds another issuer"),
    ("case", "The credential's subject differs in letter case"),
    (
        "slash",
        "The credential's issuer has a slash too many or too few",
    ),
    ("expired", "The assertion is sent after its time"),
    ("not-yet-valid", "The assertion is sent before its time"),
    ("bad-signature", "The assertion's signature is damaged"),
    (
        "unknown-kid",
        "The assertion names a key that nobody publishes",
    ),
    ("alg-none", "The assertion's algorithm is none"),
    (
        "hmac-confusion",
        "The assertion is signed with HS256 and the public key",
    ),
    (
        "metadata-unreachable",
        "Entra ID cannot reach the issuer's metadata",
    ),
    (
        "stale-keys",
        "The issuer has a new key, and Entra ID keeps the old ones",
    ),
    ("wrong-tenant", "The request goes to another tenant"),
    (
        "missing-service-principal",
        "The application has no service principal in the tenant",
    ),
    ("no-roles", "No role is granted to the application"),
    (
        "imds-throttled",
        "The managed-identity endpoint is throttled (429)",
    ),
    (
        "dropped-metadata-header",
        "A proxy drops the header Metadata: true",
    ),
];

const HOUR: i64 = 3_600;

/// A tenant that has nothing to do with the others.
const ELSEWHERE: &str = "f0f0f0f0-0000-4000-8000-00000000000f";

impl Fault {
    /// All of them.
    pub const ALL: [Self; 18] = [
        WrongSubject,
        WrongAudience,
        WrongIssuer,
        Case,
        Slash,
        Expired,
        NotYetValid,
        BadSignature,
        UnknownKid,
        AlgNone,
        HmacConfusion,
        MetadataUnreachable,
        StaleKeys,
        WrongTenant,
        MissingServicePrincipal,
        NoRoles,
        ImdsThrottled,
        DroppedMetadataHeader,
    ];

    fn row(self) -> (&'static str, &'static str) {
        TABLE.get(self as usize).copied().unwrap_or_default()
    }

    /// The word used in scenarios.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// What it does, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.row().1
    }

    /// Makes wrong what stands in the scenario.
    pub(super) fn apply(self, scenario: &mut Scenario) {
        match self {
            WrongSubject => {
                let ids = identities(scenario);
                for_credentials(scenario, |credential, _| wrong_subject(credential, &ids));
            }
            WrongAudience => {
                let exchange = scenario.cloud.exchange_audience();
                for_credentials(scenario, |credential, client| {
                    let mut audience = Audience::from(format!("api://{client}"));
                    if credential.audiences.contains(&audience) {
                        audience = exchange.into();
                    }
                    credential.audiences = vec![audience];
                });
            }
            WrongIssuer => for_credentials(scenario, |credential, _| {
                credential.issuer = other_issuer(credential.issuer.as_str()).into();
            }),
            Case => for_credentials(scenario, |credential, _| {
                credential.subject = other_case(credential.subject.as_str()).into();
                if let Some(expression) = &mut credential.claims_matching_expression {
                    expression.value = other_case_of_values(&expression.value);
                }
            }),
            Slash => for_credentials(scenario, |credential, _| {
                credential.issuer = other_slash(credential.issuer.as_str()).into();
            }),
            MetadataUnreachable => scenario.directory.metadata_unreachable = true,
            StaleKeys => roll_over(scenario),
            WrongTenant => send_elsewhere(scenario),
            MissingServicePrincipal => {
                let client = scenario.request.client_id.clone();
                for tenant in &mut scenario.directory.tenants {
                    tenant.service_principals.retain(|one| one.app_id != client);
                }
            }
            NoRoles => {
                let tenants = scenario.directory.tenants.iter_mut();
                for principal in tenants.flat_map(|tenant| &mut tenant.service_principals) {
                    principal.app_role_assignments.clear();
                }
            }
            _ => {}
        }
    }

    /// Makes the assertion wrong; `public` is the public key, which the attack takes for a secret.
    pub(super) fn spoil(self, assertion: String, public: &str) -> String {
        let mut parts = assertion.splitn(3, '.');
        let mut next = || parts.next().unwrap_or_default();
        let (own, payload, signature) = (next(), next(), next());
        let kid = sole(&assertion).and_then(|token| Some(token.header_text("kid")?.into_owned()));
        let kid = kid.unwrap_or_default();
        match self {
            BadSignature => format!("{own}.{payload}.{}", damaged(signature)),
            UnknownKid => format!("{}.{payload}.{signature}", header("RS256", "nobodys-key")),
            AlgNone => format!("{}.{payload}.", header("none", &kid)),
            HmacConfusion => {
                let input = format!("{}.{payload}", header("HS256", &kid));
                format!("{input}.{}", code(public, &input))
            }
            _ => assertion,
        }
    }

    /// When the assertion is sent that came at `now`.
    pub(super) fn moment(self, now: i64, assertion: &str) -> i64 {
        let times = sole(assertion).map(|token| Times::of(&token));
        let (from, until) = times.map_or((None, None), |times| (times.not_before, times.expires));
        match self {
            Expired => until.map_or(now, |exp| exp.saturating_add(HOUR)),
            NotYetValid => from.map_or(now, |nbf| nbf.saturating_sub(HOUR)),
            _ => now,
        }
    }
}

fn sole(assertion: &str) -> Option<Token> {
    jose::parse(assertion).tokens.pop()
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: &'a str,
    kid: &'a str,
}

fn header(alg: &str, kid: &str) -> String {
    let header = Header {
        typ: "JWT",
        alg,
        kid,
    };
    base64url::encode(
        serde_json::to_string(&header)
            .unwrap_or_default()
            .as_bytes(),
    )
}

fn damaged(signature: &str) -> String {
    let mut bytes = base64url::decode_strict(signature).unwrap_or_default();
    if let Some(byte) = bytes.first_mut() {
        *byte ^= 1;
    }
    base64url::encode(&bytes)
}

/// The message authentication code of RFC 7518 §3.2, with a public text as the secret.
fn code(secret: &str, input: &str) -> String {
    let mac = SimpleHmac::<Sha256>::new_from_slice(secret.as_bytes());
    mac.map_or_else(
        |_| String::new(),
        |mac| base64url::encode(&mac.chain_update(input).finalize().into_bytes()),
    )
}

/// Applies a change to each credential of the client.
fn for_credentials(scenario: &mut Scenario, change: impl Fn(&mut Credential, &str)) {
    let client = &scenario.request.client_id;
    let tenants = scenario.directory.tenants.iter_mut();
    let credentials = tenants
        .flat_map(|tenant| &mut tenant.applications)
        .filter(|application| application.app_id == *client)
        .flat_map(|application| &mut application.federated_identity_credentials);
    for credential in credentials {
        change(credential, client.as_str());
    }
}

/// Principal and client ids of the managed identities.
fn identities(scenario: &Scenario) -> Vec<(String, String)> {
    let tenants = scenario.directory.tenants.iter();
    tenants
        .flat_map(|tenant| &tenant.managed_identities)
        .map(|one| (one.principal_id.to_string(), one.client_id.to_string()))
        .collect()
}

fn wrong_subject(credential: &mut Credential, identities: &[(String, String)]) {
    let subject = credential.subject.as_str();
    let identity = identities
        .iter()
        .find(|(principal, client_id)| principal == subject && client_id != subject);
    credential.subject = match identity {
        Some((_, client_id)) => client_id.as_str().into(),
        None => format!("{subject}-other").into(),
    };
    if let Some(expression) = &mut credential.claims_matching_expression {
        expression.value = "claims['sub'] eq 'other'".to_owned();
    }
}

fn other_issuer(issuer: &str) -> String {
    match EntraIssuer::of(issuer) {
        Some(entra) => entra.assumed_cloud().v1_issuer(&entra.tenant),
        None => "https://issuer.example".to_owned(),
    }
}

fn other_slash(issuer: &str) -> String {
    issuer
        .strip_suffix('/')
        .map_or_else(|| format!("{issuer}/"), str::to_owned)
}

/// The values of an expression, and not its names and words.
fn other_case_of_values(expression: &str) -> String {
    let mut out = String::new();
    for (index, part) in expression.split('\'').enumerate() {
        let value = index % 2 == 1 && !out.ends_with('[');
        if index > 0 {
            out.push('\'');
        }
        if value {
            out.push_str(&other_case(part));
        } else {
            out.push_str(part);
        }
    }
    out
}

fn other_case(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if lower == text {
        text.to_ascii_uppercase()
    } else {
        lower
    }
}

/// The other demonstration key signs from now on, and the metadata that are kept are those of the second before.
fn roll_over(scenario: &mut Scenario) {
    let now = scenario.clock;
    let roll = |keys: &mut KeyRing| {
        let old = keys.signing.first().map_or("", |entry| entry.key.as_str());
        let new = if old == "demo-1" { "demo-2" } else { "demo-1" };
        let entry = SigningKeyEntry {
            kid: format!("{new}-new"),
            key: new.to_owned(),
            from: Some(now),
            until: None,
        };
        keys.signing.insert(0, entry.clone());
        if !keys.published.is_empty() {
            keys.published.push(entry);
        }
    };
    roll(&mut scenario.directory.keys);
    for issuer in &mut scenario.directory.external_issuers {
        roll(&mut issuer.keys);
    }
    scenario.directory.metadata_cache = Some(MetadataCache {
        read_at: now.saturating_sub(1),
        seconds: HOUR,
    });
}

/// Another tenant of the directory, or one that has nothing to do with it.
fn send_elsewhere(scenario: &mut Scenario) {
    let meant = &scenario.request.tenant;
    let tenants = &mut scenario.directory.tenants;
    let other = tenants
        .iter()
        .find(|tenant| tenant.id.as_str() != meant && tenant.default_domain != *meant);
    let id = other
        .map_or(ELSEWHERE, |tenant| tenant.id.as_str())
        .to_owned();
    if other.is_none() {
        tenants.push(Tenant {
            id: ELSEWHERE.into(),
            display_name: "Another tenant".to_owned(),
            ..Tenant::default()
        });
    }
    scenario.request.tenant = id;
}
