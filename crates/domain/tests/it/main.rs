//! Integration tests of the domain.

mod activities;
mod bpic2019;
mod header;
mod headline;
mod laws;
mod quantities;
mod states;
mod support;
mod transitions;
