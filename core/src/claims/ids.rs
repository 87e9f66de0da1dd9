//! Ids: the form of a GUID, and the names of well-known ones.

use std::sync::LazyLock;

use super::Confidence;
use crate::text::base64url;
use crate::text::json::{Document, Value};

const FILE: &str = include_str!("../../data/well-known-ids.json");

static KNOWN: LazyLock<Vec<KnownId>> = LazyLock::new(|| {
    let document = Document::parse(FILE);
    document.items().map(read).collect()
});

/// A well-known id, such as that of Microsoft Graph.
#[derive(Debug)]
pub struct KnownId {
    id: String,
    /// Its name.
    pub name: String,
    /// Where that is written.
    pub source: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What is known of an id.
#[must_use]
pub fn known_id(id: &str) -> Option<&'static KnownId> {
    KNOWN.iter().find(|known| known.id == id)
}

/// The name of a well-known id, such as that of Microsoft Graph.
#[must_use]
pub fn well_known_id(id: &str) -> Option<&'static str> {
    known_id(id).map(|known| known.name.as_str())
}

/// Whether a text has the form 8-4-4-4-12 of hexadecimal digits.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let fits = |(at, byte): (usize, u8)| {
        if dash(at) {
            byte == b'-'
        } else {
            byte.is_ascii_hexdigit()
        }
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// A GUID out of 16 bytes in the order of .NET: the first three groups have their lowest byte first.
pub(super) fn guid_of_bytes(bytes: &[u8]) -> Option<String> {
    let [a, b, c, d, e, f, g, h, i, j, rest @ ..] = bytes.first_chunk::<16>()?;
    let rest: String = rest.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!(
        "{d:02x}{c:02x}{b:02x}{a:02x}-{f:02x}{e:02x}-{h:02x}{g:02x}-{i:02x}{j:02x}-{rest}"
    ))
}

/// The bytes of a GUID in the order of .NET.
pub(crate) fn bytes_of_guid(guid: &str) -> Option<Vec<u8>> {
    let digits: String = guid.split('-').collect();
    let number = u128::from_str_radix(&digits, 16)
        .ok()
        .filter(|_| is_guid(guid))?;
    let [a, b, c, d, e, f, g, h, rest @ ..] = number.to_be_bytes();
    Some([d, c, b, a, f, e, h, g].into_iter().chain(rest).collect())
}

/// A GUID as the subjects `/eid1/…` have it: base64url of its bytes in the order of .NET (observed).
#[must_use]
pub fn eid1_of_guid(guid: &str) -> Option<String> {
    Some(base64url::encode(&bytes_of_guid(guid)?))
}

fn read(entry: Value<'_>) -> KnownId {
    let text = |name| entry.string_of(name);
    KnownId {
        id: text("id"),
        name: text("name"),
        source: text("source"),
        confidence: Confidence::from_word(&text("confidence")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete_and_stands_once() {
        let document = Document::parse(FILE);
        assert_eq!(document.diagnostics(), []);
        let mut seen: Vec<String> = Vec::new();
        for entry in document.root().unwrap().items() {
            let fields: Vec<_> = entry.members().map(|(name, _)| name.to_text()).collect();
            assert_eq!(fields, ["id", "name", "source", "confidence"]);
            let id = entry.text_of("id").unwrap().into_owned();
            assert!(is_guid(&id) && id == id.to_lowercase(), "{id}");
            assert!(entry.members().all(|(_, v)| !v.to_text().is_empty()));
            let word = entry.text_of("confidence").unwrap();
            assert_eq!(Confidence::from_word(&word).word(), word, "{id}");
            assert!(!seen.contains(&id), "{id} stands twice");
            seen.push(id);
        }
    }

    #[test]
    fn the_form_of_a_guid() {
        assert!(is_guid("5369a35c-46a5-4677-8ff9-2e65587654e7"));
        assert!(is_guid("5369A35C-46A5-4677-8FF9-2E65587654E7"));
        for text in [
            "",
            "5369a35c46a546778ff92e65587654e7",
            "{5369a35c-46a5-4677-8ff9-2e65587654e7}",
            "5369a35c-46a5-4677-8ff9-2e65587654e",
            "5369a35c-46a5-4677-8ff9-2e65587654e7 ",
            "5369a35c-46a5-4677-8ff9-2e65587654g7",
            "5369a35c-46a54-677-8ff9-2e65587654e7",
            "5369a35c-46a5-4677-8ff9-2e65587654é",
        ] {
            assert!(!is_guid(text), "{text}");
        }
    }

    #[test]
    fn a_guid_in_a_subject() {
        assert_eq!(
            eid1_of_guid("5369a35c-46a5-4677-8ff9-2e65587654e7").as_deref(),
            Some("XKNpU6VGd0aP-S5lWHZU5w")
        );
        assert_eq!(
            eid1_of_guid("499b84ac-1321-427f-aa17-267ca6975798").as_deref(),
            Some("rISbSSETf0KqFyZ8ppdXmA")
        );
        for text in [
            "",
            "5369a35c46a546778ff92e65587654e7",
            "5369a35c-46a5-4677-8ff9-2e65587654g7",
        ] {
            assert_eq!(eid1_of_guid(text), None);
        }
    }

    #[test]
    fn bytes_of_a_guid() {
        let bytes = crate::text::base64url::decode_strict("XKNpU6VGd0aP-S5lWHZU5w").unwrap();
        let guid = guid_of_bytes(&bytes).unwrap();
        assert_eq!(guid, "5369a35c-46a5-4677-8ff9-2e65587654e7");
        assert_eq!(guid_of_bytes(&bytes[..15]), None);
    }
}
