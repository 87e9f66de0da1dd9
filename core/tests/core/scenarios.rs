//! The scenarios that come with Fedcred, run: they end as they say, and nothing in their traces comes from elsewhere.

use std::collections::BTreeSet;
use std::path::PathBuf;

use fedcred_core::entra::{MetadataCache, RuleId};
use fedcred_core::errors::{AadstsCode, catalogue};
use fedcred_core::flow::{
    Actor, Mock, Outcome, Scenario, ShippedScenario, StepId, Trace, run, scenario_from_error,
    shipped_scenarios,
};
use fedcred_core::text::CheckVerdict;
use similar_asserts::assert_eq;

fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("data/scenarios")
        .join(format!("{name}.json"));
    std::fs::read_to_string(path).expect("the scenario is there")
}

#[track_caller]
fn read(text: &str) -> Scenario {
    let read = Scenario::parse(text);
    assert_eq!(read.diagnostics, []);
    read.scenario
}

/// The trace of a scenario in which the first `from` was replaced by `to`.
#[track_caller]
fn changed(name: &str, from: &str, to: &str) -> Trace {
    let text = file(name);
    assert!(text.contains(from), "{name} has no {from}");
    run(&Scenario::parse(&text.replacen(from, to, 1)).scenario)
}

#[track_caller]
fn check_fails(trace: &Trace, rule: &str, code: Option<u32>) {
    let failing = trace
        .failing_step()
        .and_then(|step| step.failed_check())
        .map(|check| check.rule.as_str());
    assert_eq!(
        (failing, trace.code),
        (Some(rule), code.map(AadstsCode::new))
    );
    assert_ne!(trace.outcome, Outcome::Allowed);
}

#[test]
fn a_credential_of_a_scenario_may_have_an_expression() {
    let subject = r#""subject": "aaaaaaaa-0000-4000-8000-000000000002","#;
    let with = |value: &str, more: &str| {
        let expression = format!(
            r#"{more} "claimsMatchingExpression": {{"value":"{value}","languageVersion":1}},"#
        );
        let text = file("managed-identity");
        assert!(text.contains(subject));
        run(&read(&text.replacen(subject, &expression, 1)))
    };
    for more in ["", r#""subject": null,"#] {
        let fits = with("claims['sub'] matches 'aaaaaaaa-*'", more);
        assert_eq!(fits.outcome, Outcome::Allowed);
        let other = with("claims['sub'] matches 'bbbbbbbb-*'", more);
        assert_eq!(other.code, Some(AadstsCode::NO_MATCHING_EXPRESSION));
    }
    let text =
        file("managed-identity").replacen(subject, r#""claimsMatchingExpression": null,"#, 1);
    let found = Scenario::parse(&text).diagnostics;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.contains("subject"), "{found:?}");
}

#[test]
fn what_is_no_object_is_told() {
    for (text, path) in [
        (
            r#"{"workload":{"token":{"claims":%}}}"#,
            "workload.token.claims",
        ),
        (r#"{"request":{"form":%}}"#, "request.form"),
        (
            concat!(
                r#"{"directory":{"tenants":[{"applications":[{"federatedIdentityCredentials":"#,
                r#"[{"claimsMatchingExpression":%}]}]}]}}"#
            ),
            "directory.tenants[0].applications[0].federatedIdentityCredentials[0].claimsMatchingExpression",
        ),
    ] {
        let wrong = format!("`{path}` must be an object");
        let told = |value: &str| {
            let found = Scenario::parse(&text.replace('%', value)).diagnostics;
            found.iter().any(|one| one.message.starts_with(&wrong))
        };
        for value in ["7", "[]", "\"x\"", "true", "[{}]"] {
            assert!(told(value), "{path}: {value}");
        }
        for value in ["null", r#"{"value":"x"}"#] {
            assert!(!told(value), "{path}: {value}");
        }
    }
}

#[test]
fn graph_is_known_by_its_host() {
    for address in [
        "https://GRAPH.microsoft.com/",
        "https://graph.microsoft.com:443/",
    ] {
        let trace = changed("propagation", "https://graph.microsoft.com/", address);
        assert_eq!(trace.code, Some(AadstsCode::NO_CREDENTIALS), "{address}");
        assert_eq!(trace.steps[0].to, Actor::Graph, "{address}");
    }
}

#[test]
fn metadata_that_could_not_be_read_are_not_kept() {
    let mut scenario = read(&file("metadata-unreachable"));
    scenario.directory.metadata_cache = Some(MetadataCache {
        read_at: 0,
        seconds: 3_600,
    });
    let trace = run(&scenario);
    let mut steps = trace.steps.iter();
    let step = steps.find(|step| step.id == StepId::TokenRequest).unwrap();
    let mut mock = Mock::new(&scenario);
    for _ in 0..2 {
        let handled = mock.handle(scenario.clock, step.request.as_ref().unwrap());
        assert_eq!(handled.code, Some(AadstsCode::METADATA_UNREACHABLE));
    }
}

#[test]
fn every_scenario_is_written_as_it_is_read() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/scenarios");
    for file in std::fs::read_dir(folder).expect("the scenarios") {
        let path = file.expect("a file").path();
        let scenario = read(&std::fs::read_to_string(&path).expect("a scenario"));
        assert_eq!(read(&scenario.to_json()), scenario, "{}", path.display());
    }
}

