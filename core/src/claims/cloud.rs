//! The clouds of Entra ID: hosts, issuers and the audience of the token exchange.

use serde::Serialize;

use super::Confidence;

/// Client id of Entra's own app for token exchange, the `aud` of a managed-identity token for it.
/// Seen in decoded tokens of the global cloud; not known for the others.
pub const TOKEN_EXCHANGE_APP: &str = "fb60f99c-7a34-4190-8149-302f77469936";

/// A cloud of Entra ID, called Azure AD until 2023.
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

/// The version of an access token, seen in its issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Version {
    /// `https://sts.windows.net/{tenant}/`, in China `https://sts.chinacloudapi.cn/{tenant}/`
    #[serde(rename = "1.0")]
    V1,
    /// `https://login.microsoftonline.com/{tenant}/v2.0`
    #[serde(rename = "2.0")]
    V2,
}

/// What an issuer of Entra ID tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntraIssuer {
    /// The cloud; `None` where the issuer does not tell.
    pub cloud: Option<Cloud>,
    /// Version of the token.
    pub version: Version,
    /// The tenant, as it stands in the issuer.
    pub tenant: String,
}

impl Cloud {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Global, Self::UsGov, Self::China];

    /// The word used in scenarios.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGov => "usgov",
            Self::China => "china",
        }
    }

    /// The name people know.
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

    /// Host of Microsoft Graph (Entra: national clouds; that of China concluded by us).
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

    /// Whether this is the token exchange as audience or resource: its URI in this cloud, or the id of its app.
    #[must_use]
    pub fn is_exchange(self, audience: &str) -> bool {
        audience == TOKEN_EXCHANGE_APP || audience == self.exchange_audience()
    }

    /// How sure it is that [`TOKEN_EXCHANGE_APP`] is the app's id in this cloud.
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

/// Further hosts of sign-in endpoints, from a recorded answer of instance discovery (2021-12).
const LOGIN_ALIASES: [&str; 5] = [
    "login.windows.net",
    "login.microsoft.com",
    "sts.windows.net",
    "login.chinacloudapi.cn",
    "login.usgovcloudapi.net",
];

/// Whether an address lies on a host of Entra's sign-in endpoints.
pub(crate) fn is_login_address(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let clouds = Cloud::ALL.map(Cloud::login_host);
    clouds.contains(&host) || LOGIN_ALIASES.contains(&host)
}

impl EntraIssuer {
    /// The cloud, taken to be the global one where the issuer does not tell.
    #[must_use]
    pub fn assumed_cloud(&self) -> Cloud {
        self.cloud.unwrap_or_default()
    }

    /// Recognises an issuer of Entra ID. Nothing is normalised: another spelling is another issuer.
    #[must_use]
    pub fn of(issuer: &str) -> Option<Self> {
        let (host, path) = issuer.strip_prefix("https://")?.split_once('/')?;
        let (tenant, end) = path.split_once('/')?;
        let mut clouds = Cloud::ALL.into_iter();
        let (cloud, version) = match end {
            "" => {
                let cloud = clouds.find(|cloud| cloud.v1_host() == host)?;
                // US Government has the host of the global cloud.
                (
                    Some(cloud).filter(|cloud| *cloud == Cloud::China),
                    Version::V1,
                )
            }
            "v2.0" => (
                Some(clouds.find(|cloud| cloud.login_host() == host)?),
                Version::V2,
            ),
            _ => return None,
        };
        (!tenant.is_empty()).then(|| Self {
            cloud,
            version,
            tenant: tenant.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_of_entra() {
        for (issuer, cloud, version) in [
            (
                "https://login.microsoftonline.com/t/v2.0",
                Some(Cloud::Global),
                Version::V2,
            ),
            (
                "https://login.microsoftonline.us/t/v2.0",
                Some(Cloud::UsGov),
                Version::V2,
            ),
            (
                "https://login.partner.microsoftonline.cn/t/v2.0",
                Some(Cloud::China),
                Version::V2,
            ),
            ("https://sts.windows.net/t/", None, Version::V1),
            (
                "https://sts.chinacloudapi.cn/t/",
                Some(Cloud::China),
                Version::V1,
            ),
        ] {
            let found = EntraIssuer::of(issuer).unwrap();
            assert_eq!(
                (found.cloud, found.version, found.tenant.as_str()),
                (cloud, version, "t")
            );
        }
    }

    #[test]
    fn sign_in_addresses() {
        assert!(is_login_address(
            "https://login.microsoftonline.com/t/oauth2/v2.0/token"
        ));
        assert!(is_login_address("https://login.partner.microsoftonline.cn"));
        for address in [
            "",
            "https://",
            "http://login.microsoftonline.com/t",
            "https://login.microsoftonline.com.evil.example/t",
            "https://evil.example/login.microsoftonline.com",
            "https://login.microsoftonline.com@evil.example/t",
            "api://login.microsoftonline.com",
        ] {
            assert!(!is_login_address(address), "{address}");
        }
    }

    #[test]
    fn another_spelling_is_another_issuer() {
        for issuer in [
            "https://login.microsoftonline.com/t/v2.0/",
            "https://login.microsoftonline.com/t",
            "https://login.microsoftonline.com//v2.0",
            "https://login.microsoftonline.com.evil.example/t/v2.0",
            "https://LOGIN.microsoftonline.com/t/v2.0",
            "http://login.microsoftonline.com/t/v2.0",
            "https://sts.windows.net/t",
            "https://sts.windows.net//",
            "https://sts.windows.net/t/v2.0",
            "https://sts.windows.net/t/t/",
            "https://sts.chinacloudapi.cn/t",
            "https://login.microsoftonline.com/t/",
            "https://login.microsoftonline.com/t/t/v2.0",
            "https://login.microsoftonline.com/t/v2.0/t",
            "https://token.actions.githubusercontent.com",
            "",
        ] {
            assert_eq!(EntraIssuer::of(issuer), None, "{issuer}");
        }
    }
}
