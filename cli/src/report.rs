//! Prints what a command found: the result to standard output, messages to standard error.

use std::fmt;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

use fedcred_core::claims::Confidence;
use fedcred_core::text::Diagnostic;
use serde::Serialize;

use crate::terminal::{MAX_FINDINGS, TerminalText, escape, json_word};

/// The result of a command.
pub(crate) trait Report: Serialize {
    /// Whether the answer is yes: exit code 0.
    fn passed(&self) -> bool;
    /// Messages about the inputs.
    fn findings(&self) -> impl Iterator<Item = &Finding>;
    /// Writes the result as text.
    fn write(&self, out: &mut TerminalText);
    /// A text that is printed in its place, unchanged.
    fn verbatim(&self) -> Option<&str> {
        None
    }
}

/// A diagnostic and the file it is about.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Finding {
    file: String,
    #[serde(flatten)]
    pub(crate) diagnostic: Diagnostic,
    /// Where the rule behind it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<&'static str>,
    /// How certain the rule is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) confidence: Option<Confidence>,
}

/// Findings about one file.
pub(crate) fn findings_in(
    file: &str,
    diagnostics: impl IntoIterator<Item = Diagnostic>,
) -> Vec<Finding> {
    diagnostics
        .into_iter()
        .map(|diagnostic| Finding {
            file: file.to_owned(),
            diagnostic,
            source: None,
            confidence: None,
        })
        .collect()
}

/// Why a command has no result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A file cannot be read.
    CannotRead { file: String, reason: String },
    /// The arguments do not fit together.
    Usage { reason: String },
    /// Two inputs are `-`.
    TwoStandardInputs,
    /// The server cannot listen on this address.
    CannotServe { address: String, reason: String },
    /// The result cannot be written.
    CannotWrite { reason: String },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CannotRead { file, reason } => write!(
                f,
                "cannot read {file}: {reason}. Check the path and its permissions, or use `-` for standard input."
            ),
            Self::Usage { reason } => f.write_str(reason),
            Self::TwoStandardInputs => write!(
                f,
                "only one input can be `-` (standard input). Give files for the others."
            ),
            Self::CannotServe { address, reason } => write!(
                f,
                "cannot listen on {address}: {reason}. Choose another port with --port; 0 picks a free one."
            ),
            Self::CannotWrite { reason } => write!(
                f,
                "cannot write the result: {reason}. Check where standard output goes."
            ),
        }
    }
}

/// Writes a message to standard error, and ignores a failure to do so.
pub(crate) fn print_message(message: &str) {
    let _ = writeln!(io::stderr(), "fedcred: {}", escape(message));
}

/// Writes help to standard output, or what is wrong with the arguments to standard error.
pub(crate) fn print_usage(text: &str, is_error: bool) {
    let lines: String = text
        .lines()
        .flat_map(|line| [escape(line), "\n".into()])
        .collect();
    let _ = if is_error {
        io::stderr().write_all(lines.as_bytes())
    } else {
        io::stdout().write_all(lines.as_bytes())
    };
}

/// Writes findings to standard error, at most [`MAX_FINDINGS`] of them.
pub(crate) fn print_findings<'a>(mut findings: impl Iterator<Item = &'a Finding>) {
    for finding in findings.by_ref().take(MAX_FINDINGS) {
        print_finding(finding);
    }
    if let more @ 1.. = findings.count() {
        print_message(&format!(
            "and {more} more messages; --format json shows all."
        ));
    }
}

fn print_finding(finding: &Finding) {
    let Diagnostic {
        severity,
        message,
        help,
        span,
        code,
        ..
    } = &finding.diagnostic;
    let place = span.map_or_else(String::new, |span| {
        format!(" (bytes {} to {})", span.start(), span.end())
    });
    let severity = json_word(severity);
    let message = format!(
        "{}: {severity}: {message}{place} {help} [{code}]",
        finding.file
    );
    print_message(&message);
}

/// Prints the report as text.
pub(crate) fn print_text(report: &impl Report) -> Result<(), Failure> {
    if let Some(text) = report.verbatim() {
        return print_verbatim(text);
    }
    let mut out = TerminalText::default();
    report.write(&mut out);
    print(|stdout| stdout.write_all(out.as_str().as_bytes()))
}

/// Prints a text unchanged. On a terminal, control characters are escaped.
pub(crate) fn print_verbatim(text: &str) -> Result<(), Failure> {
    let terminal = io::stdout().is_terminal();
    print(|out| {
        for part in text.split_inclusive(['\n', '\t']) {
            let visible = part.trim_end_matches(['\n', '\t']);
            let space = part.strip_prefix(visible).unwrap_or_default();
            if terminal {
                write!(out, "{}{space}", escape(visible))?;
            } else {
                out.write_all(part.as_bytes())?;
            }
        }
        Ok(())
    })
}

/// Prints the report as JSON.
pub(crate) fn print_json(report: &impl Report) -> Result<(), Failure> {
    print(|out| {
        serde_json::to_writer_pretty(&mut *out, report)?;
        out.write_all(b"\n")
    })
}

/// Writes to standard output. A reader that closes the pipe early, as `head` does, is not a failure.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::CannotWrite {
            reason: error.to_string(),
        }),
        _ => Ok(()),
    }
}
