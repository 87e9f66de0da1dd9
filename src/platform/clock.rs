//! The time of day.

use gloo::timers::callback::Interval;
use yew::prelude::*;

use crate::effect::use_kept;

/// Seconds since 1970.
pub fn now() -> i64 {
    // A date in milliseconds is far below the 2^53 that a float holds exactly.
    #[allow(clippy::cast_possible_truncation)]
    let seconds = (js_sys::Date::now() / 1000.0).floor() as i64;
    seconds
}

/// By how many minutes clocks here are ahead of UTC at a moment in seconds.
pub fn offset(seconds: i64) -> i64 {
    // A time beyond 2^53 is no date, and a date that is none has no offset.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    let behind = js_sys::Date::new(&(seconds as f64 * 1000.0).into()).get_timezone_offset() as i64;
    -behind
}

/// The current time, brought up to date every `seconds`.
#[hook]
pub fn use_now(seconds: u32) -> i64 {
    let time = use_state_eq(now);
    let setter = time.setter();
    use_kept(&[seconds as usize], move || {
        Interval::new(seconds.saturating_mul(1000), move || setter.set(now()))
    });
    *time
}
