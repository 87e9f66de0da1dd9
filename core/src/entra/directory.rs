//! The state of the mock: tenants and what is in them, with Graph's property names.

use crate::expression::ClaimsMatchingExpression;
use crate::federation::Credential;
use crate::text::{Fields, protocol_string};

/// Seconds until a new credential is found: Microsoft says several minutes (inferred).
const PROPAGATION: i64 = 180;

protocol_string! {
    /// Tenant ID (directory ID), a GUID: `id` of Graph's `organization`, `tid` in tokens.
    TenantId
}
protocol_string! {
    /// Application (client) ID, a GUID: `appId` in Graph, `appid` or `azp` in tokens.
    ClientId
}
protocol_string! {
    /// Object ID, a GUID: `id` in Graph, `principalId` in Azure, `oid` in tokens.
    ObjectId
}

/// The state of the mock: tenants, the issuers beside them, and the keys that sign tokens.
///
/// In JSON its fields have the names of Microsoft Graph (`appId`, `identifierUris`, `federatedIdentityCredentials`);
/// fields that only the mock has are in the same style. Start from [`Directory::new`] and set what you need.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Directory {
    /// The tenants, in one cloud: the one of [`Settings`](super::Settings).
    pub tenants: Vec<Tenant>,
    /// The keys with which Entra ID signs: `signingKeys` and `publishedKeys` in JSON.
    pub keys: KeyRing,
    /// Other OpenID Connect issuers whose tokens a credential may trust, GitHub for example.
    pub external_issuers: Vec<ExternalIssuer>,
    /// Whether Entra ID cannot reach any issuer's metadata: an exchange then ends with AADSTS50166.
    pub metadata_unreachable: bool,
    /// Metadata that Entra ID keeps; `None` if it fetches them for every exchange.
    pub metadata_cache: Option<MetadataCache>,
}

/// An issuer of OpenID Connect tokens other than Entra ID.
///
/// The mock answers for it: discovery document at `{issuer}/.well-known/openid-configuration`, keys at
/// `{issuer}/jwks`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ExternalIssuer {
    /// The exact `iss` of its tokens: an `https` address.
    pub issuer: String,
    /// A name for people.
    pub display_name: String,
    /// The keys with which it signs.
    pub keys: KeyRing,
}

/// The keys of an issuer: those that sign, and those that its metadata shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct KeyRing {
    /// The keys that sign; the first one in use at the moment is taken.
    pub signing: Vec<SigningKey>,
    /// The keys that the metadata shows. If it is empty, the metadata shows `signing`.
    pub published: Vec<SigningKey>,
}

/// Metadata of issuers that Entra ID has read and keeps for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MetadataCache {
    /// When they were read, in seconds since 1970.
    pub read_at: i64,
    /// How many seconds they are kept.
    pub seconds: i64,
}

/// A tenant: Graph's `organization` with what is registered in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Tenant {
    /// The tenant ID.
    pub id: TenantId,
    /// The name, which error messages show.
    pub display_name: String,
    /// The default domain, which may stand for the ID in addresses; may be empty.
    pub default_domain: String,
    /// The applications registered in this tenant.
    pub applications: Vec<Application>,
    /// The service principals in this tenant; their applications may be registered in another one.
    pub service_principals: Vec<ServicePrincipal>,
    /// The managed identities in this tenant.
    pub managed_identities: Vec<ManagedIdentity>,
}

/// An application registration: Graph's `application`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Application {
    /// `id`: the object ID, by which Graph finds it. If it is empty, the client ID stands for it.
    pub object_id: ObjectId,
    /// `appId`: the application (client) ID.
    pub app_id: ClientId,
    /// `displayName`: the name, which error messages show.
    pub display_name: String,
    /// `signInAudience`: `AzureADMultipleOrgs` lets other tenants use it; every other value means one tenant.
    pub sign_in_audience: String,
    /// `identifierUris`: the App ID URIs, by which clients ask for tokens for it.
    pub identifier_uris: Vec<String>,
    /// `api.requestedAccessTokenVersion`: 2, or 1, which Graph's `null` means too.
    pub requested_access_token_version: i64,
    /// `appRoles`: the roles it offers.
    pub app_roles: Vec<AppRole>,
    /// `federatedIdentityCredentials`: the federated credentials, at most 20.
    pub federated_identity_credentials: Vec<Credential>,
    /// Names of new credentials, and when each was created, in seconds since 1970. Entra ID finds them only
    /// minutes later.
    pub created: Vec<(String, i64)>,
}

