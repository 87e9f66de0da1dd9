//! Contoso, the tenant of the scenario `managed-identity`: its ids and its directory, for every test of the mock.

use fedcred_core::entra::Settings;
use fedcred_core::flow::Scenario;

pub(crate) const CONTOSO: &str = "c0c0c0c0-0000-4000-8000-000000000001";
pub(crate) const ISSUER: &str =
    "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
/// The client application, and its service principal.
pub(crate) const CLIENT: &str = "cccccccc-0000-4000-8000-000000000004";
pub(crate) const CLIENT_PRINCIPAL: &str = "cccccccc-0000-4000-8000-000000000005";
/// The application ID of the protected API, and its application ID URI.
pub(crate) const API: &str = "dddddddd-0000-4000-8000-000000000006";
pub(crate) const API_URI: &str = "api://dddddddd-0000-4000-8000-000000000006";
/// The object ID of the managed identity, and its client ID.
pub(crate) const IDENTITY: &str = "aaaaaaaa-0000-4000-8000-000000000002";
pub(crate) const IDENTITY_CLIENT: &str = "bbbbbbbb-0000-4000-8000-000000000003";
/// The name of the client's federated credential.
pub(crate) const CREDENTIAL: &str = "mi-billing-contoso";

pub(crate) const LOGIN: &str = "https://login.microsoftonline.com";
pub(crate) const IMDS: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
pub(crate) const EXCHANGE: &str = "api://AzureADTokenExchange";
pub(crate) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// 2026-11-23T15:24:00Z, the clock of the scenario.
pub(crate) const NOW: i64 = 1_795_447_440;

/// The scenario as it is shipped.
pub(crate) const SCENARIO: &str = include_str!("../../data/scenarios/managed-identity.json");

pub(crate) fn scenario() -> Scenario {
    Scenario::parse(SCENARIO).scenario
}

/// The mock on the host that the managed identity is attached to.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::on_host("vm-billing");
    settings.seed = "test".to_owned();
    settings
}
