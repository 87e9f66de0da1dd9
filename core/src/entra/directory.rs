//! The state of the mock: tenants and what is in them, with Graph's property names.

use crate::expression::ClaimsMatchingExpression;
use crate::federation::Credential;
use crate::text::{Fields, protocol_string};

protocol_string! {
    /// Id of a tenant.
    TenantId
}
protocol_string! {
    /// Client (application) id, `appId` in Graph.
    ClientId
}
protocol_string! {
    /// Object id, `id` or `principalId` in Graph and Azure.
    ObjectId
}

/// Seconds until a new credential is found: Microsoft says several minutes (inferred).
pub(super) const PROPAGATION: i64 = 180;

/// All tenants of the mock, the issuers beside it, and the keys that sign their tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    /// The tenants.
    pub tenants: Vec<Tenant>,
    /// The keys of Entra ID.
    pub keys: KeyRing,
    /// Other issuers whose tokens a credential may trust.
    pub external_issuers: Vec<ExternalIssuer>,
    /// Whether Entra ID cannot read the metadata of issuers.
    pub metadata_unreachable: bool,
    /// What Entra ID keeps of the metadata that it has read; absent where it reads them each time.
    pub metadata_cache: Option<MetadataCache>,
}

/// An issuer outside Entra ID.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalIssuer {
    /// The `iss` of its tokens, and where its metadata are.
    pub issuer: String,
    /// Its name.
    pub display_name: String,
    /// Its keys.
    pub keys: KeyRing,
}

/// The keys of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyRing {
    /// The keys; the first that is in use signs.
    pub signing: Vec<SigningKey>,
    /// The keys that the metadata shows; where it is empty, `signing`.
    pub published: Vec<SigningKey>,
}

/// How long Entra ID keeps metadata, and since when it has those of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MetadataCache {
    /// When they were read, in seconds.
    pub read_at: i64,
    /// For how many seconds they are kept.
    pub seconds: i64,
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
    pub managed_identities: Vec<ManagedIdentity>,
}

/// An application registration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Application {
    /// Object id, by which Graph finds it; empty where nobody asks.
    pub object_id: ObjectId,
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
    /// Names of credentials that are new, and the moments (seconds) at which they were created.
    pub created: Vec<(String, i64)>,
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
pub struct ManagedIdentity {
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
    /// Whether it is its host's own, `"type": "SystemAssigned"`; the resource is then the host.
    pub system_assigned: bool,
}

/// A key of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SigningKey {
    /// The name it is published under; none where it is empty.
    pub kid: String,
    /// Which demonstration key it is.
    pub key: String,
    /// Since when it is in use, in seconds; absent: it always was.
    pub from: Option<i64>,
    /// When it is taken out of use, in seconds; absent: never.
    pub until: Option<i64>,
}

impl Directory {
    /// Reads the `directory` of a scenario.
    #[must_use]
    pub fn read(fields: &Fields<'_>) -> Self {
        Self {
            tenants: fields.list("tenants", Tenant::read),
            keys: KeyRing::read(fields),
            external_issuers: fields.list("externalIssuers", |issuer| ExternalIssuer {
                issuer: issuer.text("issuer"),
                display_name: issuer.text("displayName"),
                keys: KeyRing::read(issuer),
            }),
            metadata_unreachable: fields.flag("metadataUnreachable"),
            metadata_cache: fields.optional_object("metadataCache", |cache| MetadataCache {
                read_at: cache.time("readAt"),
                seconds: cache.optional_number("seconds").unwrap_or(0),
            }),
        }
    }

    /// Moves every time in it by some seconds.
    pub(crate) fn move_by(&mut self, seconds: i64) {
        let applications = self
            .tenants
            .iter_mut()
            .flat_map(|tenant| &mut tenant.applications);
        let created = applications
            .flat_map(|application| &mut application.created)
            .map(|(_, at)| at);
        let issuers = self.external_issuers.iter_mut();
        let rings = issuers
            .map(|issuer| &mut issuer.keys)
            .chain([&mut self.keys]);
        let in_use = rings
            .flat_map(|ring| ring.signing.iter_mut().chain(&mut ring.published))
            .flat_map(|entry| [&mut entry.from, &mut entry.until])
            .flatten();
        let read_at = self.metadata_cache.as_mut().map(|cache| &mut cache.read_at);
        for at in created.chain(in_use).chain(read_at) {
            *at = at.saturating_add(seconds);
        }
    }

