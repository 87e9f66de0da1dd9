//! Reading text: places in it, what is wrong with it, base64url, JSON and times.

pub mod base64url;
mod diagnostic;
mod difference;
pub mod edit;
mod fields;
pub mod json;
mod pretty;
mod template;
pub mod time;
mod verdict;

pub(crate) use diagnostic::shifted;
pub use diagnostic::{Diagnostic, Severity, Span, too_large};
pub(crate) use difference::distance;
pub use difference::{Difference, DifferenceKind, Segment};
pub use fields::Fields;
pub use pretty::{compact, pretty};
pub(crate) use template::fill;
pub use verdict::CheckVerdict;

/// A newtype for a string of a protocol: it keeps its exact text, and two kinds cannot be mixed up.
macro_rules! protocol_string {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The exact text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<T: Into<String>> From<T> for $name {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use protocol_string;

/// Decodes the bytes of a file: UTF-16 with a byte order mark, otherwise UTF-8. Invalid bytes become U+FFFD.
///
/// ```
/// assert_eq!(fedcred_core::text::from_bytes(&[0xff, 0xfe, b'h', 0, b'i', 0]), "hi");
/// ```
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> String {
    from_utf16(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Decodes UTF-16 with a byte order mark, which is what `>` writes in Windows PowerShell. `None` without the mark.
#[must_use]
pub fn from_utf16(bytes: &[u8]) -> Option<String> {
    let (body, unit): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xff, 0xfe, body @ ..] => (body, u16::from_le_bytes),
        [0xfe, 0xff, body @ ..] => (body, u16::from_be_bytes),
        _ => return None,
    };
    let (pairs, _) = body.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    Some(String::from_utf16_lossy(&units))
}

/// The largest text that is read, in bytes: 5 MiB. A larger one gets the diagnostic `input-too-large`.
pub const MAX_INPUT: usize = 5 * 1024 * 1024;
