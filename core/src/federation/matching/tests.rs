//! Tokens compared with credentials of every kind.

use super::rows::{ENVIRONMENT, ONLY_IDS};
use super::*;
use crate::claims::{Confidence, TOKEN_EXCHANGE_APP};
use crate::text::json::Document;
use crate::text::{CheckVerdict, DifferenceKind, Segment};

const ISSUER: &str = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
const EXCHANGE: &str = "api://AzureADTokenExchange";

fn claims(iss: &str, sub: &str, aud: &str) -> Claims {
    Claims::from_payload(&Document::parse(format!(
        r#"{{"iss":"{iss}","sub":"{sub}","aud":{aud}}}"#
    )))
}

fn credential(issuer: &str, subject: &str, audience: &str) -> Credential {
    Credential {
        name: format!("{issuer} {subject}"),
        issuer: issuer.into(),
        subject: subject.into(),
        audiences: vec![audience.into()],
        ..Credential::default()
    }
}

#[track_caller]
fn check(
    claims: &Claims,
    credentials: &[Credential],
    rules: Rules,
    code: Option<AadstsCode>,
) -> Verdict {
    let verdict = match_all(claims, credentials, rules);
    assert_eq!((verdict.code, verdict.matched), (code, code.is_none()));
    verdict
}

fn exchange_token() -> Claims {
    claims(ISSUER, "c135", &format!(r#""{TOKEN_EXCHANGE_APP}""#))
}

#[test]
fn the_corrected_credential_matches() {
    let external = claims("https://i.example/", "s", r#"["a","b"]"#);
    for (token, other) in [
        (
            exchange_token(),
            credential(&format!("{ISSUER}/"), "C135", TOKEN_EXCHANGE_APP),
        ),
        (external, credential("https://i.example", "S", "B")),
    ] {
        for rules in [Rules::Current, Rules::Preview2022] {
            let corrected = match_all(&token, std::slice::from_ref(&other), rules)
                .corrected
                .unwrap();
            assert_eq!(corrected.name, other.name);
            let verdict = check(&token, &[corrected], rules, None);
            assert_eq!(verdict.corrected, None);
        }
    }
}

#[test]
fn what_no_credential_can_help_is_not_corrected() {
    let v1 = claims(
        "https://sts.windows.net/t/",
        "c135",
        &format!(r#""{EXCHANGE}""#),
    );
    let other_resource = claims(ISSUER, "c135", r#""api://own""#);
    let without_subject = claims(ISSUER, "", &format!(r#""{EXCHANGE}""#));
    for token in [v1, other_resource, without_subject] {
        let verdict = match_all(&token, &[credential("i", "s", "a")], Rules::Current);
        assert_eq!(verdict.corrected, None);
    }
    assert_eq!(
        match_all(&exchange_token(), &[], Rules::Current).corrected,
        None
    );
}

#[test]
fn the_exchange_audience_matches_by_id_and_by_uri() {
    let credentials = [credential(ISSUER, "c135", EXCHANGE)];
    check(&exchange_token(), &credentials, Rules::Current, None);
    check(
        &claims(ISSUER, "c135", &format!(r#""{EXCHANGE}""#)),
        &credentials,
        Rules::Current,
        None,
    );
}

#[track_caller]
fn check_note(subject: &str, configured: &str, note: Option<&str>) {
    let issuer = "https://token.actions.githubusercontent.com";
    let token = claims(issuer, subject, &format!(r#""{EXCHANGE}""#));
    let verdict = match_all(
        &token,
        &[credential(issuer, configured, EXCHANGE)],
        Rules::Current,
    );
    assert_eq!(verdict.matches[0].fields[1].note.as_deref(), note);
}

#[test]
fn what_subjects_of_github_differ_in_is_told() {
    let (names, ids) = ("repo:o/r", "repo:o@1/r@2");
    let (main, production) = ("ref:refs/heads/main", "environment:production");
    for other in [main, production, "pull_request"] {
        let (names, ids) = (format!("{names}:{other}"), format!("{ids}:{other}"));
        check_note(&ids, &names, Some(ONLY_IDS));
        check_note(&names, &ids, Some(ONLY_IDS));
        check_note(&names, &names, None);
    }
    for other in [main, "ref:refs/tags/v1", "pull_request"] {
        let (one, two) = (format!("{names}:{production}"), format!("{names}:{other}"));
        check_note(&one, &two, Some(ENVIRONMENT));
        check_note(&two, &one, Some(ENVIRONMENT));
    }
    for (token, configured) in [
        ("repo:o/r:pull_request", "repo:o/r:ref:refs/heads/main"),
        ("repo:o/r:environment:a", "repo:o/r:environment:b"),
        ("repo:o/r:environment:a", "repo:o/x:ref:refs/heads/main"),
        ("repo:o@1/r@2:pull_request", "repo:o@1/r@3:pull_request"),
        ("repo:o@1/r@2:pull_request", "repo:O/r:pull_request"),
        ("repo:o@1/r:pull_request", "repo:o/r:pull_request"),
        ("repo:o/r:pull_request", "x"),
        ("x", "y"),
        ("", ""),
    ] {
        check_note(token, configured, None);
    }
}

#[test]
fn each_field_has_its_code() {
    let token = exchange_token();
    let other = |issuer: &str, subject: &str, audience: &str, code| {
        check(
            &token,
            &[credential(issuer, subject, audience)],
            Rules::Current,
            Some(code),
        );
    };
    let none = check(
        &token,
        &[],
        Rules::Current,
        Some(AadstsCode::NO_CREDENTIALS),
    );
    assert!(none.message.unwrap().contains("The client '…'(…) has no"));
    other(
        &format!("{ISSUER}/"),
        "c135",
        EXCHANGE,
        AadstsCode::NO_MATCHING_ISSUER,
    );
    other(
        &ISSUER.to_uppercase(),
        "c135",
        EXCHANGE,
        AadstsCode::NO_MATCHING_ISSUER,
    );
    other(ISSUER, "c136", EXCHANGE, AadstsCode::NO_MATCHING_SUBJECT);
    other(ISSUER, "c135 ", EXCHANGE, AadstsCode::NO_MATCHING_SUBJECT);
    other(ISSUER, "C135", EXCHANGE, AadstsCode::SUBJECT_CASE_DIFFERS);
    other(
        ISSUER,
        "c135",
        TOKEN_EXCHANGE_APP,
        AadstsCode::NO_MATCHING_AUDIENCE,
    );
    other(
        ISSUER,
        "c135",
        "api://azureadtokenexchange",
        AadstsCode::NO_MATCHING_AUDIENCE,
    );
    let custom = claims(ISSUER, "c135", r#""api://own""#);
    check(
        &custom,
        &[credential(ISSUER, "c135", "api://own")],
        Rules::Current,
        Some(AadstsCode::AUDIENCE_NOT_EXCHANGE),
    );
    check(
        &custom,
        &[credential(ISSUER, "c135", "api://own")],
        Rules::Preview2022,
        None,
    );
    check(
        &custom,
        &[credential(ISSUER, "c136", "api://own")],
        Rules::Preview2022,
        Some(AadstsCode::NO_MATCHING_CREDENTIAL),
    );
    check(
        &custom,
        &[credential(ISSUER, "C135", "api://own")],
        Rules::Preview2022,
        None,
    );
    check(
        &Claims::default(),
        &[credential("", "", "")],
        Rules::Current,
        Some(AadstsCode::NO_MATCHING_ISSUER),
    );
}

#[test]
fn other_issuers_are_compared_literally() {
    let github = "https://token.actions.githubusercontent.com";
    let token = claims(
        github,
        "repo:o/r:pull_request",
        r#"["a","api://AzureADTokenExchange"]"#,
    );
    check(
        &token,
        &[credential(github, "repo:o/r:pull_request", EXCHANGE)],
        Rules::Current,
        None,
    );
    check(
        &token,
        &[credential(github, "repo:o/r:pull_request", "b")],
        Rules::Current,
        Some(AadstsCode::NO_MATCHING_AUDIENCE),
    );
    let by_id = claims(github, "s", &format!(r#""{TOKEN_EXCHANGE_APP}""#));
    check(
        &by_id,
        &[credential(github, "s", EXCHANGE)],
        Rules::Current,
        Some(AadstsCode::NO_MATCHING_AUDIENCE),
    );
}

#[test]
fn the_nearest_comes_first_and_its_difference_is_marked() {
    let list = [
        credential("https://other.example", "x", "y"),
        credential(&format!("{ISSUER}/"), "c135", EXCHANGE),
        credential(ISSUER, "zzzz", "y"),
    ];
    let verdict = check(
        &exchange_token(),
        &list,
        Rules::Current,
        Some(AadstsCode::NO_MATCHING_SUBJECT),
    );
    assert_eq!(
        verdict.matches.iter().map(|m| m.index).collect::<Vec<_>>(),
        [1, 2, 0]
    );
    let issuer = &verdict.matches[0].fields[0];
    let diff = issuer.diff.as_ref().unwrap();
    assert_eq!(diff.kind, Some(DifferenceKind::TrailingSlash));
    assert_eq!(
        diff.configured.last().map(|run| run.text.as_str()),
        Some("/")
    );
    assert!(verdict.message.unwrap().contains("subject 'c135'"));
}

#[test]
fn what_is_further_away_is_counted_and_decides_as_well() {
    let mut list = vec![credential(ISSUER, "c136", EXCHANGE); 5];
    list.push(credential(ISSUER, "C135", EXCHANGE));
    let token = exchange_token();
    let all = match_all(&token, &list, Rules::Current);
    assert_eq!((all.matches.len(), all.further), (6, 0));
    let two = match_nearest(&token, &list, Rules::Current, 2);
    assert_eq!(
        (two.matches.as_slice(), two.further),
        (&all.matches[..2], 4)
    );
    assert_eq!(two.code, all.code);
    let none = match_nearest(&token, &list, Rules::Current, 0);
    assert_eq!(
        (none.code, none.further),
        (Some(AadstsCode::SUBJECT_CASE_DIFFERS), 6)
    );
    assert_eq!(match_nearest(&token, &[], Rules::Current, 2).further, 0);
}

const GITHUB: &str = "https://token.actions.githubusercontent.com";

fn flexible(issuer: &str, expression: &str) -> Credential {
    Credential {
        name: expression.to_owned(),
        claims_matching_expression: Some(expression.into()),
        ..credential(issuer, "", EXCHANGE)
    }
}

fn github_token(sub: &str) -> Claims {
    Claims::from_payload(&Document::parse(format!(
        r#"{{"iss":"{GITHUB}","sub":"{sub}","aud":"{EXCHANGE}","repository_id":"74"}}"#
    )))
}

#[test]
fn an_expression_takes_the_place_of_the_subject() {
    let main = github_token("repo:o/r:ref:refs/heads/main");
    let id = "claims['repository_id'] eq '74'";
    let heads = format!("claims['sub'] matches 'repo:o/r:ref:refs/heads/*' and {id}");
    let check = |expression: &str, code| {
        check(&main, &[flexible(GITHUB, expression)], Rules::Current, code)
    };
    let verdict = check(&heads, None);
    let row = &verdict.matches[0].fields[1];
    assert_eq!(
        (row.field, row.verdict),
        (CredentialField::Expression, CheckVerdict::Pass)
    );
    assert_eq!((row.terms.len(), row.diagnostics.as_slice()), (2, &[][..]));
    for expression in [
        &heads.replace("'74'", "'75'"),
        &heads.replace("/r:", "/R:"),
        &heads.replace(" eq", "  eq"),
        &heads.replace(" and ", " or "),
        &heads.replace("repository_id", "repository_owner_id"),
        "claims['sub'] eq 'repo:o/r:ref:refs/heads/*'",
        "",
    ] {
        let verdict = check(expression, Some(AadstsCode::NO_MATCHING_EXPRESSION));
        assert_eq!(verdict.confidence, Some(Confidence::Observed));
        assert!(
            verdict
                .message
                .unwrap()
                .contains("no federated identity credential expression")
        );
    }
    let unread = check(
        "claims['sub'] = 'x'",
        Some(AadstsCode::NO_MATCHING_EXPRESSION),
    );
    let found = &unread.matches[0].fields[1].diagnostics[0];
    assert_eq!(
        (found.code, found.span.unwrap().start()),
        ("expression-operator", 14)
    );
}

#[test]
fn codes_beside_an_expression() {
    let main = github_token("repo:o/r:ref:refs/heads/main");
    let other = flexible(GITHUB, "claims['sub'] matches 'repo:p/*'");
    let exact = |subject: &str| credential(GITHUB, subject, EXCHANGE);
    let check = |list: &[Credential], code| check(&main, list, Rules::Current, code);
    check(
        &[exact("x"), other.clone()],
        Some(AadstsCode::NO_MATCHING_EXPRESSION),
    );
    check(
        &[exact("Repo:o/r:ref:refs/heads/main"), other.clone()],
        Some(AadstsCode::NO_MATCHING_EXPRESSION),
    );
    check(
        &[exact("repo:o/r:ref:refs/heads/main"), other.clone()],
        None,
    );
    // A flexible credential for another issuer changes nothing.
    let elsewhere = flexible("https://gitlab.com", "claims['sub'] matches '*'");
    check(
        &[exact("x"), elsewhere.clone()],
        Some(AadstsCode::NO_MATCHING_SUBJECT),
    );
    check(&[elsewhere], Some(AadstsCode::NO_MATCHING_ISSUER));
    let fits = flexible(GITHUB, "claims['sub'] matches 'repo:o/*'");
    let audience = Credential {
        audiences: vec!["b".into()],
        ..fits
    };
    check(&[audience, other], Some(AadstsCode::NO_MATCHING_AUDIENCE));
}

#[test]
fn the_nearest_expression_comes_first() {
    let main = github_token("repo:o/r:ref:refs/heads/main");
    let list = [
        credential(GITHUB, "something else altogether", EXCHANGE),
        flexible(GITHUB, "claims['sub'] matches 'repo:other/*'"),
        flexible(
            GITHUB,
            "claims['sub'] matches 'repo:o/r:ref:refs/heads/man*'",
        ),
    ];
    let verdict = match_all(&main, &list, Rules::Current);
    let order: Vec<_> = verdict.matches.iter().map(|found| found.index).collect();
    assert_eq!(order, [2, 1, 0]);
    let term = &verdict.matches[0].fields[1].terms[0];
    let diff = term.diff.as_ref().unwrap();
    let marked = |runs: &[Segment]| runs.last().map(|run| (run.text.clone(), run.differs));
    assert_eq!(marked(&diff.presented), Some(("in".to_owned(), true)));
    assert_eq!(marked(&diff.configured), Some(("n*".to_owned(), true)));
}

#[track_caller]
fn check_corrected(token: &Claims, other: &Credential, expression: Option<&str>) {
    let corrected = match_all(token, std::slice::from_ref(other), Rules::Current).corrected;
    let corrected = corrected.unwrap();
    let made = corrected.claims_matching_expression.as_ref();
    assert_eq!(made.map(|made| made.value.as_str()), expression);
    check(token, &[corrected], Rules::Current, None);
}

#[test]
fn a_flexible_credential_stays_flexible() {
    let main = github_token("repo:o/r:ref:refs/heads/main");
    let id = "claims['repository_id'] eq '74'";
    let heads = format!("claims['sub'] matches 'repo:o/r:ref:refs/heads/*' and {id}");
    let check = |old: &str, new: &str| check_corrected(&main, &flexible(GITHUB, old), Some(new));
    // What holds stays as it was written.
    check(
        "claims['sub'] matches 'repo:o/*' and claims['repository_id'] eq '1'",
        &format!("claims['sub'] matches 'repo:o/*' and {id}"),
    );
    check("claims['sub'] matches 'repo:p/*'", &heads);
    check(
        &format!("claims['sub'] eq 'x' and {id}"),
        &format!("claims['sub'] eq 'repo:o/r:ref:refs/heads/main' and {id}"),
    );
    check(id.replace('4', "5").as_str(), &heads);
    check("not to be read", &heads);
    // The token lacks what is asked for, or its issuer may have no expression.
    let owner = flexible(GITHUB, "claims['repository_owner_id'] eq '65'");
    check_corrected(&main, &owner, None);
    let other = claims("https://issuer.example", "s", &format!("\"{EXCHANGE}\""));
    check_corrected(&other, &flexible(GITHUB, "claims['sub'] eq 'x'"), None);
}
