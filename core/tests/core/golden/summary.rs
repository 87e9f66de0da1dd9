//! A trace as text for people, with a checksum over all of its bytes. Native tests and those in the browser share it.

use fedcred_core::entra::{Check, CheckVerdict};
use fedcred_core::flow::{Scenario, Shipped, Step, Trace, run};
use fedcred_core::jose;

/// What comes of a shipped scenario.
pub(crate) fn summary(one: &Shipped) -> String {
    let trace = run(&Scenario::read(one.text).scenario);
    let mut out = format!("== {}: {}\n", one.word, trace.end());
    for step in &trace.steps {
        write_step(&mut out, step);
    }
    for step in &trace.unreached {
        out += &format!(
            " – {} → {} {}\n",
            step.from.name(),
            step.to.name(),
            step.title
        );
    }
    out + &checksum(&trace)
}

fn write_step(out: &mut String, step: &Step) {
    let (from, to) = (step.from.name(), step.to.name());
    *out += &format!("{:2} {from} → {to} {}", step.number, step.id);
    match (&step.request, &step.response) {
        (_, Some(response)) => {
            *out += &format!(" {}\n", response.status);
            let tokens = jose::parse(&response.body).tokens;
            if tokens.is_empty() {
                *out += &format!("   {}\n", response.body.replace(['\r', '\n'], "␤"));
            }
            for token in tokens {
                for part in [token.header(), token.payload()].into_iter().flatten() {
                    *out += &format!("   {}\n", part.source());
                }
            }
        }
        (Some(request), None) => *out += &format!(" {} {}\n", request.method, request.url),
        (None, None) => out.push('\n'),
    }
    for check in &step.checks {
        write_check(out, check);
    }
    for change in &step.changes {
        *out += &format!(
            "   {} {} → {}\n",
            change.object, change.before, change.after
        );
    }
}

fn write_check(out: &mut String, check: &Check) {
    let (mark, values) = match check.verdict {
        CheckVerdict::Pass => ('✓', true),
        CheckVerdict::Fail => ('×', true),
        CheckVerdict::Skipped => ('–', false),
        CheckVerdict::NotReached => return,
    };
    *out += &format!("   {mark} {} ({})", check.rule, check.confidence.word());
    if values {
        *out += &format!(" {} | {}", check.presented, check.configured);
    }
    if !check.note.is_empty() {
        *out += &format!(" [{}]", check.note);
    }
    out.push('\n');
}

/// Length and FNV-1a hash of the trace as JSON, tokens and signatures included.
fn checksum(trace: &Trace) -> String {
    let json = serde_json::to_string(trace).unwrap();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in json.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{} bytes, {hash:016x}\n", json.len())
}
