//! The bytes of an event log on their way into the XML reader: unpacked, made valid UTF-8, counted, and never more
//! of them at once than one event may have.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::fault::Place;

/// Stands where a byte was no text; also what the reader looks for to find such places.
pub(super) const BROKEN: char = '\u{FFFD}';

/// What windows-1252 has at 0x80 to 0x9F; ISO 8859-1 has nothing that can be shown there.
const WINDOWS: [char; 32] = [
    '€', BROKEN, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', BROKEN, 'Ž', BROKEN, BROKEN, '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', BROKEN, 'ž', 'Ÿ',
];

/// A file as it is, or unpacked on the way.
#[derive(Debug)]
enum Bytes<R> {
    Plain(R),
    Packed(Box<BufReader<MultiGzDecoder<R>>>),
    /// Between the two, while the first bytes are looked at.
    Unknown,
}

impl<R: BufRead> Bytes<R> {
    fn fill(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(reader) => reader.fill_buf(),
            Self::Packed(reader) => reader.fill_buf(),
            Self::Unknown => Ok(&[]),
        }
    }

    fn consume(&mut self, n: usize) {
        match self {
            Self::Plain(reader) => reader.consume(n),
            Self::Packed(reader) => reader.consume(n),
            Self::Unknown => {}
        }
    }
}

/// The input. As a [`BufRead`] it gives valid UTF-8, with [`BROKEN`] for bytes that are none.
#[derive(Debug)]
pub(super) struct Input<R> {
    bytes: Bytes<R>,
    /// How many of the bytes next in line are known to be valid.
    valid: usize,
    /// A character that was put together by hand, and how much of it has been read.
    carry: [u8; 4],
    carry_len: usize,
    carry_at: usize,
    single_byte: bool,
    /// Bytes passed, line ends passed, characters since the last of them.
    at: u64,
    lines: u64,
    column: u64,
    /// Bytes that may still be read before [`Input::refill`].
    budget: usize,
}

impl<R: BufRead> Input<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            bytes: Bytes::Plain(reader),
            valid: 0,
            carry: [0; 4],
            carry_len: 0,
            carry_at: 0,
            single_byte: false,
            at: 0,
            lines: 0,
            column: 0,
            budget: usize::MAX,
        }
    }

    /// Looks at the first bytes: unpacks gzip. Returns the first bytes of the text; none when it is empty.
    pub(super) fn open(&mut self) -> io::Result<Option<[u8; 2]>> {
        let packed = self.bytes.fill()?.starts_with(&[0x1F, 0x8B]);
        if packed && let Bytes::Plain(reader) = std::mem::replace(&mut self.bytes, Bytes::Unknown) {
            self.bytes = Bytes::Packed(Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(reader))));
        }
        let first = self.bytes.fill()?;
        let second = first.get(1).copied().unwrap_or(b' ');
        Ok(first.first().map(|first| [*first, second]))
    }

    /// The file came compressed.
    pub(super) fn is_packed(&self) -> bool {
        matches!(self.bytes, Bytes::Packed(_))
    }

    /// From here on every byte is a character (ISO 8859-1, windows-1252).
    pub(super) fn read_single_bytes(&mut self) {
        self.single_byte = true;
        self.valid = 0;
    }

    /// Allows `bytes` more to be read.
    pub(super) fn refill(&mut self, bytes: usize) {
        self.budget = bytes;
    }

    /// All that was allowed has been read.
    pub(super) fn is_spent(&self) -> bool {
        self.budget == 0
    }

    /// Bytes passed, of the unpacked file.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// Line and column of the next byte.
    pub(super) fn place(&self) -> Place {
        Place::Spot {
            line: self.lines + 1,
            column: self.column + 1,
        }
    }

    fn carry(&mut self, c: char) {
        self.carry_len = c.encode_utf8(&mut self.carry).len();
        self.carry_at = 0;
    }

    /// Passes over `n` bytes that are no text by themselves.
    fn pass(&mut self, n: usize) {
        self.bytes.consume(n);
        self.at += n as u64;
    }

    /// Makes sure that something valid comes next, unless the input has ended.
    fn prepare(&mut self) -> io::Result<()> {
        if self.carry_at < self.carry_len || self.valid > 0 {
            return Ok(());
        }
        let next = self.bytes.fill()?;
        let Some(first) = next.first().copied() else {
            return Ok(());
        };
        if self.single_byte {
            self.valid = next.iter().take_while(|b| b.is_ascii()).count();
            if self.valid == 0 {
                let c = if first < 0xA0 {
                    WINDOWS[usize::from(first - 0x80)]
                } else {
                    char::from(first)
                };
                self.pass(1);
                self.carry(c);
            }
            return Ok(());
        }
        match std::str::from_utf8(next) {
            Ok(text) => self.valid = text.len(),
            Err(e) if e.valid_up_to() > 0 => self.valid = e.valid_up_to(),
            Err(e) => match e.error_len() {
                Some(bad) => {
                    self.pass(bad);
                    self.carry(BROKEN);
                }
                None => self.join()?,
            },
        }
        Ok(())
    }

    /// Puts a character together whose bytes the buffer's end has parted.
    fn join(&mut self) -> io::Result<()> {
        let mut parts = [0; 4];
        let mut len = 0;
        while len < 4 {
            let Some(byte) = self.bytes.fill()?.first().copied() else {
                break;
            };
            parts[len] = byte;
            match std::str::from_utf8(&parts[..=len]).map_err(|e| e.error_len()) {
                Ok(text) => {
                    let whole = text.chars().next().unwrap_or(BROKEN);
                    self.pass(1);
                    self.carry(whole);
                    return Ok(());
                }
                Err(None) => {
                    self.pass(1);
                    len += 1;
                }
                Err(Some(_)) => break,
            }
        }
        self.carry(BROKEN);
        Ok(())
    }
}

impl<R: BufRead> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.budget == 0 {
            return Err(io::Error::other("one event is larger than any may be"));
        }
        self.prepare()?;
        if self.carry_at < self.carry_len {
            return Ok(&self.carry[self.carry_at..self.carry_len]);
        }
        let valid = self.valid.min(self.budget);
        self.bytes.fill().map(|next| next.get(..valid).unwrap_or(next))
    }

    fn consume(&mut self, n: usize) {
        self.budget = self.budget.saturating_sub(n);
        if self.carry_at < self.carry_len {
            self.column += u64::from(self.carry_at == 0);
            self.carry_at += n;
            return;
        }
        if let Ok(next) = self.bytes.fill() {
            let passed = &next[..n.min(next.len())];
            let last = memchr::memrchr(b'\n', passed);
            if last.is_some() {
                self.lines += memchr::memchr_iter(b'\n', passed).count() as u64;
                self.column = 0;
            }
            let since = &passed[last.map_or(0, |at| at + 1)..];
            self.column += since.iter().filter(|b| **b & 0xC0 != 0x80).count() as u64;
        }
        self.valid = self.valid.saturating_sub(n);
        self.pass(n);
    }
}

impl<R: BufRead> Read for Input<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let next = self.fill_buf()?;
        let n = next.len().min(into.len());
        into[..n].copy_from_slice(&next[..n]);
        self.consume(n);
        Ok(n)
    }
}
