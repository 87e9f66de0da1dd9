//! What else is known of the application that gets a credential.

use super::credential::Credential;
use super::rules::Rules;
use crate::claims::Cloud;

/// What the source of a credential does not tell; what is not known stays empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hints {
    /// Name of the application, for the credential's name.
    pub app_name: String,
    /// Client id of the application.
    pub app_id: String,
    /// Tenant ID of the application.
    pub app_tenant: String,
    /// The cloud of the application.
    pub cloud: Option<Cloud>,
    /// The audience, where it is not the usual one.
    pub audience: String,
    /// The rules the credential is made for.
    pub rules: Rules,
    /// The credentials that the application has already.
    pub others: Vec<Credential>,
}
