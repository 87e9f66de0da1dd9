//! Reading text: places in it, what is wrong with it, base64url, JSON and times.

pub mod base64url;
mod diagnostic;
mod fields;
pub mod json;
pub mod time;

pub(crate) use diagnostic::shifted;
pub use diagnostic::{Diagnostic, Severity, Span};
pub use fields::Fields;

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

/// The largest input that is read, in bytes (5 MiB). More is refused with a diagnostic.
pub const MAX_INPUT: usize = 5 * 1024 * 1024;
