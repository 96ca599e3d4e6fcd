//! Keeps the bytes a reader has read, so that a chunk of a streamed file can be stored as it came.

use std::cell::RefCell;
use std::io::Read;
use std::rc::Rc;

#[derive(Default)]
struct Held {
    /// Where the held bytes begin in the file.
    start: u64,
    bytes: Vec<u8>,
}

/// The bytes read and not yet taken.
#[derive(Clone, Default)]
pub(super) struct Teed(Rc<RefCell<Held>>);

impl Teed {
    /// Where the held bytes begin in the file.
    pub(super) fn start(&self) -> u64 {
        self.0.borrow().start
    }

    /// How many bytes are held.
    pub(super) fn held(&self) -> usize {
        self.0.borrow().bytes.len()
    }

    /// The byte after the first `mark` at or after byte `from` of the file, when it is held.
    pub(super) fn after(&self, mark: &[u8], from: u64) -> Option<u64> {
        let held = self.0.borrow();
        let from = usize::try_from(from.saturating_sub(held.start)).ok()?;
        let found = held.bytes.get(from..)?.windows(mark.len()).position(|w| w == mark)?;
        Some(
            held.start
                .saturating_add((from.saturating_add(found).saturating_add(mark.len())) as u64),
        )
    }

    /// Takes the bytes up to byte `end` of the file.
    pub(super) fn take_to(&self, end: u64) -> Vec<u8> {
        let mut held = self.0.borrow_mut();
        let n = usize::try_from(end.saturating_sub(held.start))
            .unwrap_or(usize::MAX)
            .min(held.bytes.len());
        let rest = held.bytes.split_off(n);
        held.start = held.start.saturating_add(n as u64);
        std::mem::replace(&mut held.bytes, rest)
    }
}

/// A reader that keeps what it read.
pub(super) struct Tee<R> {
    inner: R,
    teed: Teed,
}

impl<R: Read> Tee<R> {
    pub(super) fn new(inner: R, teed: Teed) -> Self {
        Self { inner, teed }
    }
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buf)?;
        if let Some(read) = buf.get(..n) {
            self.teed.0.borrow_mut().bytes.extend_from_slice(read);
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::{Tee, Teed};

    #[test]
    fn chunks_are_the_bytes_of_the_file_in_order() {
        let teed = Teed::default();
        let mut read = String::new();
        Tee::new(&b"<a></a><b></b>"[..], teed.clone())
            .read_to_string(&mut read)
            .unwrap();
        let end = teed.after(b"</a>", 1).unwrap();
        assert_eq!(teed.take_to(end), b"<a></a>");
        assert_eq!(teed.start(), 7);
        assert_eq!(teed.after(b"</b>", 8), Some(14));
        assert_eq!(teed.take_to(u64::MAX), b"<b></b>");
    }
}
