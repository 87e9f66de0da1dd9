//! Writes a scenario as the JSON that reads as the same scenario.

use super::scenario::{Expectation, Scenario};
use super::trace::Outcome;
use super::workload::{ClientAssertion, SKIPPABLE_CHECKS, SetupRequest, TokenRequest, Workload};
use crate::entra::{
    AppRole, AppRoleAssignment, Application, Directory, KeyRing, ManagedIdentity, ServicePrincipal,
    SigningKey, Tenant,
};
use crate::expression::ClaimsMatchingExpression;
use crate::federation::Credential;
use crate::text::edit::quoted;
use crate::text::{pretty, time};

impl Scenario {
    /// The text of a scenario file; fields that are empty and may be missing are left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = JsonWriter::default();
        out.item(self, Self::fields);
        pretty(&out.text)
    }

    fn fields(&self, out: &mut JsonWriter) {
        out.number("fedcred", 1);
        out.text("title", &self.title);
        out.optional_text("about", &self.about);
        out.text("rules", self.rules.name());
        out.text("cloud", self.cloud.word());
        out.time("clock", self.clock);
        out.object("directory", &self.directory, Directory::fields);
        out.object("workload", &self.workload, Workload::fields);
        out.object("request", &self.request, TokenRequest::fields);
        out.optional_list("before", &self.setup, SetupRequest::fields);
        out.text_list("faults", self.faults.iter().map(|fault| fault.name()));
        if let Some(expect) = &self.expect {
            out.object("expect", expect, Expectation::fields);
        }
    }
}

impl Directory {
    fn fields(&self, out: &mut JsonWriter) {
        out.list("tenants", &self.tenants, Tenant::fields);
        self.keys.fields(out);
        out.optional_list("externalIssuers", &self.external_issuers, |issuer, out| {
            out.text("issuer", &issuer.issuer);
            out.text("displayName", &issuer.display_name);
            issuer.keys.fields(out);
        });
        out.flag("metadataUnreachable", self.metadata_unreachable);
        if let Some(cache) = &self.metadata_cache {
            out.object("metadataCache", cache, |cache, out| {
                out.time("readAt", cache.read_at);
                out.number("seconds", cache.seconds);
            });
        }
    }
}

impl KeyRing {
    fn fields(&self, out: &mut JsonWriter) {
        out.list("signingKeys", &self.signing, SigningKey::fields);
        out.optional_list("publishedKeys", &self.published, SigningKey::fields);
    }
}

impl Tenant {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("id", self.id.as_str());
        out.text("displayName", &self.display_name);
        out.optional_text("defaultDomain", &self.default_domain);
        out.list("applications", &self.applications, Application::fields);
        out.list(
            "servicePrincipals",
            &self.service_principals,
            ServicePrincipal::fields,
        );
        out.list(
            "managedIdentities",
            &self.managed_identities,
            ManagedIdentity::fields,
        );
    }
}

impl Application {
    fn fields(&self, out: &mut JsonWriter) {
        out.optional_text("id", self.object_id.as_str());
        out.text("appId", self.app_id.as_str());
        out.text("displayName", &self.display_name);
        out.optional_text("signInAudience", &self.sign_in_audience);
        out.text_list("identifierUris", &self.identifier_uris);
        out.object(
            "api",
            &self.requested_access_token_version,
            |version, out| {
                out.number("requestedAccessTokenVersion", *version);
            },
        );
        out.list("appRoles", &self.app_roles, AppRole::fields);
        let created_at = |name: &str| {
            let created = self.created.iter().find(|(known, _)| known == name);
            created.map(|(_, at)| *at)
        };
        let credentials: Vec<_> = self
            .federated_identity_credentials
            .iter()
            .map(|credential| (credential, created_at(&credential.name)))
            .collect();
        out.list("federatedIdentityCredentials", &credentials, |one, out| {
            credential(one.0, out);
            out.optional_time("createdAt", one.1);
        });
    }
}

impl AppRole {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("id", &self.id);
        out.text("value", &self.value);
    }
}

fn credential(credential: &Credential, out: &mut JsonWriter) {
    out.text("name", &credential.name);
    out.text("issuer", credential.issuer.as_str());
    if let Some(expression) = &credential.claims_matching_expression {
        out.optional_text("subject", credential.subject.as_str());
        out.object("claimsMatchingExpression", expression, matching);
    } else {
        out.text("subject", credential.subject.as_str());
    }
    out.text_list(
        "audiences",
        credential.audiences.iter().map(|one| one.as_str()),
    );
    out.optional_text("description", &credential.description);
}

fn matching(expression: &ClaimsMatchingExpression, out: &mut JsonWriter) {
    out.text("value", &expression.value);
    out.number("languageVersion", expression.language_version);
}

impl ServicePrincipal {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("id", self.id.as_str());
        out.text("appId", self.app_id.as_str());
        out.flag(
            "appRoleAssignmentRequired",
            self.app_role_assignment_required,
        );
        out.list(
            "appRoleAssignments",
            &self.app_role_assignments,
            AppRoleAssignment::fields,
        );
    }
}

