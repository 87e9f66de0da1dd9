//! A federated identity credential as Graph stores it.

use serde::Serialize;

use crate::claims::{Audience, Issuer, Subject};
use crate::expression::ClaimsMatchingExpression;
use crate::text::pretty;

/// A federated identity credential, with Graph's property names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// 3 to 120 characters: letters, digits, `-`, `_`, the first a letter or digit. It cannot be changed.
    pub name: String,
    /// Must be the token's `iss`.
    pub issuer: Issuer,
    /// Must be the token's `sub`; empty, `null` in JSON, where an expression takes its place.
    #[serde(serialize_with = "null_if_empty")]
    pub subject: Subject,
    /// Exactly one; must be in the token's `aud`.
    pub audiences: Vec<Audience>,
    /// Free text.
    pub description: String,
    /// What the claims must satisfy, in place of a subject: a flexible credential (preview).
    pub claims_matching_expression: Option<ClaimsMatchingExpression>,
}

impl Credential {
    /// As JSON, to be entered with Graph or `az`: an expression that is not there is left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        let short = text.strip_suffix(r#","claimsMatchingExpression":null}"#);
        pretty(&short.map_or(text.clone(), |short| format!("{short}}}")))
    }
}

fn null_if_empty<S: serde::Serializer>(subject: &Subject, to: S) -> Result<S::Ok, S::Error> {
    Some(subject)
        .filter(|subject| !subject.as_str().is_empty())
        .serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::federation::CredentialList;
    use proptest::prelude::*;

    #[test]
    fn only_what_stands_is_written() {
        let mut credential = Credential {
            name: "a".into(),
            ..Credential::default()
        };
        assert!(!credential.to_json().contains("claimsMatchingExpression"));
        credential.claims_matching_expression = Some("claims['sub'] eq 'x'".into());
        assert!(credential.to_json().contains(r#""languageVersion": 1"#));
    }

    proptest! {
        #[test]
        fn what_is_copied_is_read_again(name: String, issuer: String, subject: String, description: String, aud: String) {
            let credential = Credential {
                name,
                issuer: issuer.as_str().into(),
                subject: subject.as_str().into(),
                audiences: vec![aud.as_str().into()],
                description,
                claims_matching_expression: None,
            };
            let read = CredentialList::parse(&credential.to_json());
            prop_assert_eq!(read.credentials, vec![credential]);
        }
    }
}
