//! The engine on a real store: SQLite in a temporary folder, and Postgres when `DOCKET_TEST_POSTGRES` names one.

mod cases;
mod identity;
mod ingest;
mod support;