impl AppRoleAssignment {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("resourceId", self.resource_id.as_str());
        out.text("appRoleId", &self.app_role_id);
    }
}

impl ManagedIdentity {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("name", &self.name);
        out.text("principalId", self.principal_id.as_str());
        out.text("clientId", self.client_id.as_str());
        out.optional_text("resourceId", &self.resource_id);
        out.text_list("hosts", &self.hosts);
        if self.system_assigned {
            out.text("type", "SystemAssigned");
        }
    }
}

impl SigningKey {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("kid", &self.kid);
        out.text("key", &self.key);
        out.optional_time("from", self.from);
        out.optional_time("until", self.until);
    }
}

impl Workload {
    fn fields(&self, out: &mut JsonWriter) {
        let needed = match self.token {
            Some(_) => JsonWriter::optional_text,
            None => JsonWriter::text,
        };
        needed(out, "host", &self.host);
        if let Some(client_id) = &self.client_id {
            out.text("clientId", client_id);
        }
        needed(out, "resource", &self.resource);
        if let Some(token) = &self.token {
            out.object("token", token, ClientAssertion::fields);
        }
    }
}

impl ClientAssertion {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("kind", self.kind.name());
        out.text("issuer", &self.issuer);
        out.optional_text("clientId", &self.client_id);
        out.optional_text("subject", &self.subject);
        out.optional_json("claims", &self.claims);
    }
}

impl SetupRequest {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("method", &self.method);
        out.text("url", &self.url);
        out.optional_json("body", &self.body);
    }
}

impl TokenRequest {
    fn fields(&self, out: &mut JsonWriter) {
        out.text("tenant", &self.tenant);
        out.text("clientId", self.client_id.as_str());
        out.text("scope", &self.scope);
        if let Some(method) = &self.method {
            out.text("method", method);
        }
        if !self.form.is_empty() {
            out.object("form", &self.form, |form, out| {
                for (name, value) in form {
                    out.text(name, value);
                }
            });
        }
        out.object("api", &self.api, |api, out| {
            out.text("url", &api.url);
            out.text("issuer", &api.issuer);
            out.text("audience", &api.audience);
            out.text("role", &api.role);
            let skipped = SKIPPABLE_CHECKS
                .iter()
                .filter(|(_, rule)| api.skip.contains(rule));
            out.text_list("skip", skipped.map(|(word, _)| *word));
        });
    }
}

impl Expectation {
    fn fields(&self, out: &mut JsonWriter) {
        out.optional_text("outcome", self.outcome.map_or("", Outcome::name));
        if let Some(code) = self.code {
            out.number("code", code);
        }
        let steps = i64::try_from(self.steps_at_least).unwrap_or(i64::MAX);
        out.number("stepsAtLeast", steps);
    }
}

/// Writes members, or the items of a list, one after the other.
#[derive(Default)]
struct JsonWriter {
    text: String,
}

impl JsonWriter {
    /// Separates the next member or item from the one before.
    fn separate(&mut self) {
        // A text never ends in a bracket, but in its quote.
        if !self.text.is_empty() && !self.text.ends_with(['{', '[', ':']) {
            self.text.push(',');
        }
    }

    fn raw(&mut self, name: &str, json: &str) {
        self.separate();
        self.text.push_str(&format!("{}:{json}", quoted(name)));
    }

    fn text(&mut self, name: &str, text: &str) {
        self.raw(name, &quoted(text));
    }

