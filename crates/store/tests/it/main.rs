//! One conformance suite, run on both engines: SQLite in a temporary folder; Postgres where `DOCKET_TEST_POSTGRES` is
//! a connection string, each test in schemas of its own.

#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod append;
mod audit;
mod bodies;
mod engines;
mod exceptions;
mod floor;
mod fold;
mod generations;
mod governance;
mod lists;
mod log;
mod people;
mod scopes;
mod support;
mod tokens;
