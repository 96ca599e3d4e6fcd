//! A finished file, streamed: an event log (XES, plain or gzip) or CloudEvents, one a line or as JSON.
//!
//! A reader thread cuts the file into chunks of whole cases or lines; each chunk is an arrival of its own, so memory is
//! bounded and an interrupted file goes on where it was: what is there already is answered as duplicate.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use domain::Sentence;
use formats::json::Limits;
use formats::xes;
use tokio::sync::mpsc;
use views::ingest::FileSummary;
use views::messages::Outcome;
use views::{AppError, ErrorKind};

use super::append::Appender;
use super::decode::{self, DecodedItem, SourceInfo};
use super::tee::{Tee, Teed};
use crate::arrival::{Arrival, Envelope};
use crate::sealer::Sealer;

/// A chunk ends with the case or line in which it reaches this many items.
const CHUNK_ITEMS: usize = 4_000;
/// Or this many bytes.
const CHUNK_BYTES: usize = 4 << 20;

/// A piece of a file on its way from the reader thread to the append loop.
struct Chunk {
    body: Vec<u8>,
    items: Vec<DecodedItem>,
    cases: u64,
    span: Option<(domain::Instant, domain::Instant)>,
    unknown: BTreeMap<String, u64>,
}

/// Ingests a file to its end, telling after each chunk how far it is.
pub(crate) async fn ingest_file(
    appender: &Appender,
    source: &SourceInfo,
    sealer: &Sealer,
    file: &str,
    reader: Box<dyn Read + Send>,
    mut progress: impl FnMut(&FileSummary),
) -> Result<FileSummary, AppError> {
    let (sender, mut chunks) = mpsc::channel::<Chunk>(2);
    let settings = xes::Settings {
        entity: source.entity.clone(),
        zone: None,
    };
    let reading = tokio::task::spawn_blocking(move || read(reader, &settings, &sender));
    let mut summary = FileSummary::default();
    let mut reasons: BTreeMap<String, (Sentence, u64)> = BTreeMap::new();
    let mut unknown: BTreeMap<String, u64> = BTreeMap::new();
    while let Some(chunk) = chunks.recv().await {
        let arrival = Arrival {
            source_id: source.source_id,
            envelope: Envelope::Any,
            media_type: String::new(),
            attributes: Vec::new(),
            traceparent: None,
            file: Some(file.to_owned()),
            body: chunk.body,
        };
        let decoded = decode::finish(arrival, source, chunk.items, sealer).map_err(|_| unreadable())?;
        let receipt = appender.chunk(decoded).await?;
        summary.cases = summary.cases.saturating_add(chunk.cases);
        for answer in &receipt.items {
            summary.read = summary.read.saturating_add(1);
            let count = match answer.outcome {
                Outcome::Accepted => &mut summary.accepted,
                Outcome::Duplicate => &mut summary.duplicate,
                Outcome::Conflict => &mut summary.conflict,
                Outcome::Parked => &mut summary.parked,
            };
            *count = count.saturating_add(1);
            if let Some(why) = answer.why.as_ref().filter(|_| answer.outcome == Outcome::Parked) {
                let entry = reasons.entry(why.key.to_string()).or_insert_with(|| (why.clone(), 0));
                entry.1 = entry.1.saturating_add(1);
            }
        }
        for (word, n) in chunk.unknown {
            let count = unknown.entry(word).or_default();
            *count = count.saturating_add(n);
        }
        summary.span = match (summary.span, chunk.span) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (known, new) => known.or(new),
        };
        summary.reasons = by_count(reasons.values().cloned());
        summary.unknown = by_count(unknown.iter().map(|(word, n)| (word.clone(), *n)));
        progress(&summary);
    }
    match reading.await {
        Ok(Ok(())) => Ok(summary),
        Ok(Err(_)) | Err(_) => Err(unreadable()),
    }
}

fn unreadable() -> AppError {
    AppError::new(ErrorKind::Invalid, "error-file-unreadable")
}

fn by_count<T>(counted: impl Iterator<Item = (T, u64)>) -> Vec<(T, u64)> {
    let mut sorted: Vec<(T, u64)> = counted.collect();
    sorted.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    sorted
}

/// Reads the file in its own thread. Stops when nobody takes the chunks any more.
fn read(reader: Box<dyn Read + Send>, settings: &xes::Settings, out: &mpsc::Sender<Chunk>) -> std::io::Result<()> {
    let mut plain = unpacked(reader)?;
    let head = plain.fill_buf()?;
    if xes::looks_like(head) {
        event_log(plain, settings, out)
    } else {
        messages(plain, &settings.entity, out)
    }
}

