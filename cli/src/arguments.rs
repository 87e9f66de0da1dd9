//! Arguments that several commands share.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use fedcred_core::claims::Cloud;
use fedcred_core::federation::Rules;

use crate::report::{self, Failure, Report};

/// How to print the result.
#[derive(Clone, Copy, Args)]
pub(crate) struct Output {
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

impl Output {
    /// Prints a report, and returns whether it passed.
    pub(crate) fn print(&self, report: &impl Report) -> Result<bool, Failure> {
        report::print_findings(report.findings());
        match self.format {
            Format::Text => report::print_text(report)?,
            Format::Json => report::print_json(report)?,
        }
        Ok(report.passed())
    }
}

/// Parses the name of the rules.
pub(crate) fn rules() -> impl TypedValueParser<Value = Rules> {
    one_of(Rules::ALL, Rules::name)
}

/// Parses the name of a cloud.
pub(crate) fn cloud() -> impl TypedValueParser<Value = Cloud> {
    one_of(Cloud::ALL, Cloud::word)
}

/// Parses the name of one of these values.
pub(crate) fn one_of<T, const N: usize>(
    values: [T; N],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    PossibleValuesParser::new(values.map(name)).try_map(move |text| {
        let named = values.into_iter().find(|value| name(*value) == text);
        named.ok_or("unknown value")
    })
}
