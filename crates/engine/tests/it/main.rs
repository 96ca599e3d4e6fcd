//! The engine on a real store: SQLite in a temporary folder, and Postgres when `DOCKET_TEST_POSTGRES` names one.

#![expect(clippy::unwrap_used, reason = "what a test cannot go on without fails it")]

mod audit;
mod cases;
mod governance;
mod identity;
mod ingest;
mod people;
mod privacy;
mod selections;
mod support;
mod tokens;
