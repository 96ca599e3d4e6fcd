//! Integration tests of the domain.
#![expect(clippy::unwrap_used, reason = "a helper of tests says what broke by panicking")]
#![expect(clippy::print_stdout, reason = "what is skipped is said aloud")]

mod activities;
mod bpic2019;
mod flags;
mod header;
mod headline;
mod laws;
mod quantities;
mod receiving;
mod settling;
mod states;
mod steps;
mod support;
mod transitions;
mod values;
