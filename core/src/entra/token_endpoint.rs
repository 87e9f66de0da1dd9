//! The token endpoint: client credentials with a federated client assertion (RFC 7521, RFC 7523).
//!
//! The order of the checks is inferred; each check says what is known of it.

use std::borrow::Cow;

use serde::Serialize;

use super::checks::{Checks, Envelope, Refusal};
use super::directory::{Application, ServicePrincipal, Tenant};
use super::discovery::metadata_address;
use super::http::parameter;
use super::issue::{Grant, Kind as TokenKind, Resource, Strings};
use super::rule::{Phase, RuleId};
use super::{Entra, Fetch, Handled, HttpRequest, HttpResponse};
use crate::claims::{Claims, EntraIssuer, Times, Version, is_guid};
use crate::errors::AadstsCode;
use crate::federation::{Credential, CredentialField, Match, Rules, Verdict, match_all};
use crate::jose::{self, Key, Keys, SignatureState, Token, TokenForm};
use crate::text::json::{self, Document, Value};
use crate::text::{CheckVerdict, base64url, time};

/// Seconds from now to `exp` of an access token obtained through a federated credential (computed).
const LIFETIME: i64 = 3_600;

/// What may name the key in the header; published keys have `kid` and `x5t` alike (Entra: access tokens).
const KEY_NAMES: [&str; 3] = ["kid", "x5t", "x5t#S256"];

const GRANT: &str = "client_credentials";

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const NOT_KNOWN: &str = " (Fedcred: which code Entra ID answers here is not known.)";

/// AADSTS700227 is reported for it; neither its text nor its trigger is surely known.
const V1_ISSUER: &str = "The assertion has the v1 issuer; a managed identity's token needs the v2 one. (Fedcred: which code Entra ID answers here is not known.)";

/// AADSTS700231 is reported for it, in several wordings.
const CHAINED: &str = "The assertion was itself obtained through a federated credential. (Fedcred: AADSTS700231 is reported for it; its text is not known.)";

const PENDING: &str = "A credential that was created minutes ago is not found yet.";

/// What is checked here, in this order.
const PHASES: &[Phase] = &[
    Phase::Request,
    Phase::Issuer,
    Phase::Signature,
    Phase::Matching,
    Phase::Resource,
];

#[derive(Serialize)]
struct TokenResponse {
    token_type: &'static str,
    expires_in: i64,
    ext_expires_in: i64,
    access_token: String,
}

/// The form fields that count; others are ignored.
struct Parameters {
    client_id: String,
    /// `resource` in version 1.
    scope: String,
    v1: bool,
    grant_type: String,
    assertion_type: String,
    assertion: String,
}

struct Exchange<'a> {
    entra: &'a Entra,
    now: i64,
    checks: Checks,
    fetches: Vec<Fetch>,
}

/// The client and where it acts.
struct Client<'a> {
    tenant: &'a Tenant,
    /// Where it is registered.
    home: &'a Tenant,
    application: &'a Application,
    /// Those that are known by now.
    credentials: Vec<Credential>,
}

/// Whose token of Entra ID an assertion is.
#[derive(Clone, Copy)]
enum Holder {
    Identity,
    Application,
    /// An application that has it through a federated credential (third-party reports on `xms_ficinfo`).
    Chained,
    User,
}

impl Holder {
    fn words(self) -> &'static str {
        match self {
            Self::Identity => "a managed identity",
            Self::Application => "an application",
            Self::Chained => "an application, through a federated credential,",
            Self::User => "a user",
        }
    }
}

