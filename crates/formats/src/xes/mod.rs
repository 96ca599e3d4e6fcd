//! Event logs in XES (IEEE 1849), plain or gzip, read as they come: in memory are the attributes of one case and of
//! one event, whatever the size of the file.

mod attributes;
mod drafts;
mod input;
mod key;
mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fault::Fault;

pub use drafts::{Settings, drafts};
pub use read::{Events, Limits, read};

/// A case of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Its name in the file (`concept:name`).
    pub id: String,
    /// Its attributes as text, the name included; what is nested is named `outer/inner`.
    pub attributes: BTreeMap<String, String>,
}

/// An event as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XesEvent {
    /// The case it belongs to.
    pub case: Arc<Case>,
    /// Its number within the case, from 1.
    pub ordinal_in_case: u64,
    /// Its number within the file, from 1; events that could not be read count.
    pub ordinal_in_file: u64,
    /// What happened, in the source's words (`concept:name`).
    pub activity: String,
    /// When, as written (`time:timestamp`).
    pub time: String,
    /// All its attributes as text, name and time included.
    pub attributes: BTreeMap<String, String>,
}

/// An event of the file, or why it could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its number in the file, from 1.
    pub ordinal: u64,
    /// Its first byte in the unpacked file.
    pub byte_from: u64,
    /// The byte after its last.
    pub byte_to: u64,
    /// Names the row whatever file it comes in: case, then a hash of case, activity, time, attributes and which of
    /// several such rows it is.
    pub item_key: String,
    /// The event, or what is wrong.
    pub result: Result<XesEvent, Fault>,
}

/// Whether these first bytes of a file (unpacked, or gzip by its first two) could be an event log.
#[must_use]
pub fn looks_like(head: &[u8]) -> bool {
    let head = &head[..head.len().min(4096)];
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let log = head.windows(4).any(|w| w == b"<log") || head.windows(5).any(|w| w == b":log ");
    text.starts_with(b"<") && log
}
