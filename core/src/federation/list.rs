//! Reads credentials in every shape that tools write them.

use super::credential::Credential;
use super::lint::lint_list;
use crate::claims::Audience;
use crate::expression::ClaimsMatchingExpression;
use crate::text::json::{Document, Value, ValueKind};
use crate::text::{Diagnostic, shifted};

/// Credentials that were read from a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CredentialList {
    /// The credentials in their order.
    pub credentials: Vec<Credential>,
    /// What is wrong with the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Members that lead to credentials: of Graph's and ARM's lists, of a Terraform state, of `terraform show -json`.
const INTO: [&str; 8] = [
    "value",
    "resources",
    "instances",
    "attributes",
    "values",
    "root_module",
    "child_modules",
    "federatedIdentityCredentials",
];

/// The types of Terraform's resources that are credentials end so.
const TERRAFORM: &str = "federated_identity_credential";

impl CredentialList {
    /// Reads a list (`az ad app federated-credential list`, `az identity federated-credential list`), what Graph
    /// or Azure Resource Manager answers, a Terraform state, or one credential.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let body = text.trim_start();
        let document = Document::parse(body.trim_end());
        let mut list = Self {
            credentials: Vec::new(),
            diagnostics: shifted(document.diagnostics(), text.len() - body.len()),
        };
        let Some(root) = document.root() else {
            return list;
        };
        let mut others = 0;
        let mut waiting = vec![root];
        while let Some(value) = waiting.pop() {
            let mut inside: Vec<_> = value.items().collect();
            inside.extend(INTO.iter().filter_map(|name| value.get(name)));
            if is_credential(value) {
                list.credentials.push(Credential::from_json(value));
            } else if inside.is_empty() && value.kind() != ValueKind::Array {
                others += 1;
            } else if !is_other_resource(value) {
                waiting.extend(inside.into_iter().rev());
            }
        }
        if document.is_complete() && others > 0 {
            list.diagnostics.push(no_credentials(others));
        }
        list.diagnostics.extend(lint_list(&list.credentials));
        list
    }
}

/// Azure Resource Manager keeps the fields one level further in.
fn is_credential(value: Value<'_>) -> bool {
    let fields = value.get("properties").unwrap_or(value);
    fields.get("issuer").is_some() && !is_other_resource(value)
}

/// Whether this is a resource of Terraform, but no credential.
fn is_other_resource(value: Value<'_>) -> bool {
    let terraform = value.get("instances").or_else(|| value.get("values"));
    let kind = value.text_of("type").unwrap_or_default();
    terraform.is_some() && value.get("type").is_some() && !kind.ends_with(TERRAFORM)
}

impl Credential {
    /// Reads one credential; what it does not hold stays empty.
    #[must_use]
    pub fn from_json(value: Value<'_>) -> Self {
        let fields = value.get("properties").unwrap_or(value);
        let text = |name| fields.string_of(name);
        let name = value
            .text_of("name")
            .or_else(|| value.text_of("display_name"));
        let audiences = fields.get("audiences").or_else(|| fields.get("audience"));
        Self {
            name: name.unwrap_or_default().into_owned(),
            issuer: text("issuer").as_str().into(),
            subject: text("subject").as_str().into(),
            audiences: audiences.map_or_else(Vec::new, |value| {
                let texts = value.items().filter_map(Value::as_str);
                texts.chain(value.as_str()).map(Audience::from).collect()
            }),
            description: text("description"),
            claims_matching_expression: expression(fields),
        }
    }
}

fn expression(fields: Value<'_>) -> Option<ClaimsMatchingExpression> {
    if let Some(value) = fields.text_of("claims_matching_expression") {
        return Some(value.as_ref().into()).filter(|_| !value.is_empty());
    }
    ClaimsMatchingExpression::from_json(fields.get("claimsMatchingExpression")?)
}

