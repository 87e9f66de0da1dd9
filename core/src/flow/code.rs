//! The scenario's exchange as code: the exports of the credential that is used, with the scenario's values.

use super::scenario::Scenario;
use crate::entra::Application;
use crate::export::{Export, ExportValues};
use crate::federation::Credential;
use crate::text::Diagnostic;

impl Scenario {
    /// The code that does this exchange; `None` where the application is not registered or has no credential.
    ///
    /// # Errors
    ///
    /// Those of [`Export::text`].
    pub fn client_code(&self, export: &Export) -> Option<Result<String, Diagnostic>> {
        let client = self.request.client_id.as_str();
        let (_, application) = self.directory.application(client)?;
        let credential = self.used(application)?;
        let values = ExportValues {
            app_id: client.to_owned(),
            tenant_id: self.request.tenant.clone(),
            identity_client_id: self.workload.client_id.clone().unwrap_or_default(),
            scope: self.request.scope.clone(),
            cloud: self.cloud,
            ..ExportValues::default()
        };
        Some(export.text(credential, &values))
    }

    /// The credential for the workload's resource, else the first: what the assertion is asked for.
    fn used<'a>(&self, application: &'a Application) -> Option<&'a Credential> {
        let all = &application.federated_identity_credentials;
        let asked = self.workload.resource.as_str();
        let fits = |one: &&Credential| {
            one.audiences
                .iter()
                .any(|audience| audience.as_str() == asked)
        };
        all.iter().find(fits).or_else(|| all.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{Export, ExportGroup};

    const SHIPPED: &str = include_str!("../../data/scenarios/managed-identity.json");

    #[test]
    fn each_way_to_use_it_has_the_scenario_s_values() {
        let scenario = Scenario::parse(SHIPPED).scenario;
        let uses = Export::all().filter(|export| export.group == ExportGroup::Use);
        let uses: Vec<_> = uses.collect();
        assert!(uses.len() > 5);
        for export in uses {
            let text = scenario.client_code(export).unwrap().unwrap();
            assert!(text.contains(scenario.request.client_id.as_str()), "{text}");
            assert!(
                !text.contains("<APP_ID>") && !text.contains("<TENANT_ID>"),
                "{text}"
            );
        }
    }

    #[test]
    fn without_a_credential_there_is_no_code() {
        let export = Export::all().find(|export| export.id == "curl").unwrap();
        let mut scenario = Scenario::default();
        assert!(scenario.client_code(export).is_none());
        scenario = Scenario::parse(SHIPPED).scenario;
        scenario.request.client_id = "other".into();
        assert!(scenario.client_code(export).is_none());
    }
}
