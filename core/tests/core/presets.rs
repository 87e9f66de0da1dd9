//! Each platform's form gives the credential that its tokens match.

use fedcred_core::claims::{Claims, Cloud};
use fedcred_core::federation::{Draft, Hints, Preset, Rules, from_platform, match_all};
use fedcred_core::text::json::Document;
use serde_json::json;
use similar_asserts::assert_eq;

fn answers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn made(id: &str, pairs: &[(&str, &str)]) -> Draft {
    from_platform(
        Preset::from_id(id).expect("a preset"),
        &answers(pairs),
        &Hints::default(),
    )
}

#[track_caller]
fn check(id: &str, pairs: &[(&str, &str)], issuer: &str, subject: &str) {
    let draft = made(id, pairs);
    assert_eq!(draft.diagnostics, []);
    let made = (
        draft.credential.issuer.as_str(),
        draft.credential.subject.as_str(),
    );
    assert_eq!(made, (issuer, subject));
}

#[track_caller]
fn finds(id: &str, pairs: &[(&str, &str)], expected: &[&str]) {
    let draft = made(id, pairs);
    let codes: Vec<_> = draft.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, expected, "{:?}", draft.credential);
}

const GITHUB: &str = "https://token.actions.githubusercontent.com";
const REPO: [(&str, &str); 2] = [("owner", "contoso"), ("repository", "shop")];
const TENANT: &str = "5369a35c-46a5-4677-8ff9-2e65587654e7";

fn repo<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    REPO.iter().chain(more).copied().collect()
}

#[test]
fn subjects_of_github() {
    let checked =
        |more: &[(&str, &str)], subject: &str| check("github", &repo(more), GITHUB, subject);
    checked(
        &[("environment", "production")],
        "repo:contoso/shop:environment:production",
    );
    checked(
        &[("environment", "Production:V1")],
        "repo:contoso/shop:environment:Production%3AV1",
    );
    checked(
        &[("entity", "branch"), ("branch", "main")],
        "repo:contoso/shop:ref:refs/heads/main",
    );
    checked(
        &[("entity", "tag"), ("tag", "v1")],
        "repo:contoso/shop:ref:refs/tags/v1",
    );
    checked(
        &[("entity", "pull_request")],
        "repo:contoso/shop:pull_request",
    );
    checked(
        &[("entity", "custom"), ("custom", "event_name:push")],
        "repo:contoso/shop:event_name:push",
    );
    let ids = [
        ("ownerId", "12"),
        ("repositoryId", "34"),
        ("entity", "pull_request"),
    ];
    checked(&ids, "repo:contoso@12/shop@34:pull_request");
    let workflow = "contoso/ci/.github/workflows/a.yml@refs/heads/main";
    checked(
        &[("entity", "workflow"), ("workflow", workflow)],
        &format!("job_workflow_ref:{workflow}"),
    );
}