fn no_credentials(count: usize) -> Diagnostic {
    let message = match count {
        1 => "One value is not a federated credential: it has no `issuer`.".to_owned(),
        _ => format!("{count} values are not federated credentials: they have no `issuer`."),
    };
    Diagnostic::error("no-credentials", message)
        .help("Give the output of `az ad app federated-credential list`, or one credential.")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"name":"a","issuer":"i","subject":"s","audiences":["x"]}"#;

    fn codes(text: &str) -> Vec<&'static str> {
        let list = CredentialList::parse(text);
        list.diagnostics.iter().map(|found| found.code).collect()
    }

    #[test]
    fn lists_of_every_shape() {
        for text in [
            ONE.to_owned(),
            format!("[{ONE}]"),
            format!(r#"{{"value":[{ONE}]}}"#),
            r#"[{"id":"/subscriptions/s","name":"a","properties":{"issuer":"i","subject":"s","audiences":["x"]},"type":"Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"}]"#.to_owned(),
            r#"{"value":[{"name":"a","properties":{"issuer":"i","subject":"s","audiences":["x"]}}]}"#.to_owned(),
            r#"{"version":4,"resources":[{"mode":"managed","type":"azuread_application","instances":[{"attributes":{"issuer":"no"}}]},{"mode":"managed","type":"azuread_application_federated_identity_credential","name":"tf","instances":[{"schema_version":0,"attributes":{"display_name":"a","issuer":"i","subject":"s","audiences":["x"]}}]}]}"#.to_owned(),
            r#"{"version":4,"resources":[{"type":"azurerm_federated_identity_credential","instances":[{"attributes":{"name":"a","audience":["x"],"issuer":"i","subject":"s"}}]}]}"#.to_owned(),
            r#"{"values":{"root_module":{"resources":[],"child_modules":[{"resources":[{"type":"azuread_application_federated_identity_credential","values":{"display_name":"a","issuer":"i","subject":"s","audiences":["x"]}},{"type":"other","values":{"issuer":"no"}}]}]}}}"#.to_owned(),
        ] {
            let list = CredentialList::parse(&text);
            assert_eq!((list.credentials.len(), list.diagnostics), (1, vec![]), "{text}");
            let one = &list.credentials[0];
            assert_eq!((one.name.as_str(), one.issuer.as_str(), one.subject.as_str()), ("a", "i", "s"));
            assert_eq!(one.audiences, ["x".into()], "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(codes(&format!("[{ONE},{ONE}]")), ["pair-taken"]);
        assert_eq!(codes("7"), ["no-credentials"]);
        assert_eq!(codes("{}"), ["no-credentials"]);
        assert_eq!(codes(r#"[{"name":"a"},7]"#), ["no-credentials"]);
        assert_eq!(codes("[]"), [""; 0]);
        assert_eq!(codes("[{"), ["json-truncated"]);
        assert_eq!(codes(""), ["json-truncated"]);
    }

    #[test]
    fn the_order_is_kept() {
        let list = r#"[{"name":"1","issuer":"a","subject":"1"},{"value":[{"name":"2","issuer":"a","subject":"2"}]},{"name":"3","issuer":"a","subject":"3"}]"#;
        let names: Vec<_> = CredentialList::parse(list)
            .credentials
            .into_iter()
            .map(|credential| credential.name)
            .collect();
        assert_eq!(names, ["1", "2", "3"]);
    }

    #[test]
    fn expressions_of_graph_and_terraform() {
        let value = "claims['sub'] eq 'x'";
        for text in [
            format!(
                r#"{{"issuer":"i","subject":null,"claimsMatchingExpression":{{"value":"{value}","languageVersion":1}}}}"#
            ),
            format!(r#"{{"issuer":"i","audience":"a","claims_matching_expression":"{value}"}}"#),
        ] {
            let one = &CredentialList::parse(&text).credentials[0];
            let expression = one.claims_matching_expression.as_ref().unwrap();
            assert_eq!(
                (expression.value.as_str(), expression.language_version),
                (value, 1)
            );
            assert_eq!(one.subject.as_str(), "");
        }
        for text in [
            r#"{"issuer":"i","claimsMatchingExpression":null}"#,
            r#"{"issuer":"i","claimsMatchingExpression":7}"#,
            r#"{"issuer":"i","claims_matching_expression":""}"#,
        ] {
            assert_eq!(
                CredentialList::parse(text).credentials[0].claims_matching_expression,
                None
            );
        }
    }

    #[test]
    fn places_count_from_the_start_of_the_text() {
        let place = |text: &str| CredentialList::parse(text).diagnostics[0].span.unwrap();
        let (plain, indented) = (place("[}"), place("\n\n  [}"));
        assert_eq!(indented, plain.shifted(4));
    }
}
