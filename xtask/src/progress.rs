//! Steps with a number, a usual time and the time they took.

use std::time::{Duration, Instant};

/// Longest silence while something runs.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(8);

/// The steps of one command, printed as they begin and end.
pub(crate) struct Steps {
    total: usize,
    began: Instant,
    done: Vec<(String, Duration)>,
}

impl Steps {
    /// A command of `total` steps.
    pub(crate) fn new(total: usize) -> Self {
        Self {
            total,
            began: Instant::now(),
            done: Vec::new(),
        }
    }

    /// Runs one step under its header. `usual` is how long it takes on two cores, the first time.
    pub(crate) fn step<T>(
        &mut self,
        what: &str,
        usual: &str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        println!(
            "Step {} of {}: {what} (usually {usual})",
            self.done.len() + 1,
            self.total
        );
        let began = Instant::now();
        let outcome = work();
        let took = began.elapsed();
        self.done.push((what.to_owned(), took));
        println!(
            "    {} after {}",
            if outcome.is_ok() { "done" } else { "FAILED" },
            spoken(took)
        );
        outcome
    }

    /// Time since the command began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Prints what each step took.
    pub(crate) fn summary(&self) {
        println!("\nTime per step");
        for (what, took) in &self.done {
            println!("  {:>13}  {what}", spoken(*took));
        }
        println!("  {:>13}  in all", spoken(self.elapsed()));
    }
}

/// A duration as people say it: `4 s`, `2 min 5 s`.
pub(crate) fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 60, seconds % 60) {
        (0, 0) => format!("{} ms", time.as_millis()),
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Steps, spoken};
    use std::time::Duration;

    #[test]
    fn a_duration_is_said_in_minutes_and_seconds() {
        assert_eq!(spoken(Duration::from_millis(12)), "12 ms");
        assert_eq!(spoken(Duration::from_secs(9)), "9 s");
        assert_eq!(spoken(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn a_failed_step_hands_its_error_on() {
        let mut steps = Steps::new(1);
        let outcome: anyhow::Result<()> = steps.step("Try", "1 s", || Err(anyhow::anyhow!("no")));
        assert_eq!(outcome.unwrap_err().to_string(), "no");
    }
}
