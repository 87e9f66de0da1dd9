//! Instance discovery: which hosts belong to one cloud, and where a tenant's metadata is.

use super::http::parameter;
use super::refusal::Refusal;
use super::{Entra, Handled, HttpRequest, HttpResponse};
use crate::errors::AadstsCode;
use crate::text::json::Document;

/// The clouds of a recorded answer (2021-12), one a line.
const INSTANCES: &str = include_str!("../../data/instances.json");

impl Entra {
    pub(super) fn instance(&self, now: i64, request: &HttpRequest) -> Handled {
        match instance(request) {
            Ok(endpoint) => {
                let endpoint = serde_json::to_string(&endpoint).unwrap_or_default();
                let clouds = INSTANCES.replace('\n', "");
                let text = format!(
                    r#"{{"tenant_discovery_endpoint":{endpoint},"api-version":"1.1","metadata":{clouds}}}"#
                );
                Handled::plain(HttpResponse::of_json(200, text).public())
            }
            Err(refusal) => self.refused(now, request, &refusal),
        }
    }
}

/// Where the metadata is for the sign-in address that is asked about.
fn instance(request: &HttpRequest) -> Result<String, Refusal> {
    let read = |name: &str| {
        parameter(request.query_text(), name)
            .map(Option::unwrap_or_default)
            .map_err(|fault| Refusal::wrong_parameter(name, fault))
    };
    let (version, endpoint) = (read("api-version")?, read("authorization_endpoint")?);
    if version != "1.1" {
        return Err(Refusal::bad_request(
            "The mock knows api-version 1.1 alone.",
        ));
    }
    let asked = HttpRequest::get(endpoint);
    let clouds = Document::parse(INSTANCES);
    let network = clouds.items().find_map(|cloud| {
        let mut aliases = cloud.items_of("aliases");
        aliases.find(|alias| alias.as_str().is_some_and(|alias| asked.is_host(&alias)))?;
        cloud.text_of("preferred_network")
    });
    let mut path = asked.path().split('/').skip(1);
    let tenant = path.next().filter(|tenant| !tenant.is_empty());
    let v2 = path.any(|part| part == "v2.0");
    match (network, tenant) {
        (Some(network), Some(tenant)) => {
            let version = if v2 { "/v2.0" } else { "" };
            let issuer = format!("https://{network}/{tenant}{version}");
            Ok(super::discovery::metadata_address(&issuer))
        }
        (Some(_), None) => Err(Refusal::bad_request(
            "The authorization_endpoint names no tenant.",
        )),
        (None, _) => Err(Refusal::new(AadstsCode::UNKNOWN_INSTANCE, &[])),
    }
}