#[test]
fn every_part_of_a_message_is_explained() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/scenarios");
    let mut missing = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("the scenarios") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(path).expect("a scenario");
        for step in run(&read(&text)).steps {
            let mut parts = step.request.map(|one| one.parts()).unwrap_or_default();
            parts.extend(step.response.map(|one| one.parts()).unwrap_or_default());
            let unknown = parts.into_iter().filter(|part| part.field().is_none());
            missing.extend(unknown.map(|part| (part.place.title(), part.name)));
        }
    }
    assert_eq!(missing, BTreeSet::new(), "add them to http-fields.json");
}

#[test]
fn every_scenario_ends_as_it_says() {
    for one in shipped_scenarios() {
        let scenario = read(one.json);
        let trace = run(&scenario);
        let (outcome, code) = (trace.outcome, trace.code);
        assert_eq!(
            trace.expectation_met,
            Some(true),
            "{}: {outcome:?} {code:?}",
            one.name
        );
        assert_eq!(
            trace,
            run(&scenario),
            "the same scenario gives the same trace"
        );
        assert_eq!(scenario.title, one.title);
        assert!(!scenario.about.is_empty(), "{}", one.name);
    }
}

/// A shipped scenario ends with it, or the one that is made of its message.
#[test]
fn every_code_that_the_mock_answers_has_a_scenario() {
    let answered = catalogue().filter(|entry| entry.unsent.is_none());
    let mut made = Vec::new();
    for code in answered.filter_map(|entry| entry.code) {
        let ends = |one: &&ShippedScenario| run(&read(one.json)).code == Some(code);
        if !shipped_scenarios().iter().any(|one| ends(&one)) {
            let scenario = scenario_from_error(code, &[]).unwrap_or_default();
            assert_eq!(run(&scenario).code, Some(code), "{code} has no scenario");
            made.push(code);
        }
    }
    // What an exchange comes to by itself is shipped; the rest are requests that no library sends.
    let shipped = [
        70_025, 700_211, 700_212, 700_213, 7_002_138, 7_002_131, 7_000_272, 700_024,
    ]
    .map(AadstsCode::new);
    assert!(shipped.iter().all(|code| !made.contains(code)), "{made:?}");
}

#[test]
fn every_file_is_listed_once_with_those_of_its_group() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/scenarios");
    let names = std::fs::read_dir(folder).unwrap();
    let files: BTreeSet<_> = names
        .map(|entry| {
            entry
                .unwrap()
                .file_name()
                .into_string()
                .unwrap()
                .replace(".json", "")
        })
        .collect();
    let listed: BTreeSet<_> = shipped_scenarios()
        .iter()
        .map(|one| one.name.to_owned())
        .collect();
    assert_eq!(files, listed);
    assert_eq!(listed.len(), shipped_scenarios().len());
    let mut groups: Vec<_> = shipped_scenarios().iter().map(|one| one.group).collect();
    groups.dedup();
    let different: BTreeSet<_> = groups.iter().collect();
    assert_eq!(different.len(), groups.len());
    let titles: BTreeSet<_> = shipped_scenarios().iter().map(|one| one.title).collect();
    assert_eq!(titles.len(), shipped_scenarios().len());
}

