//! Findings about credentials of every kind.

use super::*;
use crate::claims::{Cloud, TOKEN_EXCHANGE_APP};
use crate::federation::Rules;

const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const PRINCIPAL: &str = "c135c981-5d8e-4b80-84ea-d616a6a8167c";
const EXCHANGE: &str = "api://AzureADTokenExchange";

fn github() -> Credential {
    Credential {
        name: "deploy".into(),
        issuer: "https://token.actions.githubusercontent.com".into(),
        subject: "repo:contoso/shop:environment:production".into(),
        audiences: vec![EXCHANGE.into()],
        ..Credential::default()
    }
}

fn entra() -> Credential {
    Credential {
        issuer: Cloud::Global.issuer(TENANT).as_str().into(),
        subject: PRINCIPAL.into(),
        ..github()
    }
}

#[track_caller]
fn check_with(credential: Credential, hints: &Hints, codes: &[&str]) {
    let found = lint_credential(&credential, hints, None);
    let found: Vec<_> = found.iter().map(|d| d.code).collect();
    assert_eq!(found, codes, "{credential:?}");
}

#[track_caller]
fn check(credential: Credential, change: impl FnOnce(&mut Credential), codes: &[&str]) {
    let mut credential = credential;
    change(&mut credential);
    check_with(credential, &Hints::default(), codes);
}

#[test]
fn sound_ones_have_no_findings() {
    check(github(), |_| {}, &[]);
    check(entra(), |_| {}, &[]);
    check(github(), |c| c.name = "a".repeat(120), &[]);
    check(
        github(),
        |c| c.subject = "x".repeat(600).as_str().into(),
        &[],
    );
    check(entra(), |c| c.subject = "/eid1/c/pub/t/a/b".into(), &[]);
}

#[test]
fn limits_and_characters() {
    for name in ["ab", "-ab", "_ab", "a b", "ä-name", &"a".repeat(121), ""] {
        check(github(), |c| c.name = name.to_owned(), &["name-form"]);
    }
    check(
        github(),
        |c| c.subject = "x".repeat(601).as_str().into(),
        &["field-too-long"],
    );
    check(
        github(),
        |c| c.description = "é".repeat(601),
        &["field-too-long"],
    );
    check(
        github(),
        |c| c.subject = " x".into(),
        &["field-white-space"],
    );
    check(
        github(),
        |c| c.subject = "x\u{a0}".into(),
        &["field-white-space"],
    );
    check(
        github(),
        |c| c.subject = "x\u{200b}y".into(),
        &["field-characters"],
    );
    check(
        github(),
        |c| c.subject = "repo:c\u{43e}ntoso/shop".into(),
        &["field-characters"],
    );
    check(
        github(),
        |c| c.subject = "a\nb".into(),
        &["field-characters"],
    );
    check(
        github(),
        |c| c.subject = "repo:contoso/*".into(),
        &["wildcard"],
    );
    check(github(), |c| c.subject = "".into(), &["field-empty"]);
    check(github(), |c| c.audiences.clear(), &["audience-count"]);
    check(
        github(),
        |c| c.audiences.push("b".into()),
        &["audience-count"],
    );
    check(
        github(),
        |c| c.claims_matching_expression = Some(GITHUB.into()),
        &["expression-preview", "subject-and-expression"],
    );
}

const GITHUB: &str = "claims['sub'] matches 'repo:contoso/shop:ref:refs/heads/*' and claims['repository_id'] eq '74'";

/// The findings about an expression, but for the one that stands for each.
#[track_caller]
fn check_expression(issuer: &str, expression: &str, codes: &[&str]) {
    let flexible = Credential {
        issuer: issuer.into(),
        subject: "".into(),
        claims_matching_expression: Some(expression.into()),
        ..github()
    };
    let found = lint_credential(&flexible, &Hints::default(), None);
    let found = found.iter().map(|found| found.code);
    let found: Vec<_> = found.filter(|code| *code != "expression-preview").collect();
    assert_eq!(found, codes, "{issuer} {expression}");
}

#[test]
fn expressions_of_github() {
    let check = |expression: &str, codes: &[&str]| {
        check_expression(
            "https://token.actions.githubusercontent.com",
            expression,
            codes,
        );
    };
    check(GITHUB, &[]);
    check(
        "claims['sub'] eq 'x' and claims['repository_owner_id'] eq '65'",
        &[],
    );
    check(
        &format!("{GITHUB} and claims['job_workflow_ref'] matches 'a/*'"),
        &[],
    );
    check(
        "claims['sub'] matches 'repo:contoso/*'",
        &["expression-required"],
    );
    check(
        "claims['job_workflow_ref'] matches 'a/*'",
        &["expression-subject", "expression-required"],
    );
    check("claims['repository_id'] eq '74'", &["expression-subject"]);
    check(
        "claims['sub'] eq 'x' and claims['repository_id'] matches '7*'",
        &["expression-claim-operator"],
    );
    check(
        &format!("{GITHUB} and claims['event_name'] eq 'push'"),
        &["expression-claim"],
    );
    check(
        &format!("{GITHUB} and claims['Sub'] eq 'push'"),
        &["expression-claim"],
    );
    check(
        "claims['sub'] eq 'repo:*' and claims['repository_id'] eq '74'",
        &["expression-literal"],
    );
    check("claims['sub'] matches repo", &["expression-quotes"]);
    check("", &["expression-empty"]);
    check(
        &format!(
            "{GITHUB} and claims['job_workflow_ref'] eq '{}'",
            "x".repeat(600)
        ),
        &["expression-too-long"],
    );
}

