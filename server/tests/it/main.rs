//! The server as its callers meet it: a real router on a free port over a real store.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test cannot go on without fails it"
)]

mod console;
mod door;
mod events;
mod folder;
mod harness;
mod pages;
mod refusals;
mod senders;
mod stream;