fn unpacked(reader: Box<dyn Read + Send>) -> std::io::Result<Box<dyn BufRead + Send>> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let packed = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if packed {
        Box::new(BufReader::with_capacity(
            1 << 16,
            flate2::bufread::MultiGzDecoder::new(reader),
        ))
    } else {
        Box::new(reader)
    })
}

fn event_log(
    plain: Box<dyn BufRead + Send>,
    settings: &xes::Settings,
    out: &mpsc::Sender<Chunk>,
) -> std::io::Result<()> {
    let teed = Teed::default();
    let mut chunk = Gathering::default();
    let mut last_case = None;
    let mut last_byte = 0_u64;
    for item in xes::read(
        BufReader::with_capacity(1 << 16, Tee::new(plain, teed.clone())),
        &xes::Limits::default(),
    ) {
        let case = item.result.as_ref().ok().map(|e| e.case.id.clone());
        if case.is_some() && case != last_case {
            if chunk.items.len() >= CHUNK_ITEMS || teed.held() >= CHUNK_BYTES {
                let end = teed.after(b"</trace>", last_byte).unwrap_or(last_byte);
                if !chunk.send(teed.take_to(end), out) {
                    return Ok(());
                }
            }
            chunk.cases = chunk.cases.saturating_add(1);
            last_case = case;
        }
        last_byte = item.byte_to;
        chunk.push_event(item, settings, teed.start());
    }
    chunk.send(teed.take_to(u64::MAX), out);
    Ok(())
}

fn messages(mut plain: Box<dyn BufRead + Send>, entity: &str, out: &mpsc::Sender<Chunk>) -> std::io::Result<()> {
    let mut body = Vec::new();
    let mut lines = 0_usize;
    loop {
        let from = body.len();
        let read = plain.read_until(b'\n', &mut body)?;
        let ended = read == 0;
        // A line by itself is a message when it begins as one; otherwise the file is one message over several lines.
        let by_line = body
            .get(from..)
            .is_some_and(|l| l.trim_ascii_start().starts_with(b"{") && l.trim_ascii_end().ends_with(b"}"));
        lines = if by_line { lines.saturating_add(1) } else { lines };
        let full = by_line && (lines >= CHUNK_ITEMS || body.len() >= CHUNK_BYTES);
        if ended || full {
            if !body.trim_ascii().is_empty() {
                let mut chunk = Gathering::default();
                chunk.decode(&body, entity);
                if !chunk.send(std::mem::take(&mut body), out) {
                    return Ok(());
                }
            }
            body.clear();
            lines = 0;
        }
        if ended {
            return Ok(());
        }
    }
}

/// A chunk being gathered.
#[derive(Default)]
struct Gathering {
    items: Vec<DecodedItem>,
    cases: u64,
    span: Option<(domain::Instant, domain::Instant)>,
    unknown: BTreeMap<String, u64>,
}

impl Gathering {
    fn push_event(&mut self, item: xes::Item, settings: &xes::Settings, start: u64) {
        let decoded = decode::event_of_log(
            item,
            settings,
            start,
            i64::try_from(self.items.len()).unwrap_or(i64::MAX),
        );
        self.push(decoded);
    }

    fn decode(&mut self, body: &[u8], entity: &str) {
        let arrival = Arrival {
            source_id: 0,
            envelope: Envelope::Any,
            media_type: String::new(),
            attributes: Vec::new(),
            traceparent: None,
            file: None,
            body: body.to_vec(),
        };
        for item in decode::items(&arrival, entity, &Limits::default()) {
            self.push(item);
        }
    }

    fn push(&mut self, item: DecodedItem) {
        for draft in item.result.iter().flatten() {
            let at = draft.occurred_at;
            self.span = Some(self.span.map_or((at, at), |(from, to)| (from.min(at), to.max(at))));
            if draft.kind == domain::EventType::ExtEvent {
                let count = self.unknown.entry(draft.activity.clone()).or_default();
                *count = count.saturating_add(1);
            }
        }
        self.items.push(item);
    }

    /// False when nobody takes chunks any more.
    fn send(&mut self, body: Vec<u8>, out: &mpsc::Sender<Chunk>) -> bool {
        if self.items.is_empty() {
            return true;
        }
        let Self {
            items,
            cases,
            span,
            unknown,
        } = std::mem::take(self);
        out.blocking_send(Chunk {
            body,
            items,
            cases,
            span,
            unknown,
        })
        .is_ok()
    }
}
