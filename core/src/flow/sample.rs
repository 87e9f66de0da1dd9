//! SampleToken tokens of platforms: invented claims, really signed with a demonstration key.

use std::sync::LazyLock;

use crate::entra::DemonstrationKey;
use crate::text::json::{Document, Value};

const KEY: &str = "demo-2";

static SAMPLES: LazyLock<Document> =
    LazyLock::new(|| Document::parse(include_str!("../../data/samples.json")));

/// A token and the key set that verifies it.
#[derive(Debug, Clone)]
pub struct SampleToken {
    /// The compact token.
    pub token: String,
    /// A JWKS.
    pub keys: String,
}

/// What the samples are called, in their order.
pub fn sample_token_titles() -> impl Iterator<Item = String> {
    let titles = entries().filter_map(|entry| entry.text_of("title"));
    titles.map(std::borrow::Cow::into_owned)
}

/// The sample with this number, issued at `now` (seconds).
#[must_use]
pub fn sample_token(index: usize, now: i64) -> Option<SampleToken> {
    let entry = entries().nth(index)?;
    let claims = entry.get("claims")?.raw().strip_suffix('}')?;
    let expires = now + entry.get("lifetime")?.as_i64()?;
    let key = DemonstrationKey::named(KEY)?;
    let header = format!(r#"{{"alg":"RS256","typ":"JWT","kid":"{KEY}"}}"#);
    let payload = format!(r#"{claims},"iat":{now},"nbf":{now},"exp":{expires}}}"#);
    let (n, e) = key.public_numbers();
    Some(SampleToken {
        token: key.sign_text(&header, &payload)?,
        keys: format!(
            r#"{{"keys":[{{"kty":"RSA","use":"sig","alg":"RS256","kid":"{KEY}","n":"{n}","e":"{e}"}}]}}"#
        ),
    })
}

fn entries() -> impl Iterator<Item = Value<'static>> {
    SAMPLES.items()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::{TokenKind, explain};
    use crate::jose::{Keys, SignatureState, parse, verify};

    #[test]
    fn every_sample_verifies_and_is_recognised_without_a_warning() {
        let now = 1_795_447_440;
        let titles: Vec<_> = sample_token_titles().collect();
        assert!(SAMPLES.is_complete() && titles.len() >= 6);
        for (index, title) in titles.iter().enumerate() {
            let sample = sample_token(index, now).unwrap();
            let parsed = parse(&sample.token);
            let keys = Keys::parse(&sample.keys, "sample");
            assert_eq!(
                verify(&parsed.tokens[0], &keys).state,
                SignatureState::Valid
            );
            let explanation = explain(&parsed.tokens[0], now);
            assert!(
                explanation.diagnostics.is_empty(),
                "{title}: {:?}",
                explanation.diagnostics
            );
            let known = [TokenKind::Workload, TokenKind::Delegated];
            assert!(
                known.contains(&explanation.kind),
                "{title}: {:?}",
                explanation.kind
            );
        }
        assert!(sample_token(titles.len(), now).is_none());
    }
}
