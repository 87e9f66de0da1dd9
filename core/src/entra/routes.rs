//! Decides which endpoint answers a request: by host, path and method.

use super::handled::Handled;
use super::http::{HttpRequest, HttpResponse};
use super::managed_identity::{APP_SERVICE_HOST, IMDS_HOST, IdentityEndpoint};
use super::mock::Entra;
use super::refusal::Refusal;
use crate::errors::AadstsCode;

impl Entra {
    /// Answers one request at the moment `now`, in seconds since 1970.
    ///
    /// The address decides: the managed-identity endpoints of a virtual machine and of App Service, the sign-in host
    /// of the cloud, Microsoft Graph, and the external issuers of the directory. Every other address is answered
    /// with 404, a request of more than 1 MiB with 413. Nothing here fails: a refusal is a response too.
    ///
    /// ```
    /// use fedcred_core::entra::{Directory, Entra, HttpRequest, Settings, Tenant};
    /// use fedcred_core::text::CheckVerdict;
    ///
    /// let contoso = Tenant::new("c0c0c0c0-0000-4000-8000-000000000001", "Contoso");
    /// let mut entra = Entra::new(Directory::new(vec![contoso]), Settings::default());
    ///
    /// let url = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/oauth2/v2.0/token";
    /// let request = HttpRequest::post_form(url, &[("grant_type", "client_credentials")]);
    /// let handled = entra.handle(1_795_447_440, &request);
    ///
    /// assert_eq!(handled.response.status, 400);
    /// assert_eq!(handled.code.map(|code| code.number()), Some(900_144)); // client_id is missing
    /// let failed = handled.checks.iter().find(|check| check.verdict == CheckVerdict::Fail);
    /// assert_eq!(failed.map(|check| check.rule.as_str()), Some("parameters"));
    /// ```
    pub fn handle(&mut self, now: i64, request: &HttpRequest) -> Handled {
        self.requests += 1;
        let headers = request.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        if request.url.len() + headers + request.body.len() > MAX_REQUEST {
            let text = "The mock takes requests of at most 1 MiB.";
            return Handled::plain(HttpResponse::text(413, text));
        }
        if request.is_host(self.settings.cloud.graph_host()) {
            return self.graph(now, request);
        }
        let handled = self.answer(now, request);
        let read = handled.fetches.last();
        if let Some(cache) = &mut self.directory.metadata_cache
            && read.is_some_and(|fetch| fetch.response.status == 200)
        {
            cache.read_at = now;
        }
        handled
    }

    /// The same without counting: also how the mock fetches metadata from itself.
    pub(super) fn answer(&self, now: i64, request: &HttpRequest) -> Handled {
        let path = request.path_segments();
        if request.is_host(IMDS_HOST) {
            self.managed_identity(now, request, &path, IdentityEndpoint::Imds)
        } else if request.is_host(APP_SERVICE_HOST) {
            self.managed_identity(now, request, &path, IdentityEndpoint::AppService)
        } else if request.is_host(self.settings.cloud.login_host()) {
            self.login(now, request, &path)
        } else if let (true, [_, ".well-known", _]) =
            (request.is_host(self.settings.cloud.v1_host()), &*path)
        {
            self.metadata(now, request, &path)
        } else if let Some(handled) = self.external(now, request) {
            handled
        } else {
            Handled::not_found()
        }
    }

    fn login(&self, now: i64, request: &HttpRequest, path: &[&str]) -> Handled {
        match path {
            [tenant, "oauth2", rest @ .., "token"] if rest.is_empty() || rest == ["v2.0"] => {
                match request.method_response("POST, OPTIONS") {
                    // AADSTS900561 is the answer to others.
                    Some(options) if options.status == 204 => Handled::plain(options),
                    _ => self.token(now, request, tenant, rest.is_empty()),
                }
            }
            [tenant, "fedcred", "token"] => {
                Handled::plain(self.sign_entra_token(now, request, tenant))
            }
            path => self.metadata(now, request, path),
        }
    }

    /// Instance discovery, discovery documents and keys.
    fn metadata(&self, now: i64, request: &HttpRequest, path: &[&str]) -> Handled {
        let other = request.method_response("GET, OPTIONS").map(Handled::plain);
        let (name, answer) = match path {
            ["common", "discovery", "instance"] => {
                return other.unwrap_or_else(|| self.instance(now, request));
            }
            // A tenant that there is, but not in the mock.
            ["consumers", ..] => return Handled::not_found(),
            [name, ".well-known", "openid-configuration"] => (name, self.discovery(name, false)),
            [name, "v2.0", ".well-known", "openid-configuration"] => {
                (name, self.discovery(name, true))
            }
            [name, "discovery", "keys"] => (name, self.keys(now, name, false)),
            [name, "discovery", "v2.0", "keys"] => (name, self.keys(now, name, true)),
            _ => return Handled::not_found(),
        };
        match answer {
            _ if other.is_some() => other.unwrap_or_else(Handled::not_found),
            Some(response) => Handled::plain(response),
            // The code and its text are those of the token endpoint, the error is another (public logs).
            None => {
                let refusal = Refusal {
                    error: "invalid_tenant".to_owned(),
                    ..Refusal::new(AadstsCode::TENANT_NOT_FOUND, &[("tenant", name)])
                };
                self.refused(now, request, &refusal)
            }
        }
    }
}

/// Most bytes of address, headers and body together; Entra's own limits are not known.
const MAX_REQUEST: usize = 1024 * 1024;
