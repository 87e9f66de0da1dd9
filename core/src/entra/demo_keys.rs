//! The mock's signing keys: fixed, public demonstration keys that protect nothing.

use std::sync::LazyLock;

use crate::jose::SigningKey;
use crate::text::json::{Document, Value};

static KEYS: LazyLock<Vec<(String, SigningKey)>> = LazyLock::new(|| {
    let document = Document::parse(include_str!("../../data/demo-keys.json"));
    let keys = document.get("keys").into_iter().flat_map(Value::items);
    keys.filter_map(|jwk| Some((jwk.text_of("kid")?.into_owned(), SigningKey::from_jwk(jwk)?)))
        .collect()
});

/// The demonstration key with this name: `demo-1` or `demo-2`.
pub(super) fn demo_key(name: &str) -> Option<&'static SigningKey> {
    KEYS.iter()
        .find(|(known, _)| known == name)
        .map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_two() {
        for name in ["demo-1", "demo-2"] {
            assert!(super::demo_key(name).is_some());
        }
        assert!(super::demo_key("demo-3").is_none());
    }
}
