//! What is wrong with an input, and where.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A range of bytes of a UTF-8 text, from its start up to and without its end. The end is never before the start.
///
/// ```
/// use fedcred_core::text::Span;
///
/// let span = Span::new(4, 7);
/// assert_eq!(span.slice("aud=api"), "api");
/// assert_eq!(Span::new(7, 4), Span::new(7, 7));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// A range from `start` to `end`; an `end` before `start` gives an empty range.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// The offset of the first byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start
    }

    /// The offset after the last byte; never less than the start.
    #[must_use]
    pub fn end(self) -> usize {
        self.end
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether no byte is in the range.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same range, `offset` bytes further on.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start + offset, self.end + offset)
    }

    /// The text in this range; empty where the range does not fit the text.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// Written as `[start, end]`.
impl Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.start, self.end).serialize(serializer)
    }
}

/// How much a [`Diagnostic`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The input is wrong here.
    Error,
    /// The input is readable, but something will surprise.
    Warning,
    /// Worth knowing.
    Info,
}

/// One finding about an input: what is wrong, where, and what to do about it.
///
/// ```
/// use fedcred_core::text::{Diagnostic, Span};
///
/// let finding = Diagnostic::error("no-token", "There is no token.").help("Paste one.").at(Span::new(0, 3));
/// assert_eq!(finding.to_string(), "There is no token. Paste one.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// A stable name in kebab-case, such as `json-truncated`, for tests and links.
    pub code: &'static str,
    /// Whether the input is wrong, surprising, or merely worth a note.
    pub severity: Severity,
    /// What is wrong, in one or two sentences.
    pub message: Cow<'static, str>,
    /// What to do about it; empty where the message says all.
    pub help: Cow<'static, str>,
    /// The place in the input; `None` where the finding concerns all of it.
    pub span: Option<Span>,
}

impl Diagnostic {
    /// A finding of [`Severity::Error`], without help and place.
    pub fn error(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code, Severity::Error, message.into())
    }

    /// A finding of [`Severity::Warning`], without help and place.
    pub fn warning(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code, Severity::Warning, message.into())
    }

    /// A finding of [`Severity::Info`], without help and place.
    pub fn info(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code, Severity::Info, message.into())
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = help.into();
        self
    }

    /// Adds the place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    fn new(code: &'static str, severity: Severity, message: Cow<'static, str>) -> Self {
        Self {
            code,
            severity,
            message,
            help: Cow::Borrowed(""),
            span: None,
        }
    }
}

/// The message, then the help where there is any: `There is no token in this text. A JWT has …`
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.help.is_empty() {
            write!(f, " {}", self.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

/// The finding `input-too-large`, for an input of more than [`MAX_INPUT`](super::MAX_INPUT) bytes.
#[must_use]
pub fn too_large() -> Diagnostic {
    Diagnostic::error(
        "input-too-large",
        "The text is larger than 5 MiB; it was not read.",
    )
    .help("Nothing is lost. Use only the part that matters.")
}

/// The diagnostics of a text that begins `offset` bytes into the input.
pub(crate) fn shifted(diagnostics: &[Diagnostic], offset: usize) -> Vec<Diagnostic> {
    diagnostics
        .iter()
        .map(|diagnostic| Diagnostic {
            span: diagnostic.span.map(|span| span.shifted(offset)),
            ..diagnostic.clone()
        })
        .collect()
}