    /// The external issuer with this `iss`.
    #[must_use]
    pub fn external(&self, issuer: &str) -> Option<&ExternalIssuer> {
        self.external_issuers
            .iter()
            .find(|known| known.issuer == issuer)
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
            let found = tenant
                .applications
                .iter()
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
            managed_identities: fields.list("managedIdentities", ManagedIdentity::read),
        }
    }
}

impl KeyRing {
    /// The key that signs at a moment.
    #[must_use]
    pub fn signing(&self, now: i64) -> Option<&SigningKey> {
        self.signing.iter().find(|entry| entry.in_use(now))
    }

    /// The keys in the metadata at a moment.
    #[must_use]
    pub fn published(&self, now: i64) -> Vec<&SigningKey> {
        let all = if self.published.is_empty() {
            &self.signing
        } else {
            &self.published
        };
        all.iter().filter(|entry| entry.in_use(now)).collect()
    }

    fn read(fields: &Fields<'_>) -> Self {
        Self {
            signing: fields.list("signingKeys", SigningKey::read),
            published: fields.list("publishedKeys", SigningKey::read),
        }
    }
}

impl Application {
    /// The credentials that Entra ID knows of at a moment: a new one takes minutes until it is found everywhere
    /// (Entra: considerations for federated credentials; the time is inferred).
    #[must_use]
    pub fn credentials(&self, now: i64) -> Vec<Credential> {
        let is_pending = |credential: &Credential| {
            self.created
                .iter()
                .any(|(name, at)| *name == credential.name && now < at.saturating_add(PROPAGATION))
        };
        self.federated_identity_credentials
            .iter()
            .filter(|credential| !is_pending(credential))
            .cloned()
            .collect()
    }

    /// Whether other tenants may use it.
    #[must_use]
    pub fn is_multitenant(&self) -> bool {
        self.sign_in_audience == "AzureADMultipleOrgs"
    }

    fn read(fields: &Fields<'_>) -> Self {
        let version = fields.optional_object("api", |api| {
            api.optional_number("requestedAccessTokenVersion")
        });
        let credentials = fields.list("federatedIdentityCredentials", |fields| {
            (read_credential(fields), fields.optional_time("createdAt"))
        });
        Self {
            object_id: fields.optional_text("id").unwrap_or_default().into(),
            app_id: fields.text("appId").into(),
            display_name: fields.text("displayName"),
            sign_in_audience: fields.optional_text("signInAudience").unwrap_or_default(),
            identifier_uris: fields.texts("identifierUris"),
            requested_access_token_version: version.flatten().unwrap_or(1),
            app_roles: fields.list("appRoles", |role| AppRole {
                id: role.text("id"),
                value: role.text("value"),
            }),
            created: credentials
                .iter()
                .filter_map(|(credential, at)| Some((credential.name.clone(), (*at)?)))
                .collect(),
            federated_identity_credentials: credentials
                .into_iter()
                .map(|(credential, _)| credential)
                .collect(),
        }
    }
}

fn read_credential(fields: &Fields<'_>) -> Credential {
    let expression = fields.convert(
        "claimsMatchingExpression",
        "an object with `value` and `languageVersion`",
        ClaimsMatchingExpression::from_json,
    );
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
            .collect(),
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

impl ManagedIdentity {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            name: fields.text("name"),
            principal_id: fields.text("principalId").into(),
            client_id: fields.text("clientId").into(),
            resource_id: fields.optional_text("resourceId").unwrap_or_default(),
            hosts: fields.texts("hosts"),
            system_assigned: fields
                .choice("type", &[("UserAssigned", false), ("SystemAssigned", true)]),
        }
    }
}

impl SigningKey {
    fn in_use(&self, now: i64) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    fn read(fields: &Fields<'_>) -> Self {
        Self {
            kid: fields.text("kid"),
            key: fields.text("key"),
            from: fields.optional_time("from"),
            until: fields.optional_time("until"),
        }
    }
}

/// Whether a text has the form of a domain, which may name a tenant.
pub(crate) fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.contains('.') && text.split('.').all(label)
}
