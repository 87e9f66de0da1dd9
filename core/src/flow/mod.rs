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
pub use from_error::scenario_from_error;
pub use mock::Mock;
pub use run::run;
pub use sample::{SampleToken, sample_token, sample_token_titles};
pub use scenario::{
    AssertionKind, ClientAssertion, Expectation, ParsedScenario, ProtectedApi, Scenario,
    SetupRequest, TokenRequest, Workload, scenario_with_credential,
};
pub use shipped::{ShippedScenario, shipped_scenarios};
pub use step::{Actor, StepId, StepKind};
pub use trace::{Circumstances, Outcome, Step, Trace, UnreachedStep};
