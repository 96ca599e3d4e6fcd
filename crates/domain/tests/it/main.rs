//! Integration tests of the domain.
#![expect(clippy::unwrap_used, reason = "a helper of tests says what broke by panicking")]
#![expect(clippy::print_stdout, reason = "what is skipped is said aloud")]

mod access;
mod activities;
mod audit;
mod bpic2019;
mod calendars;
mod flags;
mod governance;
mod header;
mod headline;
mod laws;
mod quantities;
mod receiving;
mod records;
mod redaction;
mod selections;
mod settling;
mod states;
mod steps;
mod support;
mod tampers;
mod transitions;
mod values;
