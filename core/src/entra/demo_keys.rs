//! The mock's signing keys: fixed, public demonstration keys that protect nothing.

use std::sync::{LazyLock, OnceLock};

use crate::jose::SigningKey;
use crate::text::json::{Document, Value};

static ENTRIES: LazyLock<Document> =
    LazyLock::new(|| Document::parse(include_str!("../../data/demo-keys.json")));

/// In the order of the entries; a key is read when it is first used.
static KEYS: [OnceLock<Option<SigningKey>>; 2] = [OnceLock::new(), OnceLock::new()];

/// The demonstration key with this name: `demo-1` or `demo-2`.
pub(crate) fn demo_key(name: &str) -> Option<&'static SigningKey> {
    let entries = ENTRIES.get("keys").map(Value::items).unwrap_or_default();
    let mut slots = entries.zip(&KEYS);
    let (entry, key) =
        slots.find(|(entry, _)| entry.text_of("kid").is_some_and(|kid| kid == name))?;
    key.get_or_init(|| SigningKey::from_jwk(entry)).as_ref()
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