impl Entra {
    /// The endpoint of version 1 takes `resource` in place of `scope` and answers with texts (inferred).
    pub(super) fn token(&self, now: i64, request: &HttpRequest, tenant: &str, v1: bool) -> Handled {
        let mut exchange = Exchange {
            entra: self,
            now,
            checks: Checks::new(PHASES),
            fetches: Vec::new(),
        };
        let answer = exchange.run(request, tenant, v1);
        let (response, code) = match answer {
            Ok(token) => {
                let trace = self.derived_guid("trace");
                let response = success(now, token, v1.then_some(request));
                (response.header("x-ms-request-id", trace), None)
            }
            Err(refusal) => (self.refuse(now, request, &refusal), refusal.code),
        };
        Handled {
            response,
            code,
            checks: exchange.checks.finish(),
            fetches: exchange.fetches,
            changes: Vec::new(),
        }
    }

    /// A refusal outside of the exchange.
    pub(super) fn refused(&self, now: i64, request: &HttpRequest, refusal: &Refusal) -> Handled {
        Handled {
            code: refusal.code,
            ..Handled::plain(self.refuse(now, request, refusal))
        }
    }

    fn refuse(&self, now: i64, request: &HttpRequest, refusal: &Refusal) -> HttpResponse {
        let given = request.header_value("client-request-id").map(str::to_owned);
        let envelope = Envelope {
            now,
            trace_id: self.derived_guid("trace"),
            correlation_id: given.unwrap_or_else(|| self.derived_guid("correlation")),
            host: self.setting.cloud.login_host(),
            separator: match self.setting.rules {
                Rules::Current => " ",
                Rules::Preview2022 => "\r\n",
            },
        };
        envelope.response(refusal)
    }
}

/// `v1` is the request where it is one of version 1.
fn success(now: i64, access_token: String, v1: Option<&HttpRequest>) -> HttpResponse {
    let response = match v1 {
        Some(request) => {
            let resource = parameter(&request.body, "resource");
            let resource = resource.ok().flatten().unwrap_or_default();
            HttpResponse::json(200, &Strings::new(now, LIFETIME, &resource, access_token))
        }
        None => HttpResponse::json(
            200,
            &TokenResponse {
                token_type: "Bearer",
                expires_in: LIFETIME - 1,
                ext_expires_in: LIFETIME - 1,
                access_token,
            },
        ),
    };
    response
        .header("Cache-Control", "no-store, no-cache")
        .header("Pragma", "no-cache")
        .header("Expires", "-1")
}

impl<'a> Exchange<'a> {
    fn run(&mut self, request: &HttpRequest, tenant: &str, v1: bool) -> Result<String, Refusal> {
        let (tenant, parameters) = self.request(request, tenant, v1)?;
        let token = self.assertion(&parameters)?;
        let claims = token
            .payload()
            .map(Claims::from_payload)
            .unwrap_or_default();
        let client = self.client(tenant, &parameters.client_id)?;
        let verdict = self.issuer(&client, &claims)?;
        self.signature(&token, &claims)?;
        self.time(&token)?;
        self.matching(&claims, &verdict)?;
        self.entra_token(&token, &claims, &client)?;
        self.issue(&client, &parameters)
    }

    fn request(
        &mut self,
        request: &HttpRequest,
        tenant: &str,
        v1: bool,
    ) -> Result<(&'a Tenant, Parameters), Refusal> {
        let method = request.method.as_str();
        self.checks.require(
            RuleId::RequestForm,
            (method, "POST"),
            method == "POST",
            || Refusal::of(AadstsCode::WRONG_METHOD, &[("method", method)]),
        )?;
        let shared = ["common", "organizations", "consumers"].contains(&tenant);
        let well_formed = shared || is_guid(tenant) || is_domain(tenant);
        self.checks.require(
            RuleId::TenantSyntax,
            (tenant, "a GUID or a domain"),
            well_formed,
            || Refusal::of(AadstsCode::MALFORMED_TENANT, &[("tenant", tenant)]),
        )?;
        let found = self.entra.directory.tenant(tenant);
        let name = found.map_or("", |found| found.display_name.as_str());
        let no_tenant = || Refusal::of(AadstsCode::TENANT_NOT_FOUND, &[("tenant", tenant)]);
        self.checks.require(
            RuleId::TenantExists,
            (tenant, name),
            shared || found.is_some(),
            no_tenant,
        )?;
        let parameters = self.parameters(request, v1)?;
        self.grant_type(&parameters.grant_type, shared.then_some(tenant))?;
        Ok((found.ok_or_else(no_tenant)?, parameters))
    }

