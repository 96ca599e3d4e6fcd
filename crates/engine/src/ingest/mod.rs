//! The append loop: from a sender's bytes to the log.

mod append;
mod batch;
mod decode;
mod file;
mod publish;
mod retry;
mod tail;
mod tee;

pub(crate) use append::{Appended, Appender};
pub use decode::SourceInfo;
pub(crate) use decode::{arrival_of, decode, items};
pub(crate) use file::ingest_file;
pub(crate) use publish::Publication;
pub(crate) use retry::{Redecoded, Retried};
pub(crate) use tail::Tail;
