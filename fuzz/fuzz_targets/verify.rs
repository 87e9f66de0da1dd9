//! A token of the vectors, changed in any way: it is never valid unless it is still itself.
#![no_main]

use std::sync::LazyLock;

use fedcred_core::jose::{Keys, SignatureState, parse, verify};
use libfuzzer_sys::fuzz_target;

const PEM: &str = include_str!("../../core/tests/vectors/rfc7515-a2.spki.pem");
const SECRET: &str = r#"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;

/// Tokens of RFC 7515 appendix A.1 and A.2 with their keys, and the bytes of their signatures.
static SIGNED: LazyLock<Vec<(String, Keys)>> = LazyLock::new(|| {
    let vectors = include_str!("../../core/tests/vectors/rfc7515.json");
    let mut tokens = vectors
        .split('"')
        .filter(|text| text.starts_with("eyJ") && text.contains('.'));
    let keys = [Keys::parse(SECRET, "A.1"), Keys::parse(PEM, "A.2")];
    keys.map(|keys| {
        let token = tokens.next().unwrap().to_owned();
        assert_eq!(verify(&parse(&token).tokens[0], &keys).state, SignatureState::Valid);
        (token, keys)
    })
    .into()
});

/// Takes bytes out of the token and puts others in: (place, how many, what).
fn changed(token: &str, place: u16, count: u8, text: &str) -> String {
    let start = usize::from(place) % token.len();
    let end = (start + usize::from(count)).min(token.len());
    format!("{}{text}{}", &token[..start], &token[end..])
}

fuzz_target!(|input: (bool, u16, u8, &str)| {
    let (second, place, count, insert) = input;
    let (token, keys) = &SIGNED[usize::from(second)];
    let text = changed(token, place, count, insert);
    for found in parse(&text).tokens {
        let signature = verify(&found, keys);
        assert!(!signature.reason.is_empty());
        if signature.state == SignatureState::Valid {
            assert_eq!(found.compact(), token);
        }
        // Nobody has the keys of the text itself.
        let carried = verify(&found, &Keys::embedded_in(&found));
        assert!(carried.state != SignatureState::Valid || carried.key.is_some_and(|key| key.is_embedded));
        let _ = verify(&found, &Keys::parse(insert, "fuzz"));
    }
});
