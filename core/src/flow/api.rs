//! The protected API: it validates an access token the way an API should.

use serde::Serialize;

use super::workload::ProtectedApi;
use crate::claims::{Claims, Times};
use crate::entra::check::Checks;
use crate::entra::discovery::metadata_address;
use crate::entra::{Entra, Handled, HttpRequest, HttpResponse, Phase, RuleId};
use crate::jose::{self, Keys, SignatureState, Token};
use crate::text::json::{Document, Value};
use crate::text::time;

/// Why the API says no.
struct Denial {
    status: u16,
    /// Empty where the call has no token at all (RFC 6750 §3.1).
    error: &'static str,
    description: &'static str,
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
    caller: &'a str,
}

const OFF: &str = "Switched off: the API does not check it.";

/// Records a check of the API, unless it is switched off.
fn require(
    api: &ProtectedApi,
    checks: &mut Checks,
    rule: RuleId,
    values: (&str, &str),
    passes: bool,
    denial: Denial,
) -> Result<(), Denial> {
    if api.skip.contains(&rule) {
        checks.skip(rule, OFF);
        return Ok(());
    }
    checks.require(rule, values, passes, || denial)
}

/// Answers one call at the moment `now`; keys are fetched from `entra`.
pub(super) fn answer(
    api: &ProtectedApi,
    entra: &mut Entra,
    now: i64,
    request: &HttpRequest,
) -> Handled {
    let mut checks = Checks::new(&[Phase::Api]);
    let response = match validate(api, entra, now, request, &mut checks) {
        Ok(subject) => HttpResponse::json(
            200,
            &Body {
                message: "Hello, workload.",
                caller: &subject,
            },
        ),
        Err(denial) => deny(&denial),
    };
    Handled {
        checks: checks.finish(),
        ..Handled::plain(response)
    }
}

/// RFC 6750 §3.
fn deny(denial: &Denial) -> HttpResponse {
    let challenge = match denial.error {
        "" => "Bearer".to_owned(),
        error => format!(
            "Bearer error=\"{error}\", error_description=\"{}\"",
            denial.description
        ),
    };
    HttpResponse::text(denial.status, denial.description).header("WWW-Authenticate", challenge)
}

fn invalid(description: &'static str) -> Denial {
    Denial {
        status: 401,
        error: "invalid_token",
        description,
    }
}

fn validate(
    api: &ProtectedApi,
    entra: &mut Entra,
    now: i64,
    request: &HttpRequest,
    checks: &mut Checks,
) -> Result<String, Denial> {
    let given = request.bearer();
    let token = given.and_then(sole_token);
    let no_token = || Denial {
        error: given.map_or("", |_| "invalid_token"),
        ..invalid("No access token.")
    };
    let presented = if token.is_some() {
        "a bearer token"
    } else {
        "none"
    };
    checks.require(
        RuleId::ApiBearer,
        (presented, "a bearer token"),
        token.is_some(),
        no_token,
    )?;
    let token = token.ok_or_else(no_token)?;
    let claims = token
        .payload()
        .map(Claims::from_payload)
        .unwrap_or_default();
    let issuer = claims.issuer.as_ref().map_or("", |issuer| issuer.as_str());
    let same = issuer == api.issuer;
    let denial = invalid("The issuer is not trusted.");
    require(
        api,
        checks,
        RuleId::ApiIssuer,
        (issuer, &api.issuer),
        same,
        denial,
    )?;
    let audiences: Vec<_> = claims
        .audiences
        .iter()
        .map(|audience| audience.as_str())
        .collect();
    let for_me = audiences.contains(&api.audience.as_str());
    let values = (&*audiences.join(", "), &*api.audience);
    let denial = invalid("The token is for another API.");
    require(api, checks, RuleId::ApiAudience, values, for_me, denial)?;
    signature(api, entra, now, &token, checks)?;
    valid_now(api, &token, now, checks)?;
    role(api, &token, checks)?;
    Ok(claims
        .subject
        .map_or_else(String::new, |subject| subject.to_string()))
}

/// The token that the text is, and nothing else.
fn sole_token(text: &str) -> Option<Token> {
    let token = jose::parse(text).tokens.pop();
    token.filter(|token| token.compact() == text)
}

