//! The server as its callers meet it: a real router on a free port over a real store.

mod console;
mod door;
mod events;
mod folder;
mod harness;
mod pages;
mod refusals;
mod senders;
mod stream;
