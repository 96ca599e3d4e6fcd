//! Bytes that say one thing only: every part with its length before it, so that no two lists of parts give the same bytes.
//! What is hashed or sealed is written with this.

use sha2::{Digest, Sha256};

/// Parts in a fixed order, framed.
pub(crate) struct Canonical(Vec<u8>);

impl Canonical {
    /// Begins with what it is of, so that bytes of one kind are never taken for another's.
    pub(crate) fn of(kind: &str) -> Self {
        Self(Vec::with_capacity(256)).text(kind)
    }

    pub(crate) fn number(mut self, number: i64) -> Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// What is not there differs from what is empty.
    pub(crate) fn text_if(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.number(1).text(text),
            None => self.number(0),
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn sha256(self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}
