//! A seal over a segment of one chain.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::entry::Entry;
use crate::canonical::Canonical;
use crate::time::Instant;

/// Bytes of an entry's hash that stand in the seal: enough that nobody finds another entry with the same ones.
pub const LISTED: usize = 16;

/// An entry in a seal's list: its id and the beginning of its hash.
pub(super) type Listed = (i64, [u8; LISTED]);

/// A seal as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The chain.
    pub chain: i64,
    /// The first entry it is over.
    pub from_id: i64,
    /// The last.
    pub to_id: i64,
    /// Hash of the seal before it in the chain; empty for the first.
    pub prev: Vec<u8>,
    /// Its own: HMAC-SHA256 under the installation's key over all else.
    pub hash: Vec<u8>,
    /// When it was made.
    pub at: Instant,
    /// The list of entries: ids as differences, and the beginnings of their hashes.
    pub rows: Vec<u8>,
}

/// The beginning of an entry's hash that a seal lists.
pub(super) fn listed(entry: &Entry) -> [u8; LISTED] {
    let hash = entry.hash();
    let mut beginning = [0; LISTED];
    beginning.copy_from_slice(hash.split_at(LISTED).0);
    beginning
}

/// Seals the entries that follow `last` in a chain; they are given in the order of their ids. `None` when there are none, or
/// they are not of one chain and in order.
#[must_use]
pub fn seal<'e>(
    key: &[u8],
    last: Option<&Seal>,
    at: Instant,
    entries: impl IntoIterator<Item = &'e Entry>,
) -> Option<Seal> {
    let mut chain = last.map(|seal| seal.chain);
    let mut before = last.map_or(i64::MIN, |seal| seal.to_id);
    let mut list: Vec<Listed> = Vec::new();
    for entry in entries {
        if *chain.get_or_insert(entry.chain) != entry.chain || entry.audit_id <= before {
            return None;
        }
        before = entry.audit_id;
        list.push((entry.audit_id, listed(entry)));
    }
    let mut sealed = Seal {
        chain: chain?,
        from_id: list.first()?.0,
        to_id: list.last()?.0,
        prev: last.map(|seal| seal.hash.clone()).unwrap_or_default(),
        hash: Vec::new(),
        at,
        rows: encode(&list)?,
    };
    sealed.hash = sealed.sealed_with(key);
    Some(sealed)
}

impl Seal {
    /// What its hash must be under this key.
    pub(super) fn sealed_with(&self, key: &[u8]) -> Vec<u8> {
        let bytes = Canonical::of("docket audit seal 1")
            .bytes(&self.prev)
            .number(self.chain)
            .number(self.from_id)
            .number(self.to_id)
            .number(self.at.0)
            .bytes(&self.rows)
            .finish();
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
        mac.update(&bytes);
        mac.finalize().into_bytes().to_vec()
    }

    /// Its list of entries; `None` when it cannot be read or does not fit its ends.
    pub(super) fn listed(&self) -> Option<Vec<Listed>> {
        let differences: Vec<(u64, [u8; LISTED])> = postcard::from_bytes(&self.rows).ok()?;
        let mut list = Vec::with_capacity(differences.len());
        let mut id = self.from_id;
        for (place, (difference, hash)) in differences.into_iter().enumerate() {
            if (difference == 0) != (place == 0) {
                return None;
            }
            id = id.checked_add_unsigned(difference)?;
            list.push((id, hash));
        }
        (list.last()?.0 == self.to_id).then_some(list)
    }
}

fn encode(list: &[Listed]) -> Option<Vec<u8>> {
    let mut before = list.first()?.0;
    let differences: Vec<(u64, [u8; LISTED])> = list
        .iter()
        .map(|(id, hash)| {
            let difference = id.abs_diff(before);
            before = *id;
            (difference, *hash)
        })
        .collect();
    postcard::to_allocvec(&differences).ok()
}
