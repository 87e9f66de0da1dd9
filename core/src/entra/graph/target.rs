//! What the path of a request to Graph names: the version, an application, and a credential of it.

use crate::entra::directory::{Application, Directory};
use crate::entra::http::decoded;

/// The collection of an application's credentials.
pub(super) const COLLECTION: &str = "federatedIdentityCredentials";

/// What a request is about.
pub(super) struct Target {
    pub(super) beta: bool,
    /// Object id, or app id where `by_app_id`.
    pub(super) application: String,
    by_app_id: bool,
    /// Id or name of a credential.
    pub(super) credential: Option<String>,
}

impl Target {
    /// What the segments of a path name; `None` where Graph has nothing there in this mock.
    pub(super) fn parse(segments: &[&str]) -> Option<Self> {
        let parts: Option<Vec<_>> = segments.iter().map(|part| decoded(part)).collect();
        let mut parts = parts?.into_iter();
        let beta = match parts.next()?.as_str() {
            "v1.0" => false,
            "beta" => true,
            _ => return None,
        };
        let applications = parts.next()?;
        let app_id = in_key(&applications, "applications(appId='");
        let by_app_id = app_id.is_some();
        let application = match app_id {
            Some(app_id) => app_id,
            None if applications == "applications" => parts.next()?,
            None => return None,
        };
        let collection = parts.next()?;
        let mut credential = in_key(&collection, "federatedIdentityCredentials(name='");
        if credential.is_none() {
            credential = parts.next();
            if collection != COLLECTION {
                return None;
            }
        }
        parts.next().is_none().then_some(Self {
            beta,
            application,
            by_app_id,
            credential,
        })
    }

    /// The application, and its tenant's id.
    pub(super) fn find<'a>(
        &self,
        directory: &'a mut Directory,
        tenant: Option<&str>,
    ) -> Option<(String, &'a mut Application)> {
        let is_meant = |application: &Application| {
            let id = if self.by_app_id {
                application.app_id.as_str()
            } else {
                object_id(application)
            };
            id.eq_ignore_ascii_case(&self.application)
        };
        directory
            .tenants
            .iter_mut()
            .filter(|one| tenant.is_none_or(|id| id == one.id.as_str()))
            .find_map(|one| {
                let mut applications = one.applications.iter_mut();
                let application = applications.find(|application| is_meant(application))?;
                Some((one.id.to_string(), application))
            })
    }

    /// The address of the collection, as `@odata.context` has it.
    pub(super) fn collection_address(&self, host: &str, application: &Application) -> String {
        let version = if self.beta { "beta" } else { "v1.0" };
        let app = object_id(application);
        format!("https://{host}/{version}/$metadata#applications('{app}')/{COLLECTION}")
    }
}

/// The key between this prefix and `')`.
fn in_key(text: &str, prefix: &str) -> Option<String> {
    let key = text.strip_prefix(prefix)?.strip_suffix("')")?;
    Some(key.to_owned())
}

/// Its object id; where the directory gives none, its app id stands for it.
pub(super) fn object_id(application: &Application) -> &str {
    match application.object_id.as_str() {
        "" => application.app_id.as_str(),
        id => id,
    }
}
