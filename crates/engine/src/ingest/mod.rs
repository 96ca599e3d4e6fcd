//! The append loop: from a sender's bytes to the log.

mod append;
mod decode;
mod file;
mod retry;
mod tee;

pub(crate) use append::Appender;
pub use decode::SourceInfo;
pub(crate) use decode::{arrival_of, decode, items};
pub(crate) use file::ingest_file;
pub(crate) use retry::{Redecoded, Retried};
