//! Microsoft Graph, as far as it holds the federated credentials of applications: list, read, create, change, delete.

use serde::Serialize;

use super::directory::{Application, Directory};
use super::http::decoded;
use super::{
    Change, ChangeAction, Entra, Handled, HttpRequest, HttpResponse, guid_of, other_method, path_of,
};
use crate::claims::{Audience, Claims, Times};
use crate::errors::catalogue;
use crate::expression::ClaimsMatchingExpression;
use crate::federation::{Credential, Hints, lint_credential};
use crate::jose::{self, Keys, SignatureState};
use crate::text::fill;
use crate::text::json::{Document, Value, ValueKind};
use crate::text::{Diagnostic, Severity, time};

/// A bearer token that Graph takes in this mock, for all tenants: nobody has to sign in as an administrator.
pub const GRAPH_TOKEN: &str = "fedcred-administrator";

/// App id of Graph.
const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";

/// App roles that may write credentials, and one that may read them (Entra: create a trust).
const WRITERS: [&str; 2] = ["Application.ReadWrite.All", "Application.ReadWrite.OwnedBy"];
const READER: &str = "Application.Read.All";

/// Ends the text of an error whose own text is not known.
const NOT_KNOWN: &str = " (Fedcred: Graph's own text is not known.)";

const COLLECTION: &str = "federatedIdentityCredentials";

/// The findings with which Graph saves no credential; of the others it knows nothing until the exchange
/// (Graph: federatedIdentityCredential; Entra: considerations for federated credentials).
const REFUSED: [&str; 7] = [
    "name-form",
    "field-empty",
    "field-too-long",
    "audience-count",
    "subject-and-expression",
    "pair-taken",
    "too-many-credentials",
];

/// What a request is about.
struct Target {
    beta: bool,
    /// Object id, or app id where `by_app_id`.
    application: String,
    by_app_id: bool,
    /// Id or name of a credential.
    credential: Option<String>,
}

/// Why Graph says no.
struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: ErrorMembers<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorMembers<'a> {
    code: &'a str,
    message: &'a str,
    inner_error: InnerError<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct InnerError<'a> {
    date: &'a str,
    request_id: &'a str,
    client_request_id: &'a str,
}

impl Entra {
    pub(super) fn graph(&mut self, now: i64, request: &HttpRequest) -> Handled {
        let id = self.derived_guid("trace");
        let mut handled = match self.graph_answer(now, request) {
            Ok(handled) => handled,
            Err(refusal) => {
                let date = time::rfc3339(now);
                let given = request.header_value("client-request-id");
                let error = ErrorMembers {
                    code: refusal.code,
                    message: &refusal.message,
                    inner_error: InnerError {
                        date: date.trim_end_matches('Z'),
                        request_id: &id,
                        client_request_id: given.unwrap_or(&id),
                    },
                };
                Handled::plain(HttpResponse::json(refusal.status, &ErrorBody { error }))
            }
        };
        handled.response = handled.response.header("request-id", id);
        handled
    }

    fn graph_answer(&mut self, now: i64, request: &HttpRequest) -> Result<Handled, Refusal> {
        let Some(target) = target(&path_of(request)) else {
            let text = "The mock has applications/{id}/federatedIdentityCredentials alone.";
            return Err(refusal(404, "Request_ResourceNotFound", text));
        };
        let allowed = match target.credential {
            Some(_) => "GET, PATCH, DELETE",
            None => "GET, POST",
        };
        if let Some(answer) = other_method(request, allowed) {
            return Ok(Handled::plain(answer));
        }
        let tenant = self.caller(now, request)?;
        let host = self.setting.cloud.graph_host();
        let Some((tenant, application)) = find(&mut self.directory, tenant.as_deref(), &target)
        else {
            let parameters = [("id", target.application.as_str())];
            let text = "Resource '{id}' does not exist or one of its queried reference-property objects are not present.";
            return Err(refusal(
                404,
                "Request_ResourceNotFound",
                &fill(text, &parameters),
            ));
        };
        let store = Store {
            address: address(host, &target, application),
            host,
            tenant,
            seed: &self.setting.seed,
            now,
            beta: target.beta,
            application,
        };
        match (request.method.as_str(), target.credential) {
            ("GET", None) => Ok(Handled::plain(store.list())),
            ("GET", Some(key)) => store.get(&key),
            ("DELETE", Some(key)) => store.delete(&key),
            ("PATCH", Some(key)) => store.patch(&key, request),
            _ => store.create(Credential::default(), request),
        }
    }

