//! The whole exchange with the mock: identity, access token, API; alone in its directory, or among many objects.

use std::error::Error;

use fedcred_core::entra::{
    Application, HttpRequest, ManagedIdentity, ServicePrincipal, Tenant,
};
use fedcred_core::federation::Credential;
use fedcred_core::flow::{Mock, Scenario, StepId, run};
use serde_json::Value;

/// One exchange a call, in a directory with so many more objects. They stand before the scenario's own.
pub(crate) fn among(text: &str, objects: usize) -> Result<impl FnMut() -> bool, Box<dyn Error>> {
    let mut scenario = Scenario::parse(text).scenario;
    let mut client = Client::of(&scenario)?;
    let tenant = scenario.directory.tenants.first_mut().ok_or("no tenant")?;
    fill(tenant, objects);
    let mut mock = Mock::new(&scenario);
    Ok(move || client.exchange(&mut mock, scenario.clock).is_some())
}

/// In turns an application with a credential, its service principal, and a managed identity.
fn fill(tenant: &mut Tenant, objects: usize) {
    let id = |kind: usize, number| format!("{kind:08x}-0000-4000-8000-{number:012x}");
    let of_kind = |kind| (kind..objects).step_by(3).map(|object| object / 3);
    let credential = |number| Credential {
        name: "credential".to_owned(),
        issuer: "https://token.actions.githubusercontent.com".into(),
        subject: format!("repo:contoso/app-{number}:ref:refs/heads/main").into(),
        audiences: vec!["api://AzureADTokenExchange".into()],
        ..Credential::default()
    };
    let applications = of_kind(0).map(|number| {
        let mut application = Application::new(id(1, number), &format!("App {number}"));
        application.identifier_uris = vec![format!("api://{}", id(1, number))];
        application.federated_identity_credentials = vec![credential(number)];
        application
    });
    let principals = of_kind(1).map(|number| ServicePrincipal::new(id(2, number), id(1, number)));
    let identities = of_kind(2).map(|number| {
        let name = format!("identity-{number}");
        let mut identity = ManagedIdentity::new(&name, id(3, number), id(4, number));
        identity.hosts = vec![format!("vm-{number}")];
        identity
    });
    tenant.applications.splice(..0, applications);
    tenant.service_principals.splice(..0, principals);
    tenant.managed_identities.splice(..0, identities);
}

/// The requests of an exchange; tokens are put in anew each time.
struct Client {
    identity: HttpRequest,
    /// With the assertion of the run it was taken from.
    token: HttpRequest,
    assertion: String,
    api: HttpRequest,
}

impl Client {
    /// What the client of a run sends.
    fn of(scenario: &Scenario) -> Result<Self, Box<dyn Error>> {
        let steps = run(scenario).steps;
        let step = |id: StepId| {
            steps
                .iter()
                .find(|step| step.id == id)
                .ok_or(format!("no step {id}"))
        };
        let sent = |id| {
            step(id)?
                .request
                .clone()
                .ok_or(format!("{id} sends nothing"))
        };
        let answer = step(StepId::IdentityToken)?
            .response
            .as_ref()
            .ok_or("no answer")?;
        Ok(Self {
            identity: sent(StepId::IdentityRequest)?,
            token: sent(StepId::TokenRequest)?,
            assertion: access_token(&answer.body).ok_or("no assertion")?,
            api: sent(StepId::ApiCall)?,
        })
    }

    fn exchange(&mut self, mock: &mut Mock, now: i64) -> Option<()> {
        let assertion = access_token(&mock.handle(now, &self.identity).response.body)?;
        self.token.body = self.token.body.replace(&self.assertion, &assertion);
        self.assertion = assertion;
        let token = access_token(&mock.handle(now, &self.token).response.body)?;
        self.api.headers = vec![("Authorization".to_owned(), format!("Bearer {token}"))];
        (mock.handle(now, &self.api).response.status == 200).then_some(())
    }
}

fn access_token(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    Some(body["access_token"].as_str()?.to_owned())
}
