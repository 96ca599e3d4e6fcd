//! CloudEvents 1.0 in the four ways they reach us: one as JSON, a JSON list of them, one a line, and one with its
//! attributes in headers. Every event is read for itself: what is wrong with one leaves the others as they are.

mod build;
mod split;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::fault::Fault;
use crate::json::{Json, Limits, Reader};

pub use split::{Lines, lines, split};

/// How CloudEvents are wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One event as JSON (`application/cloudevents+json`).
    Structured,
    /// A JSON list of events (`application/cloudevents-batch+json`).
    Batch,
    /// One structured event a line (`application/x-ndjson`).
    Lines,
    /// One event, its attributes in headers, its data in the body.
    Binary {
        /// The `ce-` headers without that prefix, in lower case, values as sent.
        attributes: Vec<(String, String)>,
        /// The body's media type.
        media_type: Option<String>,
    },
}

impl Mode {
    /// The mode that media type and headers declare; `None` when they declare no CloudEvent.
    pub fn of<'h>(media_type: &str, headers: impl IntoIterator<Item = (&'h str, &'h str)>) -> Option<Self> {
        match essence(media_type).as_str() {
            "application/cloudevents+json" => return Some(Self::Structured),
            "application/cloudevents-batch+json" => return Some(Self::Batch),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => return Some(Self::Lines),
            _ => {}
        }
        let attributes: Vec<_> = headers
            .into_iter()
            .filter_map(|(name, value)| {
                Some((
                    name.to_ascii_lowercase().strip_prefix("ce-")?.to_owned(),
                    value.to_owned(),
                ))
            })
            .collect();
        let media_type = Some(media_type.to_owned()).filter(|m| !m.is_empty());
        (!attributes.is_empty()).then_some(Self::Binary { attributes, media_type })
    }

    /// The mode that the bytes themselves show: JSON whose first object names a `specversion`.
    #[must_use]
    pub fn guess(body: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(body, &Limits::default()).ok()?;
        let batch = reader.take(b'[');
        match reader.value() {
            Ok(first) if first.get("specversion").is_none() => None,
            Ok(_) if batch => Some(Self::Batch),
            Ok(_) if reader.peek() == Some(b'{') => Some(Self::Lines),
            Ok(_) => Some(Self::Structured),
            Err(_) => {
                let head = &body[..body.len().min(4096)];
                let named = head.windows(13).any(|w| w == b"\"specversion\"");
                named.then_some(if batch { Self::Batch } else { Self::Structured })
            }
        }
    }
}

/// One event of a message, or why it could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its number in the message, from 1.
    pub ordinal: u64,
    /// Its first byte in the message.
    pub byte_from: u64,
    /// The byte after its last.
    pub byte_to: u64,
    /// The sender's id of it, also of one that could not be read further.
    pub id: Option<String>,
    /// The event, or what is wrong.
    pub result: Result<CloudEvent, Fault>,
}

/// What an event carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Data {
    /// Nothing.
    #[default]
    Absent,
    /// A JSON value.
    Json(Json),
    /// Bytes of another media type.
    Bytes(Vec<u8>),
}

/// A CloudEvent whose attributes obey the specification.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CloudEvent {
    /// Unique per source and content.
    pub id: String,
    /// Who says it.
    pub source: String,
    /// What kind of occurrence it is (`type`).
    pub kind: String,
    /// What it is about.
    pub subject: Option<String>,
    /// When it happened: RFC 3339 as written.
    pub time: Option<String>,
    /// The schema of its data.
    pub dataschema: Option<String>,
    /// The media type of its data; absent: JSON.
    pub datacontenttype: Option<String>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// W3C trace context of vendors.
    pub tracestate: Option<String>,
    /// Correlates messages of one business conversation (extension `correlationid`).
    pub correlation_id: Option<String>,
    /// The source's running number as written (extension `sequence`).
    pub sequence: Option<String>,
    /// When the source committed it: RFC 3339 as written (extension `recordedtime`).
    pub recorded_time: Option<String>,
    /// Every other extension as text.
    pub extensions: BTreeMap<String, String>,
    /// What it carries.
    pub data: Data,
    /// The data's first byte in the message.
    pub data_from: u64,
    /// The byte after the data's last.
    pub data_to: u64,
}

impl CloudEvent {
    /// What the event says, as a key: see [`content_key`].
    #[must_use]
    pub fn content_key(&self) -> [u8; 32] {
        content_key(
            &self.kind,
            self.subject.as_deref(),
            self.dataschema.as_deref(),
            &self.data,
        )
    }
}

/// SHA-256 over type, subject, schema and data: two events with one id are the same exactly when these are. Order of
/// names and space between values do not count in JSON; numbers count as written.
#[must_use]
pub fn content_key(kind: &str, subject: Option<&str>, schema: Option<&str>, data: &Data) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [Some(kind), subject, schema] {
        hash.update([u8::from(part.is_some())]);
        let text = part.unwrap_or_default();
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    match data {
        Data::Absent => hash.update([0]),
        Data::Json(json) => {
            hash.update([1]);
            hash.update(json.canonical());
        }
        Data::Bytes(bytes) => {
            hash.update([2]);
            hash.update(bytes);
        }
    }
    hash.finalize().into()
}

/// A media type without its parameters, in lower case.
fn essence(media_type: &str) -> String {
    media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether data of this media type is JSON; without one it is.
fn is_json(media_type: Option<&str>) -> bool {
    let Some(media_type) = media_type else { return true };
    let media = essence(media_type);
    media.ends_with("/json") || media.ends_with("+json")
}