/// An app role that an application offers: Graph's `appRole`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AppRole {
    /// `id`: a GUID.
    pub id: String,
    /// `value`: the text in the claim `roles`.
    pub value: String,
}

/// An application's presence in a tenant: Graph's `servicePrincipal`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ServicePrincipal {
    /// `id`: the object ID, `oid` and `sub` in the application's tokens.
    pub id: ObjectId,
    /// `appId`: the application (client) ID.
    pub app_id: ClientId,
    /// `appRoleAssignmentRequired`: whether only clients with an assignment get tokens for it.
    pub app_role_assignment_required: bool,
    /// `appRoleAssignments`: the app roles granted to it.
    pub app_role_assignments: Vec<AppRoleAssignment>,
}

/// An app role granted to a service principal: Graph's `appRoleAssignment`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AppRoleAssignment {
    /// `resourceId`: object ID of the service principal whose application offers the role.
    pub resource_id: ObjectId,
    /// `appRoleId`: the role.
    pub app_role_id: String,
}

/// A managed identity, with the property names of Azure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ManagedIdentity {
    /// The name of the Azure resource.
    pub name: String,
    /// `principalId`: the object ID, which is the `sub` of its tokens.
    pub principal_id: ObjectId,
    /// `clientId`: the client ID.
    pub client_id: ClientId,
    /// The Azure resource ID, `/subscriptions/…`; may be empty.
    pub resource_id: String,
    /// Names of the hosts to which it is attached; one of them is the host of [`Settings`](super::Settings).
    pub hosts: Vec<String>,
    /// Whether it is system-assigned: `"type": "SystemAssigned"`. The Azure resource is then the host.
    pub system_assigned: bool,
}

/// A key of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SigningKey {
    /// The `kid` under which it is published; if it is empty, it has none.
    pub kid: String,
    /// The demonstration key that it is: `demo-1` or `demo-2`. With another name, nothing is signed or published.
    pub key: String,
    /// The start of its use, in seconds since 1970; `None` if it was always in use.
    pub from: Option<i64>,
    /// The end of its use, in seconds since 1970; `None` if it has none.
    pub until: Option<i64>,
}

impl Directory {
    /// A directory with these tenants, whose tokens the demonstration key `demo-1` signs as `kid` `demo-1`.
    #[must_use]
    pub fn new(tenants: Vec<Tenant>) -> Self {
        Self {
            tenants,
            keys: KeyRing::new(vec![SigningKey::new("demo-1", "demo-1")]),
            ..Self::default()
        }
    }

