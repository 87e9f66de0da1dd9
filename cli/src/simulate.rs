//! `fedcred simulate`: runs scenarios, and checks how they end.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fedcred_core::claims::{Cloud, Confidence};
use fedcred_core::diagram::{Theme, svg};
use fedcred_core::entra::Check;
use fedcred_core::errors::AadstsCode;
use fedcred_core::federation::{Hints, Rules};
use fedcred_core::flow::{
    self, Actor, Expectation, Outcome, ParsedScenario, Scenario, Step, Trace, UnreachedStep,
    scenario_from_token,
};
use fedcred_core::text::json::Document;
use fedcred_core::text::{CheckVerdict, Severity, time};
use serde::Serialize;

use crate::arguments::one_of;
use crate::clock;
use crate::input::{Input, one_standard_input};
use crate::matching::write_error;
use crate::report::{self, Failure, Finding, Report};
use crate::terminal::{TerminalText, json_word};

/// Run scenarios of the whole exchange, and check how each one ends.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Scenario files; `-` for standard input.
    #[arg(value_name = "FILE", required_unless_present = "from_token")]
    files: Vec<PathBuf>,
    /// Run the exchange of a token, text that contains one, or claims as JSON.
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    from_token: Option<PathBuf>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Colours of the SVG; `auto` follows the reader's preference [default: auto].
    #[arg(long, value_name = "THEME", value_parser = one_of(Theme::ALL, Theme::name))]
    theme: Option<Theme>,
}

