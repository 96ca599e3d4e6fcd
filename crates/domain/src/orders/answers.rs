//! What the supplier answered about a line. A later answer replaces the earlier one whole (domain §1.1).

use std::sync::Arc;

use super::fact::Fact;
use super::movements::Source;
use super::quantities::Sum;
use crate::numbers::{Decimal, Quantity};

/// How the supplier disposes of a part of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposition {
    Confirmed,
    Changed,
    Backordered,
    Rejected,
}

/// One disposition of the current answer.
#[derive(Clone, Debug, Default)]
struct Part {
    item: Option<(i64, Arc<str>)>,
    sum: Sum,
    /// Said without a quantity: it means the whole line.
    whole: bool,
}

impl Part {
    /// More of the same item adds, another item says it anew.
    fn tell(&mut self, fact: &Fact, quantity: Option<Decimal>) {
        let same = self
            .item
            .as_ref()
            .is_some_and(|(id, key)| *id == fact.source_id && *key == fact.item_key);
        if !same {
            *self = Self {
                item: Some((fact.source_id, Arc::clone(&fact.item_key))),
                ..Self::default()
            };
        }
        match quantity {
            Some(n) => self.sum.add(Quantity::Known(n)),
            None => self.whole = true,
        }
    }

    fn quantity(&self, expected: Quantity) -> Quantity {
        if self.whole { expected } else { self.sum.quantity() }
    }

    fn is_said(&self) -> bool {
        self.whole || self.sum.quantity() != Quantity::ZERO
    }
}

/// The supplier's current answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    document: Option<(Source, Option<i64>)>,
    parts: [Part; 4],
    /// An answer was promised.
    pub(super) awaited: bool,
}

impl Answers {
    /// The supplier disposes of that much, or of the whole line.
    pub(super) fn tell(&mut self, fact: &Fact, disposition: Disposition, quantity: Option<Decimal>) {
        let document = Some((Source::of(fact), fact.version));
        if self.document != document {
            *self = Self {
                document,
                ..Self::default()
            };
        }
        self.awaited = false;
        self.parts[disposition as usize].tell(fact, quantity);
    }

    /// An update that says no quantity changes none; the first answer of all confirms the line.
    pub(super) fn update(&mut self, fact: &Fact, quantity: Option<Decimal>) {
        if quantity.is_some() || self.document.is_none() {
            self.tell(fact, Disposition::Confirmed, quantity);
        }
    }

    pub(super) const fn any(&self) -> bool {
        self.document.is_some()
    }

    /// C: with and without changes.
    pub(super) fn confirmed(&self, expected: Quantity) -> Quantity {
        let [plain, changed, ..] = &self.parts;
        if plain.whole || changed.whole {
            expected
        } else {
            plain.sum.quantity().plus(changed.sum.quantity())
        }
    }

    /// B.
    pub(super) fn backordered(&self, expected: Quantity) -> Quantity {
        self.parts[Disposition::Backordered as usize].quantity(expected)
    }

    /// J.
    pub(super) fn rejected(&self, expected: Quantity) -> Quantity {
        self.parts[Disposition::Rejected as usize].quantity(expected)
    }

    pub(super) fn is_said(&self, disposition: Disposition) -> bool {
        self.parts[disposition as usize].is_said()
    }
}
