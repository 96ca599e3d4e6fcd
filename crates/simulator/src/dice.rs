//! Seeded dice: the same seed and stream give the same throws on every machine.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One stream of throws.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of `stream` in the world of `seed`. Streams do not touch each other, so that a change in one order's
    /// story leaves the others as they were.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A number from `low` to `high`, both included; `low` when the range is empty.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            low
        } else {
            self.0.random_range(low..=high)
        }
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// A place in a list of `len`; 0 when it is empty.
    pub fn place(&mut self, len: usize) -> usize {
        let last = i64::try_from(len).unwrap_or(i64::MAX) - 1;
        usize::try_from(self.between(0, last)).unwrap_or_default()
    }

    /// One of `all`, which is not empty: tables of this crate are not.
    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.place(all.len())]
    }
}
