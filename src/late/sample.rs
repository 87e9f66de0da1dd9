//! The samples, made as they are asked for: the one of a managed identity comes fresh from the mock.

use fedcred_core::flow::{self, SampleToken, Scenario, run};
use fedcred_core::text::json::Document;

const SCENARIO: &str = include_str!("../../core/data/scenarios/managed-identity.json");

/// The sample with this number, as of `now` (seconds): that of the managed identity, then those of the core.
pub fn sample(number: usize, now: i64) -> Option<SampleToken> {
    match number.checked_sub(1) {
        None => managed_identity(now),
        Some(index) => flow::sample_token(index, now),
    }
}

/// Runs the supported exchange as of `now` (seconds) and takes the token and the published keys out of its
/// messages.
fn managed_identity(now: i64) -> Option<SampleToken> {
    let mut scenario = Scenario::parse(SCENARIO).scenario;
    scenario.clock = now;
    let trace = run(&scenario);
    let mut bodies = trace
        .steps
        .iter()
        .filter_map(|step| step.response.as_ref())
        .map(|response| response.body.as_str());
    let token = Document::parse(bodies.next()?)
        .get("access_token")?
        .as_str()?
        .into_owned();
    let keys = bodies
        .find(|body| body.starts_with(r#"{"keys":"#))?
        .to_owned();
    Some(SampleToken { token, keys })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fedcred_core::jose::{Keys, SignatureState, parse, verify};

    #[test]
    fn its_own_keys_verify_it() {
        let sample = managed_identity(1_795_447_440).unwrap();
        let parsed = parse(&sample.token);
        let keys = Keys::parse(&sample.keys, "sample");
        assert_eq!(
            verify(&parsed.tokens[0], &keys).state,
            SignatureState::Valid
        );
    }
}
