//! The subject, and the managed identity that it names.

use super::super::github::subject_of;
use super::super::identity::ManagedIdentity;
use super::findings::Lint;
use crate::claims::is_guid;

impl Lint<'_> {
    pub(super) fn subject(&mut self, identity: Option<&ManagedIdentity>) {
        let subject = self.credential.subject.as_str();
        let client_id = identity.map_or("", |identity| &identity.client_id);
        if subject.is_empty() {
            return;
        }
        if [client_id, &self.hints.app_id].contains(&subject) {
            self.tell("client-id-as-subject", &[]);
        } else if subject_of(self.credential).is_some_and(|own| own.context == "pull-request") {
            self.tell("pull-request", &[]);
        } else if self.entra.is_some() && !subject.starts_with("/eid1/") {
            let lower = subject.to_ascii_lowercase();
            if !is_guid(subject) {
                self.tell("subject-form", &[]);
            } else if lower != subject {
                self.tell("letter-case", &[("field", "subject"), ("usual", &lower)]);
            }
        }
    }

    pub(super) fn identity(&mut self, identity: Option<&ManagedIdentity>) {
        if identity.is_some_and(|identity| identity.system_assigned) {
            self.tell("system-assigned", &[]);
        }
        let of_issuer = self.entra.as_ref().map(|entra| entra.tenant.clone());
        let of_identity = identity.map(|identity| identity.tenant_id.clone());
        let tenant = of_identity.or(of_issuer).unwrap_or_default();
        let app = &self.hints.app_tenant;
        if !app.is_empty() && !tenant.is_empty() && !app.eq_ignore_ascii_case(&tenant) {
            self.tell("tenant-differs", &[("identity", &tenant), ("app", app)]);
        }
    }
}