    fn parameters(&mut self, request: &HttpRequest, v1: bool) -> Result<Parameters, Refusal> {
        let given = if v1 {
            "client_id, resource, grant_type, client_assertion_type, client_assertion"
        } else {
            "client_id, scope, grant_type, client_assertion_type, client_assertion"
        };
        let (presented, outcome) = match Parameters::of(request, v1) {
            Ok(parameters) => (given, Ok(parameters)),
            Err((name, refusal)) => (name, Err(refusal)),
        };
        let _ = self.checks.require(
            RuleId::Parameters,
            (presented, given),
            outcome.is_ok(),
            || (),
        );
        outcome
    }

    /// `shared` is the name in the address that stands for many tenants.
    fn grant_type(&mut self, grant: &str, shared: Option<&str>) -> Result<(), Refusal> {
        let supported = grant == GRANT;
        let wanted = (grant, "client_credentials, in one tenant");
        self.checks.require(
            RuleId::GrantType,
            wanted,
            supported && shared.is_none(),
            || match (supported, shared) {
                (false, _) => Refusal::of(AadstsCode::UNSUPPORTED_GRANT, &[("grant", grant)]),
                (true, Some("organizations")) => no_single_tenant(),
                (true, _) => Refusal::of(AadstsCode::GRANT_NEEDS_TENANT, &[]),
            },
        )
    }

    fn assertion(&mut self, parameters: &Parameters) -> Result<Token, Refusal> {
        let token = sole_token(&parameters.assertion);
        let finding = token.as_ref().map_or_else(
            || Some(Refusal::of(AadstsCode::MALFORMED_ASSERTION, &[])),
            fault_of_assertion,
        );
        let presented = if token.is_some() {
            "a signed JWT"
        } else {
            "something else"
        };
        let refusal = finding
            .clone()
            .unwrap_or_else(|| Refusal::of(AadstsCode::MALFORMED_ASSERTION, &[]));
        self.checks.require(
            RuleId::AssertionForm,
            (presented, "a signed JWT with kid, iss, sub and aud"),
            finding.is_none(),
            || refusal.clone(),
        )?;
        token.ok_or(refusal)
    }

