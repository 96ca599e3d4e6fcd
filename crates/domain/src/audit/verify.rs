//! Finding what was changed in the audit after it was sealed, row by row.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::entry::Entry;
use super::seal::{LISTED, Listed, Seal, listed};
use crate::Sentence;
use crate::time::Instant;

/// Something that is not as it was sealed. Rows and seals are named by their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// The row says something else than when it was sealed.
    Changed(i64),
    /// The row says something else, and is dated before the row that was written before it.
    BackDated(i64),
    /// The row was there and is gone.
    Deleted(i64),
    /// Rows were there and are gone: the first and the last of them.
    Gap(i64, i64),
    /// The row was not there when its place was sealed.
    Inserted(i64),
    /// The row holds what belongs to another: (row, the row it belongs to).
    Swapped(i64, i64),
    /// The seal that ends with this row was changed; what it says of its rows is worth nothing.
    BrokenSeal(i64),
    /// Seals are missing between the one that ends with the first row (0: from the beginning) and the one that ends with
    /// the second.
    MissingSeal(i64, i64),
    /// Rows that should have been sealed long ago are not: the first of them.
    Unsealed(i64),
    /// The seal that ends with this row was there, as a copy of it says, and is gone or another one: the end was cut off.
    CutOff(i64),
}

impl Finding {
    /// It in words.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Changed(id) => Sentence::new("audit-found-changed").with("row", id),
            Self::BackDated(id) => Sentence::new("audit-found-back-dated").with("row", id),
            Self::Deleted(id) => Sentence::new("audit-found-deleted").with("row", id),
            Self::Gap(first, last) => Sentence::new("audit-found-gap").with("first", first).with("last", last),
            Self::Inserted(id) => Sentence::new("audit-found-inserted").with("row", id),
            Self::Swapped(id, of) => Sentence::new("audit-found-swapped").with("row", id).with("of", of),
            Self::BrokenSeal(id) => Sentence::new("audit-found-broken-seal").with("row", id),
            Self::MissingSeal(after, before) => Sentence::new("audit-found-missing-seal")
                .with("after", after)
                .with("before", before),
            Self::Unsealed(id) => Sentence::new("audit-found-unsealed").with("row", id),
            Self::CutOff(id) => Sentence::new("audit-found-cut-off").with("row", id),
        }
    }
}

/// The end of a chain as it once was, kept elsewhere: printed, mailed, in a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The chain.
    pub chain: i64,
    /// The last row under the seal.
    pub to_id: i64,
    /// The seal's hash.
    pub hash: Vec<u8>,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Rows under seals.
    pub rows: u64,
    /// Seals.
    pub seals: u64,
    /// Rows after the last seal.
    pub unsealed: u64,
    /// Findings.
    pub findings: u64,
}

/// The segment that is being looked at.
struct Segment {
    from_id: i64,
    to_id: i64,
    linked: bool,
    /// Its list; absent when it cannot be read: then nothing can be said of single rows.
    list: Option<std::vec::IntoIter<Listed>>,
    next: Option<Listed>,
    differ: Vec<Differs>,
}

struct Differs {
    audit_id: i64,
    listed: [u8; LISTED],
    found: [u8; LISTED],
    back_dated: bool,
}

/// Checks one chain: for each seal in order [`Verifier::begin`], [`Verifier::row`] for the chain's rows up to the seal's last,
/// [`Verifier::end`]; then the rows after the last seal, and [`Verifier::finish`].
pub struct Verifier<'k, F> {
    key: &'k [u8],
    found: F,
    anchors: Vec<Anchor>,
    /// The hash of the last seal as it must be, and as it is stored.
    last: Option<(Vec<u8>, Vec<u8>)>,
    to_id: i64,
    last_at: Instant,
    segment: Option<Segment>,
    first_unsealed: Option<(i64, Instant)>,
    checked: Checked,
}

impl<'k, F: FnMut(Finding)> Verifier<'k, F> {
    /// A check of one chain; `anchors` are what is known of its end from elsewhere. `found` hears of every finding.
    pub fn new(key: &'k [u8], anchors: Vec<Anchor>, found: F) -> Self {
        Self {
            key,
            found,
            anchors,
            last: None,
            to_id: 0,
            last_at: Instant(i64::MIN),
            segment: None,
            first_unsealed: None,
            checked: Checked::default(),
        }
    }

    fn find(&mut self, finding: Finding) {
        self.checked.findings += 1;
        (self.found)(finding);
    }

    /// The next seal of the chain.
    pub fn begin(&mut self, seal: &Seal) {
        let must_be = seal.sealed_with(self.key);
        let list = seal.listed().filter(|_| seal.from_id > self.to_id);
        let whole = must_be == seal.hash && list.is_some();
        let linked = match &self.last {
            None => seal.prev.is_empty(),
            Some((must_be, stored)) => seal.prev == *must_be || seal.prev == *stored,
        };
        if !whole {
            self.find(Finding::BrokenSeal(seal.to_id));
        } else if !linked {
            self.find(Finding::MissingSeal(self.to_id, seal.to_id));
        }
        self.anchors.retain(|a| (a.to_id, &a.hash) != (seal.to_id, &seal.hash));
        self.last = Some((must_be, seal.hash.clone()));
        self.checked.seals += 1;
        let mut list = list.map(Vec::into_iter);
        self.segment = Some(Segment {
            from_id: seal.from_id,
            to_id: seal.to_id,
            linked: linked || !whole,
            next: list.as_mut().and_then(Iterator::next),
            list,
            differ: Vec::new(),
        });
    }