    /// The tenant of whoever calls; `None` stands for all.
    fn caller(&self, now: i64, request: &HttpRequest) -> Result<Option<String>, Refusal> {
        let invalid = |text: &str| refusal(401, "InvalidAuthenticationToken", text);
        let text = request.bearer().unwrap_or_default();
        if text.is_empty() {
            return Err(invalid("Access token is empty."));
        }
        if text == GRAPH_TOKEN {
            return Ok(None);
        }
        let keys = self.keys(now, "common", true).unwrap_or_default().body;
        let keys = Keys::parse(&keys, "the mock");
        let token = jose::parse(text).tokens.pop();
        let Some(token) = token.filter(|token| {
            let valid = jose::verify(token, &keys).state == SignatureState::Valid;
            token.compact() == text && valid && Times::from_token(token).is_valid_at(now)
        }) else {
            return Err(invalid(
                "The token is none that the mock issued and that is valid now.",
            ));
        };
        let claims = token
            .payload()
            .map(Claims::from_payload)
            .unwrap_or_default();
        let graph = format!("https://{}", self.setting.cloud.graph_host());
        let for_graph = |audience: &Audience| {
            let audience = audience.as_str();
            audience == GRAPH_APP || audience.trim_end_matches('/') == graph
        };
        if !claims.audiences.iter().any(for_graph) {
            return Err(invalid("The token is for another API."));
        }
        let member = |name: &str| token.payload().and_then(|payload| payload.get(name));
        let mut roles = member("roles").map(Value::items).unwrap_or_default();
        let reads = request.method == "GET";
        if !roles.any(|role| {
            let role = role.to_text();
            WRITERS.contains(&&*role) || (reads && role == READER)
        }) {
            let text = "Insufficient privileges to complete the operation.";
            return Err(refusal(403, "Authorization_RequestDenied", text));
        }
        Ok(Some(member("tid").map_or_else(String::new, |tid| {
            tid.to_text().into_owned()
        })))
    }
}

/// The credentials of one application.
struct Store<'a> {
    /// Of the collection.
    address: String,
    host: &'static str,
    tenant: String,
    seed: &'a str,
    now: i64,
    beta: bool,
    application: &'a mut Application,
}

