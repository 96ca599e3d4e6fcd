//! Wire formats against inputs that were written here and inputs that nobody here wrote.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod canonical;
mod chaos;
mod cloudevents;
mod contract;
mod dates;
mod json;
mod never_panics;
mod sentences;
mod xes;

use std::path::PathBuf;

/// A file of the shared data; `None`, said aloud, where it is not there.
fn shared(path: &str) -> Option<PathBuf> {
    let found = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("SKIPPED: ../shared/data/{path} is not there");
    None
}
