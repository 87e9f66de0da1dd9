//! Properties of credentials: what is made of a token matches it, and nothing else does.

use fedcred_core::claims::{Claims, Cloud, TOKEN_EXCHANGE_APP};
use fedcred_core::federation::{
    Credential, CredentialList, Hints, Rules, flexible_from_token, from_token, match_all,
};
use fedcred_core::jose::{Token, parse};
use proptest::prelude::*;
use serde_json::json;

fn token(issuer: &str, subject: &str, audience: &str) -> Token {
    let claims = json!({"iss": issuer, "sub": subject, "aud": audience});
    parse(&claims.to_string()).tokens.remove(0)
}

fn matches(token: &Token, credential: &Credential) -> bool {
    let claims = Claims::from_payload(token.payload().expect("claims"));
    match_all(&claims, std::slice::from_ref(credential), Rules::Current).matched
}

/// Issuer and audience of tokens that can be let in: of Entra ID, and of anybody.
fn parties() -> impl Strategy<Value = (String, String)> {
    prop_oneof![
        Just((
            Cloud::Global.issuer("c0c0c0c0-0000-4000-8000-000000000001"),
            TOKEN_EXCHANGE_APP.to_owned()
        )),
        Just((
            Cloud::UsGov.issuer("t"),
            "api://AzureADTokenExchangeUSGov".to_owned()
        )),
        ("https://[a-z]{1,9}\\.example/?", ".{1,30}"),
        (".{1,30}", ".{1,30}"),
    ]
}

fn flexible_issuers() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("https://token.actions.githubusercontent.com".to_owned()),
        "https://gitlab\\.[a-z]{1,5}\\.(com|ca)",
        Just("https://app.terraform.io".to_owned()),
        Just("https://issuer.example".to_owned()),
    ]
}

/// Subjects of every platform, with what expressions read as their own.
fn subjects() -> impl Strategy<Value = String> {
    prop_oneof![
        "repo:[a-z@0-9]{1,5}/[a-z]{1,5}:(ref:refs/(heads|tags)/[a-z/*?']{0,9}|environment:[a-z']{1,9}|pull_request)",
        "project_path:[a-z]{1,5}/[a-z]{1,5}:ref_type:branch:ref:[a-z/*?']{0,9}",
        "organization:o:project:[a-z ]{1,5}:workspace:w:run_phase:(plan|apply)",
        "(:ref:|:run_phase:|[a-z:*?' ]){1,9}",
        ".{1,30}",
    ]
}

/// The text with one character changed, put in or taken out.
fn changed(text: &str, at: usize, character: char, way: usize) -> String {
    let mut characters: Vec<_> = text.chars().collect();
    let at = at % characters.len();
    match way {
        0 => characters[at] = character,
        1 => characters.insert(at, character),
        _ => drop(characters.remove(at)),
    }
    characters.into_iter().collect()
}

proptest! {
    #[test]
    fn what_is_made_of_a_token_matches_it((issuer, audience) in parties(), subject in ".{1,60}") {
        let token = token(&issuer, &subject, &audience);
        let draft = from_token(&token, &Hints::default());
        prop_assert!(matches(&token, &draft.credential));
    }

    #[test]
    fn a_flexible_one_made_of_a_token_matches_it(
        issuer in flexible_issuers(), subject in subjects(), id in ".{0,9}", audience in ".{1,30}",
    ) {
        let claims = json!({
            "iss": issuer, "sub": subject, "aud": audience, "repository_id": id, "project_id": id,
        });
        let token = parse(&claims.to_string()).tokens.remove(0);
        let made = flexible_from_token(&token, &Hints::default()).credential;
        let with_expression = !issuer.ends_with(".example");
        prop_assert_eq!(made.claims_matching_expression.is_some(), with_expression);
        prop_assert_eq!(made.subject.as_str().is_empty(), with_expression);
        prop_assert!(matches(&token, &made));
    }

    #[test]
    fn what_corrects_an_expression_matches(
        subject in subjects(), id in ".{0,9}", old in subjects(), operator in "eq|matches",
        other in "repository_id|sub|x",
    ) {
        let issuer = "https://token.actions.githubusercontent.com";
        let claims = json!({"iss": issuer, "sub": subject, "aud": "a", "repository_id": id});
        let token = parse(&claims.to_string()).tokens.remove(0);
        let expression = format!("claims['sub'] {operator} '{old}' and claims['{other}'] eq '7'");
        let credential = Credential {
            issuer: issuer.into(),
            claims_matching_expression: Some(expression.as_str().into()),
            ..Credential::default()
        };
        let claims = Claims::from_payload(token.payload().expect("claims"));
        let verdict = match_all(&claims, &[credential], Rules::Current);
        prop_assert!(matches(&token, &verdict.corrected.expect("a correction")));
    }

    #[test]
    fn no_changed_character_matches(
        (issuer, audience) in parties(), subject in ".{1,60}",
        field in 0..3_usize, at in any::<usize>(), character in any::<char>(), way in 0..3_usize,
    ) {
        let made = from_token(&token(&issuer, &subject, &audience), &Hints::default()).credential;
        let mut texts = [issuer.as_str(), &subject, made.audiences[0].as_str()].map(str::to_owned);
        let text = changed(&texts[field], at, character, way);
        prop_assume!(text != texts[field]);
        texts[field] = text;
        let other = Credential {
            issuer: texts[0].as_str().into(),
            subject: texts[1].as_str().into(),
            audiences: vec![texts[2].as_str().into()],
            ..made
        };
        prop_assert!(!matches(&token(&issuer, &subject, &audience), &other));
    }

    #[test]
    fn what_is_written_is_read_again(
        name in ".{0,30}", issuer in ".{0,30}", subject in ".{0,30}", audience in ".{0,30}",
        description in ".{0,30}", expression in proptest::option::of(".{0,30}"),
    ) {
        let credential = Credential {
            name, description,
            issuer: issuer.as_str().into(),
            subject: subject.as_str().into(),
            audiences: vec![audience.as_str().into()],
            claims_matching_expression: expression.as_deref().map(Into::into),
        };
        let text = serde_json::to_string_pretty(&credential).expect("JSON");
        prop_assert_eq!(CredentialList::parse(&text).credentials, [credential]);
    }

    #[test]
    fn any_text_is_read(text in r#"[\[\]{}",:a-z0-9 \\]{0,80}"#) {
        let _ = CredentialList::parse(&text);
        let _ = fedcred_core::federation::ManagedIdentity::parse(&text);
    }
}
