//! Runs the built command line, and checks what it prints and how it exits.

mod credential;
mod decode;
mod decode_compared;
mod decode_expected;
mod decode_forms;
mod decode_keys;
mod decode_payload;
#[cfg(unix)]
mod docs;
mod explain;
mod fixture;
mod matching;
#[path = "../../../core/tests/core/parts.rs"]
mod parts;
mod process;
mod scenario_schema;
mod schemas;
mod serve;
mod server;
mod simulate;
mod usage;