    fn client(&mut self, tenant: &'a Tenant, client_id: &str) -> Result<Client<'a>, Refusal> {
        let found = self
            .entra
            .directory
            .application(client_id)
            .filter(|(home, application)| home.id == tenant.id || application.is_multitenant());
        let name = found.map_or("", |(_, application)| application.display_name.as_str());
        let unknown = || {
            let parameters = [
                ("appId", client_id),
                ("tenantName", tenant.display_name.as_str()),
            ];
            Refusal::of(AadstsCode::APPLICATION_NOT_FOUND, &parameters)
        };
        self.checks
            .require(RuleId::Client, (client_id, name), found.is_some(), unknown)?;
        let (home, application) = found.ok_or_else(unknown)?;
        let credentials = application.credentials(self.now);
        let pending = application.federated_identity_credentials.len() - credentials.len();
        let count = credentials.len();
        let presented = format!("{count} of at most 20");
        let found = self.checks.require(
            RuleId::Credentials,
            (&presented, "at least 1"),
            count > 0,
            || {
                let name = application.display_name.as_str();
                Refusal::of(
                    AadstsCode::NO_CREDENTIALS,
                    &[("appId", client_id), ("appName", name)],
                )
            },
        );
        if pending > 0 {
            self.checks.note(PENDING);
        }
        found?;
        Ok(Client {
            tenant,
            home,
            application,
            credentials,
        })
    }

    fn issuer(&mut self, client: &Client<'_>, claims: &Claims) -> Result<Verdict, Refusal> {
        let verdict = match_all(claims, &client.credentials, self.entra.setting.rules);
        let passes = verdict.matches.iter().any(|m| passes(m, &ISSUER));
        let values = nearest(&verdict, &ISSUER);
        let refusal = || refusal_of(&verdict);
        self.checks
            .require(RuleId::Issuer, (&values.0, &values.1), passes, refusal)?;
        Ok(verdict)
    }

    fn signature(&mut self, token: &Token, claims: &Claims) -> Result<(), Refusal> {
        let issuer = claims.issuer.as_ref().map_or("", |issuer| issuer.as_str());
        let cached = self.cached();
        let keys = self.fetch_keys(issuer, cached);
        let read = keys.as_ref().map_or(0, |keys| keys.len());
        let count = match read {
            1 => "1 key".to_owned(),
            _ => format!("{read} keys"),
        };
        let address = metadata_address(issuer);
        let no_metadata = || Refusal::of(AadstsCode::METADATA_UNREACHABLE, &[]);
        self.checks.require(
            RuleId::Metadata,
            (&address, &count),
            keys.is_some(),
            no_metadata,
        )?;
        if let Some(read_at) = cached {
            let read_at = time::rfc3339(read_at);
            self.checks
                .note(&format!("Kept since {read_at}; nothing was fetched."));
        }
        let keys = keys.ok_or_else(no_metadata)?;
        self.key(token, &keys, issuer)?;
        let alg = token.header_text("alg").unwrap_or_default();
        self.checks
            .require(RuleId::Algorithm, (&alg, "RS256"), alg == "RS256", || {
                unsupported(&alg)
            })?;
        let signature = jose::verify(token, &keys);
        let used = signature
            .key
            .map_or_else(String::new, |key| key.source.to_string());
        self.checks.require(RuleId::Signature, (&signature.reason, &used), signature.state == SignatureState::Valid, || {
            Refusal::unknown(
                "invalid_client",
                "The signature of the client assertion is not valid. (Fedcred: which code Entra ID answers here is not known.)",
            )
        })
    }

    fn key(&mut self, token: &Token, keys: &Keys, issuer: &str) -> Result<(), Refusal> {
        let kid = KEY_NAMES
            .iter()
            .find_map(|name| token.header_text(name))
            .unwrap_or_default();
        let names: Vec<_> = keys
            .iter()
            .filter_map(Key::kid)
            .map(|k| k.as_str())
            .collect();
        let known = names.contains(&&*kid);
        self.checks
            .require(RuleId::Key, (&kid, &names.join(", ")), known, || {
                Refusal::of(
                    AadstsCode::KEY_NOT_PUBLISHED,
                    &[("hex", &hexadecimal(&kid)), ("iss", issuer)],
                )
            })
    }

    /// When the metadata were read that are kept still.
    fn cached(&self) -> Option<i64> {
        let cache = self.entra.directory.metadata_cache?;
        let age = self.now.saturating_sub(cache.read_at);
        (0..cache.seconds).contains(&age).then_some(cache.read_at)
    }

    /// Reads discovery document and keys of an issuer, from the mock itself; what is kept is as it was then.
    fn fetch_keys(&mut self, issuer: &str, cached: Option<i64>) -> Option<Keys> {
        let discovery = self.fetch(metadata_address(issuer), cached)?;
        let document = Document::parse(discovery);
        let same = document.get("issuer")?.as_str()? == issuer;
        let address = document.get("jwks_uri")?.as_str()?.into_owned();
        let keys = same.then(|| self.fetch(address.clone(), cached))??;
        Some(Keys::parse(&keys, &address))
    }

    fn fetch(&mut self, address: String, cached: Option<i64>) -> Option<String> {
        let request = HttpRequest::get(address);
        let reachable = cached.is_some() || !self.entra.directory.metadata_unreachable;
        let response = if reachable {
            self.entra
                .answer(cached.unwrap_or(self.now), &request)
                .response
        } else {
            HttpResponse::text(503, "Not reachable from Entra ID.")
        };
        let body = (response.status == 200).then(|| response.body.clone());
        if cached.is_none() {
            self.fetches.push(Fetch { request, response });
        }
        body
    }

    fn time(&mut self, token: &Token) -> Result<(), Refusal> {
        let times = Times::from_token(token);
        let (presented, now) = (times.to_string(), time::rfc3339(self.now));
        self.checks.require(
            RuleId::Time,
            (&presented, &now),
            times.is_valid_at(self.now),
            || {
                let now = precise(Some(self.now));
                let (nbf, exp) = (precise(times.not_before), precise(times.expires));
                Refusal::of(
                    AadstsCode::ASSERTION_NOT_IN_TIME,
                    &[("now", &now), ("nbf", &nbf), ("exp", &exp)],
                )
            },
        )
    }

    fn matching(&mut self, claims: &Claims, verdict: &Verdict) -> Result<(), Refusal> {
        let subject = verdict
            .matches
            .iter()
            .any(|m| passes(m, &ISSUER) && passes(m, &SUBJECT));
        let values = nearest(verdict, &SUBJECT);
        self.checks
            .require(RuleId::Subject, (&values.0, &values.1), subject, || {
                refusal_of(verdict)
            })?;
        let values = nearest(verdict, &[CredentialField::Audience]);
        let exchange = claims
            .issuer
            .as_ref()
            .and_then(|issuer| EntraIssuer::parse(issuer.as_str()));
        let outcome = self.checks.require(
            RuleId::Audience,
            (&values.0, &values.1),
            verdict.matched,
            || refusal_of(verdict),
        );
        if let (Some(note), true) = (audience_note(verdict), exchange.is_some()) {
            self.checks.note(note);
        }
        outcome
    }

    /// What Entra ID demands of its own tokens (Entra: trust a managed identity; codes from logs).
    fn entra_token(
        &mut self,
        token: &Token,
        claims: &Claims,
        client: &Client<'_>,
    ) -> Result<(), Refusal> {
        let issuer = claims.issuer.as_ref().map_or("", |issuer| issuer.as_str());
        let Some(entra) = EntraIssuer::parse(issuer) else {
            self.checks
                .skip(RuleId::EntraToken, "The issuer is not Entra ID.");
            return Ok(());
        };
        if self.entra.setting.rules == Rules::Preview2022 {
            self.checks.skip(
                RuleId::EntraToken,
                "Nothing is known of such a check in 2022: the article's experiment passed.",
            );
            return Ok(());
        }
        let holder = self.holder(token, claims, &entra);
        let refusal = match holder {
            Holder::User => Some(Refusal::of(AadstsCode::TOKEN_OF_USER, &[])),
            Holder::Chained => Some(Refusal::unknown("invalid_client", CHAINED)),
            Holder::Application => Some(Refusal::of(AadstsCode::TOKEN_OF_APPLICATION, &[])),
            Holder::Identity if entra.tenant != client.home.id.as_str() => Some(Refusal::of(
                AadstsCode::IDENTITY_OF_OTHER_TENANT,
                &[("iss", issuer)],
            )),
            Holder::Identity => (entra.version == Version::V1)
                .then(|| Refusal::unknown("invalid_client", V1_ISSUER)),
        };
        let presented = format!("{} of tenant {}", holder.words(), entra.tenant);
        let configured = format!("{} of tenant {}", Holder::Identity.words(), client.home.id);
        self.checks.require(
            RuleId::EntraToken,
            (&presented, &configured),
            refusal.is_none(),
            || refusal.unwrap_or_else(|| Refusal::of(AadstsCode::TOKEN_OF_APPLICATION, &[])),
        )
    }

    /// Whose token of Entra ID it is.
    fn holder(&self, token: &Token, claims: &Claims, issuer: &EntraIssuer) -> Holder {
        let has = |name: &str| {
            token
                .payload()
                .is_some_and(|payload| payload.get(name).is_some())
        };
        let subject = claims
            .subject
            .as_ref()
            .map_or("", |subject| subject.as_str());
        let has_identity = |tenant: &Tenant| {
            let mut identities = tenant.managed_identities.iter();
            identities.any(|identity| identity.principal_id.as_str() == subject)
        };
        let tenant = self.entra.directory.tenant(&issuer.tenant);
        if has("scp") {
            Holder::User
        } else if has("xms_ficinfo") {
            Holder::Chained
        } else if tenant.is_some_and(has_identity) {
            Holder::Identity
        } else {
            Holder::Application
        }
    }

    fn issue(&mut self, client: &Client<'_>, parameters: &Parameters) -> Result<String, Refusal> {
        let principal = self.service_principal(client)?;
        let resource = self.resource(client, principal, parameters)?;
        let grant = Grant {
            tenant: client.tenant,
            client_id: &client.application.app_id,
            object_id: principal.id.as_str(),
            roles: self.entra.roles(client.tenant, principal, &resource),
            resource: &resource,
            kind: TokenKind::App,
            lifetime: LIFETIME,
        };
        self.entra.issue(self.now, &grant).ok_or_else(|| {
            Refusal::unknown(
                "server_error",
                "The directory of the mock has no signing key.",
            )
        })
    }

    fn service_principal<'c>(
        &mut self,
        client: &Client<'c>,
    ) -> Result<&'c ServicePrincipal, Refusal> {
        let app_id = &client.application.app_id;
        let principal = client.tenant.service_principal(app_id);
        let id = principal.map_or("", |principal| principal.id.as_str());
        let missing = || {
            let parameters = [
                ("appId", app_id.as_str()),
                ("tenantId", client.tenant.id.as_str()),
            ];
            Refusal::of(AadstsCode::SERVICE_PRINCIPAL_MISSING, &parameters)
        };
        self.checks.require(
            RuleId::ServicePrincipal,
            (app_id.as_str(), id),
            principal.is_some(),
            missing,
        )?;
        principal.ok_or_else(missing)
    }

    fn resource(
        &mut self,
        client: &Client<'_>,
        principal: &ServicePrincipal,
        parameters: &Parameters,
    ) -> Result<Resource, Refusal> {
        let scope = parameters.scope.as_str();
        let of_scope = scope
            .strip_suffix("/.default")
            .filter(|uri| !uri.is_empty() && !uri.contains(' '));
        let no_scope = || Refusal::of(AadstsCode::SCOPE_WITHOUT_DEFAULT, &[("scope", scope)]);
        let requested = if parameters.v1 {
            let reason = "The v1 endpoint takes `resource`, without /.default.";
            self.checks.skip(RuleId::Scope, reason);
            Some(scope)
        } else {
            let (wanted, passes) = ((scope, "{resource}/.default"), of_scope.is_some());
            self.checks
                .require(RuleId::Scope, wanted, passes, no_scope)?;
            of_scope
        };
        let requested = requested.ok_or_else(no_scope)?;
        let found = self.entra.resource(client.tenant, requested);
        let refusal = match &found {
            None => Some(Refusal::of(
                AadstsCode::RESOURCE_NOT_FOUND,
                &[
                    ("resource", requested),
                    ("tenantName", client.tenant.display_name.as_str()),
                ],
            )),
            Some(resource) => self.unassigned(client, principal, resource),
        };
        let known = found
            .as_ref()
            .map_or("", |resource| resource.app_id.as_str());
        self.checks.require(
            RuleId::Resource,
            (requested, known),
            refusal.is_none(),
            || refusal.unwrap_or_else(|| Refusal::of(AadstsCode::RESOURCE_NOT_FOUND, &[])),
        )?;
        found.ok_or_else(|| Refusal::of(AadstsCode::RESOURCE_NOT_FOUND, &[]))
    }

    fn unassigned(
        &self,
        client: &Client<'_>,
        principal: &ServicePrincipal,
        resource: &Resource,
    ) -> Option<Refusal> {
        let target = client.tenant.service_principal(&resource.app_id)?;
        let assigned = principal
            .app_role_assignments
            .iter()
            .any(|a| a.resource_id == target.id);
        let (_, application) = self.entra.directory.application(resource.app_id.as_str())?;
        (target.app_role_assignment_required && !assigned).then(|| {
            Refusal::of(
                AadstsCode::CLIENT_NOT_ASSIGNED,
                &[
                    ("clientId", client.application.app_id.as_str()),
                    ("clientName", &client.application.display_name),
                    ("resourceId", resource.app_id.as_str()),
                    ("resourceName", &application.display_name),
                ],
            )
        })
    }
}

