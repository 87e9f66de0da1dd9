//! The scenario made of an error: it runs, and ends with the error's code and the values of its message.

use fedcred_core::errors::{AadstsCode, catalogue, explain_errors};
use fedcred_core::flow::{Scenario, run, scenario_from_error};
use proptest::prelude::{ProptestConfig, Strategy, prop, prop_assert_eq, prop_oneof, proptest};
use similar_asserts::assert_eq;

const TENANT: &str = "7e0f3a52-1b6c-4d8e-9f20-3c4b5a697887";
const V2: &str = "https://login.microsoftonline.com/7e0f3a52-1b6c-4d8e-9f20-3c4b5a697887/v2.0";
const V1: &str = "https://sts.windows.net/7e0f3a52-1b6c-4d8e-9f20-3c4b5a697887/";
const GOV: &str = "https://login.microsoftonline.us/7e0f3a52-1b6c-4d8e-9f20-3c4b5a697887/v2.0";
const GITHUB: &str = "https://token.actions.githubusercontent.com";
const SUBJECT: &str = "0d4b1c9e-5a77-4f3e-8b21-6e9f7c1a2b3d";
const APP: &str = "5b6c7d8e-9f01-4234-8567-89abcdef0123";

/// Every code that the mock answers.
fn codes() -> Vec<AadstsCode> {
    let answered = catalogue().filter(|entry| entry.unsent.is_none());
    answered.filter_map(|entry| entry.code).collect()
}

