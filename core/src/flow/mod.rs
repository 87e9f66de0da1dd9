//! The whole exchange: a scenario goes in, a trace of steps comes out.
//!
//! This is the only place where the workload, Entra ID and the protected API meet.

mod api;
mod code;
mod export;
mod fault;
mod form;
mod from_error;
mod mock;
mod run;
mod sample;
mod scenario;
mod shipped;
mod step;
mod trace;
mod workload;
mod write;

pub use fault::Fault;
pub use form::{field_label, field_words};
pub use from_error::scenario_for_error;
pub use mock::Mock;
pub use run::run;
pub use sample::{Sample, sample, sample_titles};
pub use scenario::{
    ApiCall, Call, Expectation, OtherToken, Request, Scenario, ScenarioRead, TokenKind, Workload,
    scenario_for,
};
pub use shipped::{Shipped, shipped};
pub use step::{Actor, StepId, StepKind};
pub use trace::{Outcome, Step, Trace, TraceAt, UnreachedStep};