impl Parameters {
    /// The error has the name of the parameter that is wrong.
    fn of(request: &HttpRequest, v1: bool) -> Result<Self, (&'static str, Refusal)> {
        let text = if request.is_form() { &request.body } else { "" };
        let read = |name| {
            parameter(text, name)
                .map(Option::unwrap_or_default)
                .map_err(|fault| (name, unknown_parameter(name, fault)))
        };
        let target = if v1 { "resource" } else { "scope" };
        if !v1 && parameter(text, "resource") != Ok(None) {
            let text = "The v2 endpoint takes no parameter 'resource'. (Fedcred: the code 901002 is documented for it; its text is not known.)";
            return Err(("resource", refusal_400(text)));
        }
        let parameters = Self {
            grant_type: read("grant_type")?,
            client_id: read("client_id")?,
            scope: read(target)?,
            v1,
            assertion_type: read("client_assertion_type")?,
            assertion: read("client_assertion")?,
        };
        let required = [
            ("grant_type", &parameters.grant_type),
            ("client_id", &parameters.client_id),
            (target, &parameters.scope),
        ];
        if let Some((name, _)) = required.into_iter().find(|(_, value)| value.is_empty()) {
            return Err((
                name,
                Refusal::of(AadstsCode::MISSING_PARAMETER, &[("parameter", name)]),
            ));
        }
        let asserted = parameters.assertion_type == ASSERTION_TYPE;
        // AADSTS7000216 speaks of this grant alone.
        if parameters.grant_type == GRANT && (parameters.assertion.is_empty() || !asserted) {
            return Err((
                "client_assertion",
                Refusal::of(AadstsCode::MISSING_CLIENT_CREDENTIAL, &[]),
            ));
        }
        Ok(parameters)
    }
}

