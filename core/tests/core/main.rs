//! The tests of the core from outside, in one program: what its public functions and types do.

mod contoso;
mod data_files;
mod der;
mod diagram;
mod examples;
mod exports;
mod faults;
mod federation;
mod fixtures;
mod golden;
mod handle;
mod keys;
mod lint;
mod mock;
mod moved;
mod parts;
mod presets;
mod properties;
mod refusals;
mod requests;
mod scenario_from_error;
mod scenario_with_credential;
mod scenarios;
mod signatures;
mod vectors;
mod verification;
