//! The clock of the system.

use std::time::{SystemTime, UNIX_EPOCH};

/// The current time, in Unix seconds.
pub(crate) fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.map_or(0, |duration| {
        i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
    })
}
