//! Requests to the mock, changed in any way, one after the other: it answers, and what it issues verifies.
#![no_main]

#[path = "../../core/tests/core/contoso.rs"]
#[allow(dead_code, reason = "the other tests use the rest of it")]
mod contoso;
#[path = "../../core/tests/core/requests.rs"]
mod requests;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (i64, Vec<requests::Step<'_>>)| {
    let (now, mut steps) = input;
    steps.truncate(16);
    requests::play(now, &steps);
});
