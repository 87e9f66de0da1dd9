//! The token endpoint: client credentials with a federated client assertion (RFC 7521, RFC 7523).
//!
//! The order of the checks is inferred; each check says what is known of it.

mod assertion;
mod client;
mod entra_token;
mod exchange;
mod matching;
mod request;
mod resource;
mod response;
mod signature;

use super::check::Checks;
use super::handled::Handled;
use super::http::HttpRequest;
use super::mock::Entra;
use super::refusal::Refusal;
use super::rule::Phase;
use crate::claims::Claims;
use exchange::Exchange;
use response::success;

/// What is checked here, in this order.
const PHASES: &[Phase] = &[
    Phase::Request,
    Phase::Issuer,
    Phase::Signature,
    Phase::Matching,
    Phase::Resource,
];

impl Entra {
    /// The endpoint of version 1 takes `resource` in place of `scope` and answers with texts (inferred).
    pub(super) fn token(&self, now: i64, request: &HttpRequest, tenant: &str, v1: bool) -> Handled {
        let mut exchange = Exchange {
            entra: self,
            now,
            checks: Checks::new(PHASES),
            fetches: Vec::new(),
        };
        let answer = exchange.run(request, tenant, v1);
        let (response, code) = match answer {
            Ok(token) => {
                let trace = self.derived_guid("trace");
                let response = success(now, token, v1.then_some(request));
                (response.header("x-ms-request-id", trace), None)
            }
            Err(refusal) => (self.refuse(now, request, &refusal), refusal.code),
        };
        Handled {
            response,
            code,
            checks: exchange.checks.finish(),
            fetches: exchange.fetches,
            changes: Vec::new(),
        }
    }
}

impl Exchange<'_> {
    fn run(&mut self, request: &HttpRequest, tenant: &str, v1: bool) -> Result<String, Refusal> {
        let (tenant, parameters) = self.request(request, tenant, v1)?;
        let token = self.assertion(&parameters.assertion)?;
        let claims = token
            .payload()
            .map(Claims::from_payload)
            .unwrap_or_default();
        let client = self.client(tenant, &parameters.client_id)?;
        let verdict = self.issuer(&client, &claims)?;
        self.signature(&token, &claims)?;
        self.time(&token)?;
        self.matching(&claims, &verdict)?;
        self.entra_token(&token, &claims, &client)?;
        self.issue(&client, &parameters)
    }
}
