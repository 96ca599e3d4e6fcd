//! The system's clock.

use std::time::UNIX_EPOCH;

use domain::{Clock, Instant};

/// The clock of the machine Docket runs on. The one place that asks it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the clock that everybody else is given"
        )]
        let now = std::time::SystemTime::now();
        let micros = now.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_micros());
        Instant(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}
