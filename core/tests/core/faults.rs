//! Each fault on scenarios of different kinds: the check at which it is seen, and the code.

use fedcred_core::entra::RuleId;
use fedcred_core::errors::AadstsCode;
use fedcred_core::flow::{Fault, Outcome, Scenario, Trace, run, shipped_scenarios};
use fedcred_core::text::CheckVerdict;
use similar_asserts::assert_eq;

fn scenario(word: &str) -> Scenario {
    let found = shipped_scenarios()
        .iter()
        .find(|one| one.name == word)
        .unwrap();
    Scenario::parse(found.json).scenario
}

fn with(word: &str, faults: &[Fault]) -> Trace {
    let mut scenario = scenario(word);
    scenario.faults = faults.to_vec();
    run(&scenario)
}

fn failing(trace: &Trace) -> Option<&'static str> {
    let step = trace.failing_step()?;
    step.failed_check().map(|check| check.rule.as_str())
}

#[track_caller]
fn check(word: &str, fault: Fault, rule: &str, code: Option<u32>) {
    let trace = with(word, &[fault]);
    let found = (failing(&trace), trace.code);
    assert_eq!(
        found,
        (Some(rule), code.map(AadstsCode::new)),
        "{word}, {}",
        fault.name()
    );
    let expected = if rule == "api-role" {
        Outcome::Denied
    } else {
        Outcome::Refused
    };
    assert_eq!(trace.outcome, expected);
}

#[test]
fn a_fault_of_the_credential_or_the_assertion() {
    for word in [
        "managed-identity",
        "cross-tenant",
        "github",
        "aks",
        "gitlab",
    ] {
        check(word, Fault::WrongSubject, "subject", Some(700_213));
        check(word, Fault::WrongAudience, "audience", Some(700_212));
        check(word, Fault::WrongIssuer, "issuer", Some(700_211));
        check(word, Fault::Case, "subject", Some(7_002_138));
        check(word, Fault::Slash, "issuer", Some(700_211));
        check(word, Fault::Expired, "time", Some(700_024));
        check(word, Fault::NotYetValid, "time", Some(700_024));
        check(word, Fault::BadSignature, "signature", None);
        check(word, Fault::UnknownKid, "key", Some(7_000_272));
        check(word, Fault::AlgNone, "algorithm", Some(5_002_738));
        check(word, Fault::HmacConfusion, "algorithm", Some(5_002_738));
        check(word, Fault::MetadataUnreachable, "metadata", Some(50_166));
        check(word, Fault::StaleKeys, "key", Some(7_000_272));
    }
    check(
        "flexible-match",
        Fault::WrongSubject,
        "subject",
        Some(7_002_131),
    );
    check("flexible-match", Fault::Case, "subject", Some(7_002_131));
    // The article's audience is the application's own URI; letter case did not count in 2022.
    for (fault, rule) in [
        (Fault::WrongSubject, "subject"),
        (Fault::WrongAudience, "audience"),
        (Fault::WrongIssuer, "issuer"),
        (Fault::Slash, "issuer"),
    ] {
        check("article-2022", fault, rule, Some(70_021));
    }
}

/// The names and words of an expression stay: it is the value that differs.
#[test]
fn the_case_of_an_expression_is_that_of_its_values() {
    let trace = with("flexible-match", &[Fault::Case]);
    let failing = trace
        .failing_step()
        .and_then(|step| step.failed_check())
        .unwrap();
    assert_eq!(
        failing.configured,
        "claims['sub'] matches 'REPO:EXAMPLE-ORG/SHOP:REF:REFS/HEADS/*' and claims['repository_id'] eq '1001'"
    );
}

#[test]
fn a_fault_of_the_tenant_or_the_host() {
    check(
        "managed-identity",
        Fault::WrongTenant,
        "client",
        Some(700_016),
    );
    check("github", Fault::WrongTenant, "client", Some(700_016));
    for word in ["managed-identity", "cross-tenant", "github"] {
        check(
            word,
            Fault::MissingServicePrincipal,
            "service-principal",
            Some(7_000_229),
        );
        check(word, Fault::NoRoles, "api-role", None);
    }
    for word in ["managed-identity", "cross-tenant"] {
        check(word, Fault::ImdsThrottled, "identity-throttle", None);
        check(word, Fault::DroppedMetadataHeader, "metadata-header", None);
    }
}