#[test]
fn the_other_platforms() {
    let entra = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    let guid = "0d0d0d0d-0000-4000-8000-000000000001";
    check(
        "managed-identity",
        &[("principalId", guid), ("tenantId", TENANT)],
        &entra,
        guid,
    );
    let aks = "https://eastus.oic.prod-aks.azure.com/t/g/";
    let kubernetes = [
        ("issuer", aks),
        ("namespace", "ns"),
        ("serviceAccount", "sa"),
    ];
    check(
        "kubernetes",
        &kubernetes,
        aks,
        "system:serviceaccount:ns:sa",
    );
    check(
        "gitlab",
        &[("project", "g/p"), ("ref", "main")],
        "https://gitlab.com",
        "project_path:g/p:ref_type:branch:ref:main",
    );
    check(
        "azure-devops",
        &[
            ("tenantId", TENANT),
            ("organizationId", guid),
            ("connectionId", guid),
        ],
        &entra,
        &format!("/eid1/c/pub/t/XKNpU6VGd0aP-S5lWHZU5w/a/rISbSSETf0KqFyZ8ppdXmA/sc/{guid}/{guid}"),
    );
    check(
        "azure-devops",
        &[
            ("form", "vstoken"),
            ("organizationId", guid),
            ("organization", "o"),
            ("project", "p"),
            ("connection", "c"),
        ],
        &format!("https://vstoken.dev.azure.com/{guid}"),
        "sc://o/p/c",
    );
    let workspace = [
        ("organization", "o"),
        ("project", "Default Project"),
        ("workspace", "w"),
    ];
    check(
        "terraform",
        &workspace,
        "https://app.terraform.io",
        "organization:o:project:Default Project:workspace:w:run_phase:plan",
    );
    let eu: Vec<_> = workspace
        .into_iter()
        .chain([("region", "eu"), ("phase", "apply")])
        .collect();
    check(
        "terraform",
        &eu,
        "https://app.eu.terraform.io",
        "organization:o:project:Default Project:workspace:w:run_phase:apply",
    );
    check(
        "google",
        &[("uniqueId", "112")],
        "https://accounts.google.com",
        "112",
    );
    let aws = "https://a.tokens.sts.global.api.aws";
    check(
        "aws",
        &[("issuer", aws), ("role", "arn:aws:iam::1:role/r")],
        aws,
        "arn:aws:iam::1:role/r",
    );
    check(
        "spiffe",
        &[
            ("issuer", "https://o.example"),
            ("spiffeId", "spiffe://d/ns/n/sa/s"),
        ],
        "https://o.example",
        "spiffe://d/ns/n/sa/s",
    );
    check(
        "other",
        &[("issuer", "https://o.example"), ("subject", " s")].map(|(k, v)| (k, v.trim())),
        "https://o.example",
        "s",
    );
}

#[test]
fn what_looks_wrong_is_told() {
    finds(
        "github",
        &[],
        &["value-missing", "value-missing", "value-missing"],
    );
    finds("github", &repo(&[("environment", "")]), &["value-missing"]);
    let environment = ("environment", "production");
    finds(
        "github",
        &[
            ("owner", "contoso/shop"),
            ("repository", "shop"),
            environment,
        ],
        &["value-form"],
    );
    finds(
        "github",
        &[
            ("owner", "contoso"),
            ("repository", "contoso/shop"),
            environment,
        ],
        &["value-form"],
    );
    finds(
        "github",
        &[
            ("owner", "https://github.com/contoso"),
            ("repository", "shop"),
            environment,
        ],
        &["value-form"],
    );
    finds(
        "github",
        &repo(&[("entity", "branch"), ("branch", "refs/heads/main")]),
        &["value-form"],
    );
    finds(
        "github",
        &repo(&[("entity", "pull-request")]),
        &["value-choice", "field-empty"],
    );
    finds(
        "github",
        &repo(&[environment, ("ownerId", "contoso")]),
        &["value-form", "value-missing"],
    );
    finds(
        "github",
        &repo(&[environment, ("repositoryId", "74")]),
        &["value-missing"],
    );
    finds(
        "github",
        &[("owner", " contoso"), ("repository", "shop"), environment],
        &["field-white-space"],
    );
    let blank = format!("{GITHUB} ");
    finds(
        "github",
        &repo(&[environment, ("issuer", &blank)]),
        &["field-white-space"],
    );
    finds(
        "github",
        &repo(&[environment, ("branch", "main")]),
        &["value-unknown"],
    );
    finds(
        "github",
        &repo(&[environment, ("issuer", &format!("{GITHUB}/"))]),
        &["issuer-slash"],
    );
    finds(
        "github",
        &repo(&[("entity", "branch"), ("branch", "release/*")]),
        &["wildcard"],
    );
    finds(
        "managed-identity",
        &[("principalId", "billing"), ("tenantId", TENANT)],
        &["value-form", "subject-form"],
    );
    let inside = [
        ("issuer", "https://kubernetes.default.svc.cluster.local"),
        ("namespace", "n"),
        ("serviceAccount", "s"),
    ];
    finds("kubernetes", &inside, &["value-form"]);
    let aks = [
        ("issuer", "https://eastus.oic.prod-aks.azure.com/t/g"),
        ("namespace", "n"),
        ("serviceAccount", "s"),
    ];
    finds("kubernetes", &aks, &["issuer-slash"]);
    finds("google", &[("uniqueId", "a@b.example")], &["value-form"]);
    finds(
        "aws",
        &[
            ("issuer", "https://a.tokens.sts.global.api.aws"),
            ("role", "Deploy"),
        ],
        &["value-form"],
    );
    finds(
        "spiffe",
        &[("issuer", "https://o.example"), ("spiffeId", "ns/n")],
        &["value-form"],
    );
    finds("varying", &[], &["issuer-volatile"]);
    finds(
        "other",
        &[
            ("issuer", "https://oidc.circleci.com/org/o"),
            ("subject", "s"),
        ],
        &["issuer-volatile"],
    );
    assert!(Preset::from_id("no-such").is_none());
}

