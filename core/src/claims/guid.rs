//! GUIDs: their form as text, and their bytes as Microsoft's tokens hold them.

use crate::text::base64url;

/// Whether a text has the form 8-4-4-4-12 of hexadecimal digits, in capitals or not.
///
/// ```
/// use fedcred_core::claims::is_guid;
///
/// assert!(is_guid("5369a35c-46a5-4677-8ff9-2e65587654e7"));
/// assert!(!is_guid("{5369a35c-46a5-4677-8ff9-2e65587654e7}"));
/// ```
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

/// The GUID of 16 bytes in the order of .NET: the first three groups have their lowest byte first.
pub(super) fn guid_from_bytes(bytes: &[u8]) -> Option<String> {
    let [a, b, c, d, e, f, g, h, i, j, rest @ ..] = bytes.first_chunk::<16>()?;
    let rest: String = rest.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(format!(
        "{d:02x}{c:02x}{b:02x}{a:02x}-{f:02x}{e:02x}-{h:02x}{g:02x}-{i:02x}{j:02x}-{rest}"
    ))
}

/// The 16 bytes of a GUID in the order of .NET.
pub(crate) fn guid_to_bytes(guid: &str) -> Option<Vec<u8>> {
    let digits: String = guid.split('-').collect();
    let number = u128::from_str_radix(&digits, 16)
        .ok()
        .filter(|_| is_guid(guid))?;
    let [a, b, c, d, e, f, g, h, rest @ ..] = number.to_be_bytes();
    Some([d, c, b, a, f, e, h, g].into_iter().chain(rest).collect())
}

/// A GUID in base64url of its bytes in the order of .NET, as subjects that begin with `/eid1/` have it (observed in
/// decoded tokens). `None` where the text is not a GUID.
///
/// ```
/// use fedcred_core::claims::guid_to_base64url;
///
/// let tenant = guid_to_base64url("5369a35c-46a5-4677-8ff9-2e65587654e7");
/// assert_eq!(tenant.as_deref(), Some("XKNpU6VGd0aP-S5lWHZU5w"));
/// ```
#[must_use]
pub fn guid_to_base64url(guid: &str) -> Option<String> {
    Some(base64url::encode(&guid_to_bytes(guid)?))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn the_base64url_of_a_guid() {
        assert_eq!(
            guid_to_base64url("5369a35c-46a5-4677-8ff9-2e65587654e7").as_deref(),
            Some("XKNpU6VGd0aP-S5lWHZU5w")
        );
        assert_eq!(
            guid_to_base64url("499b84ac-1321-427f-aa17-267ca6975798").as_deref(),
            Some("rISbSSETf0KqFyZ8ppdXmA")
        );
        for text in [
            "",
            "5369a35c46a546778ff92e65587654e7",
            "5369a35c-46a5-4677-8ff9-2e65587654g7",
        ] {
            assert_eq!(guid_to_base64url(text), None);
        }
    }

    #[test]
    fn bytes_of_a_guid() {
        let bytes = base64url::decode_strict("XKNpU6VGd0aP-S5lWHZU5w").unwrap();
        let guid = guid_from_bytes(&bytes).unwrap();
        assert_eq!(guid, "5369a35c-46a5-4677-8ff9-2e65587654e7");
        assert_eq!(guid_from_bytes(&bytes[..15]), None);
    }
}
