//! What an export needs apart from the credential.

use crate::claims::{Cloud, EntraIssuer};
use crate::federation::{Credential, ManagedIdentity};

/// What a credential does not hold. What is empty becomes a placeholder: `<APP_ID>`, the field's name in capitals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportValues {
    /// Object id of the application.
    pub app_object_id: String,
    /// Client id of the application, or of the managed identity that has the credential.
    pub app_id: String,
    /// The unique name by which Bicep knows the application.
    pub app_unique_name: String,
    /// The tenant a token is asked of.
    pub tenant_id: String,
    /// Client id of the managed identity whose token is exchanged.
    pub identity_client_id: String,
    /// Resource group of the managed identity that gets the credential.
    pub resource_group: String,
    /// Name of the managed identity that gets the credential.
    pub identity_name: String,
    /// What a token is asked for: `https://vault.azure.net/.default`.
    pub scope: String,
    /// The cloud.
    pub cloud: Cloud,
}

impl ExportValues {
    /// Fills in what was not given and the issuer or the identity tells: tenant, client id of the identity.
    #[must_use]
    pub fn completed(
        mut self,
        credential: &Credential,
        identity: Option<&ManagedIdentity>,
    ) -> Self {
        let tenant = EntraIssuer::parse(credential.issuer.as_str()).map(|issuer| issuer.tenant);
        let client = identity.map(|identity| identity.client_id.clone());
        for (value, told) in [
            (&mut self.tenant_id, tenant),
            (&mut self.identity_client_id, client),
        ] {
            if value.is_empty() {
                *value = told.unwrap_or_default();
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_and_the_identity_tell_something() {
        let credential = Credential {
            issuer: Cloud::UsGov.issuer("home").into(),
            ..Credential::default()
        };
        let identity = ManagedIdentity {
            client_id: "client".into(),
            ..ManagedIdentity::default()
        };
        let told = ExportValues::default().completed(&credential, Some(&identity));
        assert_eq!(
            (told.tenant_id.as_str(), told.identity_client_id.as_str()),
            ("home", "client")
        );
        let given = ExportValues {
            tenant_id: "other".into(),
            ..ExportValues::default()
        };
        assert_eq!(given.completed(&credential, None).tenant_id, "other");
        let none = ExportValues::default().completed(&Credential::default(), None);
        assert_eq!(none, ExportValues::default());
    }
}
