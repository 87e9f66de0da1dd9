//! Faults: each is one row that says what goes wrong, and how.

use std::fmt;

use hmac::{KeyInit, Mac, SimpleHmac};
use rsa::sha2::Sha256;
use serde::Serialize;

use super::workload::TokenRequest;
use crate::claims::{Audience, Cloud, EntraIssuer, Times};
use crate::entra::{Directory, HttpRequest, KeyRing, MetadataCache, SigningKey, Tenant};
use crate::federation::Credential;
use crate::jose::{self, Token};
use crate::text::base64url;

/// What the table says of a fault.
struct FaultRow {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    effect: Effect,
}

/// How a fault makes something wrong.
#[derive(Clone, Copy)]
enum Effect {
    /// It changes the directory or the request before the exchange.
    Setup(fn(&mut FaultTarget<'_>)),
    /// It changes the request for the identity's token on its way.
    IdentityRequest(fn(&mut HttpRequest)),
    /// The mock of the managed-identity endpoint behaves otherwise.
    IdentityEndpoint,
    /// The client sends another assertion than the one it got.
    Assertion(fn(&Assertion<'_>) -> String),
    /// The client sends the assertion at another time, in seconds.
    SendingTime(fn(&Times) -> Option<i64>),
}

/// The parts of a scenario that a fault may change.
pub(super) struct FaultTarget<'a> {
    pub(super) cloud: Cloud,
    pub(super) clock: i64,
    pub(super) directory: &'a mut Directory,
    pub(super) request: &'a mut TokenRequest,
}

/// A client assertion in its parts.
struct Assertion<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    kid: String,
    /// The modulus of the issuer's public key, which the attack with HMAC takes for a secret.
    modulus: &'a str,
}

/// One row a fault: `Id "name", "title", "description", Effect`.
macro_rules! faults {
    ($($id:ident $name:literal, $title:literal, $description:literal, $effect:expr;)*) => {
        /// Something that goes wrong in an exchange, switched on in [`Scenario::faults`](super::Scenario::faults).
        ///
        /// ```
        /// use fedcred_core::errors::AadstsCode;
        /// use fedcred_core::flow::{Fault, Scenario, run, shipped_scenarios};
        ///
        /// let mut scenario = Scenario::parse(shipped_scenarios()[0].json).scenario;
        /// scenario.faults = vec![Fault::WrongSubject];
        /// assert_eq!(run(&scenario).code, Some(AadstsCode::NO_MATCHING_SUBJECT));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Fault {
            $(#[doc = $description] $id,)*
        }

        impl Fault {
            /// All faults, in the order in which they take effect.
            pub const ALL: [Self; [$(Self::$id),*].len()] = [$(Self::$id),*];

            const fn row(self) -> FaultRow {
                match self {
                    $(Self::$id => FaultRow {
                        name: $name,
                        title: $title,
                        description: $description,
                        effect: $effect,
                    },)*
                }
            }
        }
    };
}

faults! {
    WrongSubject "wrong-subject",
        "The credential's subject is the identity's client ID",
        "The credential's subject is the managed identity's client ID instead of its object ID: the most frequent mistake.",
        Effect::Setup(wrong_subject);
    WrongAudience "wrong-audience",
        "The credential has a different audience",
        "The credential's audience is `api://` with the application's client ID, or the token exchange if it was that.",
        Effect::Setup(wrong_audience);
    WrongIssuer "wrong-issuer",
        "The credential has a different issuer",
        "The credential's issuer is a different one: for Entra ID, the v1.0 issuer.",
        Effect::Setup(wrong_issuer);
    Case "case",
        "The credential's subject differs in letter case",
        "The credential's subject differs from the token's only in letter case.",
        Effect::Setup(subject_in_other_case);
    Slash "slash",
        "The credential's issuer has an extra or a missing slash",
        "The credential's issuer has an extra slash at its end, or lacks the one it had.",
        Effect::Setup(issuer_with_other_slash);
    Expired "expired",
        "The assertion is sent after it expired",
        "The assertion is sent an hour after it expired.",
        Effect::SendingTime(|times| Some(times.expires?.saturating_add(HOUR)));
    NotYetValid "not-yet-valid",
        "The assertion is sent before it is valid",
        "The assertion is sent an hour before it becomes valid.",
        Effect::SendingTime(|times| Some(times.not_before?.saturating_sub(HOUR)));
    BadSignature "bad-signature",
        "The assertion's signature is damaged",
        "One bit of the assertion's signature is flipped.",
        Effect::Assertion(bad_signature);
    UnknownKid "unknown-kid",
        "The assertion names a key that nobody publishes",
        "The assertion names a key that nobody publishes.",
        Effect::Assertion(unknown_kid);
    AlgNone "alg-none",
        "The assertion's algorithm is none",
        "The assertion's header says `none`, and its signature is empty.",
        Effect::Assertion(alg_none);
    HmacConfusion "hmac-confusion",
        "The assertion is signed with HS256, with the public key as the secret",
        "The assertion's signature is an HMAC that uses the issuer's public key as the secret.",
        Effect::Assertion(hmac_confusion);
    MetadataUnreachable "metadata-unreachable",
        "Entra ID cannot reach the issuer's metadata",
        "Entra ID cannot read the issuer's metadata.",
        Effect::Setup(|target| target.directory.metadata_unreachable = true);
    StaleKeys "stale-keys",
        "The issuer has a new key, but Entra ID uses its cached keys",
        "The issuer signs with a new key, but Entra ID still uses the keys it cached before.",
        Effect::Setup(stale_keys);
    WrongTenant "wrong-tenant",
        "The request goes to another tenant",
        "The request goes to another tenant of the scenario, or to an unrelated one if there is no other.",
        Effect::Setup(wrong_tenant);
    MissingServicePrincipal "missing-service-principal",
        "The application has no service principal in the tenant",
        "The application has no service principal in any tenant.",
        Effect::Setup(missing_service_principal);
    NoRoles "no-roles",
        "No role is granted to the application",
        "No role is granted to any application.",
        Effect::Setup(no_roles);
    ImdsThrottled "imds-throttled",
        "The managed identity endpoint throttles the request (429)",
        "The managed identity endpoint has received too many requests.",
        Effect::IdentityEndpoint;
    DroppedMetadataHeader "dropped-metadata-header",
        "A proxy drops the header Metadata: true",
        "A proxy between the client and the managed identity endpoint drops the header `Metadata: true`.",
        Effect::IdentityRequest(drop_metadata_header);
}

impl Fault {
    /// The kebab-case name in scenario files, for example `wrong-subject`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The fault with this name; `None` if there is none.
    ///
    /// ```
    /// use fedcred_core::flow::Fault;
    ///
    /// assert_eq!(Fault::from_name("expired"), Some(Fault::Expired));
    /// assert_eq!(Fault::from_name("Expired"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }

    /// What goes wrong, in a few words without a full stop.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().title
    }

    /// What goes wrong, in a sentence.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.row().description
    }