    /// The chain's next row: of the segment that began, or after the last seal.
    pub fn row(&mut self, entry: &Entry) {
        let Some(mut segment) = self.segment.take() else {
            self.unsealed(entry);
            return;
        };
        self.checked.rows += 1;
        let id = entry.audit_id;
        while let Some((gone, _)) = segment.next.filter(|(next, _)| *next < id) {
            self.find(Finding::Deleted(gone));
            segment.advance();
        }
        match segment.next {
            Some((next, listed_hash)) if next == id => {
                let found = listed(entry);
                if found == listed_hash {
                    self.last_at = entry.at;
                } else {
                    segment.differ.push(Differs {
                        audit_id: id,
                        listed: listed_hash,
                        found,
                        back_dated: entry.at < self.last_at,
                    });
                }
                segment.advance();
            }
            // Under a seal that is missing, or one that cannot be read: the seal was named.
            _ if segment.list.is_none() || (!segment.linked && id < segment.from_id) => {}
            _ => self.find(Finding::Inserted(id)),
        }
        self.segment = Some(segment);
    }

    fn unsealed(&mut self, entry: &Entry) {
        self.checked.unsealed += 1;
        if entry.at < self.last_at {
            self.find(Finding::BackDated(entry.audit_id));
        } else {
            self.last_at = entry.at;
        }
        self.first_unsealed.get_or_insert((entry.audit_id, entry.at));
    }

    /// The segment's rows have all been given.
    pub fn end(&mut self) {
        let Some(mut segment) = self.segment.take() else {
            return;
        };
        while let Some((gone, _)) = segment.next {
            self.find(Finding::Deleted(gone));
            segment.advance();
        }
        let owners: HashMap<[u8; LISTED], i64> = segment.differ.iter().map(|d| (d.listed, d.audit_id)).collect();
        for differs in &segment.differ {
            let id = differs.audit_id;
            self.find(match owners.get(&differs.found) {
                Some(owner) => Finding::Swapped(id, *owner),
                None if differs.back_dated => Finding::BackDated(id),
                None => Finding::Changed(id),
            });
        }
        self.to_id = self.to_id.max(segment.to_id);
    }

    /// All has been given. Rows written before `sealed_by` must be under a seal; without it (nothing was running to seal
    /// them) they may be open.
    pub fn finish(mut self, sealed_by: Option<Instant>) -> Checked {
        self.end();
        if let (Some((id, at)), Some(by)) = (self.first_unsealed, sealed_by)
            && at < by
        {
            self.find(Finding::Unsealed(id));
        }
        for anchor in std::mem::take(&mut self.anchors) {
            self.find(Finding::CutOff(anchor.to_id));
        }
        self.checked
    }
}

impl Segment {
    fn advance(&mut self) {
        self.next = self.list.as_mut().and_then(Iterator::next);
    }
}

/// Checks one chain whose seals and rows come in order; `found` hears of every finding as it is made.
pub fn verify_chain(
    key: &[u8],
    anchors: Vec<Anchor>,
    seals: impl IntoIterator<Item = Seal>,
    rows: impl IntoIterator<Item = Entry>,
    sealed_by: Option<Instant>,
    found: impl FnMut(Finding),
) -> Checked {
    let mut verifier = Verifier::new(key, anchors, found);
    let mut rows = rows.into_iter().peekable();
    for seal in seals {
        verifier.begin(&seal);
        while let Some(entry) = rows.next_if(|entry| entry.audit_id <= seal.to_id) {
            verifier.row(&entry);
        }
        verifier.end();
    }
    rows.for_each(|entry| verifier.row(&entry));
    verifier.finish(sealed_by)
}

/// Checks what no seal covers yet, over all chains: ids without a gap, and times that never go back.
#[derive(Clone, Copy, Debug)]
pub struct Tail {
    last_id: i64,
    last_at: Instant,
}

impl Tail {
    /// A check of the rows after this id (the last under any seal), the row of which was written at `at`.
    #[must_use]
    pub const fn after(last_id: i64, at: Instant) -> Self {
        Self { last_id, last_at: at }
    }

    /// The next row of any chain, in the order of ids.
    pub fn row(&mut self, audit_id: i64, at: Instant) -> impl Iterator<Item = Finding> + use<> {
        let (first, last) = (self.last_id.saturating_add(1), audit_id.saturating_sub(1));
        let gone = match first.cmp(&last) {
            Ordering::Less => Some(Finding::Gap(first, last)),
            Ordering::Equal => Some(Finding::Deleted(first)),
            Ordering::Greater => None,
        };
        let back_dated = (at < self.last_at).then_some(Finding::BackDated(audit_id));
        self.last_id = audit_id;
        self.last_at = self.last_at.max(at);
        gone.into_iter().chain(back_dated)
    }
}
