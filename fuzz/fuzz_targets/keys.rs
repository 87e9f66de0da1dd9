//! Any text as keys: reading it does not panic, and what is no key verifies no token of others.
#![no_main]

use std::sync::LazyLock;

use fedcred_core::jose::{Keys, SignatureState, Token, parse, verify};
use libfuzzer_sys::fuzz_target;

/// RFC 7515 appendix A.1 to A.4: a secret, RSA, P-256, P-521.
static TOKENS: LazyLock<Vec<Token>> = LazyLock::new(|| {
    let vectors = include_str!("../../core/tests/vectors/rfc7515.json");
    let lines = vectors.split('"').filter(|text| text.starts_with("eyJ"));
    let tokens: Vec<_> = lines.flat_map(|text| parse(text).tokens).collect();
    assert!(tokens.len() >= 4);
    tokens
});

fuzz_target!(|text: &str| {
    let keys = Keys::parse(text, "fuzz");
    let again = Keys::parse(text, "fuzz");
    assert_eq!(format!("{keys:?}"), format!("{again:?}"));
    for finding in keys.diagnostics() {
        let place = finding.span.map(|span| text.get(span.start()..span.end()));
        assert!(place != Some(None), "{finding:?}");
    }
    for token in TOKENS.iter() {
        let signature = verify(token, &keys);
        assert!(!signature.reason.is_empty());
        // The keys of the vectors themselves are public: whoever writes one down verifies with it.
        let published = [
            "ofgWCuLjybRl",
            "AyM1SysPpbyD",
            "f83OJ3D2xF1B",
            "AekpBQ8ST8a8",
            "-----BEGIN",
            "MI",
        ];
        let known = published.iter().any(|beginning| text.contains(beginning));
        assert!(known || signature.state != SignatureState::Valid, "{signature:?}");
    }
});
