//! Documents that move a quantity of a line: shipments, receipts, returns, credits. Each is counted by its key, so that
//! saying it again changes nothing and a later version replaces the earlier (domain §1.6).

use std::sync::Arc;

use super::fact::Fact;
use super::quantities::Sum;
use crate::events::EventType;
use crate::numbers::{Decimal, Quantity};

/// What a movement is known by: its document, or the item that told of it when it names none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Doc(u32),
    Item(i64, Arc<str>),
}

impl Source {
    pub(super) fn of(fact: &Fact) -> Self {
        fact.subject.map_or_else(|| Self::item(fact), Self::Doc)
    }

    pub(super) fn item(fact: &Fact) -> Self {
        Self::Item(fact.source_id, Arc::clone(&fact.item_key))
    }
}

/// One telling of a document: its lines add up, another telling replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Telling {
    kind: EventType,
    source_id: i64,
    item_key: Arc<str>,
}

impl Telling {
    fn of(fact: &Fact) -> Self {
        Self {
            kind: fact.kind,
            source_id: fact.source_id,
            item_key: Arc::clone(&fact.item_key),
        }
    }

    fn is_of(&self, fact: &Fact) -> bool {
        self.kind == fact.kind && self.source_id == fact.source_id && self.item_key == fact.item_key
    }
}

/// One document's quantity of this line, and how much of it was taken back.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    source: Source,
    telling: Telling,
    quantity: Quantity,
    gone: Quantity,
    /// All of it was taken back, however much that was.
    pub(super) all_gone: bool,
    /// Planned, or inferred from another document: not counted.
    counts: bool,
    /// Stands in for a shipment nobody gave notice of.
    inferred: bool,
}

impl Entry {
    fn gone(&self) -> Quantity {
        match (self.gone, self.quantity) {
            _ if self.all_gone => self.quantity,
            (Quantity::Known(gone), Quantity::Known(all)) => Quantity::Known(gone.min(all)),
            (gone, _) => gone,
        }
    }

    /// What is left of it.
    pub(super) fn net(&self) -> Quantity {
        if self.all_gone {
            Quantity::ZERO
        } else {
            self.quantity.minus_to_zero(self.gone)
        }
    }

    /// Something of it is left.
    pub(super) fn is_live(&self) -> bool {
        self.counts && self.net() != Quantity::ZERO
    }

    /// Counted and not taken back as a whole, be it of no quantity.
    pub(super) const fn stands(&self) -> bool {
        self.counts && !self.all_gone
    }

    fn take(&mut self, quantity: Option<Decimal>) {
        let left = self.net();
        match (quantity, left) {
            (Some(n), Quantity::Known(left)) if n < left => self.gone = self.gone.plus(Quantity::Known(n)),
            (Some(n), Quantity::Unknown) => self.gone = self.gone.plus(Quantity::Known(n)),
            _ => self.all_gone = true,
        }
    }
}

/// The documents of one kind on one line, with their sums kept up to date.
#[derive(Clone, Debug, Default)]
pub(super) struct Movements {
    entries: Vec<Entry>,
    gross: Sum,
    gone: Sum,
    net: Sum,
    live: u32,
}

impl Movements {
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All that was told, taken back or not.
    pub(super) const fn gross(&self) -> Quantity {
        self.gross.quantity()
    }

    /// What was taken back.
    pub(super) const fn gone(&self) -> Quantity {
        self.gone.quantity()
    }

    /// What is left.
    pub(super) const fn net(&self) -> Quantity {
        self.net.quantity()
    }

    /// Of how many documents something is left.
    pub(super) const fn live(&self) -> u32 {
        self.live
    }

    pub(super) fn find(&self, source: &Source) -> Option<usize> {
        self.entries.iter().rposition(|entry| entry.source == *source)
    }

    /// The document that `fact` names: what it takes back, what it is about, what it cites.
    pub(super) fn linked(&self, fact: &Fact) -> Option<usize> {
        fact.docs().find_map(|doc| self.find(&Source::Doc(doc)))
    }

