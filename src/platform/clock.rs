//! The time of day.

use gloo::timers::callback::Interval;
use yew::prelude::*;

/// Seconds since 1970.
pub fn now() -> i64 {
    // A date in milliseconds is far below the 2^53 that a float holds exactly.
    #[allow(clippy::cast_possible_truncation)]
    let seconds = (js_sys::Date::now() / 1000.0).floor() as i64;
    seconds
}

/// The current time, brought up to date every `seconds`.
#[hook]
pub fn use_now(seconds: u32) -> i64 {
    let time = use_state_eq(now);
    let setter = time.setter();
    use_effect_with(seconds, move |&seconds| {
        let interval = Interval::new(seconds.saturating_mul(1000), move || setter.set(now()));
        move || drop(interval)
    });
    *time
}