fn signature(
    api: &ProtectedApi,
    entra: &mut Entra,
    now: i64,
    token: &Token,
    checks: &mut Checks,
) -> Result<(), Denial> {
    let address = metadata_address(&api.issuer);
    let keys = keys(entra, now, &address).unwrap_or_default();
    let signature = jose::verify(token, &keys);
    let passes = signature.state == SignatureState::Valid;
    let values = (&*signature.reason, &*address);
    let denial = invalid("The signature is not valid.");
    require(api, checks, RuleId::ApiSignature, values, passes, denial)
}

/// Keys through the discovery document, fetched anew.
fn keys(entra: &mut Entra, now: i64, address: &str) -> Option<Keys> {
    let mut fetch = |url: &str| entra.handle(now, &HttpRequest::get(url)).response.body;
    let document = Document::parse(fetch(address));
    let jwks_uri = document.get("jwks_uri").and_then(Value::as_str)?;
    Some(Keys::parse(&fetch(&jwks_uri), &jwks_uri))
}

fn valid_now(
    api: &ProtectedApi,
    token: &Token,
    now: i64,
    checks: &mut Checks,
) -> Result<(), Denial> {
    let times = Times::from_token(token);
    let values = (&*times.to_string(), &*time::rfc3339(now));
    let denial = invalid("The token has expired or is not valid yet.");
    require(
        api,
        checks,
        RuleId::ApiTime,
        values,
        times.is_valid_at(now),
        denial,
    )
}

fn role(api: &ProtectedApi, token: &Token, checks: &mut Checks) -> Result<(), Denial> {
    let roles = token.payload().and_then(|payload| payload.get("roles"));
    let roles = roles.map(Value::items).unwrap_or_default();
    let roles: Vec<_> = roles.filter_map(Value::as_str).collect();
    let presented = if roles.is_empty() {
        "no roles".to_owned()
    } else {
        roles.join(", ")
    };
    let granted = roles.iter().any(|role| *role == api.role);
    let denial = Denial {
        status: 403,
        error: "insufficient_scope",
        description: "The caller lacks the role.",
    };
    require(
        api,
        checks,
        RuleId::ApiRole,
        (&presented, &api.role),
        granted,
        denial,
    )
}

#[cfg(test)]
mod tests {
    use crate::entra::HttpRequest;
    use crate::flow::{Mock, Scenario, StepId, run};

    /// What the API answers to a call whose `Authorization` is `header`, in which `%` is the access token of a run.
    #[track_caller]
    fn check(header: Option<&str>, status: u16, challenge: Option<&str>) {
        let text = include_str!("../../data/scenarios/managed-identity.json");
        let scenario = Scenario::parse(text).scenario;
        let trace = run(&scenario);
        let mut steps = trace.steps.iter();
        let call = steps.find(|step| step.id == StepId::ApiCall).unwrap();
        let sent = call.request.as_ref().unwrap();
        let token = sent.header_value("Authorization").unwrap();
        let token = token.strip_prefix("Bearer ").unwrap();
        let mut request = HttpRequest::get(sent.url.as_str());
        if let Some(header) = header {
            request = request.header("Authorization", header.replace('%', token));
        }
        let answer = Mock::new(&scenario).handle(scenario.clock, &request);
        let found = answer.response.header_value("WWW-Authenticate");
        assert_eq!(
            (answer.response.status, found),
            (status, challenge),
            "{header:?}"
        );
    }

    #[test]
    fn one_bearer_token_is_taken() {
        for header in ["Bearer %", "bearer %", "BEARER %"] {
            check(Some(header), 200, None);
        }
        let invalid = r#"Bearer error="invalid_token", error_description="No access token.""#;
        for header in [
            "Bearer % %",
            "Bearer x %",
            "Bearer %,",
            "Bearer  %",
            "Bearer x",
            "Bearer ",
        ] {
            check(Some(header), 401, Some(invalid));
        }
        // Without any there is no error to tell (RFC 6750 §3.1).
        for header in [
            None,
            Some(""),
            Some("%"),
            Some("Basic %"),
            Some("Bearer"),
            Some("Bearer%"),
        ] {
            check(header, 401, Some("Bearer"));
        }
    }
}