/// A parameter that Entra ID may take otherwise; RFC 6749 §3.2 allows no second one.
pub(super) fn unknown_parameter(name: &str, fault: &str) -> Refusal {
    bad_request(&format!("The parameter '{name}' {fault}."))
}

/// The assertion as a token, where the text is exactly one signed token.
fn sole_token(text: &str) -> Option<Token> {
    let mut parsed = jose::parse(text);
    let token = parsed.tokens.pop()?;
    let sole = parsed.tokens.is_empty() && token.form == TokenForm::Jws && token.compact() == text;
    (sole && token.payload().is_some()).then_some(token)
}

fn fault_of_assertion(token: &Token) -> Option<Refusal> {
    let named = KEY_NAMES
        .iter()
        .any(|name| token.header_text(name).is_some());
    if !named {
        return Some(Refusal::of(AadstsCode::MISSING_KEY_ID, &[]));
    }
    let payload = token.payload()?;
    let missing = ["iss", "sub", "aud"]
        .into_iter()
        .find(|name| payload.get(name).is_none());
    if let Some(name) = missing {
        return Some(Refusal::of(AadstsCode::MISSING_CLAIM, &[("field", name)]));
    }
    (!has_types(token, payload)).then(|| Refusal::of(AadstsCode::MALFORMED_ASSERTION, &[]))
}

