//! Issuers of Entra ID: what the `iss` of a token tells of cloud, tenant and version.

use serde::Serialize;

use super::cloud::Cloud;

/// The version of a token of Entra ID, told by the form of its issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Version {
    /// `https://sts.windows.net/{tenant}/`, in China `https://sts.chinacloudapi.cn/{tenant}/`
    #[serde(rename = "1.0")]
    V1,
    /// `https://login.microsoftonline.com/{tenant}/v2.0`
    #[serde(rename = "2.0")]
    V2,
}

/// What an issuer of Entra ID tells about a token.
///
/// ```
/// use fedcred_core::claims::{Cloud, EntraIssuer, Version};
///
/// let issuer = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
/// let issuer = EntraIssuer::parse(issuer).unwrap();
/// assert_eq!(issuer.tenant, "c0c0c0c0-0000-4000-8000-000000000001");
/// assert_eq!((issuer.cloud, issuer.version), (Some(Cloud::Global), Version::V2));
///
/// assert!(EntraIssuer::parse("https://login.microsoftonline.com/t/v2.0/").is_none()); // another slash
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntraIssuer {
    /// The cloud; `None` for v1 issuers that clouds share.
    pub cloud: Option<Cloud>,
    /// The version of the token.
    pub version: Version,
    /// The tenant, exactly as the issuer has it: a GUID in real tokens, in any form here.
    pub tenant: String,
}

impl Version {
    /// The number as in the `ver` claim: `1.0` or `2.0`.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::V1 => "1.0",
            Self::V2 => "2.0",
        }
    }
}

/// Further hosts of sign-in endpoints, from a recorded response of instance discovery (2021-12).
const LOGIN_ALIASES: [&str; 5] = [
    "login.windows.net",
    "login.microsoft.com",
    "sts.windows.net",
    "login.chinacloudapi.cn",
    "login.usgovcloudapi.net",
];

/// Whether a URL is on a host of the sign-in endpoints of Entra ID.
pub(crate) fn is_login_address(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or_default();
    let clouds = Cloud::ALL.map(Cloud::login_host);
    clouds.contains(&host) || LOGIN_ALIASES.contains(&host)
}

impl EntraIssuer {
    /// The cloud, assumed to be the global one where the issuer does not tell.
    #[must_use]
    pub fn assumed_cloud(&self) -> Cloud {
        self.cloud.unwrap_or_default()
    }

    /// The address where the tenant publishes its signing keys as a JWK Set, in the cloud of
    /// [`assumed_cloud`](Self::assumed_cloud).
    #[must_use]
    pub fn jwks_uri(&self) -> String {
        let version = match self.version {
            Version::V1 => "",
            Version::V2 => "v2.0/",
        };
        let host = self.assumed_cloud().login_host();
        format!("https://{host}/{}/discovery/{version}keys", self.tenant)
    }

    /// Parses an issuer of Entra ID; `None` for any other. Nothing is normalised: another spelling is another issuer.
    #[must_use]
    pub fn parse(issuer: &str) -> Option<Self> {
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
            let found = EntraIssuer::parse(issuer).unwrap();
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
    fn each_version_has_its_key_set() {
        for (issuer, keys) in [
            (
                "https://login.microsoftonline.com/t/v2.0",
                "https://login.microsoftonline.com/t/discovery/v2.0/keys",
            ),
            (
                "https://sts.windows.net/t/",
                "https://login.microsoftonline.com/t/discovery/keys",
            ),
            (
                "https://login.partner.microsoftonline.cn/t/v2.0",
                "https://login.partner.microsoftonline.cn/t/discovery/v2.0/keys",
            ),
        ] {
            assert_eq!(EntraIssuer::parse(issuer).unwrap().jwks_uri(), keys);
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
            assert_eq!(EntraIssuer::parse(issuer), None, "{issuer}");
        }
    }
}