#[test]
fn every_preset_is_complete_and_its_tokens_match() {
    for preset in Preset::all() {
        assert_eq!(
            Preset::all().filter(|other| other.id == preset.id).count(),
            1
        );
        for text in [&preset.title, &preset.portal, &preset.source] {
            assert!(!text.is_empty(), "{}", preset.id);
        }
        let snippets: Vec<_> = preset.snippets(Cloud::UsGov).collect();
        for (place, text) in snippets {
            assert!(
                !place.is_empty() && !text.contains('{') && text.contains("-f1,2"),
                "{text}"
            );
        }
        for answers in every_choice(preset) {
            let draft = from_platform(preset, &answers, &Hints::default());
            let credential = &draft.credential;
            let claims = json!({"iss": credential.issuer, "sub": credential.subject, "aud": credential.audiences});
            let claims = Claims::from_payload(&Document::parse(claims.to_string()));
            let verdict = match_all(&claims, std::slice::from_ref(credential), Rules::Current);
            assert_eq!(
                verdict.matched,
                preset.has_credential(),
                "{}: {:?}",
                preset.id,
                draft
            );
        }
    }
}

/// The examples of a preset, once for each of its choices.
fn every_choice(preset: &Preset) -> Vec<Vec<(String, String)>> {
    let mut all = Vec::new();
    let choices = preset.fields.iter().flat_map(|field| {
        field
            .choices
            .iter()
            .map(move |(word, _)| (field.key.clone(), word.clone()))
    });
    for choice in choices.chain([(String::new(), String::new())]) {
        let mut answers = vec![choice];
        answers.retain(|(key, _)| !key.is_empty());
        let asked: Vec<_> = preset
            .fields_for(&answers)
            .filter(|field| field.choices.is_empty())
            .collect();
        let examples = asked
            .iter()
            .map(|field| (field.key.clone(), field.example.clone()));
        let examples: Vec<_> = examples.collect();
        answers.extend(examples);
        all.push(answers);
    }
    all
}

#[test]
fn clouds_change_host_and_audience() {
    let gov = Hints {
        cloud: Some(Cloud::UsGov),
        ..Hints::default()
    };
    let pairs = answers(&[
        ("principalId", "0d0d0d0d-0000-4000-8000-000000000001"),
        ("tenantId", TENANT),
    ]);
    let draft = from_platform(
        Preset::from_id("managed-identity").expect("it"),
        &pairs,
        &gov,
    );
    assert_eq!(draft.diagnostics, []);
    assert_eq!(
        draft.credential.issuer.as_str(),
        format!("https://login.microsoftonline.us/{TENANT}/v2.0")
    );
    assert_eq!(
        draft.credential.audiences[0].as_str(),
        "api://AzureADTokenExchangeUSGov"
    );
}
