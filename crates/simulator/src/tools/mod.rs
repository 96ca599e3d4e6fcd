//! What `bench` and `prove` share: the real server as a process of their own, clients, and their reports.
#![expect(clippy::print_stdout, reason = "programs of the command line talk to their user")]

pub mod client;
pub mod disk;
pub mod docket;
pub mod journal;
pub mod look;
pub mod machine;
pub mod place;
pub mod report;

use std::time::Instant;

/// Says something, with the time since the program began.
pub fn say(began: Instant, what: impl std::fmt::Display) {
    println!("[{:7.1} s] {what}", began.elapsed().as_secs_f64());
}

/// The value below which `percent` in a hundred of the sorted `values` lie; 0 of none.
#[must_use]
pub fn percentile<T: Copy + Default>(sorted: &[T], percent: usize) -> T {
    let at = sorted.len() * percent / 100;
    sorted
        .get(at.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}
