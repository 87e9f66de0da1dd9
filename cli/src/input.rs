//! Reads files and standard input, up to the size limit.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use fedcred_core::text::{Diagnostic, MAX_INPUT, from_utf16, too_large};

use crate::report::{Failure, Finding, findings_in, print_message};

/// A text, and where it is from.
pub(crate) struct Input {
    /// Name of the file, as it was given.
    pub(crate) file: String,
    /// The text, with U+FFFD in place of bytes that are not UTF-8.
    pub(crate) text: String,
    /// Findings about its bytes.
    pub(crate) findings: Vec<Finding>,
}

/// The bytes of a file, and where they are from.
pub(crate) struct Bytes {
    /// Name of the file, as it was given.
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
}

impl Bytes {
    /// Reads a file, or standard input for `-`.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let file = display_name(path);
        match read_bytes(path) {
            Ok(bytes) => Ok(Self { file, bytes }),
            Err(error) => Err(Failure::CannotRead {
                file,
                reason: error.to_string(),
            }),
        }
    }

    /// The bytes, or a finding if there are too many.
    pub(crate) fn within_limit(&self) -> Result<&[u8], Vec<Finding>> {
        if self.bytes.len() > MAX_INPUT {
            return Err(findings_in(&self.file, [too_large()]));
        }
        Ok(&self.bytes)
    }
}

impl Input {
    /// Reads the text of a file, or of standard input for `-`.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        Bytes::read(path).map(Self::from)
    }

    /// The text of an argument.
    pub(crate) fn from_argument(argument: &str, text: String) -> Self {
        Self {
            file: argument.to_owned(),
            text,
            findings: Vec::new(),
        }
    }

    /// Parses the text, unless it is too large. Returns the value and the findings.
    pub(crate) fn parse_with<T: Default>(
        &self,
        parse: impl FnOnce(&str) -> (T, Vec<Diagnostic>),
    ) -> (T, Vec<Finding>) {
        let (value, diagnostics) = if self.text.len() > MAX_INPUT {
            (T::default(), vec![too_large()])
        } else {
            parse(&self.text)
        };
        let findings = self
            .findings
            .iter()
            .cloned()
            .chain(findings_in(&self.file, diagnostics))
            .collect();
        (value, findings)
    }
}

impl From<Bytes> for Input {
    fn from(Bytes { file, bytes }: Bytes) -> Self {
        let (text, finding) = decode(bytes);
        Self {
            findings: findings_in(&file, finding),
            file,
            text,
        }
    }
}

/// Fails if more than one input is standard input.
pub(crate) fn one_standard_input<P: AsRef<Path>>(
    paths: impl IntoIterator<Item = P>,
) -> Result<(), Failure> {
    let many = paths
        .into_iter()
        .filter(|path| is_standard_input(path.as_ref()))
        .count()
        > 1;
    if many {
        Err(Failure::TwoStandardInputs)
    } else {
        Ok(())
    }
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

fn display_name(path: &Path) -> String {
    if is_standard_input(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    if !is_standard_input(path) {
        return read_limited(File::open(path)?);
    }
    let stdin = io::stdin();
    if stdin.is_terminal() {
        print_message("reading standard input. Paste the text, then press Ctrl-D.");
    }
    read_limited(stdin.lock())
}

/// Reads at most one byte more than the limit, so that a larger input is noticed.
fn read_limited(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_INPUT).unwrap_or(u64::MAX);
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn decode(bytes: Vec<u8>) -> (String, Option<Diagnostic>) {
    if let Some(text) = from_utf16(&bytes).filter(|_| bytes.len() <= MAX_INPUT) {
        return (text, Some(was_utf16()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => (
            String::from_utf8_lossy(error.as_bytes()).into_owned(),
            Some(not_utf8()),
        ),
    }
}

fn was_utf16() -> Diagnostic {
    Diagnostic::info("input-utf16", "The text is UTF-16.")
        .help("Byte positions refer to the same text in UTF-8.")
}

fn not_utf8() -> Diagnostic {
    Diagnostic::warning("utf8", "The text contains bytes that are not UTF-8.")
        .help("They were replaced with U+FFFD.")
}