    /// Left out where it is empty.
    fn optional_text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.text(name, text);
        }
    }

    /// Left out where it is empty.
    fn optional_json(&mut self, name: &str, json: &str) {
        if !json.is_empty() {
            self.raw(name, json);
        }
    }

    /// Left out where there is none.
    fn optional_time(&mut self, name: &str, seconds: Option<i64>) {
        if let Some(seconds) = seconds {
            self.time(name, seconds);
        }
    }

    fn number(&mut self, name: &str, number: i64) {
        self.raw(name, &number.to_string());
    }

    /// Left out where it is false.
    fn flag(&mut self, name: &str, on: bool) {
        if on {
            self.raw(name, "true");
        }
    }

    /// For people; seconds where there is no such text.
    fn time(&mut self, name: &str, seconds: i64) {
        let text = time::rfc3339(seconds);
        if time::parse(&text) == Some(seconds) {
            self.text(name, &text);
        } else {
            self.number(name, seconds);
        }
    }

    fn text_list(&mut self, name: &str, texts: impl IntoIterator<Item = impl AsRef<str>>) {
        self.raw(name, "[");
        for text in texts {
            self.separate();
            self.text.push_str(&quoted(text.as_ref()));
        }
        self.text.push(']');
    }

    fn object<T>(&mut self, name: &str, value: &T, fields: fn(&T, &mut Self)) {
        self.raw(name, "");
        self.item(value, fields);
    }

    fn item<T>(&mut self, value: &T, fields: fn(&T, &mut Self)) {
        self.separate();
        self.text.push('{');
        fields(value, self);
        self.text.push('}');
    }

    fn list<T>(&mut self, name: &str, items: &[T], fields: fn(&T, &mut Self)) {
        self.raw(name, "[");
        for item in items {
            self.item(item, fields);
        }
        self.text.push(']');
    }

    /// Left out where there are none.
    fn optional_list<T>(&mut self, name: &str, items: &[T], fields: fn(&T, &mut Self)) {
        if !items.is_empty() {
            self.list(name, items, fields);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::workload::{AssertionKind, ProtectedApi};
    use super::*;
    use crate::entra::{ExternalIssuer, MetadataCache};
    use crate::flow::Fault;
    use crate::text::Severity;

    #[track_caller]
    fn check(scenario: &Scenario) {
        let text = scenario.to_json();
        let read = Scenario::parse(&text);
        assert_eq!(read.diagnostics, [], "{text}");
        assert_eq!(read.scenario, *scenario, "{text}");
    }

    #[test]
    fn an_empty_scenario_and_its_extremes() {
        check(&Scenario::default());
        let mut scenario = Scenario {
            clock: i64::MAX,
            faults: Fault::ALL.to_vec(),
            expect: Some(Expectation::default()),
            ..Scenario::default()
        };
        check(&scenario);
        scenario.clock = -1;
        scenario.workload.client_id = Some(String::new());
        scenario.expect = Some(Expectation {
            outcome: Some(Outcome::Denied),
            code: Some(700_213),
            steps_at_least: 3,
        });
        check(&scenario);
        assert!(scenario.to_json().contains("\"stepsAtLeast\": 3"));
        scenario.request.form = vec![
            (String::new(), "x".to_owned()),
            ("[".to_owned(), String::new()),
        ];
        check(&scenario);
    }

    #[test]
    fn an_expression_stands_in_the_place_of_a_subject() {
        let credential = Credential {
            name: "a".to_owned(),
            audiences: vec!["b".into(), "c".into()],
            claims_matching_expression: Some("claims['sub'] eq 'x'".into()),
            ..Credential::default()
        };
        let tenant = Tenant {
            applications: vec![Application {
                federated_identity_credentials: vec![credential],
                ..Application::default()
            }],
            ..Tenant::default()
        };
        let mut scenario = Scenario::default();
        scenario.directory.tenants.push(tenant);
        check(&scenario);
        assert!(!scenario.to_json().contains("\"subject\""));
    }

    proptest! {
        #[test]
        fn any_values_are_read_again(texts in prop::collection::vec(any::<String>(), 8), clock: i64, number: i64, on: bool) {
            let text = |index: usize| texts[index].clone();
            let scenario = Scenario {
                title: text(0),
                about: text(1),
                clock,
                directory: Directory {
                    tenants: vec![Tenant {
                        id: text(2).into(),
                        display_name: text(3),
                        default_domain: text(4),
                        applications: vec![Application {
                            app_id: text(5).into(),
                            identifier_uris: texts.clone(),
                            requested_access_token_version: number,
                            app_roles: vec![AppRole { id: text(6), value: text(7) }],
                            ..Application::default()
                        }],
                        service_principals: vec![ServicePrincipal {
                            id: text(1).into(),
                            app_role_assignment_required: on,
                            app_role_assignments: vec![AppRoleAssignment::default()],
                            ..ServicePrincipal::default()
                        }],
                        managed_identities: vec![ManagedIdentity {
                            hosts: texts.clone(),
                            resource_id: text(2),
                            system_assigned: on,
                            ..ManagedIdentity::default()
                        }],
                    }],
                    keys: KeyRing {
                        published: vec![SigningKey { kid: text(3), key: text(4), from: on.then_some(clock), until: Some(number) }],
                        ..KeyRing::default()
                    },
                    external_issuers: vec![ExternalIssuer { issuer: text(0), display_name: text(1), keys: KeyRing::default() }],
                    metadata_unreachable: on,
                    metadata_cache: on.then_some(MetadataCache { read_at: clock, seconds: number }),
                },
                workload: Workload {
                    token: on.then(|| ClientAssertion {
                        kind: AssertionKind::ALL[texts[0].len() % 4],
                        issuer: text(7),
                        claims: [r#"{"a b":["#, &quoted(&text(6)), "],\"c\":1.50}"].concat(),
                        client_id: text(4),
                        subject: text(5),
                    }),
                    ..Workload::default()
                },
                setup: vec![SetupRequest { method: text(0), url: text(1), body: String::new() }],
                request: TokenRequest {
                    scope: text(5),
                    method: on.then(|| text(2)),
                    form: vec![(["a", &text(3)].concat(), text(4)), (["b", &text(5)].concat(), String::new())],
                    api: ProtectedApi { role: text(6), skip: SKIPPABLE_CHECKS[..texts[1].len() % 6].iter().map(|one| one.1).collect(), ..ProtectedApi::default() },
                    ..TokenRequest::default()
                },
                ..Scenario::default()
            };
            let read = Scenario::parse(&scenario.to_json());
            prop_assert!(read.diagnostics.iter().all(|found| found.severity != Severity::Error));
            prop_assert_eq!(read.scenario, scenario);
        }
    }
}