fn owned(parameters: &[(&str, &str)]) -> Vec<(String, String)> {
    let pairs = parameters.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The error in the mock's answer.
#[track_caller]
fn ends(scenario: &Scenario, code: AadstsCode) -> Vec<(String, String)> {
    assert_eq!(Scenario::parse(&scenario.to_json()).scenario, *scenario);
    let trace = run(scenario);
    assert_eq!(trace.code, Some(code), "{}", scenario.title);
    assert_eq!(trace.expectation_met, Some(true));
    let answer = trace
        .steps
        .last()
        .and_then(|step| step.response.as_ref())
        .unwrap();
    let mut found = explain_errors(&answer.body);
    assert_eq!(
        (found.len(), found[0].code),
        (1, Some(code)),
        "{}",
        answer.body
    );
    found.remove(0).parameters
}

/// The message of the code with these values comes again.
#[track_caller]
fn check(code: u32, parameters: &[(&str, &str)]) {
    let code = AadstsCode::new(code);
    let text = code.message(parameters).unwrap();
    let read = explain_errors(&text).remove(0);
    assert_eq!(read.parameters, owned(parameters), "{text}");
    let scenario = scenario_from_error(code, &read.parameters).expect("a scenario");
    assert_eq!(ends(&scenario, code), owned(parameters));
}

#[test]
fn the_same_message_comes_again() {
    check(70_025, &[("appId", APP), ("appName", "Billing")]);
    check(700_016, &[("appId", APP), ("tenantName", "Contoso, Ltd.")]);
    for issuer in [V2, V1, GOV] {
        check(700_211, &[("iss", issuer)]);
    }
    check(700_213, &[("sub", SUBJECT)]);
    check(7_002_138, &[("sub", SUBJECT)]);
    check(7_002_138, &[("sub", &SUBJECT.to_uppercase())]);
    check(700_236, &[("iss", V2)]);
    check(700_236, &[("iss", GOV)]);
    check(7_000_229, &[("appId", APP), ("tenantId", TENANT)]);
    check(7_002_121, &[("aud", "https://management.azure.com/")]);
    check(7_002_121, &[("aud", "https://vault.azure.net")]);
    check(7_002_121, &[("aud", APP)]);
    check(
        500_011,
        &[
            ("resource", "api://AzureADTokenExchange."),
            ("tenantName", "Contoso"),
        ],
    );
    check(900_023, &[("tenant", "contoso")]);
    check(90_002, &[("tenant", TENANT)]);
    check(90_002, &[("tenant", "contoso.example")]);
    check(900_144, &[("parameter", "scope")]);
    check(900_144, &[("parameter", "client_id")]);
    check(1_002_012, &[("scope", "user.read")]);
    check(9_001_023, &[]);
}

#[test]
fn every_code_with_and_without_values() {
    let all = owned(&[
        ("iss", GITHUB),
        ("sub", "repo:o/r"),
        ("aud", "api://AzureADTokenExchange"),
        ("tenant", "a/b"),
    ]);
    for code in codes() {
        for parameters in [&[][..], &all] {
            ends(
                &scenario_from_error(code, parameters).expect("a scenario"),
                code,
            );
        }
    }
}

/// Ids that scenarios invent where a message names none: a message may name them all the same.
const INVENTED: [&str; 11] = [
    "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222",
    "33333333-3333-4333-8333-333333333333",
    "44444444-4444-4444-8444-444444444444",
    "55555555-5555-4555-8555-555555555555",
    "66666666-6666-4666-8666-666666666666",
    "aaaaaaaa-0000-4000-8000-000000000002",
    "bbbbbbbb-0000-4000-8000-000000000003",
    "c0c0c0c0-0000-4000-8000-000000000001",
    "f0f0f0f0-0000-4000-8000-000000000001",
    "fb60f99c-7a34-4190-8149-302f77469936",
];

#[test]
fn a_message_that_names_an_invented_id_ends_with_its_code() {
    let mut wrong = Vec::new();
    for (code, id) in codes()
        .into_iter()
        .flat_map(|code| INVENTED.map(|id| (code, id)))
    {
        for name in ["sub", "aud", "appId", "clientId", "tenant", "tenantId"] {
            let scenario = scenario_from_error(code, &owned(&[(name, id)])).expect("a scenario");
            let found = run(&scenario).code;
            if found != Some(code) {
                wrong.push(format!("{code} with {name} {id} ends with {found:?}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn the_other_codes_have_none() {
    let others = catalogue()
        .filter_map(|entry| entry.code)
        .chain([0, 7, u32::MAX].map(AadstsCode::new));
    for code in others.filter(|code| !codes().contains(code)) {
        assert_eq!(scenario_from_error(code, &[]), None, "{code}");
    }
}

/// The values of another issuer come again too.
#[test]
fn the_message_of_another_issuer_comes_again() {
    const CLUSTER: &str = "https://oidc.cluster.example/";
    for issuer in [GITHUB, CLUSTER, "https://gitlab.example"] {
        check(700_211, &[("iss", issuer)]);
    }
    for subject in [
        "repo:example-org/shop:ref:refs/heads/main",
        "system:serviceaccount:shop:orders",
        "project_path:example-group/shop:ref_type:branch:ref:main",
        "organization:o:project:Default Project:workspace:w:run_phase:apply",
        "anybody",
    ] {
        check(700_213, &[("sub", subject)]);
        check(7_002_138, &[("sub", subject)]);
        check(7_002_131, &[("sub", subject)]);
    }
    check(700_212, &[("aud", "https://github.com/example-org")]);
    let github = scenario_from_error(
        AadstsCode::NO_MATCHING_SUBJECT,
        &owned(&[("sub", "repo:o/r:pull_request")]),
    )
    .unwrap();
    assert_eq!(github.directory.external_issuers[0].issuer, GITHUB);
    check(90_014, &[("field", "aud")]);
    check(70_003, &[("grant", "password")]);
    check(900_561, &[("method", "GET")]);
}

/// Values of a scenario's own, and anything.
fn value() -> impl Strategy<Value = String> {
    let known = [
        "",
        "common",
        "c0c0c0c0-0000-4000-8000-000000000001",
        "f0f0f0f0-0000-4000-8000-000000000001",
        "bbbbbbbb-0000-4000-8000-000000000003",
        "11111111-1111-4111-8111-111111111111",
        "33333333-3333-4333-8333-333333333333",
        "66666666-6666-4666-8666-666666666666",
        "66666666-6666-4666-8666-666666666666",
        "fb60f99c-7a34-4190-8149-302f77469936",
        "api://33333333-3333-4333-8333-333333333333",
        "api://33333333-3333-4333-8333-333333333333/.default",
        "api://AzureADTokenExchange",
        "api://AzureADTokenExchangeUSGov",
        "https://management.azure.com/",
        V2,
        V1,
        GOV,
        GITHUB,
        TENANT,
        SUBJECT,
        APP,
        "client_id",
        "contoso.example",
        "/.default",
        ".",
        "https://login.microsoftonline.com/a?b#c/v2.0",
    ];
    prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        ".{0,12}"
    ]
}

const NAMES: [&str; 16] = [
    "iss",
    "sub",
    "aud",
    "tenant",
    "tenantId",
    "tenantName",
    "appId",
    "appName",
    "clientId",
    "resource",
    "scope",
    "parameter",
    "field",
    "grant",
    "method",
    "alg",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn any_values_end_with_the_code(
        code in prop::sample::select(codes()),
        values in prop::collection::vec((prop::sample::select(NAMES.to_vec()), value()), 0..6),
    ) {
        let parameters: Vec<_> = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let scenario = scenario_from_error(code, &parameters).expect("a scenario");
        prop_assert_eq!(run(&scenario).code, Some(code), "{:?}", parameters);
    }
}
