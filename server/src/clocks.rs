//! The demo's business clock.

use std::sync::Arc;

use domain::{Clock, Instant};

/// The business clock of a world that begins at another instant: it stood at `world` when `system` stood at `began`.
#[derive(Clone)]
pub struct ShiftedClock {
    system: Arc<dyn Clock>,
    began: Instant,
    world: Instant,
}

impl ShiftedClock {
    /// A clock that stood at `world` when `system` stood at `began`.
    #[must_use]
    pub fn new(system: Arc<dyn Clock>, began: Instant, world: Instant) -> Self {
        Self { system, began, world }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Instant {
        self.world.plus(self.system.now().since(self.began))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::{Clock, Instant};

    use super::ShiftedClock;

    struct Still(Instant);

    impl Clock for Still {
        fn now(&self) -> Instant {
            self.0
        }
    }

    #[test]
    fn time_passes_in_the_other_world_as_it_does_here() {
        let here = Arc::new(Still(Instant(1_000)));
        assert_eq!(ShiftedClock::new(here, Instant(900), Instant(5)).now(), Instant(105));
    }
}