    /// The latest live document of that quantity, else the latest that has as much left.
    pub(super) fn latest(&self, quantity: Option<Decimal>) -> Option<usize> {
        let Some(n) = quantity else {
            return self.entries.iter().rposition(Entry::is_live);
        };
        let same = |e: &Entry| e.is_live() && e.net() == Quantity::Known(n);
        let enough = |e: &Entry| e.is_live() && e.net().known().is_none_or(|left| left >= n);
        self.entries
            .iter()
            .rposition(same)
            .or_else(|| self.entries.iter().rposition(enough))
    }

    /// Counts a document's quantity: more of the same telling adds, another telling replaces when it says how much.
    /// Returns its place.
    pub(super) fn tell(&mut self, fact: &Fact, quantity: Option<Decimal>, counts: bool) -> usize {
        let Some(at) = self.find(&Source::of(fact)) else {
            return self.start(fact, quantity, counts);
        };
        self.change(at, |entry| {
            let said = quantity.map_or(Quantity::Unknown, Quantity::Known);
            if entry.telling.is_of(fact) {
                entry.quantity = entry.quantity.plus(said);
            } else {
                entry.telling = Telling::of(fact);
                entry.quantity = if quantity.is_some() { said } else { entry.quantity };
            }
            entry.counts |= counts;
            entry.inferred = false;
        });
        at
    }

    /// A document of its own, whatever went before under its key.
    pub(super) fn start(&mut self, fact: &Fact, quantity: Option<Decimal>, counts: bool) -> usize {
        self.entries.push(Entry {
            source: Source::of(fact),
            telling: Telling::of(fact),
            quantity: quantity.map_or(Quantity::Unknown, Quantity::Known),
            gone: Quantity::ZERO,
            all_gone: false,
            counts: false,
            inferred: false,
        });
        let at = self.entries.len() - 1;
        self.change(at, |entry| entry.counts = counts);
        at
    }

    /// A later version of its document no longer has the line.
    pub(super) fn drop_line(&mut self, fact: &Fact) {
        if let Some(at) = self.find(&Source::of(fact)) {
            self.change(at, |entry| {
                entry.telling = Telling::of(fact);
                entry.quantity = Quantity::ZERO;
            });
        }
    }

    /// A carrier moves something: the shipment it names counts from here; without any, one of unknown quantity does.
    pub(super) fn carried(&mut self, fact: &Fact) {
        if let Some(at) = self.linked(fact) {
            self.change(at, |entry| entry.counts = true);
        } else if self.entries.is_empty() {
            let at = self.start(fact, None, true);
            self.change(at, |entry| entry.inferred = true);
        }
    }

    /// Stand-ins no longer count once a real notice is there.
    pub(super) fn replace_inferred(&mut self) {
        for at in 0..self.entries.len() {
            if self.entries[at].inferred {
                self.change(at, |entry| entry.counts = false);
            }
        }
    }

    /// Takes back that much of a document, or all of it; never more than there is.
    pub(super) fn take(&mut self, at: usize, quantity: Option<Decimal>) {
        self.change(at, |entry| entry.take(quantity));
    }

    /// Whether taking back that much leaves nothing below nought.
    pub(super) fn fits(&self, at: usize, quantity: Option<Decimal>) -> bool {
        self.entries.get(at).is_some_and(|entry| match (entry.net(), quantity) {
            _ if entry.all_gone => false,
            (Quantity::Known(left), Some(n)) => n <= left,
            _ => true,
        })
    }

    fn change(&mut self, at: usize, how: impl FnOnce(&mut Entry)) {
        let Some(entry) = self.entries.get_mut(at) else { return };
        if entry.counts {
            self.gross.take(entry.quantity);
            self.gone.take(entry.gone());
            self.net.take(entry.net());
            self.live = self.live.saturating_sub(u32::from(entry.is_live()));
        }
        how(entry);
        if entry.counts {
            self.gross.add(entry.quantity);
            self.gone.add(entry.gone());
            self.net.add(entry.net());
            self.live = self.live.saturating_add(u32::from(entry.is_live()));
        }
    }
}
