//! `fedcred simulate`: scenarios run, and whether they end as they should.

use fedcred_core::claims::{Cloud, Confidence};
use fedcred_core::entra::{Check, CheckVerdict};
use fedcred_core::federation::Rules;
use fedcred_core::flow::{
    Actor, Expectation, Outcome, Scenario, ScenarioRead, Step, Trace, UnreachedStep, run,
};
use fedcred_core::text::json::Document;
use fedcred_core::text::{Severity, time};
use serde::Serialize;

use crate::input::Input;
use crate::matching::write_error;
use crate::report::{Finding, Report};
use crate::text::{Page, word};

/// All scenarios that were run.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Simulations(Vec<Simulation>);

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Simulation {
    file: String,
    title: String,
    rules: Rules,
    cloud: Cloud,
    clock: String,
    outcome: Outcome,
    code: Option<u32>,
    steps: Vec<Step>,
    unreached: Vec<UnreachedStep>,
    expectation_met: Option<bool>,
    diagnostics: Vec<Finding>,
    #[serde(skip)]
    expect: Option<Expectation>,
    #[serde(skip)]
    about: String,
    #[serde(skip)]
    trace: Trace,
}

/// Runs scenarios one after the other.
pub(crate) fn simulate(inputs: &[Input]) -> Simulations {
    Simulations(inputs.iter().map(Simulation::of).collect())
}

impl Simulations {
    /// A sequence diagram for each; Mermaid reads one at a time.
    pub(crate) fn mermaid(&self) -> String {
        let diagrams: Vec<_> = self.0.iter().map(|one| one.trace.mermaid()).collect();
        diagrams.join("\n")
    }

    /// A report for each.
    pub(crate) fn markdown(&self) -> String {
        let reports: Vec<_> = self
            .0
            .iter()
            .map(|one| one.trace.markdown(&one.about))
            .collect();
        reports.join("\n")
    }
}

impl Simulation {
    fn of(input: &Input) -> Self {
        let (scenario, diagnostics) = input.understand(|text| {
            let ScenarioRead {
                scenario,
                diagnostics,
                ..
            } = Scenario::read(text);
            (scenario, diagnostics)
        });
        let trace = run(&scenario);
        let Trace {
            title,
            at,
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
            rules: at.rules,
            cloud: at.cloud,
            clock: time::rfc3339(at.clock),
            outcome,
            code,
            steps,
            unreached,
            expectation_met,
            diagnostics,
            expect: scenario.expect,
            about: scenario.about,
            trace,
        }
    }

    /// Whether the file is a scenario as it should be.
    fn sound(&self) -> bool {
        let is_error = |finding: &Finding| finding.diagnostic.severity == Severity::Error;
        !self.diagnostics.iter().any(is_error)
    }

    fn passed(&self) -> bool {
        self.sound()
            && self
                .expectation_met
                .unwrap_or(self.outcome == Outcome::Allowed)
    }
}

impl Report for Simulations {
    fn passed(&self) -> bool {
        self.0.iter().all(Simulation::passed)
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter().flat_map(|simulation| &simulation.diagnostics)
    }

    fn write(&self, page: &mut Page) {
        for (index, simulation) in self.0.iter().enumerate() {
            if index > 0 {
                page.gap();
            }
            simulation.write(page);
        }
    }
}

impl Simulation {
    fn write(&self, page: &mut Page) {
        self.write_verdict(page);
        for step in &self.steps {
            write_step(page, step);
        }
        for (index, step) in self.unreached.iter().enumerate() {
            let number = self.steps.len() + index + 1;
            let line = arrow(step.from, step.to, step.title);
            page.prose(2, &format!("{number:>2} – {line} (not reached)"));
        }
        if self.outcome != Outcome::Allowed {
            self.write_answer(page);
        }
    }

    fn write_verdict(&self, page: &mut Page) {
        let mark = if self.passed() { '✓' } else { '×' };
        let ends = self.ending();
        let suffix = match (self.sound(), self.expectation_met) {
            (false, _) => "; the scenario file has errors, this is what was read of it".to_owned(),
            (true, Some(true)) => ", as expected".to_owned(),
            (true, Some(false)) => format!("; {}", expected(self.expect.as_ref())),
            (true, None) => String::new(),
        };
        page.prose(0, &format!("{mark} {ends}{suffix}: {}", self.title));
        let circumstances = format!(
            "{}; rules {}, {}, {}",
            self.file,
            self.rules.word(),
            self.cloud.title(),
            self.clock
        );
        page.prose(2, &circumstances);
    }

    fn ending(&self) -> String {
        let outcome = word(&self.outcome);
        match self.code {
            Some(code) => format!("{outcome} with AADSTS{code}"),
            None => outcome,
        }
    }

    /// What the last response says, and what the catalogue knows of it.
    fn write_answer(&self, page: &mut Page) {
        let response = self
            .steps
            .iter()
            .filter(|step| step.failed)
            .filter_map(|step| step.response.as_ref())
            .next_back();
        let message = response.map(|response| described(&response.body));
        page.gap();
        match self.code {
            Some(code) => write_error(page, code, message.as_deref()),
            None => page.prose(2, message.as_deref().unwrap_or("There is no answer.")),
        }
    }
}

/// The description in an error of OAuth, else the body as it is.
fn described(body: &str) -> String {
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
    let outcome = expect.outcome.map(|outcome| word(&outcome));
    let code = match expect.code {
        Some(code) => format!("AADSTS{code}"),
        None => "no code".to_owned(),
    };
    let steps = match expect.steps_at_least {
        0 => None,
        steps => Some(format!("at least {steps} steps")),
    };
    let parts: Vec<_> = outcome.into_iter().chain([code]).chain(steps).collect();
    format!("expected was {}", parts.join(", "))
}

fn arrow(from: Actor, to: Actor, title: &str) -> String {
    let (start, end) = (word(&from), word(&to));
    if from == to {
        format!("{start}: {title}")
    } else {
        format!("{start} → {end}: {title}")
    }
}

fn write_step(page: &mut Page, step: &Step) {
    let mark = if step.failed { '×' } else { '✓' };
    let line = arrow(step.from, step.to, &step.title);
    let status = match step.response.as_ref().map(|response| response.status) {
        Some(status) if !line.ends_with(&status.to_string()) => format!(" ({status})"),
        _ => String::new(),
    };
    page.prose(2, &format!("{:>2} {mark} {line}{status}", step.number));
    if step.failed {
        for check in &step.checks {
            write_check(page, check);
        }
    }
}

/// A check; of one that failed all that is known.
pub(crate) fn write_check(page: &mut Page, check: &Check) {
    let mark = match check.verdict {
        CheckVerdict::Pass => '✓',
        CheckVerdict::Fail => '×',
        CheckVerdict::Skipped | CheckVerdict::NotReached => '–',
    };
    page.prose(7, &format!("{mark} {}: {}", check.rule, check.question));
    if check.verdict != CheckVerdict::Fail {
        return;
    }
    page.value(9, "presented ", &check.presented);
    page.value(9, "configured", &check.configured);
    if !check.note.is_empty() {
        page.prose(9, &check.note);
    }
    let sure = Confidence::word(check.confidence);
    page.prose(9, &format!("Source: {} ({sure})", check.source));
}
