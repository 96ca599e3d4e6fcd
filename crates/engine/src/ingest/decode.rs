//! From an arrival's bytes to items: what each says, or why it is parked.

use domain::Instant;
use domain::events::Draft;
use domain::exceptions::Parked;
use formats::cloudevents::{self, CloudEvent, Mode};
use formats::fault::{Fault, FaultCode, Place, Who};
use formats::json::Limits;
use formats::xes;
use sha2::{Digest, Sha256};
use store::log::Subject;

use crate::arrival::{Arrival, Envelope};
use crate::sealer::{Sealed, Sealer};

/// A source, as far as decoding needs to know it.
#[derive(Clone, Debug)]
pub struct SourceInfo {
    /// Its id.
    pub source_id: i64,
    /// Its name.
    pub name: String,
    /// Buying entity of documents that name none.
    pub entity: String,
}

/// One item of an arrival.
pub(crate) struct DecodedItem {
    /// The sender's id, as far as it could be read.
    pub(crate) id: Option<String>,
    /// Unique per source together with `content`.
    pub(crate) key: String,
    pub(crate) content: [u8; 32],
    pub(crate) ordinal: i64,
    pub(crate) byte_from: i64,
    pub(crate) byte_to: i64,
    pub(crate) version: Option<i64>,
    pub(crate) result: Result<Vec<Draft>, Fault>,
}

/// An arrival, decoded and with its body sealed: all that is left is to write it.
pub(crate) struct Decoded {
    pub(crate) source_id: i64,
    pub(crate) source: String,
    pub(crate) entity: String,
    pub(crate) region: String,
    pub(crate) media_type: String,
    pub(crate) trace: Option<String>,
    pub(crate) file: Option<String>,
    pub(crate) bytes: i64,
    pub(crate) body: Sealed,
    pub(crate) items: Vec<DecodedItem>,
    /// The persons it speaks of, as far as they may be new.
    pub(crate) subjects: Vec<Subject>,
}

/// Decodes an arrival and seals its body.
///
/// # Errors
/// When memory for the compressed body cannot be had.
pub(crate) fn decode(
    arrival: Arrival,
    source: &SourceInfo,
    limits: &Limits,
    sealer: &Sealer,
) -> Result<Decoded, std::io::Error> {
    let items = items(&arrival, &source.entity, limits);
    finish(arrival, source, items, sealer)
}

/// Seals an arrival whose items were decoded as they were read.
pub(crate) fn finish(
    arrival: Arrival,
    source: &SourceInfo,
    items: Vec<DecodedItem>,
    sealer: &Sealer,
) -> Result<Decoded, std::io::Error> {
    Ok(Decoded {
        source_id: source.source_id,
        source: source.name.clone(),
        entity: source.entity.clone(),
        region: String::new(),
        trace: trace(&arrival),
        media_type: arrival.media_type,
        file: arrival.file,
        bytes: i64::try_from(arrival.body.len()).unwrap_or(i64::MAX),
        body: sealer.seal(&arrival.body)?,
        items,
        subjects: Vec::new(),
    })
}

