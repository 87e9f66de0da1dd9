//! Reads the text of a scenario file into a scenario.

use std::cell::RefCell;

use super::fault::Fault;
use super::scenario::{Expectation, Scenario};
use super::trace::Outcome;
use super::workload::{
    AssertionKind, ClientAssertion, ProtectedApi, SKIPPABLE_CHECKS, SetupRequest, TokenRequest,
    Workload,
};
use crate::claims::Cloud;
use crate::entra::Directory;
use crate::federation::Rules;
use crate::text::json::{Document, Value, ValueKind};
use crate::text::{Diagnostic, Fields, compact};

/// A scenario, and what is wrong with the text that it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedScenario {
    /// The scenario. A field that is missing or has the wrong type is empty.
    pub scenario: Scenario,
    /// What is wrong. Each message names the path of its field, and its span is in bytes of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Scenario {
    /// Parses a scenario file (JSON; its schema is `docs/schemas/scenario.json`). It never fails.
    ///
    /// ```
    /// use fedcred_core::flow::Scenario;
    ///
    /// let parsed = Scenario::parse(r#"{"fedcred": 1, "title": "Mine", "clouds": "global"}"#);
    /// assert_eq!(parsed.scenario.title, "Mine");
    /// assert!(parsed.diagnostics.iter().any(|finding| finding.message.contains("clouds")));
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> ParsedScenario {
        let document = Document::parse(text);
        let findings = RefCell::new(document.diagnostics().to_vec());
        let scenario = Fields::new(document.root(), "", &findings).parse_with(Self::from_fields);
        ParsedScenario {
            scenario,
            diagnostics: findings.into_inner(),
        }
    }

    fn from_fields(fields: &Fields<'_>) -> Self {
        fields.version("fedcred", 1);
        Self {
            title: fields.text("title"),
            about: fields.optional_text("about").unwrap_or_default(),
            rules: fields.choice("rules", &Rules::ALL.map(|rules| (rules.name(), rules))),
            cloud: fields.choice("cloud", &Cloud::ALL.map(|cloud| (cloud.word(), cloud))),
            clock: fields.time("clock"),
            directory: fields.object("directory", Directory::from_fields),
            workload: fields.object("workload", Workload::from_fields),
            request: fields.object("request", TokenRequest::from_fields),
            setup: fields.list("before", |call| SetupRequest {
                method: call.text("method"),
                url: call.text("url"),
                body: call
                    .value("body")
                    .map_or_else(String::new, |body| compact(body.raw())),
            }),
            faults: fields.choices("faults", &Fault::ALL.map(|fault| (fault.name(), fault))),
            expect: fields.optional_object("expect", Expectation::from_fields),
        }
    }
}

impl Workload {
    fn from_fields(fields: &Fields<'_>) -> Self {
        let token = fields.optional_object("token", ClientAssertion::from_fields);
        let needed = |name| match token {
            Some(_) => fields.optional_text(name).unwrap_or_default(),
            None => fields.text(name),
        };
        Self {
            host: needed("host"),
            client_id: fields.optional_text("clientId"),
            resource: needed("resource"),
            token,
        }
    }
}

impl ClientAssertion {
    fn from_fields(fields: &Fields<'_>) -> Self {
        Self {
            kind: fields.choice("kind", &AssertionKind::ALL.map(|kind| (kind.name(), kind))),
            issuer: fields.text("issuer"),
            claims: fields
                .convert("claims", OBJECT, |claims| {
                    of_object(claims).map(|claims| compact(claims.raw()))
                })
                .unwrap_or_default(),
            client_id: fields.optional_text("clientId").unwrap_or_default(),
            subject: fields.optional_text("subject").unwrap_or_default(),
        }
    }
}

fn pairs(value: Value<'_>) -> Vec<(String, String)> {
    value
        .members()
        .map(|(name, value)| (name.to_text().into_owned(), value.to_text().into_owned()))
        .collect()
}

const OBJECT: &str = "an object";

fn of_object(value: Value<'_>) -> Option<Value<'_>> {
    (value.kind() == ValueKind::Object).then_some(value)
}

impl TokenRequest {
    fn from_fields(fields: &Fields<'_>) -> Self {
        Self {
            tenant: fields.text("tenant"),
            client_id: fields.text("clientId").into(),
            scope: fields.text("scope"),
            method: fields.optional_text("method"),
            form: fields
                .convert("form", OBJECT, |form| of_object(form).map(pairs))
                .unwrap_or_default(),
            api: fields.object("api", |api| ProtectedApi {
                url: api.text("url"),
                issuer: api.text("issuer"),
                audience: api.text("audience"),
                role: api.text("role"),
                skip: api.choices("skip", &SKIPPABLE_CHECKS),
            }),
        }
    }
}

impl Expectation {
    fn from_fields(fields: &Fields<'_>) -> Self {
        let outcomes = Outcome::ALL.map(|outcome| (outcome.name(), Some(outcome)));
        let steps = fields.optional_number("stepsAtLeast").unwrap_or(0);
        Self {
            outcome: fields.choice("outcome", &outcomes),
            code: fields.optional_number("code"),
            steps_at_least: usize::try_from(steps).unwrap_or(0),
        }
    }
}

/// The values that a field takes, or each item of a list with this name; empty where it takes any text.
///
/// ```
/// use fedcred_core::flow::field_values;
///
/// assert_eq!(field_values("outcome"), ["allowed", "refused", "denied"]);
/// assert!(field_values("title").is_empty());
/// ```
#[must_use]
pub fn field_values(name: &str) -> Vec<&'static str> {
    match name {
        "rules" => Rules::ALL.map(Rules::name).to_vec(),
        "cloud" => Cloud::ALL.map(Cloud::word).to_vec(),
        "outcome" => Outcome::ALL.map(Outcome::name).to_vec(),
        "faults" => Fault::ALL.iter().map(|fault| fault.name()).collect(),
        "signInAudience" => vec!["AzureADMyOrg", "AzureADMultipleOrgs"],
        "skip" => SKIPPABLE_CHECKS.iter().map(|(name, _)| *name).collect(),
        "key" => vec!["demo-1", "demo-2"],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_a_field_is_accepted() {
        let shipped = include_str!("../../data/scenarios/wrong-subject.json");
        for (name, here) in [
            ("rules", "\"current\""),
            ("cloud", "\"global\""),
            ("outcome", "\"refused\""),
            ("faults", "\"wrong-subject\""),
            ("signInAudience", "\"AzureADMyOrg\""),
        ] {
            assert!(shipped.contains(here), "{here}");
            for value in field_values(name) {
                let text = shipped.replacen(here, &format!("\"{value}\""), 1);
                assert_eq!(Scenario::parse(&text).diagnostics, [], "{value}");
            }
        }
        for key in field_values("key") {
            assert!(crate::entra::DemonstrationKey::named(key).is_some());
        }
        assert!(field_values("title").is_empty());
    }
}