/// Whether what is read has the types of RFC 7515 §4.1.1 and RFC 7519 §4.1; AADSTS50027 is observed for a claim of
/// another type.
fn has_types(token: &Token, payload: &Document) -> bool {
    use json::ValueKind::{Array, Number, String};
    let is = |name, kind| payload.get(name).is_none_or(|claim| claim.kind() == kind);
    let mut items = payload.get("aud").map(Value::items).unwrap_or_default();
    token.header_text("alg").is_some()
        && is("iss", String)
        && is("sub", String)
        && (is("aud", String) || is("aud", Array))
        && items.all(|audience| audience.kind() == String)
        && is("nbf", Number)
        && is("exp", Number)
}

/// The recorded text lists RS384 and RS512 as supported, so it cannot be the answer for them.
fn unsupported(alg: &str) -> Refusal {
    match alg {
        "RS384" | "RS512" => Refusal::unknown(
            "invalid_client",
            &format!(
                "The client assertion is signed with {alg}. (Fedcred: this mock takes RS256 alone, the only algorithm that is documented as supported.)"
            ),
        ),
        _ => Refusal::of(AadstsCode::UNSUPPORTED_ALGORITHM, &[("alg", alg)]),
    }
}

/// The text of 9001023 recommends /organizations, so it cannot be the answer for that.
fn no_single_tenant() -> Refusal {
    bad_request("The address names no tenant in which a token could be issued.")
}

