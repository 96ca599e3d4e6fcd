//! What is kept of an order: its keys and its facts, in event order.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::fact::{Fact, Lists};
use crate::events::{Event, Seq};
use crate::keys::{DocKey, DocKind};
use crate::time::Instant;

/// The persistent form of an order. The same set of events makes the same bytes whatever order they came in;
/// places in the log are kept beside them, in the history.
#[derive(Clone, Debug, Default)]
pub struct OrderState {
    pub(super) keys: BTreeSet<DocKey>,
    pub(super) facts: Vec<Fact>,
    pub(super) lists: Lists,
}

impl OrderState {
    /// An order that owns these keys and knows nothing yet.
    pub fn new(keys: impl IntoIterator<Item = DocKey>) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            ..Self::default()
        }
    }

    /// The order keys it owns.
    #[must_use]
    pub const fn keys(&self) -> &BTreeSet<DocKey> {
        &self.keys
    }

    /// The key its address is made of: the smallest purchase order key, else the smallest alias.
    #[must_use]
    pub fn primary(&self) -> Option<&DocKey> {
        self.keys
            .iter()
            .find(|key| key.kind == DocKind::PurchaseOrder)
            .or_else(|| self.keys.first())
    }

    /// Owns one more key. True when facts are here that had lines of other orders: those lines may be ours now, so
    /// the order must be folded again from its events (see [`Self::seqs`]).
    pub fn add_key(&mut self, key: DocKey) -> bool {
        self.keys.insert(key) && self.has_foreign_lines()
    }

    /// Some fact had lines of other orders, which are not kept here.
    #[must_use]
    pub fn has_foreign_lines(&self) -> bool {
        self.facts.iter().any(|fact| fact.foreign)
    }

    /// Its facts in event order.
    #[must_use]
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The places of its events in the log, in event order.
    pub fn seqs(&self) -> impl Iterator<Item = Seq> + '_ {
        self.facts.iter().map(|fact| fact.seq)
    }

    /// Takes an event in. `None` when it is already here in this version.
    pub(super) fn insert(&mut self, event: &Event) -> Option<Inserted> {
        let mut fact = Fact::of(event, &self.keys, &mut self.lists);
        let mut restated = false;
        for known in self.facts.iter_mut().rev() {
            if !known.is_same(&fact) {
                continue;
            }
            match known.version.cmp(&fact.version) {
                Ordering::Equal => return None,
                Ordering::Less => known.superseded = true,
                Ordering::Greater => fact.superseded = true,
            }
            restated = true;
        }
        let at = match self.facts.last() {
            Some(last) if last.cmp_order(&fact).is_ge() => self.facts.partition_point(|f| f.cmp_order(&fact).is_lt()),
            _ => self.facts.len(),
        };
        self.facts.insert(at, fact);
        Some(Inserted { at, restated })
    }

    /// What was true at `world` as known at `known`: the facts that had happened by then and had reached us by then.
    #[must_use]
    pub fn as_of(&self, world: Instant, known: Seq) -> Self {
        let then = |fact: &&Fact| fact.occurred_at <= world && fact.seq <= known;
        let mut facts: Vec<Fact> = self.facts.iter().filter(then).cloned().collect();
        for at in 0..facts.len() {
            // What is superseded by something not yet here was in force then.
            let later = |other: &Fact| other.is_same(&facts[at]) && other.version > facts[at].version;
            facts[at].superseded = facts[at].superseded && facts.iter().any(later);
        }
        Self {
            keys: self.keys.clone(),
            facts,
            lists: self.lists.clone(),
        }
    }
}

/// Where a new fact went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inserted {
    /// Its place in the event order.
    pub(super) at: usize,
    /// It is another version of a saying that was here.
    pub(super) restated: bool,
}
