//! The state of the mock: tenants and what is in them, with Graph's property names.

use super::{ClientId, ObjectId, TenantId};
use crate::federation::{ClaimsMatchingExpression, Credential};
use crate::text::{Fields, Listed};

/// All tenants of the mock and the keys that sign its tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    /// The tenants.
    pub tenants: Vec<Tenant>,
    /// The keys; the first signs.
    pub signing_keys: Vec<SigningKeyEntry>,
    /// The keys that the metadata shows; where it is empty, `signing_keys`.
    pub published_keys: Vec<SigningKeyEntry>,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub display_name: String,
    /// Its domain, which may stand for the id in addresses.
    pub default_domain: String,
    /// Applications registered here.
    pub applications: Vec<Application>,
    /// Service principals of applications, wherever these are registered.
    pub service_principals: Vec<ServicePrincipal>,
    /// Managed identities.
    pub managed_identities: Vec<ManagedIdentityObject>,
}

/// An application registration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Application {
    /// Client id.
    pub app_id: ClientId,
    /// Name.
    pub display_name: String,
    /// `AzureADMyOrg` for one tenant, `AzureADMultipleOrgs` for many.
    pub sign_in_audience: String,
    /// Application ID URIs.
    pub identifier_uris: Vec<String>,
    /// `api.requestedAccessTokenVersion` of Graph: 1 (also where it is missing) or 2.
    pub requested_access_token_version: i64,
    /// The roles it offers.
    pub app_roles: Vec<AppRole>,
    /// The issuers it trusts.
    pub federated_identity_credentials: Vec<Credential>,
}

/// A role that an application offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AppRole {
    /// Its id.
    pub id: String,
    /// The value in the `roles` claim.
    pub value: String,
}

/// An application's presence in a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServicePrincipal {
    /// Object id.
    pub id: ObjectId,
    /// The application.
    pub app_id: ClientId,
    /// Whether only assigned clients get tokens for it.
    pub app_role_assignment_required: bool,
    /// Roles granted to it.
    pub app_role_assignments: Vec<AppRoleAssignment>,
}

/// A role granted to a service principal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AppRoleAssignment {
    /// Service principal of the application that offers the role.
    pub resource_id: ObjectId,
    /// The role.
    pub app_role_id: String,
}

/// A managed identity.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManagedIdentityObject {
    /// Name of the identity.
    pub name: String,
    /// Object (principal) id.
    pub principal_id: ObjectId,
    /// Client id.
    pub client_id: ClientId,
    /// Azure resource id.
    pub resource_id: String,
    /// Hosts it is attached to.
    pub hosts: Vec<String>,
}

/// A key of the mock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SigningKeyEntry {
    /// The name it is published under.
    pub kid: String,
    /// Which demonstration key it is.
    pub key: String,
}

impl Directory {
    /// Reads the `directory` of a scenario.
    #[must_use]
    pub fn read(fields: &Fields<'_>) -> Self {
        Self {
            tenants: fields.list("tenants", Tenant::read),
            signing_keys: fields.list("signingKeys", SigningKeyEntry::read),
            published_keys: fields.list("publishedKeys", SigningKeyEntry::read),
        }
    }

    /// The keys in the metadata.
    #[must_use]
    pub fn published(&self) -> &[SigningKeyEntry] {
        if self.published_keys.is_empty() {
            &self.signing_keys
        } else {
            &self.published_keys
        }
    }

    /// The tenant with this id or domain.
    #[must_use]
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        let by_id = |tenant: &&Tenant| tenant.id.as_str().eq_ignore_ascii_case(name);
        let by_domain =
            |tenant: &&Tenant| tenant.default_domain.eq_ignore_ascii_case(name) && !name.is_empty();
        self.tenants
            .iter()
            .find(by_id)
            .or_else(|| self.tenants.iter().find(by_domain))
    }

    /// The application with this client id and the tenant in which it is registered.
    #[must_use]
    pub fn application(&self, app_id: &str) -> Option<(&Tenant, &Application)> {
        self.tenants.iter().find_map(|tenant| {
            let mut applications = tenant.applications.iter();
            let found = applications
                .find(|application| application.app_id.as_str().eq_ignore_ascii_case(app_id))?;
            Some((tenant, found))
        })
    }
}

impl Tenant {
    /// The service principal of an application in this tenant.
    #[must_use]
    pub fn service_principal(&self, app_id: &ClientId) -> Option<&ServicePrincipal> {
        self.service_principals
            .iter()
            .find(|principal| principal.app_id == *app_id)
    }

    fn read(fields: &Fields<'_>) -> Self {
        Self {
            id: fields.text("id").into(),
            display_name: fields.text("displayName"),
            default_domain: fields.optional_text("defaultDomain").unwrap_or_default(),
            applications: fields.list("applications", Application::read),
            service_principals: fields.list("servicePrincipals", ServicePrincipal::read),
            managed_identities: fields.list("managedIdentities", ManagedIdentityObject::read),
        }
    }
}

impl Application {
    /// Whether other tenants may use it.
    #[must_use]
    pub fn is_multitenant(&self) -> bool {
        self.sign_in_audience == "AzureADMultipleOrgs"
    }

    fn read(fields: &Fields<'_>) -> Self {
        let version = fields.optional_object("api", |api| {
            api.optional_number("requestedAccessTokenVersion")
        });
        Self {
            app_id: fields.text("appId").into(),
            display_name: fields.text("displayName"),
            sign_in_audience: fields.optional_text("signInAudience").unwrap_or_default(),
            identifier_uris: fields.texts("identifierUris"),
            requested_access_token_version: version.flatten().unwrap_or(1),
            app_roles: fields.list("appRoles", |role| AppRole {
                id: role.text("id"),
                value: role.text("value"),
            }),
            federated_identity_credentials: fields
                .list("federatedIdentityCredentials", read_credential),
        }
    }
}

fn read_credential(fields: &Fields<'_>) -> Credential {
    let expression = fields.value("claimsMatchingExpression");
    let expression = expression.and_then(ClaimsMatchingExpression::read);
    let subject = match &expression {
        Some(_) => fields.optional_text("subject").unwrap_or_default(),
        None => fields.text("subject"),
    };
    Credential {
        name: fields.text("name"),
        issuer: fields.text("issuer").into(),
        subject: subject.into(),
        audiences: fields
            .texts("audiences")
            .into_iter()
            .map(Into::into)
            .listed(),
        description: fields.optional_text("description").unwrap_or_default(),
        claims_matching_expression: expression,
    }
}

impl ServicePrincipal {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            id: fields.text("id").into(),
            app_id: fields.text("appId").into(),
            app_role_assignment_required: fields.flag("appRoleAssignmentRequired"),
            app_role_assignments: fields.list("appRoleAssignments", |assignment| {
                AppRoleAssignment {
                    resource_id: assignment.text("resourceId").into(),
                    app_role_id: assignment.text("appRoleId"),
                }
            }),
        }
    }
}

impl ManagedIdentityObject {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            name: fields.text("name"),
            principal_id: fields.text("principalId").into(),
            client_id: fields.text("clientId").into(),
            resource_id: fields.optional_text("resourceId").unwrap_or_default(),
            hosts: fields.texts("hosts"),
        }
    }
}

impl SigningKeyEntry {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            kid: fields.text("kid"),
            key: fields.text("key"),
        }
    }
}