#[test]
fn the_supported_form_shows_every_message_of_the_article() {
    let trace = run(&read(&file("managed-identity")));
    let arrows: Vec<_> = trace
        .steps
        .iter()
        .map(|step| (step.from, step.to))
        .collect();
    let (c, h, e, a) = (Actor::Client, Actor::Home, Actor::Entra, Actor::Api);
    let course = [
        (c, h),
        (h, c),
        (c, e),
        (e, e),
        (e, e),
        (e, h),
        (h, e),
        (e, h),
        (h, e),
        (e, e),
        (e, e),
        (e, e),
        (e, c),
        (c, a),
        (a, a),
        (a, c),
    ];
    assert_eq!(arrows, course);
    assert!(trace.unreached.is_empty());
    let checks = trace.steps.iter().flat_map(|step| &step.checks);
    assert!(
        checks
            .clone()
            .all(|check| check.verdict == CheckVerdict::Pass && !check.source.is_empty())
    );
    let rules: BTreeSet<_> = checks.map(|check| check.rule.as_str()).collect();
    assert_eq!(rules.len(), RuleId::ALL.len(), "each rule is checked once");
}

#[test]
fn a_refusal_stops_the_exchange_and_shows_what_was_not_reached() {
    let trace = run(&read(&file("wrong-subject")));
    check_fails(&trace, "subject", Some(700_213));
    let failing = trace
        .failing_step()
        .and_then(|step| step.failed_check())
        .unwrap();
    assert_eq!(failing.presented, "aaaaaaaa-0000-4000-8000-000000000002");
    assert_eq!(failing.configured, "bbbbbbbb-0000-4000-8000-000000000003");
    let last = trace.steps.last().unwrap();
    assert_eq!(last.response.as_ref().map(|r| r.status), Some(401));
    assert!(
        last.response
            .as_ref()
            .unwrap()
            .body
            .contains("AADSTS700213")
    );
    assert!(trace.unreached.iter().any(|step| step.to == Actor::Api));
}