/// A host without a managed identity does not ask for one's token.
#[test]
fn faults_of_the_managed_identity_endpoint_change_nothing_for_another_issuer() {
    for fault in [Fault::ImdsThrottled, Fault::DroppedMetadataHeader] {
        assert_eq!(with("github", &[fault]).outcome, Outcome::Allowed);
    }
}

#[test]
fn every_fault_has_a_word_and_a_title_of_its_own() {
    for (index, fault) in Fault::ALL.into_iter().enumerate() {
        assert!(!fault.name().is_empty() && !fault.title().is_empty());
        for other in Fault::ALL.into_iter().skip(index + 1) {
            assert_ne!(fault.name(), other.name());
            assert_ne!(fault.title(), other.title());
        }
    }
    // Words and titles stand in a table beside the faults.
    for fault in Fault::ALL {
        let mut named = String::new();
        for c in format!("{fault:?}").chars() {
            if c.is_ascii_uppercase() && !named.is_empty() {
                named.push('-');
            }
            named.push(c.to_ascii_lowercase());
        }
        assert_eq!(fault.name(), named);
    }
    let words: Vec<_> = Fault::ALL.into_iter().map(Fault::name).collect();
    let text = scenario_text(&words.join("\",\""));
    let read = Scenario::parse(&text);
    assert_eq!(read.diagnostics, []);
    assert_eq!(read.scenario.faults, Fault::ALL);
}

fn scenario_text(faults: &str) -> String {
    let text = shipped_scenarios()[0].json;
    assert!(text.contains("\"faults\": []"));
    text.replace("\"faults\": []", &format!("\"faults\": [\"{faults}\"]"))
}

/// Two at once: the exchange ends at the first check that sees one, whatever the order they are named in.
#[test]
fn several_faults_end_at_the_first_check_that_sees_one() {
    for one in Fault::ALL {
        for other in Fault::ALL {
            let (a, b) = (with("aks", &[one, other]), with("aks", &[other, one]));
            assert_eq!(failing(&a), failing(&b), "{} {}", one.name(), other.name());
            assert_eq!(a.code, b.code);
        }
    }
}

/// No fault makes of a refused exchange an allowed one.
#[test]
fn no_fault_repairs_anything() {
    for one in shipped_scenarios() {
        let scenario = scenario(one.name);
        if run(&scenario).outcome == Outcome::Allowed {
            continue;
        }
        for fault in Fault::ALL {
            let mut broken = scenario.clone();
            broken.faults.push(fault);
            let outcome = run(&broken).outcome;
            assert_ne!(outcome, Outcome::Allowed, "{} {}", one.name, fault.name());
        }
    }
}

#[test]
fn an_api_that_does_not_look_lets_in_what_it_should_not() {
    let mut scenario = scenario("managed-identity");
    let change = |scenario: &mut Scenario, rule: RuleId| match rule {
        RuleId::ApiIssuer => scenario.request.api.issuer.push('x'),
        RuleId::ApiAudience => scenario.request.api.audience.push('x'),
        RuleId::ApiRole => scenario.request.api.role.push('x'),
        _ => scenario.directory.keys.published = Vec::new(),
    };
    for rule in [RuleId::ApiAudience, RuleId::ApiRole] {
        let good = scenario.clone();
        change(&mut scenario, rule);
        assert_eq!(run(&scenario).outcome, Outcome::Denied, "{rule}");
        scenario.request.api.skip = vec![rule];
        let trace = run(&scenario);
        assert_eq!(trace.outcome, Outcome::Allowed, "{rule}");
        let mut checks = trace.steps.iter().flat_map(|step| &step.checks);
        let skipped = checks.find(|check| check.rule == rule).unwrap();
        assert_eq!(skipped.verdict, CheckVerdict::Skipped);
        assert!(!skipped.note.is_empty());
        scenario = good;
    }
}

#[test]
fn every_fault_has_a_test_here() {
    let tests = include_str!("faults.rs");
    let missing = Fault::ALL
        .into_iter()
        .filter(|fault| !tests.contains(&format!("Fault::{fault:?},")));
    assert_eq!(missing.collect::<Vec<_>>(), []);
}
