//! The whole exchange: a scenario goes in, a trace of steps comes out.
//!
//! This is the only place where the workload, Entra ID and the protected API meet.

mod api;
mod client;
mod code;
mod export;
mod fault;
mod from_error;
mod from_token;
mod mock;
mod parse;
mod run;
mod sample;
mod scenario;
mod shipped;
mod step;
mod trace;
mod workload;
mod write;

pub use fault::Fault;
pub use from_error::scenario_from_error;
pub use from_token::{TokenScenario, scenario_from_token, scenario_with_credential};
pub use mock::Mock;
pub use parse::{ParsedScenario, field_values};
pub use run::run;
pub use sample::{SampleToken, sample_token, sample_token_titles};
pub use scenario::{Expectation, Scenario};
pub use shipped::{ShippedScenario, shipped_scenarios};
pub use step::{Actor, StepId, StepKind};
pub use trace::{Circumstances, Outcome, Step, Trace, UnreachedStep};
pub use workload::{
    AssertionKind, ClientAssertion, ProtectedApi, SetupRequest, TokenRequest, Workload,
};
