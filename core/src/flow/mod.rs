//! The whole exchange: a scenario goes in, a trace of steps comes out.
//!
//! This is the only place where the workload, Entra ID and the protected API meet.

mod api;
mod fault;
mod run;
mod sample;
mod scenario;
mod trace;
mod workload;

pub use fault::Fault;
pub use run::run;
pub use sample::{Sample, sample, sample_titles};
pub use scenario::{ApiCall, Expectation, Request, Scenario, ScenarioRead, Workload, scenario_for};
pub use trace::{Actor, Message, Outcome, Step, StepKind, Trace, TraceAt, UnreachedStep};