    /// Changes directory and request, if that is how the fault works.
    pub(super) fn change_setup(self, target: &mut FaultTarget<'_>) {
        if let Effect::Setup(change) = self.row().effect {
            change(target);
        }
    }

    /// Changes the request for the identity's token, if that is how the fault works.
    pub(super) fn change_identity_request(self, request: &mut HttpRequest) {
        if let Effect::IdentityRequest(change) = self.row().effect {
            change(request);
        }
    }

    /// The assertion as the client sends it; `modulus` is that of its issuer's public key.
    pub(super) fn spoil(self, assertion: String, modulus: &str) -> String {
        let Effect::Assertion(change) = self.row().effect else {
            return assertion;
        };
        let mut parts = assertion.splitn(3, '.');
        let mut next = || parts.next().unwrap_or_default();
        let kid = parse_token(&assertion)
            .and_then(|token| Some(token.header_text("kid")?.into_owned()))
            .unwrap_or_default();
        change(&Assertion {
            header: next(),
            payload: next(),
            signature: next(),
            kid,
            modulus,
        })
    }

    /// The time at which the client sends an assertion that it got at `now`; both in seconds.
    pub(super) fn sending_time(self, now: i64, assertion: &str) -> i64 {
        let Effect::SendingTime(time) = self.row().effect else {
            return now;
        };
        parse_token(assertion)
            .and_then(|token| time(&Times::from_token(&token)))
            .unwrap_or(now)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const HOUR: i64 = 3_600;

/// A tenant that has nothing to do with the others.
const UNRELATED_TENANT: &str = "f0f0f0f0-0000-4000-8000-00000000000f";

fn parse_token(assertion: &str) -> Option<Token> {
    jose::parse(assertion).tokens.pop()
}

fn bad_signature(assertion: &Assertion<'_>) -> String {
    let mut bytes = base64url::decode_strict(assertion.signature).unwrap_or_default();
    if let Some(byte) = bytes.first_mut() {
        *byte ^= 1;
    }
    let signature = base64url::encode(&bytes);
    format!("{}.{}.{signature}", assertion.header, assertion.payload)
}

fn unknown_kid(assertion: &Assertion<'_>) -> String {
    let header = header("RS256", "nobodys-key");
    format!("{header}.{}.{}", assertion.payload, assertion.signature)
}

fn alg_none(assertion: &Assertion<'_>) -> String {
    let header = header("none", &assertion.kid);
    format!("{header}.{}.", assertion.payload)
}

/// The attack on verifiers that let the token choose the algorithm: HS256 with the public key as the secret.
fn hmac_confusion(assertion: &Assertion<'_>) -> String {
    let header = header("HS256", &assertion.kid);
    let signing_input = format!("{header}.{}", assertion.payload);
    let mac = SimpleHmac::<Sha256>::new_from_slice(assertion.modulus.as_bytes());
    let signature = mac.map_or_else(
        |_| String::new(),
        |mac| base64url::encode(&mac.chain_update(&signing_input).finalize().into_bytes()),
    );
    format!("{signing_input}.{signature}")
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

fn drop_metadata_header(request: &mut HttpRequest) {
    request
        .headers
        .retain(|(name, _)| !name.eq_ignore_ascii_case("Metadata"));
}

/// The credentials of the client.
fn credentials<'a>(target: &'a mut FaultTarget<'_>) -> impl Iterator<Item = &'a mut Credential> {
    let client = &target.request.client_id;
    target
        .directory
        .tenants
        .iter_mut()
        .flat_map(|tenant| &mut tenant.applications)
        .filter(move |application| application.app_id == *client)
        .flat_map(|application| &mut application.federated_identity_credentials)
}

fn wrong_subject(target: &mut FaultTarget<'_>) {
    let identities = principal_and_client_ids(target.directory);
    for credential in credentials(target) {
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
}

/// Principal and client ids of the managed identities.
fn principal_and_client_ids(directory: &Directory) -> Vec<(String, String)> {
    let tenants = directory.tenants.iter();
    tenants
        .flat_map(|tenant| &tenant.managed_identities)
        .map(|one| (one.principal_id.to_string(), one.client_id.to_string()))
        .collect()
}

fn wrong_audience(target: &mut FaultTarget<'_>) {
    let exchange = target.cloud.exchange_audience();
    let own = Audience::from(format!("api://{}", target.request.client_id));
    for credential in credentials(target) {
        let audience = if credential.audiences.contains(&own) {
            exchange.into()
        } else {
            own.clone()
        };
        credential.audiences = vec![audience];
    }
}

fn wrong_issuer(target: &mut FaultTarget<'_>) {
    for credential in credentials(target) {
        credential.issuer = other_issuer(credential.issuer.as_str()).into();
    }
}

fn subject_in_other_case(target: &mut FaultTarget<'_>) {
    for credential in credentials(target) {
        credential.subject = other_case(credential.subject.as_str()).into();
        if let Some(expression) = &mut credential.claims_matching_expression {
            expression.value = other_case_of_values(&expression.value);
        }
    }
}

fn issuer_with_other_slash(target: &mut FaultTarget<'_>) {
    for credential in credentials(target) {
        let issuer = credential.issuer.as_str();
        credential.issuer = match issuer.strip_suffix('/') {
            Some(without) => without.into(),
            None => format!("{issuer}/").into(),
        };
    }
}

fn other_issuer(issuer: &str) -> String {
    match EntraIssuer::parse(issuer) {
        Some(entra) => entra.assumed_cloud().v1_issuer(&entra.tenant),
        None => "https://issuer.example".to_owned(),
    }
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

/// The other demonstration key signs from now on; the metadata that Entra ID keeps are those of the second before.
fn stale_keys(target: &mut FaultTarget<'_>) {
    let now = target.clock;
    let directory = &mut *target.directory;
    add_signing_key(&mut directory.keys, now);
    for issuer in &mut directory.external_issuers {
        add_signing_key(&mut issuer.keys, now);
    }
    directory.metadata_cache = Some(MetadataCache {
        read_at: now.saturating_sub(1),
        seconds: HOUR,
    });
}

fn add_signing_key(keys: &mut KeyRing, now: i64) {
    let old = keys.signing.first().map_or("", |entry| entry.key.as_str());
    let new = if old == "demo-1" { "demo-2" } else { "demo-1" };
    let entry = SigningKey {
        kid: format!("{new}-new"),
        key: new.to_owned(),
        from: Some(now),
        until: None,
    };
    keys.signing.insert(0, entry.clone());
    if !keys.published.is_empty() {
        keys.published.push(entry);
    }
}

fn wrong_tenant(target: &mut FaultTarget<'_>) {
    let requested = &target.request.tenant;
    let tenants = &mut target.directory.tenants;
    let other = tenants
        .iter()
        .find(|tenant| tenant.id.as_str() != requested && tenant.default_domain != *requested)
        .map(|tenant| tenant.id.to_string());
    if other.is_none() {
        tenants.push(Tenant {
            id: UNRELATED_TENANT.into(),
            display_name: "Another tenant".to_owned(),
            ..Tenant::default()
        });
    }
    target.request.tenant = other.unwrap_or_else(|| UNRELATED_TENANT.to_owned());
}

fn missing_service_principal(target: &mut FaultTarget<'_>) {
    let client = &target.request.client_id;
    for tenant in &mut target.directory.tenants {
        tenant
            .service_principals
            .retain(|one| one.app_id != *client);
    }
}

fn no_roles(target: &mut FaultTarget<'_>) {
    let tenants = target.directory.tenants.iter_mut();
    for principal in tenants.flat_map(|tenant| &mut tenant.service_principals) {
        principal.app_role_assignments.clear();
    }
}