const AFTER_HELP: &str = "\
Examples:
  fedcred simulate core/data/scenarios/*.json
  fedcred simulate scenario.json --format markdown >report.md
  fedcred simulate scenario.json --format svg >exchange.svg
  fedcred simulate --from-token token.txt

Exit codes:
  0  Every scenario ends as its `expect` says; without `expect`, it is allowed
  1  A scenario ends in another way, its file has errors, or no token can be
     simulated
  2  Wrong usage, or a file cannot be read";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Mermaid,
    Markdown,
    Svg,
}

/// Runs `fedcred simulate`.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    if arguments.format == Format::Svg && arguments.files.len() > 1 {
        let reason = "--format svg draws one scenario. Give one file.".into();
        return Err(Failure::Usage { reason });
    }
    if arguments.format != Format::Svg && arguments.theme.is_some() {
        let reason = "--theme needs --format svg.".into();
        return Err(Failure::Usage { reason });
    }
    one_standard_input(&arguments.files)?;
    let report = match &arguments.from_token {
        Some(file) => SimulationReport::from_token(&Input::read(file)?),
        None => {
            let inputs = arguments.files.iter().map(|file| Input::read(file));
            SimulationReport::from_files(&inputs.collect::<Result<Vec<_>, _>>()?)
        }
    };
    report::print_findings(report.findings());
    match arguments.format {
        Format::Text => report::print_text(&report)?,
        Format::Json => report::print_json(&report)?,
        Format::Mermaid => report::print_verbatim(&report.mermaid())?,
        Format::Markdown => report::print_verbatim(&report.markdown())?,
        Format::Svg => report::print_verbatim(&report.svg(arguments.theme.unwrap_or_default()))?,
    }
    Ok(report.passed())
}

/// The scenarios that were run.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct SimulationReport {
    simulations: Vec<Simulation>,
    /// Why there is none.
    #[serde(skip)]
    findings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Simulation {
    file: String,
    title: String,
    rules: Rules,
    cloud: Cloud,
    clock: String,
    outcome: Outcome,
    code: Option<AadstsCode>,
    steps: Vec<Step>,
    unreached: Vec<UnreachedStep>,
    expectation_met: Option<bool>,
    diagnostics: Vec<Finding>,
    #[serde(skip)]
    scenario: Scenario,
    #[serde(skip)]
    trace: Trace,
}

impl SimulationReport {
    /// Runs scenario files one after the other.
    fn from_files(inputs: &[Input]) -> Self {
        Self {
            simulations: inputs.iter().map(Simulation::parse).collect(),
            findings: Vec::new(),
        }
    }

    /// Runs the scenario made from a token.
    fn from_token(input: &Input) -> Self {
        let (scenario, findings) = input.parse_with(|text| {
            let draft = scenario_from_token(text, &Hints::default(), clock::now());
            (draft.scenario, draft.diagnostics)
        });
        match scenario {
            Some(scenario) => Self {
                simulations: vec![Simulation::run(input, scenario, findings)],
                findings: Vec::new(),
            },
            None => Self {
                simulations: Vec::new(),
                findings,
            },
        }
    }

    /// One sequence diagram for each scenario.
    fn mermaid(&self) -> String {
        let traces = self.simulations.iter().map(|one| &one.trace);
        let diagrams: Vec<_> = traces.map(Trace::to_mermaid).collect();
        diagrams.join("\n")
    }

    /// The diagram of the one scenario; nothing if there is none.
    fn svg(&self, theme: Theme) -> String {
        let files = self
            .simulations
            .iter()
            .map(|one| svg(&one.scenario, &one.trace, theme));
        files.collect()
    }

    /// One report for each scenario.
    fn markdown(&self) -> String {
        let reports: Vec<_> = self
            .simulations
            .iter()
            .map(|one| one.trace.to_markdown(&one.scenario.about))
            .collect();
        reports.join("\n")
    }
}

impl Simulation {
    /// Parses a scenario and runs it.
    fn parse(input: &Input) -> Self {
        let (scenario, diagnostics) = input.parse_with(|text| {
            let ParsedScenario {
                scenario,
                diagnostics,
                ..
            } = Scenario::parse(text);
            (scenario, diagnostics)
        });
        Self::run(input, scenario, diagnostics)
    }

    /// Runs a scenario.
    fn run(input: &Input, scenario: Scenario, diagnostics: Vec<Finding>) -> Self {
        let trace = flow::run(&scenario);
        let Trace {
            title,
            circumstances,
            outcome,
            code,
            steps,
            unreached,
            expectation_met,
            ..
        } = trace.clone();
        Self {
            file: input.file.clone(),
            title,
            rules: circumstances.rules,
            cloud: circumstances.cloud,
            clock: time::rfc3339(circumstances.clock),
            outcome,
            code,
            steps,
            unreached,
            expectation_met,
            diagnostics,
            scenario,
            trace,
        }
    }

    /// Whether the scenario file has no errors.
    fn is_sound(&self) -> bool {
        let is_error = |finding: &Finding| finding.diagnostic.severity == Severity::Error;
        !self.diagnostics.iter().any(is_error)
    }

    fn passed(&self) -> bool {
        self.is_sound()
            && self
                .expectation_met
                .unwrap_or(self.outcome == Outcome::Allowed)
    }
}

impl Report for SimulationReport {
    fn passed(&self) -> bool {
        self.findings.is_empty() && self.simulations.iter().all(Simulation::passed)
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        let simulations = self.simulations.iter();
        let of_simulations = simulations.flat_map(|simulation| &simulation.diagnostics);
        self.findings.iter().chain(of_simulations)
    }

    fn write(&self, out: &mut TerminalText) {
        for (index, simulation) in self.simulations.iter().enumerate() {
            if index > 0 {
                out.blank_line();
            }
            simulation.write(out);
        }
    }
}

impl Simulation {
    fn write(&self, out: &mut TerminalText) {
        self.write_verdict(out);
        for step in &self.steps {
            write_step(out, step);
        }
        for (index, step) in self.unreached.iter().enumerate() {
            let number = self.steps.len() + index + 1;
            let line = arrow(step.from, step.to, step.title);
            out.paragraph(2, &format!("{number:>2} – {line} (not reached)"));
        }
        if self.outcome != Outcome::Allowed {
            self.write_response(out);
        }
    }

    fn write_verdict(&self, out: &mut TerminalText) {
        let mark = if self.passed() { '✓' } else { '×' };
        let ends = self.ending();
        let suffix = match (self.is_sound(), self.expectation_met) {
            (false, _) => "; the scenario file has errors, so only part of it was used".to_owned(),
            (true, Some(true)) => ", as expected".to_owned(),
            (true, Some(false)) => format!("; {}", expected(self.scenario.expect.as_ref())),
            (true, None) => String::new(),
        };
        out.paragraph(0, &format!("{mark} {ends}{suffix}: {}", self.title));
        let circumstances = format!(
            "{}; {} rules, {}, {}",
            self.file,
            self.rules.name(),
            self.cloud.title(),
            self.clock
        );
        out.paragraph(2, &circumstances);
    }

    fn ending(&self) -> String {
        let outcome = json_word(&self.outcome);
        match self.code {
            Some(code) => format!("{outcome} with {code}"),
            None => outcome,
        }
    }

    /// Writes the last response, and the explanation of its error.
    fn write_response(&self, out: &mut TerminalText) {
        let response = self
            .steps
            .iter()
            .filter(|step| step.failed)
            .filter_map(|step| step.response.as_ref())
            .next_back();
        let message = response.map(|response| summary(&response.body));
        out.blank_line();
        match self.code {
            Some(code) => write_error(out, code, message.as_deref()),
            None => out.paragraph(2, message.as_deref().unwrap_or("There was no response.")),
        }
    }
}

/// The first line of the description in an OAuth error, or of the body.
fn summary(body: &str) -> String {
    let document = Document::parse(body);
    let description = document
        .root()
        .and_then(|root| root.text_of("error_description"));
    let text = description.as_deref().unwrap_or(body);
    text.lines().next().unwrap_or_default().to_owned()
}

fn expected(expect: Option<&Expectation>) -> String {
    let Some(expect) = expect else {
        return String::new();
    };
    let outcome = expect.outcome.map(|outcome| json_word(&outcome));
    let code = match expect.code {
        Some(code) => code.to_string(),
        None => "no code".to_owned(),
    };
    let steps = match expect.steps_at_least {
        0 => None,
        steps => Some(format!("at least {steps} steps")),
    };
    let parts: Vec<_> = outcome.into_iter().chain([code]).chain(steps).collect();
    format!("expected {}", parts.join(", "))
}

fn arrow(from: Actor, to: Actor, title: &str) -> String {
    let (start, end) = (json_word(&from), json_word(&to));
    if from == to {
        format!("{start}: {title}")
    } else {
        format!("{start} → {end}: {title}")
    }
}

fn write_step(out: &mut TerminalText, step: &Step) {
    let mark = if step.failed { '×' } else { '✓' };
    let line = arrow(step.from, step.to, &step.title);
    let status = match step.response.as_ref().map(|response| response.status) {
        Some(status) if !line.ends_with(&status.to_string()) => format!(" ({status})"),
        _ => String::new(),
    };
    out.paragraph(2, &format!("{:>2} {mark} {line}{status}", step.number));
    if step.failed {
        for check in &step.checks {
            write_check(out, check);
        }
    }
}

/// Writes a check, with all its values if it failed.
pub(crate) fn write_check(out: &mut TerminalText, check: &Check) {
    let mark = check.verdict.symbol();
    out.paragraph(7, &format!("{mark} {}: {}", check.rule, check.question));
    if check.verdict != CheckVerdict::Fail {
        return;
    }
    out.value(9, "presented ", &check.presented);
    out.value(9, "configured", &check.configured);
    if !check.note.is_empty() {
        out.paragraph(9, &check.note);
    }
    let confidence = Confidence::word(check.confidence);
    out.paragraph(9, &format!("Source: {} ({confidence})", check.source));
}
