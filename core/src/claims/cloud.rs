//! The clouds of Entra ID: their hosts, issuers and audiences of the token exchange.

use serde::Serialize;

use super::Confidence;

/// The application (client) ID of the token exchange of Entra ID: the `aud` of managed identity tokens for it.
/// Seen in decoded tokens of the global cloud; unknown for the other clouds.
pub const TOKEN_EXCHANGE_APP: &str = "fb60f99c-7a34-4190-8149-302f77469936";

/// A cloud of Entra ID (Entra: national clouds; Entra ID was called Azure AD until 2023).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cloud {
    /// The public cloud.
    #[default]
    Global,
    /// US Government.
    UsGov,
    /// China, operated by 21Vianet.
    China,
}

impl Cloud {
    /// All clouds, the global one first.
    pub const ALL: [Self; 3] = [Self::Global, Self::UsGov, Self::China];

    /// The word for it in scenario files and every JSON: `global`, `usgov` or `china`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGov => "usgov",
            Self::China => "china",
        }
    }

    /// Its name in a sentence: `global cloud`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Global => "global cloud",
            Self::UsGov => "US Government cloud",
            Self::China => "China cloud",
        }
    }

    /// Host of the sign-in endpoints (Entra: national clouds).
    #[must_use]
    pub fn login_host(self) -> &'static str {
        match self {
            Self::Global => "login.microsoftonline.com",
            Self::UsGov => "login.microsoftonline.us",
            Self::China => "login.partner.microsoftonline.cn",
        }
    }

    /// Host of Microsoft Graph (Entra: national clouds; for China concluded by us).
    #[must_use]
    pub fn graph_host(self) -> &'static str {
        match self {
            Self::Global => "graph.microsoft.com",
            Self::UsGov => "graph.microsoft.us",
            Self::China => "microsoftgraph.chinacloudapi.cn",
        }
    }

    /// Host of the Azure portal (Entra: national clouds).
    #[must_use]
    pub fn portal_host(self) -> &'static str {
        match self {
            Self::Global => "portal.azure.com",
            Self::UsGov => "portal.azure.us",
            Self::China => "portal.azure.cn",
        }
    }

    /// The audience that a federated credential for an Entra issuer must hold
    /// (Entra: configure an application to trust a managed identity).
    #[must_use]
    pub fn exchange_audience(self) -> &'static str {
        match self {
            Self::Global => "api://AzureADTokenExchange",
            Self::UsGov => "api://AzureADTokenExchangeUSGov",
            Self::China => "api://AzureADTokenExchangeChina",
        }
    }

    /// Whether an audience or resource is the token exchange: its URI in this cloud, or the ID of its application.
    #[must_use]
    pub fn is_exchange(self, audience: &str) -> bool {
        audience == TOKEN_EXCHANGE_APP || audience == self.exchange_audience()
    }

    /// Whether this is the token exchange of any cloud.
    pub(super) fn any_is_exchange(audience: &str) -> bool {
        Self::ALL
            .into_iter()
            .any(|cloud| cloud.is_exchange(audience))
    }

    /// How sure it is that [`TOKEN_EXCHANGE_APP`] is the ID of the token exchange in this cloud.
    #[must_use]
    pub fn exchange_app_confidence(self) -> Confidence {
        match self {
            Self::Global => Confidence::Observed,
            Self::UsGov | Self::China => Confidence::Inferred,
        }
    }

    /// The issuer of v2 tokens of a tenant.
    #[must_use]
    pub fn issuer(self, tenant: &str) -> String {
        format!("https://{}/{tenant}/v2.0", self.login_host())
    }

    /// Host of the issuer of v1 tokens (Entra: access tokens, validating; Microsoft Q&A (1190472) for the others).
    #[must_use]
    pub fn v1_host(self) -> &'static str {
        match self {
            Self::Global | Self::UsGov => "sts.windows.net",
            Self::China => "sts.chinacloudapi.cn",
        }
    }

    /// The issuer of v1 tokens of a tenant.
    #[must_use]
    pub fn v1_issuer(self, tenant: &str) -> String {
        format!("https://{}/{tenant}/", self.v1_host())
    }
}