/// What is kept with the arrival: `traceparent` and, for binary mode, the headers that its decoding needs again.
fn trace(arrival: &Arrival) -> Option<String> {
    if arrival.traceparent.is_none() && arrival.attributes.is_empty() {
        return None;
    }
    serde_json::to_string(&Trace {
        parent: arrival.traceparent.clone(),
        attributes: arrival.attributes.clone(),
    })
    .ok()
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Trace {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<(String, String)>,
}

/// An arrival as it was, from what is stored of it.
pub(crate) fn arrival_of(
    source_id: i64,
    media_type: String,
    trace: Option<&str>,
    file: Option<String>,
    body: Vec<u8>,
) -> Arrival {
    let trace: Option<Trace> = trace.and_then(|t| serde_json::from_str(t).ok());
    let (traceparent, attributes) = trace.map_or((None, Vec::new()), |t| (t.parent, t.attributes));
    let envelope = if attributes.is_empty() {
        Envelope::Any
    } else {
        Envelope::Binary
    };
    Arrival {
        source_id,
        envelope,
        media_type,
        attributes,
        traceparent,
        file,
        body,
    }
}

/// The items of an arrival; never empty. `entity` is that of the source, for documents that name none.
pub(crate) fn items(arrival: &Arrival, entity: &str, limits: &Limits) -> Vec<DecodedItem> {
    if arrival.envelope == Envelope::Any && is_event_log(&arrival.body) {
        return events_of_chunk(&arrival.body, entity);
    }
    match mode(arrival) {
        Some(mode) => cloudevents::split(&mode, &arrival.body, limits)
            .into_iter()
            .map(|i| item(i, arrival, entity))
            .collect(),
        None => {
            let media = Place::Header {
                header: "content-type".to_owned(),
            };
            let fault = Fault::new(FaultCode::MediaTypeUnknown, media, &arrival.media_type);
            vec![unread(arrival, fault.waiting_for("format", &arrival.media_type))]
        }
    }
}

fn is_event_log(body: &[u8]) -> bool {
    xes::looks_like(body) || body.trim_ascii_start().starts_with(b"<trace")
}

fn mode(arrival: &Arrival) -> Option<Mode> {
    let declared = Mode::of(
        &arrival.media_type,
        arrival.attributes.iter().map(|(n, v)| (n.as_str(), v.as_str())),
    );
    match arrival.envelope {
        Envelope::Structured => Some(Mode::Structured),
        Envelope::Batch => Some(Mode::Batch),
        Envelope::Lines => Some(Mode::Lines),
        Envelope::Binary => Some(Mode::Binary {
            attributes: arrival.attributes.clone(),
            media_type: Some(arrival.media_type.clone()).filter(|m| !m.is_empty()),
        }),
        Envelope::Any => declared.or_else(|| Mode::guess(&arrival.body)),
    }
}

fn item(item: cloudevents::Item, arrival: &Arrival, entity: &str) -> DecodedItem {
    let (from, to) = (
        i64::try_from(item.byte_from).unwrap_or(0),
        i64::try_from(item.byte_to).unwrap_or(i64::MAX),
    );
    // Kept from 0, as everywhere in the store.
    let ordinal = i64::try_from(item.ordinal.saturating_sub(1)).unwrap_or(i64::MAX);
    match item.result {
        Ok(event) => {
            let key = key(&event);
            let content = event.content_key();
            let result = said(&event, arrival, entity);
            let version = result
                .as_ref()
                .ok()
                .and_then(|d| d.first())
                .and_then(|d| d.payload.version);
            DecodedItem {
                id: item.id,
                key,
                content,
                ordinal,
                byte_from: from,
                byte_to: to,
                version,
                result,
            }
        }
        Err(fault) => {
            let bytes = usize::try_from(item.byte_from)
                .ok()
                .zip(usize::try_from(item.byte_to).ok())
                .and_then(|(from, to)| arrival.body.get(from..to))
                .unwrap_or(&arrival.body);
            let content: [u8; 32] = Sha256::digest(bytes).into();
            let key = item
                .id
                .clone()
                .unwrap_or_else(|| format!("unread-{}", hex::encode(&content[..16])));
            DecodedItem {
                id: item.id,
                key,
                content,
                ordinal,
                byte_from: from,
                byte_to: to,
                version: None,
                result: Err(fault),
            }
        }
    }
}

/// A CloudEvent's id is unique per its `source` attribute; the sender may speak for several (CloudEvents 1.0, id).
fn key(event: &CloudEvent) -> String {
    if event.source.is_empty() {
        event.id.clone()
    } else {
        format!("{} {}", event.source, event.id)
    }
}

fn said(event: &CloudEvent, arrival: &Arrival, entity: &str) -> Result<Vec<Draft>, Fault> {
    let mut drafts = formats::canonical::drafts(event, entity)?;
    let trace = event.traceparent.as_ref().or(arrival.traceparent.as_ref());
    for draft in &mut drafts {
        if let Some(trace) = trace {
            draft.payload.other.insert("traceparent".to_owned(), trace.clone());
        }
    }
    Ok(drafts)
}

/// An event of a log file; its bytes are counted from the `start` of its chunk, its place in the chunk is `ordinal`.
pub(crate) fn event_of_log(item: xes::Item, settings: &xes::Settings, start: u64, ordinal: i64) -> DecodedItem {
    let place = |byte: u64| i64::try_from(byte.saturating_sub(start)).unwrap_or(i64::MAX);
    let content: [u8; 32] = Sha256::digest(item.item_key.as_bytes()).into();
    DecodedItem {
        id: None,
        key: item.item_key,
        content,
        ordinal,
        byte_from: place(item.byte_from),
        byte_to: place(item.byte_to),
        version: None,
        result: item.result.and_then(|event| xes::drafts(&event, settings)),
    }
}

/// The events of a chunk of a log file, made a file of its own again.
fn events_of_chunk(body: &[u8], entity: &str) -> Vec<DecodedItem> {
    let settings = xes::Settings {
        entity: entity.to_owned(),
        zone: None,
    };
    let opens = body.windows(4).take(4096).any(|w| w == b"<log");
    let closes = body.trim_ascii_end().ends_with(b"</log>");
    let parts: [&[u8]; 3] = [
        if opens { b"" } else { b"<log>" },
        body,
        if closes { b"" } else { b"</log>" },
    ];
    let whole = parts.concat();
    let start = parts[0].len() as u64;
    let events = xes::read(whole.as_slice(), &xes::Limits::default());
    (0..)
        .zip(events)
        .map(|(ordinal, item)| event_of_log(item, &settings, start, ordinal))
        .collect()
}

fn unread(arrival: &Arrival, fault: Fault) -> DecodedItem {
    let content: [u8; 32] = Sha256::digest(&arrival.body).into();
    DecodedItem {
        id: None,
        key: format!("unread-{}", hex::encode(&content[..16])),
        content,
        ordinal: 0,
        byte_from: 0,
        byte_to: i64::try_from(arrival.body.len()).unwrap_or(i64::MAX),
        version: None,
        result: Err(fault),
    }
}

/// What the log says of an arrival's parked items.
pub(crate) fn parked_act(inbox_id: i64, source: &str, entity: &str, items: i64, fault: &Fault) -> Parked {
    Parked {
        inbox_id,
        source: source.to_owned(),
        entity: entity.to_owned(),
        items: u64::try_from(items).unwrap_or(0),
        class: class_of(fault).to_owned(),
        fault: fault.sentence(),
    }
}

/// Which class of exception a parked message is: no mapping for a code, or not in a form we understand (domain §4.1).
fn class_of(fault: &Fault) -> &'static str {
    match fault.code.who() {
        Who::Mapping => "MD-04",
        _ => "IT-05",
    }
}

/// The month (UTC) an instant falls in, as year × 12 + month (0 to 11): bodies are dropped by it.
pub(crate) fn month_of(at: Instant) -> i64 {
    use chrono::Datelike;
    // `to_utc` is None only outside the years a clock can show.
    at.to_utc()
        .map_or(0, |t| i64::from(t.year()) * 12 + i64::from(t.month0()))
}
