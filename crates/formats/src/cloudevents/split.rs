//! From a message's bytes to its events.

use std::io::BufRead;

use super::build::{from_headers, from_json};
use super::{Item, Mode};
use crate::fault::{Fault, FaultCode, Place};
use crate::json::{self, Json, Limits, Reader};

/// The events of a message that is in memory, each with its bytes; never empty.
#[must_use]
pub fn split(mode: &Mode, body: &[u8], limits: &Limits) -> Vec<Item> {
    match mode {
        Mode::Structured => vec![item(1, (0, body.len()), json::read(body, limits), 0)],
        Mode::Batch => batch(body, limits),
        Mode::Lines => {
            let found: Vec<_> = lines(body, limits, body.len()).collect();
            if found.is_empty() {
                vec![whole(body, Fault::new(FaultCode::Empty, Place::Whole, ""))]
            } else {
                found
            }
        }
        Mode::Binary { attributes, media_type } => {
            let (id, result) = from_headers(attributes, media_type.as_deref(), body, limits);
            vec![Item {
                ordinal: 1,
                byte_from: 0,
                byte_to: body.len() as u64,
                id,
                result,
            }]
        }
    }
}

/// An event that stands at these bytes, `offset` of them in a longer message.
fn item(ordinal: u64, (from, to): (usize, usize), read: Result<Json, Fault>, offset: u64) -> Item {
    let (id, result) = match read {
        Ok(json) => from_json(json, offset),
        Err(fault) => (None, Err(fault)),
    };
    Item {
        ordinal,
        byte_from: from as u64 + offset,
        byte_to: to as u64 + offset,
        id,
        result,
    }
}

fn whole(body: &[u8], fault: Fault) -> Item {
    item(1, (0, body.len()), Err(fault), 0)
}

/// A list of events. After an event that cannot be kept the next is read when there is no doubt where it begins;
/// else everything from there on is one item.
fn batch(body: &[u8], limits: &Limits) -> Vec<Item> {
    let mut reader = match Reader::new(body, limits) {
        Ok(reader) => reader,
        Err(fault) => return vec![whole(body, fault)],
    };
    if !reader.take(b'[') {
        let value = reader.value().map_or_else(|_| String::new(), |v| v.plain());
        return vec![whole(body, Fault::new(FaultCode::NotABatch, Place::Whole, value))];
    }
    let mut items = Vec::new();
    if reader.take(b']') {
        let outcome = reader
            .end()
            .err()
            .unwrap_or_else(|| Fault::new(FaultCode::Empty, Place::Whole, "[]"));
        return vec![whole(body, outcome)];
    }
    for ordinal in 1.. {
        reader.next_message();
        reader.peek();
        let from = reader.at();
        let rest = |fault| item(ordinal, (from, body.len()), Err(fault), 0);
        let read = reader.value();
        if let Err(fault) = &read
            && !reader.pass_over(from, fault)
        {
            items.push(rest(fault.clone()));
            break;
        }
        let to = reader.at();
        if reader.take(b',') {
            items.push(item(ordinal, (from, to), read, 0));
        } else if reader.take(b']') {
            items.push(item(ordinal, (from, to), read, 0));
            let after = reader.at();
            if let Err(fault) = reader.end() {
                items.push(item(ordinal + 1, (after, body.len()), Err(fault), 0));
            }
            break;
        } else {
            // The event itself is complete; what should part it from the next is not there.
            items.push(item(ordinal, (from, to), read, 0));
            items.push(item(ordinal + 1, (to, body.len()), Err(reader.no_comma()), 0));
            break;
        }
    }
    items
}

/// Structured events one a line, read as they come; blank lines are passed over. A line longer than `longest` bytes
/// is an item that could not be read. Ends at the first failure to read.
pub fn lines<R: BufRead>(reader: R, limits: &Limits, longest: usize) -> Lines<R> {
    Lines {
        reader,
        limits: *limits,
        longest,
        line: 0,
        ordinal: 0,
        at: 0,
        buffer: Vec::new(),
        ended: false,
    }
}

/// The iterator of [`lines`].
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    limits: Limits,
    longest: usize,
    line: u64,
    ordinal: u64,
    at: u64,
    buffer: Vec<u8>,
    ended: bool,
}

impl<R: BufRead> Lines<R> {
    /// The next line into the buffer: its whole length with its end, or `None` after the last.
    fn line(&mut self) -> std::io::Result<Option<u64>> {
        self.buffer.clear();
        let mut len = 0;
        loop {
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            if available.is_empty() {
                return Ok((len > 0).then_some(len));
            }
            let end = memchr::memchr(b'\n', available);
            let used = end.map_or(available.len(), |at| at + 1);
            let room = (self.longest + 2).saturating_sub(self.buffer.len());
            self.buffer.extend_from_slice(&available[..used.min(room)]);
            self.reader.consume(used);
            len += used as u64;
            if end.is_some() {
                return Ok(Some(len));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while !self.ended {
            let from = self.at;
            let len = match self.line() {
                Ok(len) => len?,
                Err(_) => {
                    self.ended = true;
                    self.ordinal += 1;
                    let at = Place::Spot {
                        line: self.line + 1,
                        column: 1,
                    };
                    let result = Err(Fault::new(FaultCode::BreaksOff, at, ""));
                    return Some(Item {
                        ordinal: self.ordinal,
                        byte_from: from,
                        byte_to: from,
                        id: None,
                        result,
                    });
                }
            };
            self.at += len;
            self.line += 1;
            let text = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.ordinal += 1;
            let read = if text.len() > self.longest {
                let at = Place::Spot {
                    line: self.line,
                    column: 1,
                };
                Err(Fault::new(FaultCode::TooLarge, at, "").with("limit", self.longest))
            } else {
                read_line(text, &self.limits, self.line - 1)
            };
            return Some(item(
                self.ordinal,
                (0, usize::try_from(len).unwrap_or(usize::MAX)),
                read,
                from,
            ));
        }
        None
    }
}

fn read_line(text: &[u8], limits: &Limits, lines_before: u64) -> Result<Json, Fault> {
    let mut reader = Reader::new(text, limits)?.after_lines(lines_before);
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}
