//! Times the core, tokens against the jsonwebtoken crate: input as JSON on standard input, times as JSON on standard output.

mod exchange;

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

use fedcred_core::jose::{Keys, SignatureState, parse, verify};
use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Batches of about this length are timed, so that the clock's own cost is nothing.
const BATCH: Duration = Duration::from_millis(1);
/// As many batches are lost on warming up.
const WARM_UP: u32 = 200;

#[derive(Deserialize)]
struct Input {
    turns: usize,
    decoded: Vec<Token>,
    verified: Vec<Token>,
    /// A scenario that ends well.
    scenario: String,
    /// How many objects its directory holds beside its own.
    objects: Vec<usize>,
}

#[derive(Deserialize)]
struct Token {
    name: String,
    text: String,
    /// The public key, or the secret.
    jwk: Value,
}

/// Milliseconds per call, of neighbours in time.
#[derive(Default, Serialize)]
struct Times {
    calls: [u32; 2],
    ours: Vec<f64>,
    yardstick: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let input: Input = serde_json::from_reader(io::stdin())?;
    let mut results = BTreeMap::new();
    for token in &input.decoded {
        let times = decoding(token, input.turns);
        results.insert(format!("decode {}", token.name), times);
    }
    for token in &input.verified {
        let times = verifying(token, input.turns)?;
        results.insert(format!("verify {}", token.name), times);
    }
    for objects in input.objects {
        let exchange = exchange::among(&input.scenario, objects)?;
        results.insert(format!("exchange {objects}"), alone(exchange, input.turns));
    }
    serde_json::to_writer(io::stdout(), &results)?;
    Ok(())
}

/// Header and claims of a text.
fn decoding(Token { text, .. }: &Token, turns: usize) -> Times {
    let ours = || black_box(parse(black_box(text))).tokens.len() == 1;
    let theirs = || black_box(insecure_decode::<Value>(black_box(text))).is_ok();
    in_turns(ours, theirs, turns)
}

/// The same with the signature checked, by a key that was read already.
fn verifying(Token { text, jwk, .. }: &Token, turns: usize) -> Result<Times, Box<dyn Error>> {
    let keys = Keys::parse(&jwk.to_string(), "benchmark");
    let ours = || {
        let parsed = parse(black_box(text));
        let token = parsed.tokens.first();
        token.is_some_and(|token| verify(token, &keys).state == SignatureState::Valid)
    };
    let key = DecodingKey::from_jwk(&Jwk::deserialize(jwk)?)?;
    let mut validation = Validation::new(decode_header(text)?.alg);
    validation.validate_aud = false;
    let theirs = || black_box(decode::<Value>(black_box(text), &key, &validation)).is_ok();
    Ok(in_turns(ours, theirs, turns))
}

/// Of very slow work there are fewer samples: about so long in all.
const LONGEST: Duration = Duration::from_secs(5);

fn alone(mut work: impl FnMut() -> bool, turns: usize) -> Times {
    let calls = calls_of_batch(&mut work);
    let mut times = Times {
        calls: [calls, 0],
        ..Times::default()
    };
    let start = Instant::now();
    while times.ours.len() < turns && (times.ours.is_empty() || start.elapsed() < LONGEST) {
        times.ours.push(per_call(&mut work, calls));
    }
    times
}

/// A B A B …: whatever else the machine does meets both.
fn in_turns(mut ours: impl Fn() -> bool, mut theirs: impl Fn() -> bool, turns: usize) -> Times {
    let calls = [calls_of_batch(&mut ours), calls_of_batch(&mut theirs)];
    let mut times = Times {
        calls,
        ..Times::default()
    };
    for _ in 0..turns {
        times.ours.push(per_call(&mut ours, calls[0]));
        times.yardstick.push(per_call(&mut theirs, calls[1]));
    }
    times
}

/// Warms up; tells how many calls fill a batch.
fn calls_of_batch(work: &mut impl FnMut() -> bool) -> u32 {
    let start = Instant::now();
    let mut calls = 0;
    while start.elapsed() < BATCH * WARM_UP {
        assert!(work(), "a function under test does not do its work");
        calls += 1;
    }
    (calls / WARM_UP).max(1)
}

fn per_call(work: &mut impl FnMut() -> bool, calls: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        assert!(work(), "a function under test stopped doing its work");
    }
    start.elapsed().as_secs_f64() * 1000.0 / f64::from(calls)
}
