//! The only crate with SQL: the log and the views, on SQLite (two files) or Postgres (two schemas).
//!
//! It moves columns and opaque bytes; what they mean is for `domain` and `engine`. [`Store::open`] gives the
//! [`Log`], to which one writer appends, and the current generation of [`Views`], into which one [`Folder`] folds.
//! Not found is `Ok(None)`; reads for people take a `views::Scope`.

mod backup;
mod bulk;
mod checks;
mod db;
mod error;
mod list;
pub mod log;
mod migrate;
mod places;
mod store;
pub mod views;

pub use backup::restore;
pub use checks::Plan;
pub use db::Dialect;
pub use error::{Result, StoreError};
pub use log::{AppendTx, Head, Log};
pub use store::{Store, StoreConfig, erase};
pub use views::{FoldTx, Folder, Views};