/// A refusal with status 400 whose code is not known.
pub(super) fn bad_request(description: &str) -> Refusal {
    refusal_400(&format!("{description}{NOT_KNOWN}"))
}

fn refusal_400(description: &str) -> Refusal {
    Refusal {
        status: 400,
        ..Refusal::unknown("invalid_request", description)
    }
}

/// Whether a tenant is named by a domain.
pub(crate) fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.contains('.') && text.split('.').all(label)
}

const ISSUER: [CredentialField; 1] = [CredentialField::Issuer];
/// A flexible credential has an expression in place of a subject.
const SUBJECT: [CredentialField; 2] = [CredentialField::Subject, CredentialField::Expression];

fn passes(found: &Match, fields: &[CredentialField]) -> bool {
    found
        .fields
        .iter()
        .any(|found| fields.contains(&found.field) && found.verdict == CheckVerdict::Pass)
}

/// What the nearest credential has in the first of these fields: presented, configured.
fn nearest(verdict: &Verdict, fields: &[CredentialField]) -> (String, String) {
    verdict
        .matches
        .first()
        .and_then(|nearest| nearest.fields.iter().find(|f| fields.contains(&f.field)))
        .map(|found| (found.presented.clone(), found.configured.clone()))
        .unwrap_or_default()
}

fn audience_note(verdict: &Verdict) -> Option<&str> {
    let fields = &verdict.matches.first()?.fields;
    let audience = fields
        .iter()
        .find(|field| field.field == CredentialField::Audience)?;
    audience.note.as_deref()
}

fn refusal_of(verdict: &Verdict) -> Refusal {
    Refusal {
        description: verdict.message.clone().unwrap_or_default(),
        ..Refusal::of(
            verdict.code.unwrap_or(AadstsCode::NO_MATCHING_CREDENTIAL),
            &[],
        )
    }
}

/// An instant as in the text of AADSTS700024, with seven digits after the point.
fn precise(seconds: Option<i64>) -> String {
    time::rfc3339(seconds.unwrap_or(0)).replace('Z', ".0000000Z")
}

/// The key id as AADSTS7000272 prints it: its bytes in upper-case hexadecimal.
fn hexadecimal(kid: &str) -> String {
    let bytes = base64url::decode_strict(kid).map_or(Cow::Borrowed(kid.as_bytes()), Cow::Owned);
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
