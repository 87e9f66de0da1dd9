//! Findings by the rules of Entra ID.

use super::linter::Linter;
use crate::claims::excerpt::excerpt;
use crate::claims::{
    Cloud, EntraIssuer, TOKEN_EXCHANGE_APP, TokenKind, Version, is_guid, well_known_id,
};

impl Linter<'_> {
    pub(super) fn entra(&mut self) {
        let Some(issuer) = &self.recognition.issuer else {
            self.exchange_id_elsewhere();
            return;
        };
        self.tenant(issuer);
        self.version(issuer);
        self.audience(issuer);
        self.swapped_ids();
        self.capitals();
        self.scopes();
        if self.is_app() {
            self.roles();
        }
    }

    fn is_app(&self) -> bool {
        matches!(
            self.recognition.kind,
            TokenKind::AppOnly | TokenKind::ManagedIdentity
        )
    }

    fn tenant(&mut self, issuer: &EntraIssuer) {
        let Some(tid) = self.payload.text("tid") else {
            return;
        };
        if is_guid(&tid) && is_guid(&issuer.tenant) && tid != issuer.tenant {
            self.warn_at(
                "tid",
                "tenant-mismatch",
                "`tid` is a different tenant from the one in `iss`.",
                "Entra ID writes the same tenant into both, so the token was changed or made by hand.",
            );
        }
    }

    fn version(&mut self, issuer: &EntraIssuer) {
        let Some(ver) = self.payload.text("ver") else {
            return;
        };
        if ver != issuer.version.number() {
            let form = issuer.version.number();
            self.warn_at(
                "ver",
                "version-mismatch",
                format!(
                    "`ver` is `{}`, but `iss` has the form of v{form}.",
                    excerpt(&ver)
                ),
                "The form of the issuer decides where the keys are. A v2.0 token with a v1.0 issuer was seen once, in \
                 a sample.",
            );
        }
    }

    fn audience(&mut self, issuer: &EntraIssuer) {
        let audience = self.payload.text("aud").unwrap_or_default();
        if Cloud::any_is_exchange(&audience) && issuer.version == Version::V1 {
            self.warn_at(
                "iss",
                "exchange-needs-v2",
                "The token is for the token exchange, but has the v1.0 issuer.",
                "The exchange accepts the v2.0 issuer, `https://login.microsoftonline.com/{tenant}/v2.0`. With the \
                 v1.0 issuer, AADSTS700227 is reported.",
            );
        }
        if Cloud::any_is_exchange(&audience) && audience != TOKEN_EXCHANGE_APP {
            self.warn_at(
                "aud",
                "exchange-audience-as-uri",
                format!("`aud` is the URI `{audience}`."),
                "Tokens from Entra ID for the exchange carry the application ID fb60f99c-7a34-4190-8149-302f77469936. \
                 The URI belongs in the federated credential.",
            );
        } else if issuer.version == Version::V2 && !audience.is_empty() && !is_guid(&audience) {
            self.info_at(
                "aud",
                "audience-as-uri",
                "`aud` is not an application (client) ID.",
                "In v2.0 tokens, it is always the client ID of the API (Entra: access token claims reference).",
            );
        }
    }

    /// Tokens of other issuers need the URI in the federated credential; the ID of the application never matches.
    fn exchange_id_elsewhere(&mut self) {
        if self.payload.has("iss") && self.payload.is("aud", TOKEN_EXCHANGE_APP) {
            self.warn_at(
                "aud",
                "exchange-audience-as-id",
                "`aud` is the application ID of the token exchange of Entra ID.",
                "Tokens from other issuers need the URI, `api://AzureADTokenExchange` in the global cloud. Request \
                 that audience from the issuer.",
            );
        }
    }

    fn swapped_ids(&mut self) {
        let client = ["azp", "appid"];
        let is_client = |name| client.iter().any(|other| self.payload.same(name, other));
        let swapped = ["sub", "oid"].into_iter().find(|name| is_client(*name));
        if let Some(name) = swapped.filter(|_| self.is_app()) {
            self.warn_at(
                name,
                "client-id-as-object-id",
                format!("`{name}` is the client ID."),
                "Entra ID writes the object ID of the service principal there, which is a different ID. A federated \
                 credential with this value will not match.",
            );
        }
        if self.payload.same("sub", "tid") || self.payload.same("oid", "tid") {
            self.warn_at(
                "tid",
                "tenant-id-as-object-id",
                "The subject is the tenant ID.",
                "Entra ID writes the object ID of the user or service principal there.",
            );
        }
    }

    fn capitals(&mut self) {
        for name in ["sub", "oid", "tid"] {
            let text = self.payload.text(name).unwrap_or_default();
            if is_guid(&text) && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                self.warn_at(
                    name,
                    "id-in-capitals",
                    format!("`{name}` has uppercase letters."),
                    "Entra ID writes IDs in lowercase, and federated credentials are case-sensitive.",
                );
            }
        }
    }

    fn scopes(&mut self) {
        let delegated = self.recognition.kind == TokenKind::Delegated;
        if delegated && self.payload.is("idtyp", "app") {
            self.warn_at(
                "scp",
                "scopes-without-user",
                "`scp` says that a user takes part, but `idtyp` says that no user does.",
                "Entra ID writes `scp` only for users (access token claims reference), so the token was changed or \
                 made by hand.",
            );
        }
    }

    /// Entra ID issues a token without roles, too, so an API that does not check lets everyone in.
    fn roles(&mut self) {
        let audience = self.payload.text("aud").unwrap_or_default();
        let own_api = (is_guid(&audience) && well_known_id(&audience).is_none())
            || (audience.starts_with("api://") && !Cloud::any_is_exchange(&audience));
        let roles = self.payload.get("roles");
        if own_api && roles.is_none_or(|roles| roles.items().next().is_none()) {
            self.warn(
                "roles-missing",
                "The token has no `roles`, so the application was granted none for this API.",
                "Entra ID issues the token anyway (client credentials flow), so the API must check the roles or the \
                 subject. Grant an app role to the identity.",
            );
        }
    }
}
