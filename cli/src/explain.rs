//! `fedcred explain`: explains the Entra ID errors in a text.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use fedcred_core::claims::Confidence;
use fedcred_core::errors::{
    AadstsCode, CatalogueEntry, ExplainedError, MAX_ERRORS, explain_errors,
};
use fedcred_core::text::{Diagnostic, Span};
use serde::Serialize;

use crate::arguments::Output;
use crate::input::Input;
use crate::matching::write_entry;
use crate::report::{Failure, Finding, Report};
use crate::terminal::TerminalText;

/// Explain the Entra ID errors in a message, a response, or a log.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    source: SourceArguments,
    #[command(flatten)]
    output: Output,
}

const AFTER_HELP: &str = "\
Examples:
  fedcred explain job.log
  fedcred explain --text \"AADSTS700213: No matching federated identity …\"

Exit codes:
  0  An error was found
  1  No error was found
  2  Wrong usage, or a file cannot be read";

/// Where the errors are.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct SourceArguments {
    /// File that contains the errors; `-` for standard input.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Text that contains the errors.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<String>,
}

/// Runs `fedcred explain`.
pub(crate) fn run(arguments: Arguments) -> Result<bool, Failure> {
    let SourceArguments { file, text } = arguments.source;
    let input = match file {
        Some(file) => Input::read(&file)?,
        None => Input::from_argument("--text", text.unwrap_or_default()),
    };
    arguments.output.print(&explain(&input))
}

/// The errors in the text.
#[derive(Debug, Serialize)]
struct ExplainReport {
    errors: Vec<Explanation>,
    diagnostics: Vec<Finding>,
}

/// An error, explained; `None` for what is not known.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Explanation {
    code: Option<AadstsCode>,
    title: Option<&'static str>,
    span: Span,
    parameters: BTreeMap<String, String>,
    trace_id: Option<String>,
    correlation_id: Option<String>,
    timestamp: Option<String>,
    cause: Option<&'static str>,
    fix: Option<&'static str>,
    /// `no`, `if-new`, `later` or `new-assertion`.
    retry: Option<&'static str>,
    /// Why the mock never returns it.
    unsent: Option<&'static str>,
    source: Option<&'static str>,
    confidence: Option<Confidence>,
    look_up: Option<String>,
    #[serde(skip)]
    entry: Option<&'static CatalogueEntry>,
    /// The parameters, in the order of the message.
    #[serde(skip)]
    values: Vec<(String, String)>,
}

/// Explains every error in a text.
fn explain(input: &Input) -> ExplainReport {
    let (errors, diagnostics) = input.parse_with(|text| {
        let errors = explain_errors(text);
        let finding = match errors.len() {
            0 => Some(no_errors()),
            MAX_ERRORS => Some(too_many()),
            _ => None,
        };
        (errors, Vec::from_iter(finding))
    });
    ExplainReport {
        errors: errors.into_iter().map(Explanation::new).collect(),
        diagnostics,
    }
}

fn no_errors() -> Diagnostic {
    Diagnostic::error("no-errors", "The text contains no Entra ID error.")
        .help("Give a message that starts with `AADSTS`, a response, or a log that contains one.")
}

fn too_many() -> Diagnostic {
    let message = format!("Only the first {MAX_ERRORS} errors are explained.");
    Diagnostic::info("many-errors", message)
        .help("To see later ones, give only that part of the log.")
}

impl Explanation {
    fn new(error: ExplainedError) -> Self {
        let entry = error.entry;
        Self {
            code: error.code,
            title: entry.map(|entry| &*entry.title),
            span: error.span,
            parameters: error.parameters.iter().cloned().collect(),
            trace_id: error.trace_id,
            correlation_id: error.correlation_id,
            timestamp: error.timestamp,
            cause: entry.map(|entry| &*entry.cause),
            fix: entry.map(|entry| &*entry.fix),
            retry: entry.map(|entry| &*entry.retry.word),
            unsent: entry.and_then(|entry| Some(&*entry.unsent.as_ref()?.word)),
            source: entry.map(|entry| &*entry.source),
            confidence: entry.map(|entry| entry.confidence),
            look_up: error.code.map(AadstsCode::lookup_url),
            entry,
            values: error.parameters,
        }
    }

    fn write(&self, out: &mut TerminalText) {
        let title = self.title.unwrap_or("not in Fedcred's catalogue");
        let heading = self.code.map(|code| format!("{code}: {title}"));
        out.paragraph(0, heading.as_deref().unwrap_or(title));
        let ids = [
            ("Trace ID", &self.trace_id),
            ("Correlation ID", &self.correlation_id),
            ("Timestamp", &self.timestamp),
        ];
        let ids = ids
            .into_iter()
            .filter_map(|(label, id)| Some((label, id.as_deref()?)));
        let values = self
            .values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (label, value) in values.chain(ids) {
            out.value(2, &format!("{label:<14}"), value);
        }
        if let Some(entry) = self.entry {
            write_entry(out, entry);
            out.paragraph(2, &entry.retry.text);
        }
        if let (None, Some(address)) = (self.entry, &self.look_up) {
            out.value(2, "Look it up at", address);
        }
    }
}

impl Report for ExplainReport {
    fn passed(&self) -> bool {
        !self.errors.is_empty()
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter()
    }

    fn write(&self, out: &mut TerminalText) {
        if self.errors.is_empty() {
            out.paragraph(0, "× No Entra ID error found.");
        }
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                out.blank_line();
            }
            error.write(out);
        }
    }
}