#[test]
fn expressions_of_other_issuers() {
    let sub = "claims['sub'] matches 'x*'";
    let project = format!("{sub} and claims['project_id'] eq '20'");
    for issuer in [
        "https://gitlab.com",
        "https://gitlab.example.com",
        "https://gitlab.example.ca",
    ] {
        check_expression(issuer, &project, &[]);
        check_expression(issuer, sub, &["expression-required"]);
    }
    for issuer in ["https://app.terraform.io", "https://app.eu.terraform.io"] {
        check_expression(issuer, sub, &[]);
        check_expression(issuer, &project, &["expression-claim"]);
    }
    for issuer in [
        "https://gitlab.example",
        "https://gitlab.example.com/",
        "https://git.example.com",
        "https://token.actions.octocorp.ghe.com",
        "https://app.terraform.io.example",
        &Cloud::Global.issuer(TENANT),
    ] {
        check_expression(issuer, sub, &["expression-issuer"]);
    }
}

#[test]
fn expressions_have_a_version() {
    let mut flexible = Credential {
        subject: "".into(),
        claims_matching_expression: Some(GITHUB.into()),
        ..github()
    };
    check_with(flexible.clone(), &Hints::default(), &["expression-preview"]);
    if let Some(expression) = &mut flexible.claims_matching_expression {
        expression.language_version = 2;
    }
    check_with(
        flexible,
        &Hints::default(),
        &["expression-version", "expression-preview"],
    );
}

#[test]
fn issuers() {
    check(
        github(),
        |c| c.issuer = "https://token.actions.githubusercontent.com/".into(),
        &["issuer-slash"],
    );
    check(
        github(),
        |c| c.issuer = "https://eastus.oic.prod-aks.azure.com/t/g".into(),
        &["issuer-slash"],
    );
    check(
        github(),
        |c| c.issuer = "https://eastus.oic.prod-aks.azure.com/t/g/".into(),
        &[],
    );
    check(
        github(),
        |c| c.issuer = "https://Token.actions.githubusercontent.com".into(),
        &["letter-case"],
    );
    check(
        github(),
        |c| c.issuer = "http://issuer.example".into(),
        &["issuer-form"],
    );
    check(
        github(),
        |c| c.issuer = "token.actions.githubusercontent.com".into(),
        &["issuer-form"],
    );
    check(
        github(),
        |c| c.issuer = "https://issuer.example/".into(),
        &[],
    );
    check(
        github(),
        |c| c.issuer = "https://oidc.circleci.com/org/o".into(),
        &["issuer-volatile"],
    );
    check(
        entra(),
        |c| c.issuer = format!("https://sts.windows.net/{TENANT}/").as_str().into(),
        &["issuer-v1"],
    );
    check(
        entra(),
        |c| c.issuer = format!("{}/", c.issuer).as_str().into(),
        &["issuer-slash"],
    );
    check(
        entra(),
        |c| c.issuer = "https://login.microsoftonline.com/common/v2.0".into(),
        &["issuer-tenant"],
    );
    check(
        entra(),
        |c| {
            c.issuer = c
                .issuer
                .as_str()
                .to_uppercase()
                .replace("HTTPS", "https")
                .as_str()
                .into()
        },
        &["letter-case"],
    );
    check(
        entra(),
        |c| c.issuer = Cloud::China.issuer(&TENANT.to_uppercase()).as_str().into(),
        &["letter-case", "audience-cloud"],
    );
    for end in ["", "/", "/v1.0", "/v2", "/oauth2/v2.0/token"] {
        let issuer = format!("https://login.microsoftonline.com/{TENANT}{end}");
        check(
            entra(),
            |c| c.issuer = issuer.as_str().into(),
            &["issuer-address"],
        );
    }
    check(
        github(),
        |c| c.issuer = "https://login.microsoftonline.com.example/t".into(),
        &[],
    );
}

