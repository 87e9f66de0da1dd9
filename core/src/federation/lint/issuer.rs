//! The issuer: its form, its platform, and its cloud.

use super::findings::Lint;
use crate::claims::{Cloud, EntraIssuer, Version, is_guid, is_login_address, platform_of_issuer};

impl Lint<'_> {
    pub(super) fn issuer(&mut self) {
        let issuer = self.credential.issuer.as_str();
        if let Some(entra) = self.entra.clone() {
            return self.issuer_of_entra(&entra);
        }
        if let Some(platform) = platform_of_issuer(issuer) {
            if platform.subject_varies {
                self.tell("issuer-volatile", &[("platform", &platform.title)]);
            }
            return;
        }
        let (other, rule) = match issuer.strip_suffix('/') {
            Some(without) => (without.to_owned(), "without"),
            None => (format!("{issuer}/"), "with"),
        };
        let lower = issuer.to_ascii_lowercase();
        if let Some(platform) = platform_of_issuer(&other) {
            let parameters = [
                ("platform", platform.title.as_str()),
                ("rule", rule),
                ("issuer", &other),
            ];
            self.tell("issuer-slash", &parameters);
        } else if platform_of_issuer(&lower).is_some() {
            self.tell("letter-case", &[("field", "issuer"), ("usual", &lower)]);
        } else if is_login_address(issuer) {
            let cloud = Cloud::ALL
                .into_iter()
                .find(|cloud| issuer.contains(cloud.login_host()));
            let tenant = issuer.split('/').nth(3).filter(|tenant| is_guid(tenant));
            let right = cloud
                .unwrap_or(self.cloud())
                .issuer(tenant.unwrap_or("<tenant ID>"));
            self.tell("issuer-address", &[("issuer", &right)]);
        } else if !issuer.is_empty() && !issuer.starts_with("https://") {
            self.tell("issuer-form", &[]);
        }
    }

    pub(super) fn issuer_of_entra(&mut self, entra: &EntraIssuer) {
        let cloud = self.cloud();
        if entra.version == Version::V1 {
            self.tell("issuer-v1", &[("issuer", &cloud.issuer(&entra.tenant))]);
        }
        let issuer = self.credential.issuer.as_str();
        let lower = issuer.to_ascii_lowercase();
        if lower != issuer {
            self.tell("letter-case", &[("field", "issuer"), ("usual", &lower)]);
        }
        if !is_guid(&entra.tenant) {
            self.tell("issuer-tenant", &[("tenant", &entra.tenant)]);
        }
        if let Some(own) = entra.cloud.filter(|own| *own != cloud) {
            self.tell("issuer-other-cloud", &[("cloud", own.title())]);
        }
    }
}