impl Store<'_> {
    fn list(&self) -> HttpResponse {
        let credentials: Vec<_> = self
            .all()
            .iter()
            .map(|credential| format!("{{{}}}", self.members(credential)))
            .collect();
        let context = self.context("");
        let text = format!(r#"{{{context},"value":[{}]}}"#, credentials.join(","));
        HttpResponse::of_json(200, text)
    }

    fn get(&self, key: &str) -> Result<Handled, Refusal> {
        let found = self.at(key).and_then(|at| self.all().get(at));
        let found = found.ok_or_else(|| no_credential(key))?;
        let text = format!("{{{},{}}}", self.context("/$entity"), self.members(found));
        Ok(Handled::plain(HttpResponse::of_json(200, text)))
    }

    fn delete(self, key: &str) -> Result<Handled, Refusal> {
        let at = self.at(key).ok_or_else(|| no_credential(key))?;
        let credentials = &mut self.application.federated_identity_credentials;
        let gone = credentials.remove(at);
        self.application
            .created
            .retain(|(name, _)| *name != gone.name);
        let change = self.change(ChangeAction::Deleted, Some(&gone), None);
        Ok(done(no_content(), change))
    }

    fn patch(self, key: &str, request: &HttpRequest) -> Result<Handled, Refusal> {
        let prefer = request.header_value("Prefer").unwrap_or_default();
        let mut preferences = prefer.split(',').map(str::trim);
        let Some(at) = self.at(key) else {
            if preferences.any(|one| one.eq_ignore_ascii_case("create-if-missing")) {
                let credential = Credential {
                    name: key.to_owned(),
                    ..Credential::default()
                };
                return self.create(credential, request);
            }
            return Err(no_credential(key));
        };
        let mut others = self.all().to_vec();
        let before = others.remove(at);
        let after = self.read(before.clone(), request)?;
        if after.name != before.name {
            return Err(not_known(400, "The name cannot be changed."));
        }
        self.may_be(&after, others)?;
        let credentials = &mut self.application.federated_identity_credentials;
        if let Some(place) = credentials.get_mut(at) {
            *place = after.clone();
        }
        let change = self.change(ChangeAction::Updated, Some(&before), Some(&after));
        Ok(done(no_content(), change))
    }

    /// `credential` has what the address tells.
    fn create(self, credential: Credential, request: &HttpRequest) -> Result<Handled, Refusal> {
        let name = credential.name.clone();
        let new = self.read(credential, request)?;
        if !name.is_empty() && new.name != name {
            let text = "The name differs from the one in the address.";
            return Err(not_known(400, text));
        }
        let others = self.all().to_vec();
        if others.iter().any(|other| other.name == new.name) {
            let code = "Request_MultipleObjectsWithSameKeyValue";
            return Err(known(code, &[("name", &new.name)]));
        }
        self.may_be(&new, others)?;
        let (id, app) = (self.id(&new), object_id(self.application));
        let address = quoted(&format!(
            "https://{}/v2/{}/directoryObjects/$/Microsoft.DirectoryServices.Application('{app}')/{COLLECTION}/{id}",
            self.host, self.tenant
        ));
        let (context, members) = (self.context("/$entity"), self.members(&new));
        let text = format!(r#"{{{context},"@odata.id":{address},{members}}}"#);
        let response = HttpResponse::of_json(201, text);
        let change = self.change(ChangeAction::Created, None, Some(&new));
        self.application.created.push((new.name.clone(), self.now));
        let credentials = &mut self.application.federated_identity_credentials;
        credentials.push(new);
        Ok(done(response, change))
    }

    fn all(&self) -> &[Credential] {
        &self.application.federated_identity_credentials
    }

    fn at(&self, key: &str) -> Option<usize> {
        let fits = |one: &Credential| one.name == key || self.id(one).eq_ignore_ascii_case(key);
        self.all().iter().position(fits)
    }

    /// The same for the same seed, application and name: names cannot be changed.
    fn id(&self, credential: &Credential) -> String {
        let app = self.application.app_id.as_str();
        guid_of(&format!("{}\n{app}\n{}", self.seed, credential.name))
    }

    /// The credential with the members of the body.
    fn read(
        &self,
        mut credential: Credential,
        request: &HttpRequest,
    ) -> Result<Credential, Refusal> {
        let media_type = request.header_value("Content-Type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let document = Document::parse(request.body.as_str());
        let body = document.object().filter(|_| {
            media_type.eq_ignore_ascii_case("application/json") && document.is_complete()
        });
        let body = body.ok_or_else(|| refusal(400, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."))?;
        for (name, value) in body.members() {
            let name = name.to_text();
            if !self.put(&mut credential, &name, value) {
                let text = format!("The property '{name}' is unknown here or of another type.");
                return Err(not_known(400, &text));
            }
        }
        Ok(credential)
    }

    /// Puts one member into the credential; false where it cannot be.
    fn put(&self, credential: &mut Credential, name: &str, value: Value<'_>) -> bool {
        let text = match value.kind() {
            ValueKind::Null => Some(String::new()),
            _ => value.as_str().map(|text| text.into_owned()),
        };
        match (name, text) {
            ("name", Some(text)) => credential.name = text,
            ("issuer", Some(text)) => credential.issuer = text.as_str().into(),
            ("subject", Some(text)) => credential.subject = text.as_str().into(),
            ("description", Some(text)) => credential.description = text,
            ("audiences", None) if value.kind() == ValueKind::Array => {
                let texts: Option<Vec<_>> = value.items().map(Value::as_str).collect();
                let Some(texts) = texts else {
                    return false;
                };
                credential.audiences = texts.into_iter().map(Audience::from).collect();
            }
            ("claimsMatchingExpression", _) if self.beta && value.kind() == ValueKind::Null => {
                credential.claims_matching_expression = None;
            }
            ("claimsMatchingExpression", None) if self.beta => {
                let expression = ClaimsMatchingExpression::from_json(value);
                credential.claims_matching_expression = expression;
                return credential.claims_matching_expression.is_some();
            }
            ("id", _) => {}
            _ => return name.starts_with('@'),
        }
        true
    }

    /// Whether Graph saves it beside the others.
    fn may_be(&self, credential: &Credential, others: Vec<Credential>) -> Result<(), Refusal> {
        let hints = Hints {
            others,
            ..Hints::default()
        };
        let of_expression = |finding: &Diagnostic| {
            finding.code.starts_with("expression-") && finding.severity == Severity::Error
        };
        let refused = lint_credential(credential, &hints, None)
            .into_iter()
            .find(|finding| of_expression(finding) || REFUSED.contains(&finding.code));
        let Some(finding) = refused else {
            return Ok(());
        };
        const VALUE: &str = "InvalidFederatedIdentityCredentialValue";
        Err(match finding.code {
            "pair-taken" => known(
                VALUE,
                &[
                    ("iss", credential.issuer.as_str()),
                    ("sub", credential.subject.as_str()),
                ],
            ),
            // The status is reported, the code inferred.
            "too-many-credentials" => Refusal {
                code: "Directory_QuotaExceeded",
                ..not_known(403, &finding.message)
            },
            _ if of_expression(&finding) => Refusal {
                code: VALUE,
                ..not_known(400, &finding.message)
            },
            _ => not_known(400, &finding.message),
        })
    }

    /// The member that tells what the answer is.
    fn context(&self, end: &str) -> String {
        let address = quoted(&format!("{}{end}", self.address));
        format!("\"@odata.context\":{address}")
    }

    /// A credential's members, without the brackets.
    fn members(&self, credential: &Credential) -> String {
        let mut shown = credential.clone();
        if !self.beta {
            shown.claims_matching_expression = None;
        }
        let text = serde_json::to_string(&shown).unwrap_or_default();
        let mut text = text.replace("\"description\":\"\"", "\"description\":null");
        if !self.beta {
            text = text.replace(",\"claimsMatchingExpression\":null}", "}");
        }
        let members = text
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let id = self.id(credential);
        format!(r#""id":"{id}",{}"#, members.unwrap_or_default())
    }

    fn change(
        &self,
        action: ChangeAction,
        before: Option<&Credential>,
        after: Option<&Credential>,
    ) -> Change {
        let name = before.or(after).map_or("", |one| one.name.as_str());
        let app = self.application.app_id.as_str();
        Change {
            action,
            object: format!("applications/{app}/{COLLECTION}/{name}"),
            before: before.map_or_else(String::new, Credential::json),
            after: after.map_or_else(String::new, Credential::json),
        }
    }
}

fn done(response: HttpResponse, change: Change) -> Handled {
    Handled {
        changes: vec![change],
        ..Handled::plain(response)
    }
}

fn no_content() -> HttpResponse {
    HttpResponse {
        status: 204,
        ..HttpResponse::default()
    }
}

fn refusal(status: u16, code: &'static str, message: &str) -> Refusal {
    Refusal {
        status,
        code,
        message: message.to_owned(),
    }
}

fn not_known(status: u16, message: &str) -> Refusal {
    refusal(
        status,
        "Request_BadRequest",
        &format!("{message}{NOT_KNOWN}"),
    )
}

/// An error of the catalogue.
fn known(code: &'static str, parameters: &[(&str, &str)]) -> Refusal {
    let entry =
        catalogue().find(|entry| entry.error.as_deref() == Some(code) && entry.template.is_some());
    let template = entry.and_then(|entry| entry.template.as_deref());
    let status = entry.and_then(|entry| entry.status).unwrap_or(400);
    refusal(
        status,
        code,
        &fill(template.unwrap_or_default(), parameters),
    )
}

fn no_credential(key: &str) -> Refusal {
    known("Request_ResourceNotFound", &[("name", key)])
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// What the parts of a path name.
fn target(path: &[&str]) -> Option<Target> {
    let parts: Option<Vec<_>> = path.iter().map(|part| decoded(part)).collect();
    let mut parts = parts?.into_iter();
    let beta = match parts.next()?.as_str() {
        "v1.0" => false,
        "beta" => true,
        _ => return None,
    };
    let applications = parts.next()?;
    let app_id = in_key(&applications, "applications(appId='");
    let by_app_id = app_id.is_some();
    let application = match app_id {
        Some(app_id) => app_id,
        None if applications == "applications" => parts.next()?,
        None => return None,
    };
    let collection = parts.next()?;
    let mut credential = in_key(&collection, "federatedIdentityCredentials(name='");
    if credential.is_none() {
        credential = parts.next();
        if collection != COLLECTION {
            return None;
        }
    }
    parts.next().is_none().then_some(Target {
        beta,
        application,
        by_app_id,
        credential,
    })
}

/// The key between these words and `')`.
fn in_key(text: &str, words: &str) -> Option<String> {
    let key = text.strip_prefix(words)?.strip_suffix("')")?;
    Some(key.to_owned())
}

/// The application, and its tenant's id.
fn find<'a>(
    directory: &'a mut Directory,
    tenant: Option<&str>,
    target: &Target,
) -> Option<(String, &'a mut Application)> {
    let is_meant = |application: &Application| {
        let id = if target.by_app_id {
            application.app_id.as_str()
        } else {
            object_id(application)
        };
        id.eq_ignore_ascii_case(&target.application)
    };
    directory
        .tenants
        .iter_mut()
        .filter(|one| tenant.is_none_or(|id| id == one.id.as_str()))
        .find_map(|one| {
            let mut applications = one.applications.iter_mut();
            let application = applications.find(|application| is_meant(application))?;
            Some((one.id.to_string(), application))
        })
}

/// Its object id; where the directory gives none, its app id stands for it.
fn object_id(application: &Application) -> &str {
    match application.object_id.as_str() {
        "" => application.app_id.as_str(),
        id => id,
    }
}

fn address(host: &str, target: &Target, application: &Application) -> String {
    let version = if target.beta { "beta" } else { "v1.0" };
    let app = object_id(application);
    format!("https://{host}/{version}/$metadata#applications('{app}')/{COLLECTION}")
}
