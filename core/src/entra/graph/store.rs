//! The federated credentials of one application: listed, read, created, changed and deleted.

use super::error::GraphError;
use super::target::{COLLECTION, object_id};
use crate::claims::Audience;
use crate::entra::directory::Application;
use crate::entra::handled::{Change, ChangeAction, Handled};
use crate::entra::http::{HttpRequest, HttpResponse};
use crate::entra::mock::guid_of;
use crate::expression::ClaimsMatchingExpression;
use crate::federation::{Credential, Hints, lint_credential};
use crate::text::json::{Document, Value, ValueKind};
use crate::text::{Diagnostic, Severity};

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

/// The credentials of one application.
pub(super) struct Store<'a> {
    /// Of the collection.
    pub(super) address: String,
    pub(super) host: &'static str,
    pub(super) tenant: String,
    pub(super) seed: &'a str,
    pub(super) now: i64,
    pub(super) beta: bool,
    pub(super) application: &'a mut Application,
}

impl Store<'_> {
    pub(super) fn list(&self) -> HttpResponse {
        let credentials: Vec<_> = self
            .credentials()
            .iter()
            .map(|credential| format!("{{{}}}", self.members(credential)))
            .collect();
        let context = self.context("");
        let text = format!(r#"{{{context},"value":[{}]}}"#, credentials.join(","));
        HttpResponse::of_json(200, text)
    }

    pub(super) fn get(&self, key: &str) -> Result<Handled, GraphError> {
        let found = self.position(key).and_then(|at| self.credentials().get(at));
        let found = found.ok_or_else(|| GraphError::no_credential(key))?;
        let text = format!("{{{},{}}}", self.context("/$entity"), self.members(found));
        Ok(Handled::plain(HttpResponse::of_json(200, text)))
    }

    pub(super) fn delete(self, key: &str) -> Result<Handled, GraphError> {
        let at = self
            .position(key)
            .ok_or_else(|| GraphError::no_credential(key))?;
        let credentials = &mut self.application.federated_identity_credentials;
        let gone = credentials.remove(at);
        self.application
            .created
            .retain(|(name, _)| *name != gone.name);
        let change = self.change(ChangeAction::Deleted, Some(&gone), None);
        Ok(changed(no_content(), change))
    }

    pub(super) fn patch(self, key: &str, request: &HttpRequest) -> Result<Handled, GraphError> {
        let prefer = request.header_value("Prefer").unwrap_or_default();
        let mut preferences = prefer.split(',').map(str::trim);
        let Some(at) = self.position(key) else {
            if preferences.any(|one| one.eq_ignore_ascii_case("create-if-missing")) {
                let credential = Credential {
                    name: key.to_owned(),
                    ..Credential::default()
                };
                return self.create(credential, request);
            }
            return Err(GraphError::no_credential(key));
        };
        let mut others = self.credentials().to_vec();
        let before = others.remove(at);
        let after = self.with_body(before.clone(), request)?;
        if after.name != before.name {
            return Err(GraphError::undocumented(400, "The name cannot be changed."));
        }
        self.validate(&after, others)?;
        let credentials = &mut self.application.federated_identity_credentials;
        if let Some(place) = credentials.get_mut(at) {
            *place = after.clone();
        }
        let change = self.change(ChangeAction::Updated, Some(&before), Some(&after));
        Ok(changed(no_content(), change))
    }

    /// `credential` has what the address tells.
    pub(super) fn create(
        self,
        credential: Credential,
        request: &HttpRequest,
    ) -> Result<Handled, GraphError> {
        let name = credential.name.clone();
        let new = self.with_body(credential, request)?;
        if !name.is_empty() && new.name != name {
            let text = "The name differs from the one in the address.";
            return Err(GraphError::undocumented(400, text));
        }
        let others = self.credentials().to_vec();
        if others.iter().any(|other| other.name == new.name) {
            let code = "Request_MultipleObjectsWithSameKeyValue";
            return Err(GraphError::documented(code, &[("name", &new.name)]));
        }
        self.validate(&new, others)?;
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
        Ok(changed(response, change))
    }

    fn credentials(&self) -> &[Credential] {
        &self.application.federated_identity_credentials
    }

    fn position(&self, key: &str) -> Option<usize> {
        let fits = |one: &Credential| one.name == key || self.id(one).eq_ignore_ascii_case(key);
        self.credentials().iter().position(fits)
    }

    /// The same for the same seed, application and name: names cannot be changed.
    fn id(&self, credential: &Credential) -> String {
        let app = self.application.app_id.as_str();
        guid_of(&format!("{}\n{app}\n{}", self.seed, credential.name))
    }

    /// The credential with the members of the body.
    fn with_body(
        &self,
        mut credential: Credential,
        request: &HttpRequest,
    ) -> Result<Credential, GraphError> {
        let media_type = request.header_value("Content-Type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let document = Document::parse(request.body.as_str());
        let body = document.object().filter(|_| {
            media_type.eq_ignore_ascii_case("application/json") && document.is_complete()
        });
        let body = body.ok_or_else(|| GraphError::new(400, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."))?;
        for (name, value) in body.members() {
            let name = name.to_text();
            if !self.set_property(&mut credential, &name, value) {
                let text = format!("The property '{name}' is unknown here or of another type.");
                return Err(GraphError::undocumented(400, &text));
            }
        }
        Ok(credential)
    }

    /// Puts one member into the credential; false where it cannot be.
    fn set_property(&self, credential: &mut Credential, name: &str, value: Value<'_>) -> bool {
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
    fn validate(&self, credential: &Credential, others: Vec<Credential>) -> Result<(), GraphError> {
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
            "pair-taken" => GraphError::documented(
                VALUE,
                &[
                    ("iss", credential.issuer.as_str()),
                    ("sub", credential.subject.as_str()),
                ],
            ),
            // The status is reported, the code inferred.
            "too-many-credentials" => GraphError {
                code: "Directory_QuotaExceeded",
                ..GraphError::undocumented(403, &finding.message)
            },
            _ if of_expression(&finding) => GraphError {
                code: VALUE,
                ..GraphError::undocumented(400, &finding.message)
            },
            _ => GraphError::undocumented(400, &finding.message),
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
            before: before.map_or_else(String::new, Credential::to_json),
            after: after.map_or_else(String::new, Credential::to_json),
        }
    }
}

fn changed(response: HttpResponse, change: Change) -> Handled {
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

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
