//! What the page says of an exchange: how it ends, what a step does, how a check went.

use fedcred_core::federation::Rules;
use fedcred_core::flow::{Circumstances, Outcome, Step, StepKind, Trace};
use fedcred_core::text::{CheckVerdict, time};

use super::message::status;

/// How the exchange ends.
pub(super) fn outcome(trace: &Trace) -> String {
    match (trace.outcome, trace.failing_step()) {
        (Outcome::Allowed, _) => "allowed".to_owned(),
        (Outcome::Refused, Some(step)) => format!("stops at {}", step.number),
        (Outcome::Refused, None) => "refused".to_owned(),
        (Outcome::Denied, _) => "the API says no".to_owned(),
    }
}

/// `Rules of today · global cloud · clock 23 Nov 2026 15:24 UTC`.
pub(super) fn circumstances(at: &Circumstances) -> String {
    let rules = match at.rules {
        Rules::Current => "Rules of today",
        Rules::Preview2022 => "Preview rules of 2022",
    };
    let cloud = at.cloud.title();
    format!("{rules} · {cloud} · clock {}", clock(at.clock))
}

fn clock(seconds: i64) -> String {
    let text = time::rfc3339(seconds);
    let month = |number: &str| -> Option<&str> {
        let number: usize = number.parse().ok()?;
        MONTHS.get(number.checked_sub(1)?).copied()
    };
    let parts = || {
        let (year, month_at) = (text.get(0..4)?, text.get(5..7)?);
        let (day, hours) = (text.get(8..10)?, text.get(11..16)?);
        let day = day.trim_start_matches('0');
        Some(format!("{day} {} {year} {hours} UTC", month(month_at)?))
    };
    parts().unwrap_or(text.clone())
}

/// How a step went.
pub(super) fn result(step: &Step) -> String {
    match step.kind {
        StepKind::Request => "Sent".to_owned(),
        StepKind::Response => {
            let code = step.response.as_ref().map_or(0, |response| response.status);
            format!("HTTP {}", status(code))
        }
        StepKind::Check if step.failed => "No: it stops here".to_owned(),
        StepKind::Check => checks_passed(step),
    }
}

fn checks_passed(step: &Step) -> String {
    let passed = step.checks.iter();
    let passed = passed.filter(|check| check.verdict == CheckVerdict::Pass);
    match passed.count() {
        1 => "Yes: the check passes".to_owned(),
        count => format!("Yes: {count} checks pass"),
    }
}

/// What screen readers are told when a step becomes the current one.
pub(super) fn announcement(step: &Step, of: usize) -> String {
    let (number, title) = (step.number, &step.title);
    let stop = if title.ends_with('?') { "" } else { "." };
    format!(
        "Step {number} of {of}: {title}{stop} {}. {}.",
        step.route(),
        result(step)
    )
}

/// What the diagram shows, for those who do not see it.
pub(super) fn picture(trace: &Trace) -> String {
    let (steps, end) = (trace.steps.len(), outcome(trace));
    format!(
        "Sequence diagram of {steps} steps: {end}. The list of all steps says the same in words."
    )
}

/// The word for a check's verdict.
pub(super) const fn verdict(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Pass => "yes",
        CheckVerdict::Fail => "no",
        CheckVerdict::Skipped => "does not apply",
        CheckVerdict::NotReached => "not reached",
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

#[cfg(test)]
mod tests {
    use fedcred_core::flow::run;

    use super::super::scenarios::read_shipped;
    use super::*;

    fn trace(word: &str) -> Trace {
        run(&read_shipped(word).scenario)
    }

    #[test]
    fn the_end_is_told_in_words() {
        let ends = |word| outcome(&trace(word));
        assert_eq!(ends("managed-identity"), "allowed");
        assert_eq!(ends("article-today"), "stops at 11");
        assert_eq!(ends("no-roles"), "the API says no");
    }

    #[test]
    fn the_circumstances_are_told() {
        assert_eq!(
            circumstances(&trace("managed-identity").circumstances),
            "Rules of today · global cloud · clock 23 Nov 2026 15:24 UTC"
        );
        assert_eq!(
            circumstances(&trace("article-2022").circumstances),
            "Preview rules of 2022 · global cloud · clock 21 Jun 2022 09:00 UTC"
        );
        assert_eq!(clock(1_699_142_400), "5 Nov 2023 00:00 UTC");
        assert_eq!(clock(i64::MAX), i64::MAX.to_string());
    }

    #[track_caller]
    fn check(word: &str, index: usize, expected: &str) {
        let trace = trace(word);
        let step = trace.steps.get(index).unwrap();
        assert_eq!(announcement(step, trace.steps.len()), expected);
    }

    #[test]
    fn a_step_is_announced_with_its_verdict() {
        check(
            "wrong-subject",
            10,
            "Step 11 of 12: Subject and audience match the registration? Entra ID checks. No: it stops here.",
        );
        check(
            "wrong-subject",
            11,
            "Step 12 of 12: Refused: HTTP 401. Entra ID to Client application. HTTP 401 Unauthorized.",
        );
        check(
            "propagation",
            0,
            "Step 1 of 7: An administrator calls Microsoft Graph. Administrator to Microsoft Graph. Sent.",
        );
        check(
            "managed-identity",
            4,
            "Step 5 of 16: Issuer configured? Entra ID checks. Yes: the check passes.",
        );
    }
}
