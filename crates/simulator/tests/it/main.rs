//! The demo world and the load as a reader of their messages sees them.

#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod found;
mod load;
mod world;
