//! The scenarios: those that come with the page, and the one made of the visitor's token.

use fedcred_core::claims::{self, Claims, EntraIssuer, explain};
use fedcred_core::federation::from_token;
use fedcred_core::flow::{
    AssertionKind, ClientAssertion, ParsedScenario, Scenario, scenario_with_credential,
    shipped_scenarios,
};
use fedcred_core::jose::{self, Token};
use fedcred_core::text::json::{Document, Value};

use crate::history::History;
use crate::session::Session;
use crate::shared::Shared;

/// The scenarios of the visitor's own.
#[derive(Clone)]
pub(super) struct Own {
    pub token: Yours,
    /// The one that ends with an error of the Explain page.
    pub error: Option<Shared<Scenario>>,
    /// The one that is edited.
    pub edited: History,
}

/// What can be made of the token that the visitor has pasted.
#[derive(Clone, Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) enum Yours {
    /// Nothing is pasted.
    Nothing,
    /// It cannot be simulated, and why.
    Cannot(&'static str),
    Can(Box<Scenario>),
}

/// One that comes with the page.
pub(super) fn read_shipped(word: &str) -> ParsedScenario {
    let found = shipped_scenarios().iter().find(|one| one.name == word);
    found.map_or_else(ParsedScenario::default, |one| Scenario::parse(one.json))
}

/// The scenario of the first token that gives one.
pub(super) fn yours(session: &Session, now: i64) -> Yours {
    if session.token.trim().is_empty() {
        return Yours::Nothing;
    }
    let tokens = jose::parse(&session.token).tokens;
    let made = tokens.iter().find_map(|token| made_of(token, session, now));
    match made {
        Some(scenario) => Yours::Can(Box::new(scenario)),
        None => Yours::Cannot(reason(tokens.iter().find_map(Token::payload))),
    }
}

fn made_of(token: &Token, session: &Session, now: i64) -> Option<Scenario> {
    let draft = from_token(token, &session.hints());
    let payload = token.payload()?;
    let mut scenario = scenario_with_credential(payload, &draft.credential, session.rules(), now)?;
    if let Some(kind) = other_kind(token, payload, now) {
        let (workload, client) = (&mut scenario.workload, &scenario.request.client_id);
        // Of the application itself the mock would name the service principal.
        let issued_to = workload.client_id.take();
        let issued_to = issued_to.filter(|id| id != client.as_str());
        workload.token = Some(ClientAssertion {
            kind,
            issuer: scenario.cloud.issuer(&scenario.request.tenant),
            client_id: issued_to.unwrap_or_default(),
            subject: draft.credential.subject.to_string(),
            ..ClientAssertion::default()
        });
        for tenant in &mut scenario.directory.tenants {
            tenant.managed_identities.clear();
        }
    }
    Some(scenario)
}

/// Whose token of Entra ID it is, where it is surely not a managed identity's: that of a user, or of an application
/// that has proved itself with a secret or not at all.
fn other_kind(token: &Token, payload: &Document, now: i64) -> Option<AssertionKind> {
    use claims::TokenKind::{AppOnly, Delegated, IdToken, ManagedIdentity};
    let acr = ["azpacr", "appidacr"].map(|name| payload.get(name).map(Value::to_text));
    let acr = acr.into_iter().flatten().next().unwrap_or_default();
    match explain(token, now).kind {
        Delegated | IdToken => Some(AssertionKind::User),
        AppOnly | ManagedIdentity if matches!(&*acr, "0" | "1") => Some(AssertionKind::App),
        _ => None,
    }
}

/// Why no token can be simulated.
fn reason(payload: Option<&Document>) -> &'static str {
    let Some(payload) = payload else {
        return NO_CLAIMS;
    };
    let issuer = Claims::from_payload(payload).issuer;
    match issuer.and_then(|issuer| EntraIssuer::parse(issuer.as_str())) {
        Some(_) => NO_SUBJECT,
        None => NO_ISSUER,
    }
}

