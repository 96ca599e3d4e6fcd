//! The only crate with SQL: the log, the views, on SQLite or Postgres.
