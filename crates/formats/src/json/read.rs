//! The reader. Recursion is bounded by [`Limits::depth`].

use std::collections::HashSet;

use super::{Json, Limits, Value};
use crate::fault::{Fault, FaultCode, Place};

/// Objects with at most this many names are searched name by name.
const FEW: usize = 16;

/// Reads one JSON text: a value and nothing after it.
///
/// # Errors
/// The first [`Fault`], with line and column.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Json, Fault> {
    let mut reader = Reader::new(bytes, limits)?;
    let value = reader.value()?;
    reader.end()?;
    Ok(value)
}

/// Reads values one after another from a text in memory.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) limits: Limits,
    depth: usize,
    values: usize,
    lines_before: u64,
}

impl<'a> Reader<'a> {
    /// A reader at the first value of a text. A leading byte order mark is passed over.
    ///
    /// # Errors
    /// A text that is empty, or in an encoding other than UTF-8.
    pub fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        let mut reader = Self {
            bytes,
            at: 0,
            limits: *limits,
            depth: 0,
            values: 0,
            lines_before: 0,
        };
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => reader.at = 3,
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] => {
                return Err(Fault::new(FaultCode::OtherEncoding, Place::Whole, "UTF-16"));
            }
            _ => {}
        }
        reader.space();
        if reader.at == bytes.len() {
            return Err(Fault::new(FaultCode::Empty, Place::Whole, ""));
        }
        Ok(reader)
    }

    /// The same reader, its text standing after `lines` others: places count from the first of them.
    #[must_use]
    pub fn after_lines(mut self, lines: u64) -> Self {
        self.lines_before = lines;
        self
    }

    /// Where the next byte stands.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Passes over space; the next byte, if any.
    pub fn peek(&mut self) -> Option<u8> {
        self.space();
        self.bytes.get(self.at).copied()
    }

    /// Passes over `byte` when it comes next.
    pub fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Nothing but space follows.
    ///
    /// # Errors
    /// What follows, and where.
    pub fn end(&mut self) -> Result<(), Fault> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault_here(FaultCode::JsonMoreAfterEnd)),
        }
    }

    /// Reads the next value.
    ///
    /// # Errors
    /// The first fault in it.
    pub fn value(&mut self) -> Result<Json, Fault> {
        let next = self.peek();
        let from = self.at;
        self.values += 1;
        if self.values > self.limits.values {
            return Err(self
                .fault(FaultCode::JsonTooMany, from, "")
                .with("limit", self.limits.values));
        }
        let value = match next {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return Err(self.unexpected("value")),
        };
        Ok(Json {
            from,
            to: self.at,
            value,
        })
    }

    /// What is wrong when neither a comma nor the end of the list comes next.
    pub fn no_comma(&mut self) -> Fault {
        self.unexpected("comma")
    }

    /// Starts counting values afresh: what follows is another message.
    pub fn next_message(&mut self) {
        self.values = 0;
        self.depth = 0;
    }

    /// After `fault` in the value that began at `from`: passes over the whole value, when what is wrong leaves no
    /// doubt about where it ends. `false`: there is no telling what belongs to it, and nothing after it may be read.
    pub fn pass_over(&mut self, from: usize, fault: &Fault) -> bool {
        let clear = matches!(
            fault.code,
            FaultCode::JsonTooDeep
                | FaultCode::JsonTooMany
                | FaultCode::JsonNumberForm
                | FaultCode::JsonNumberTooLong
                | FaultCode::JsonTextTooLong
                | FaultCode::JsonEscape
                | FaultCode::JsonHalfCharacter
                | FaultCode::JsonNameTwice
                | FaultCode::NotText
        );
        self.at = from;
        self.depth = 0;
        clear && self.brackets().is_some()
    }

    /// Passes over a value by its brackets and quotes alone.
    fn brackets(&mut self) -> Option<()> {
        let mut open = Vec::new();
        loop {
            match self.peek()? {
                b @ (b'{' | b'[') => open.push(b),
                b'}' => (open.pop()? == b'{').then_some(())?,
                b']' => (open.pop()? == b'[').then_some(())?,
                b'"' => loop {
                    self.at += 1;
                    match *self.bytes.get(self.at)? {
                        b'"' => break,
                        b'\\' => self.at += 1,
                        0..0x20 => return None,
                        _ => {}
                    }
                },
                _ if open.is_empty() => {
                    let ends = |b: &u8| matches!(b, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
                    self.at += self.rest().iter().take_while(|b| !ends(b)).count();
                    return Some(());
                }
                _ => {}
            }
            self.at += 1;
            if open.is_empty() {
                return Some(());
            }
        }
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Result<Value, Fault>) -> Result<Value, Fault> {
        if self.depth == self.limits.depth {
            return Err(self
                .fault(FaultCode::JsonTooDeep, self.at, "")
                .with("limit", self.limits.depth));
        }
        self.depth += 1;
        self.at += 1;
        let value = inner(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value, Fault> {
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return Err(self.unexpected("comma"));
            }
        }
    }

    fn object(&mut self) -> Result<Value, Fault> {
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut names = HashSet::new();
        if self.take(b'}') {
            return Ok(Value::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("name"));
            }
            let from = self.at;
            let name = self.string()?;
            let twice = if members.len() < FEW {
                members.iter().any(|(n, _)| *n == name)
            } else {
                if names.is_empty() {
                    names.extend(members.iter().map(|(n, _)| n.clone()));
                }
                !names.insert(name.clone())
            };
            if twice {
                return Err(self.fault(FaultCode::JsonNameTwice, from, &name));
            }
            if !self.take(b':') {
                return Err(self.unexpected("colon"));
            }
            members.push((name, self.value()?));
            if self.take(b'}') {
                return Ok(Value::Object(members));
            }
            if !self.take(b',') {
                return Err(self.unexpected("comma"));
            }
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        if self.rest().starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(value);
        }
        if word.as_bytes().starts_with(self.rest()) {
            self.at = self.bytes.len();
        }
        Err(self.unexpected("value"))
    }

    fn space(&mut self) {
        self.at += self
            .rest()
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Something else stands here than `expected`, or nothing any more.
    pub(super) fn unexpected(&mut self, expected: &str) -> Fault {
        self.space();
        if self.rest().is_empty() {
            return self.fault(FaultCode::JsonBreaksOff, self.bytes.len(), "");
        }
        self.fault_here(FaultCode::JsonUnexpected).with("expected", expected)
    }

    fn fault_here(&self, code: FaultCode) -> Fault {
        let word = match self.rest() {
            // A text is shown with its quotes.
            [b'"', text @ ..] => text.iter().take_while(|b| **b >= 0x20 && **b != b'"').count() + 2,
            rest => rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count().max(1),
        };
        self.fault(code, self.at, &self.lossy(self.at, word))
    }

    pub(super) fn lossy(&self, from: usize, len: usize) -> String {
        let rest = self.bytes.get(from..).unwrap_or_default();
        // A character of several bytes is shown whole.
        let more = rest.iter().skip(len).take_while(|b| **b & 0xC0 == 0x80).count();
        String::from_utf8_lossy(&rest[..rest.len().min(len + more)]).into_owned()
    }

    pub(super) fn fault(&self, code: FaultCode, at: usize, value: &str) -> Fault {
        let mut place = Place::spot(self.bytes, at);
        if let Place::Spot { line, .. } = &mut place {
            *line += self.lines_before;
        }
        Fault::new(code, place, value)
    }
}