#[test]
fn subjects_of_github() {
    let sub = |subject: &str, codes| check(github(), |c| c.subject = subject.into(), codes);
    sub("repo:contoso/shop:pull-request", &["pull-request"]);
    sub("repo:contoso@1/shop@2:pull-request", &["pull-request"]);
    sub("repo:contoso/shop:pull_request", &[]);
    sub("repo:contoso/shop:environment:pull-request", &[]);
    sub("repo:contoso/pull-request", &[]);
    check(
        github(),
        |c| {
            c.issuer = "https://issuer.example".into();
            c.subject = "repo:contoso/shop:pull-request".into();
        },
        &[],
    );
}

#[test]
fn subjects_of_entra() {
    check(
        entra(),
        |c| c.subject = PRINCIPAL.to_uppercase().as_str().into(),
        &["letter-case"],
    );
    check(entra(), |c| c.subject = "billing".into(), &["subject-form"]);
    let hints = Hints {
        app_id: PRINCIPAL.into(),
        ..Hints::default()
    };
    check_with(entra(), &hints, &["client-id-as-subject"]);
    check_with(github(), &hints, &[]);
}

#[test]
fn audiences() {
    check(
        entra(),
        |c| c.audiences = vec![TOKEN_EXCHANGE_APP.into()],
        &["audience-guid"],
    );
    check(
        github(),
        |c| c.audiences = vec![TOKEN_EXCHANGE_APP.into()],
        &["audience-guid"],
    );
    check(
        entra(),
        |c| c.audiences = vec!["api://azureadtokenexchange".into()],
        &["letter-case"],
    );
    check(
        entra(),
        |c| c.audiences = vec!["api://own".into()],
        &["audience-cloud"],
    );
    check(
        entra(),
        |c| c.audiences = vec!["api://AzureADTokenExchangeUSGov".into()],
        &["audience-cloud"],
    );
    check(
        github(),
        |c| c.audiences = vec!["api://AzureADTokenExchangeChina".into()],
        &["audience-other-cloud"],
    );
    check(
        github(),
        |c| c.audiences = vec!["api://own".into()],
        &["audience-unusual"],
    );
    let preview = Hints {
        rules: Rules::Preview2022,
        ..Hints::default()
    };
    let mut own = entra();
    own.audiences = vec!["api://own".into()];
    check_with(own, &preview, &[]);
}

#[test]
fn clouds() {
    let gov = Hints {
        cloud: Some(Cloud::UsGov),
        ..Hints::default()
    };
    check_with(github(), &gov, &["audience-other-cloud"]);
    check_with(entra(), &gov, &["issuer-other-cloud", "audience-cloud"]);
    let of_gov = Credential {
        issuer: Cloud::UsGov.issuer(TENANT).as_str().into(),
        audiences: vec!["api://AzureADTokenExchangeUSGov".into()],
        ..entra()
    };
    check_with(of_gov.clone(), &gov, &[]);
    check_with(of_gov, &Hints::default(), &[]);
}

#[test]
fn tenants() {
    let app_in = |tenant: &str| Hints {
        app_tenant: tenant.into(),
        ..Hints::default()
    };
    check_with(entra(), &app_in(TENANT), &[]);
    check_with(entra(), &app_in(&TENANT.to_uppercase()), &[]);
    check_with(entra(), &app_in(PRINCIPAL), &["tenant-differs"]);
    check_with(github(), &app_in(PRINCIPAL), &[]);
}

#[test]
fn identities() {
    let identity = ManagedIdentity {
        principal_id: PRINCIPAL.into(),
        client_id: "11111111-0000-4000-8000-000000000001".into(),
        tenant_id: TENANT.into(),
        ..ManagedIdentity::default()
    };
    let codes = |credential: &Credential, identity: &ManagedIdentity| {
        let found = lint_credential(credential, &Hints::default(), Some(identity));
        found.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&entra(), &identity), [""; 0]);
    let mut swapped = entra();
    swapped.subject = identity.client_id.as_str().into();
    assert_eq!(codes(&swapped, &identity), ["client-id-as-subject"]);
    let system = ManagedIdentity {
        system_assigned: true,
        ..identity
    };
    assert_eq!(codes(&entra(), &system), ["system-assigned"]);
}

#[test]
fn beside_others() {
    let with = |others: Vec<Credential>| Hints {
        others,
        ..Hints::default()
    };
    let named = |name: &str, subject: &str| Credential {
        name: name.into(),
        subject: subject.into(),
        ..github()
    };
    check_with(github(), &with(vec![named("other", "other")]), &[]);
    check_with(github(), &with(vec![github()]), &[]);
    check_with(
        github(),
        &with(vec![named("other", github().subject.as_str())]),
        &["pair-taken"],
    );
    check_with(
        github(),
        &with(vec![named("deploy", "other")]),
        &["name-taken"],
    );
    let many = |count: usize| {
        (0..count)
            .map(|n| named(&format!("n-{n}"), &n.to_string()))
            .collect()
    };
    check_with(github(), &with(many(19)), &[]);
    check_with(github(), &with(many(20)), &["too-many-credentials"]);
}