const NO_CLAIMS: &str = "What you pasted contains no readable claims.";
const NO_ISSUER: &str =
    "Your token has no issuer with an https address, so nobody can publish its keys.";
const NO_SUBJECT: &str = "Your token has no subject, so there is no identity to simulate.";

#[cfg(test)]
mod tests {
    use fedcred_core::errors::AadstsCode;
    use fedcred_core::flow::run;

    use super::*;

    #[test]
    fn an_unknown_word_is_an_empty_scenario() {
        assert_eq!(read_shipped("other"), ParsedScenario::default());
    }

    fn pasted(text: &str) -> Yours {
        let session = Session {
            token: text.to_owned().into(),
            ..Session::default()
        };
        yours(&session, 0)
    }

    #[track_caller]
    fn cannot(text: &str, reason: &'static str) {
        assert_eq!(pasted(text), Yours::Cannot(reason), "{text}");
    }

    #[test]
    fn a_text_without_a_token_of_entra_cannot_be_simulated() {
        assert_eq!(pasted(""), Yours::Nothing);
        assert_eq!(pasted(" \n"), Yours::Nothing);
        cannot("hello", NO_CLAIMS);
        cannot("eyJhbGciOiJub25lIn0", NO_CLAIMS);
        cannot(r#"{"sub":"a"}"#, NO_ISSUER);
        cannot(r#"{"iss":"issuer","sub":"a"}"#, NO_ISSUER);
        let issuer = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
        cannot(&format!(r#"{{"iss":"{issuer}"}}"#), NO_SUBJECT);
    }

    #[track_caller]
    fn check_code(members: &str, code: Option<AadstsCode>) {
        let tenant = "c0c0c0c0-0000-4000-8000-000000000001";
        let text = format!(
            r#"{{"iss":"https://login.microsoftonline.com/{tenant}/v2.0","azp":"99999999-0000-4000-8000-00000000000a",
            "sub":"aaaaaaaa-0000-4000-8000-000000000002","iat":1700000000,{members}}}"#
        );
        let Yours::Can(scenario) = pasted(&text) else {
            panic!("no scenario: {members}");
        };
        assert_eq!(run(&scenario).code, code, "{members}");
    }

    #[test]
    fn tokens_of_users_and_applications_are_refused_as_such() {
        let exchange = r#""aud":"fb60f99c-7a34-4190-8149-302f77469936","idtyp":"app""#;
        check_code(exchange, None);
        check_code(&format!(r#"{exchange},"azpacr":"2""#), None);
        check_code(
            &format!(r#"{exchange},"azpacr":"1""#),
            Some(AadstsCode::TOKEN_OF_APPLICATION),
        );
        let mirid =
            r#""xms_mirid":"/subscriptions/s/providers/Microsoft.Compute/virtualMachines/vm""#;
        check_code(&format!(r#"{exchange},{mirid},"azpacr":"2""#), None);
        check_code(
            r#""aud":"00000003-0000-0000-c000-000000000000","scp":"User.Read""#,
            Some(AadstsCode::TOKEN_OF_USER),
        );
        check_code(
            r#""aud":"99999999-0000-4000-8000-00000000000a","name":"A","preferred_username":"a@contoso.example","nonce":"n""#,
            Some(AadstsCode::TOKEN_OF_USER),
        );
    }

    #[test]
    fn a_token_gives_a_scenario_that_runs() {
        for text in [
            r#"{"iss":"https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0",
            "sub":"aaaaaaaa-0000-4000-8000-000000000002","aud":"fb60f99c-7a34-4190-8149-302f77469936","iat":1700000000}"#,
            r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:a/b","aud":"api://AzureADTokenExchange"}"#,
        ] {
            let Yours::Can(scenario) = pasted(text) else {
                panic!("no scenario");
            };
            assert!(run(&scenario).steps.len() > 10);
        }
    }
}
