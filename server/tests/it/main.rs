//! The server as its callers meet it: a real router on a free port over a real store.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what a test cannot go on without fails it"
)]

mod audit;
mod console;
mod doctor;
mod door;
mod events;
mod folder;
mod hardening;
mod harness;
mod naughty;
mod oidc;
mod pages;
mod refusals;
mod requests;
mod secrets;
mod senders;
mod stream;
mod tokens;