#[test]
fn a_change_of_any_value_is_seen() {
    let name = "managed-identity";
    check_fails(
        &changed(name, "/v2.0\"", "/v2.0/\""),
        "issuer",
        Some(700_211),
    );
    let subject = r#""subject": "aaaaaaaa-0000-4000-8000-000000000002""#;
    check_fails(
        &changed(name, subject, &subject.replace("02", "03")),
        "subject",
        Some(700_213),
    );
    check_fails(
        &changed(name, subject, &subject.replace("aaaaaaaa", "AAAAAAAA")),
        "subject",
        Some(7_002_138),
    );
    check_fails(
        &changed(name, "api://AzureADToken", "api://azureadToken"),
        "audience",
        Some(700_212),
    );
    check_fails(
        &changed(name, "\"tenant\": \"c0", "\"tenant\": \"c1"),
        "tenant-exists",
        Some(90_002),
    );
    check_fails(
        &changed(
            name,
            "\"tenant\": \"c0c0c0c0-0000-4000-8000-000000000001\"",
            "\"tenant\": \"x y\"",
        ),
        "tenant-syntax",
        Some(900_023),
    );
    check_fails(
        &changed(
            name,
            "\"tenant\": \"c0c0c0c0-0000-4000-8000-000000000001\"",
            "\"tenant\": \"common\"",
        ),
        "grant-type",
        Some(9_001_023),
    );
    check_fails(&changed(name, "/.default", ""), "scope", Some(1_002_012));
    check_fails(
        &changed(name, "000000000006/.default", "00000000000f/.default"),
        "resource",
        Some(500_011),
    );
    check_fails(
        &changed(name, r#""clientId": "bbbbbbbb"#, r#""clientId": "bbbbbbbc"#),
        "identity-attached",
        None,
    );
    check_fails(
        &changed(
            name,
            r#""resource": "api://AzureAD"#,
            r#""resource": "api://Azure"#,
        ),
        "identity-resource",
        Some(500_011),
    );
    check_fails(
        &changed(name, r#""audience": "dddddddd"#, r#""audience": "ddddddde"#),
        "api-audience",
        None,
    );
    check_fails(
        &changed(
            name,
            r#""role": "Orders.Read""#,
            r#""role": "Orders.Write""#,
        ),
        "api-role",
        None,
    );
}

#[test]
fn the_clock_determines_the_tokens() {
    let at = |clock: &str| changed("managed-identity", "2026-11-23T15:24:00Z", clock);
    let (one, other) = (at("2026-11-23T15:24:00Z"), at("2026-11-23T15:24:01Z"));
    assert_ne!(one.steps[1].response, other.steps[1].response);
    assert_eq!(other.outcome, Outcome::Allowed);
}

#[test]
fn swapped_published_keys_fail_at_the_signature() {
    let keys = r#""signingKeys": ["#;
    let swap = |published: &str| {
        changed(
            "managed-identity",
            keys,
            &format!(r#""publishedKeys": [{published}], {keys}"#),
        )
    };
    check_fails(
        &swap(r#"{"kid":"demo-1","key":"demo-2"}"#),
        "signature",
        None,
    );
    check_fails(
        &swap(r#"{"kid":"demo-2","key":"demo-1"}"#),
        "key",
        Some(7_000_272),
    );
    let other = changed(
        "managed-identity",
        r#""key": "demo-1""#,
        r#""key": "demo-2""#,
    );
    assert_eq!(other.outcome, Outcome::Allowed);
    assert_ne!(
        other.steps[1].response,
        run(&read(&file("managed-identity"))).steps[1].response
    );
}

#[test]
fn a_token_without_roles_is_issued_and_denied_by_the_api() {
    let trace = changed(
        "managed-identity",
        r#""appRoleId": "eeeeeeee"#,
        r#""appRoleId": "eeeeeeef"#,
    );
    check_fails(&trace, "api-role", None);
    assert_eq!(trace.outcome, Outcome::Denied);
    assert_eq!(
        trace
            .steps
            .last()
            .unwrap()
            .response
            .as_ref()
            .unwrap()
            .status,
        403
    );
}

#[test]
fn an_identity_of_another_tenant_or_none_is_refused() {
    let name = "managed-identity";
    let other = concat!(
        r#"{"id":"f0f0f0f0-0000-4000-8000-000000000001","displayName":"Fabrikam","managedIdentities":[{"name":"m","#,
        r#""principalId":"aaaaaaaa-0000-4000-8000-000000000002","#,
        r#""clientId":"bbbbbbbb-0000-4000-8000-000000000003","hosts":["vm-billing"]}]}"#
    );
    let text = file(name)
        .replace(r#""tenants": ["#, &format!(r#""tenants": [{other},"#))
        .replacen("microsoftonline.com/c0c0", "microsoftonline.com/f0f0", 1)
        .replacen(
            "microsoftonline.com/f0f0c0c0",
            "microsoftonline.com/f0f0f0f0",
            1,
        );
    check_fails(&run(&read(&text)), "entra-token", Some(700_236));
    check_fails(
        &changed(name, "\"host\": \"vm-billing\"", "\"host\": \"vm-other\""),
        "identity-attached",
        None,
    );
}

#[test]
fn damaged_scenarios_give_diagnostics_and_a_trace() {
    for text in [
        "",
        "{",
        "[]",
        "null",
        r#"{"fedcred":2}"#,
        r#"{"clock":"never","faults":["x"],"rules":7}"#,
    ] {
        let read = Scenario::parse(text);
        assert!(!read.diagnostics.is_empty(), "{text}");
        assert_eq!(run(&read.scenario).outcome, Outcome::Refused);
    }
    let unknown =
        Scenario::parse(&file("managed-identity").replace("\"host\"", "\"hots\"")).diagnostics;
    let messages: Vec<_> = unknown.iter().map(|d| &*d.message).collect();
    assert_eq!(
        messages,
        [
            "`workload.host` is missing.",
            "`workload.hots` is not a known field and was ignored."
        ]
    );
    for clock in ["-9223372036854775808", "9223372036854775807"] {
        let _ = changed("managed-identity", "\"2026-11-23T15:24:00Z\"", clock);
    }
}
