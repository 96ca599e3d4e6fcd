//! What is kept of an order: its keys and its facts, in event order.

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

    /// Takes an event in, at its place in the event order. `None` when it is already here, else that place.
    pub fn insert(&mut self, event: &Event) -> Option<usize> {
        if self.facts.iter().rev().any(|fact| fact.is_of(event)) {
            return None;
        }
        let fact = Fact::of(event, &self.keys, &mut self.lists);
        let at = match self.facts.last() {
            Some(last) if last.cmp_order(&fact).is_ge() => self.facts.partition_point(|f| f.cmp_order(&fact).is_lt()),
            _ => self.facts.len(),
        };
        self.facts.insert(at, fact);
        Some(at)
    }

    /// What was true at `world` as known at `known`: the facts that had happened by then and had reached us by then.
    #[must_use]
    pub fn as_of(&self, world: Instant, known: Seq) -> Self {
        let then = |fact: &&Fact| fact.occurred_at <= world && fact.seq <= known;
        Self {
            keys: self.keys.clone(),
            facts: self.facts.iter().filter(then).cloned().collect(),
            lists: self.lists.clone(),
        }
    }
}