    /// Parses the `directory` of a scenario file; what is wrong in it becomes a diagnostic of `fields`.
    #[must_use]
    pub fn from_fields(fields: &Fields<'_>) -> Self {
        Self {
            tenants: fields.list("tenants", Tenant::from_fields),
            keys: KeyRing::from_fields(fields),
            external_issuers: fields.list("externalIssuers", |issuer| ExternalIssuer {
                issuer: issuer.text("issuer"),
                display_name: issuer.text("displayName"),
                keys: KeyRing::from_fields(issuer),
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

    /// The external issuer with exactly this `iss`.
    #[must_use]
    pub fn external(&self, issuer: &str) -> Option<&ExternalIssuer> {
        self.external_issuers
            .iter()
            .find(|known| known.issuer == issuer)
    }

    /// The tenant with this ID or default domain; letter case does not count.
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

    /// The application with this client ID, and the tenant in which it is registered; letter case does not count.
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
    /// An empty tenant.
    #[must_use]
    pub fn new(id: impl Into<TenantId>, display_name: &str) -> Self {
        Self {
            id: id.into(),
            display_name: display_name.to_owned(),
            ..Self::default()
        }
    }

    /// The service principal of an application in this tenant.
    #[must_use]
    pub fn service_principal(&self, app_id: &ClientId) -> Option<&ServicePrincipal> {
        self.service_principals
            .iter()
            .find(|principal| principal.app_id == *app_id)
    }

    fn from_fields(fields: &Fields<'_>) -> Self {
        Self {
            id: fields.text("id").into(),
            display_name: fields.text("displayName"),
            default_domain: fields.optional_text("defaultDomain").unwrap_or_default(),
            applications: fields.list("applications", Application::from_fields),
            service_principals: fields.list("servicePrincipals", ServicePrincipal::from_fields),
            managed_identities: fields.list("managedIdentities", ManagedIdentity::from_fields),
        }
    }
}

impl ExternalIssuer {
    /// An issuer with these keys.
    #[must_use]
    pub fn new(issuer: &str, display_name: &str, keys: KeyRing) -> Self {
        Self {
            issuer: issuer.to_owned(),
            display_name: display_name.to_owned(),
            keys,
        }
    }
}

impl KeyRing {
    /// Keys that sign and are published.
    #[must_use]
    pub fn new(signing: Vec<SigningKey>) -> Self {
        Self {
            signing,
            published: Vec::new(),
        }
    }

    /// The key that signs at the moment `now`, in seconds since 1970.
    #[must_use]
    pub fn signing(&self, now: i64) -> Option<&SigningKey> {
        self.signing.iter().find(|entry| entry.in_use(now))
    }

    /// The keys in the metadata at the moment `now`, in seconds since 1970.
    #[must_use]
    pub fn published(&self, now: i64) -> Vec<&SigningKey> {
        let all = if self.published.is_empty() {
            &self.signing
        } else {
            &self.published
        };
        all.iter().filter(|entry| entry.in_use(now)).collect()
    }

    fn from_fields(fields: &Fields<'_>) -> Self {
        Self {
            signing: fields.list("signingKeys", SigningKey::from_fields),
            published: fields.list("publishedKeys", SigningKey::from_fields),
        }
    }
}

impl Application {
    /// An application of one tenant, without credentials, that takes access tokens of version 2.
    #[must_use]
    pub fn new(app_id: impl Into<ClientId>, display_name: &str) -> Self {
        Self {
            app_id: app_id.into(),
            display_name: display_name.to_owned(),
            sign_in_audience: "AzureADMyOrg".to_owned(),
            requested_access_token_version: 2,
            ..Self::default()
        }
    }

    /// The credentials that Entra ID finds at the moment `now`, in seconds since 1970: a new one takes minutes until it is found everywhere
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

    /// Whether other tenants may use it, as `signInAudience` says.
    #[must_use]
    pub fn is_multitenant(&self) -> bool {
        self.sign_in_audience == "AzureADMultipleOrgs"
    }

    fn from_fields(fields: &Fields<'_>) -> Self {
        let version = fields.optional_object("api", |api| {
            api.optional_number("requestedAccessTokenVersion")
        });
        let credentials = fields.list("federatedIdentityCredentials", |fields| {
            (
                credential_from_fields(fields),
                fields.optional_time("createdAt"),
            )
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

fn credential_from_fields(fields: &Fields<'_>) -> Credential {
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

impl AppRole {
    /// A role with this ID and `value`.
    #[must_use]
    pub fn new(id: &str, value: &str) -> Self {
        Self {
            id: id.to_owned(),
            value: value.to_owned(),
        }
    }
}

impl AppRoleAssignment {
    /// The grant of a role that the application of the service principal `resource_id` offers.
    #[must_use]
    pub fn new(resource_id: impl Into<ObjectId>, app_role_id: &str) -> Self {
        Self {
            resource_id: resource_id.into(),
            app_role_id: app_role_id.to_owned(),
        }
    }
}

impl ServicePrincipal {
    /// The service principal of an application, without roles.
    #[must_use]
    pub fn new(id: impl Into<ObjectId>, app_id: impl Into<ClientId>) -> Self {
        Self {
            id: id.into(),
            app_id: app_id.into(),
            ..Self::default()
        }
    }

    fn from_fields(fields: &Fields<'_>) -> Self {
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
    /// A user-assigned identity that is attached to no host yet.
    #[must_use]
    pub fn new(
        name: &str,
        principal_id: impl Into<ObjectId>,
        client_id: impl Into<ClientId>,
    ) -> Self {
        Self {
            name: name.to_owned(),
            principal_id: principal_id.into(),
            client_id: client_id.into(),
            ..Self::default()
        }
    }

    fn from_fields(fields: &Fields<'_>) -> Self {
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
    /// The demonstration key `key` (`demo-1` or `demo-2`), always in use and published as `kid`.
    #[must_use]
    pub fn new(kid: &str, key: &str) -> Self {
        Self {
            kid: kid.to_owned(),
            key: key.to_owned(),
            ..Self::default()
        }
    }

    fn in_use(&self, now: i64) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    fn from_fields(fields: &Fields<'_>) -> Self {
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
