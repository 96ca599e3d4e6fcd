//! The fold at work: takes events in, keeps the order they make.

use std::cmp::Ordering;

use super::dates::{Creation, TWO_YEARS, is_plausible, makes_order};
use super::docs::{Again, Docs};
use super::header::Order;
use super::machine::Machine;
use super::state::{Inserted, OrderState};
use crate::events::Event;
use crate::keys::DocKey;
use crate::time::Instant;

/// One order in memory: its facts, and what they come to.
#[derive(Clone, Debug, Default)]
pub struct OrderFold {
    pub(super) state: OrderState,
    pub(super) docs: Docs,
    /// One per line in the state's list.
    pub(super) slots: Vec<Slot>,
    /// Facts before this place were gone through.
    swept: usize,
    /// Where the order was made, and the earliest date of all.
    pub(super) created: Option<Creation>,
    pub(super) earliest: Option<Instant>,
    /// The order does not yet show all facts; its lines are not yet all listed.
    stale: bool,
    relist: bool,
    pub(super) order: Order,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    pub(super) machine: Machine,
    /// A fact names the line.
    pub(super) present: bool,
    /// The last fact it went through.
    last: Option<usize>,
    /// It has to start again from its first fact.
    again: bool,
    /// Its line has to be derived anew.
    touched: bool,
    /// Its place among the order's lines.
    pub(super) place: usize,
}

impl OrderFold {
    /// The fold of a stored order.
    #[must_use]
    pub fn new(state: OrderState) -> Self {
        let mut fold = Self {
            state,
            stale: true,
            relist: true,
            ..Self::default()
        };
        fold.slots
            .resize_with(fold.state.lists.lines.items().len(), Slot::default);
        let mut again = Vec::new();
        for (at, fact) in fold.state.facts.iter().enumerate() {
            fold.docs.note(fact, &mut again);
            for said in fact.lines.iter().flatten() {
                fold.slots[said.line as usize].present = true;
            }
            if fold.created.is_none() && makes_order(fact) {
                fold.created = Some(Creation {
                    at: fact.occurred_at,
                    place: at,
                });
            }
            fold.earliest = Some(fold.earliest.map_or(fact.occurred_at, |t| t.min(fact.occurred_at)));
        }
        fold
    }

    /// What is to be stored.
    #[must_use]
    pub const fn state(&self) -> &OrderState {
        &self.state
    }

    /// Ends the fold.
    #[must_use]
    pub fn into_state(self) -> OrderState {
        self.state
    }

    /// See [`OrderState::add_key`].
    pub fn add_key(&mut self, key: DocKey) -> bool {
        self.stale = true;
        self.state.add_key(key)
    }

    /// Takes an event in. False when it was already here: nothing changes then.
    pub fn insert(&mut self, event: &Event) -> bool {
        let Some(Inserted { at, restated }) = self.state.insert(event) else {
            return false;
        };
        if restated {
            // Rare, and what was gone through may no longer count.
            let order = std::mem::take(&mut self.order);
            *self = Self {
                order,
                ..Self::new(std::mem::take(&mut self.state))
            };
            return true;
        }
        self.stale = true;
        self.slots
            .resize_with(self.state.lists.lines.items().len(), Slot::default);
        self.note_places(at);
        self.note_documents(at);
        self.note_dates(at);
        if at < self.swept {
            self.swept += 1;
            self.step_late(at);
        }
        true
    }

    /// Places after a new fact move by one; a line first named now starts at the first fact.
    fn note_places(&mut self, at: usize) {
        if at < self.swept {
            for slot in &mut self.slots {
                slot.last = slot.last.map(|last| if last >= at { last + 1 } else { last });
            }
        }
        for said in self.state.facts[at].lines.iter().flatten() {
            let slot = &mut self.slots[said.line as usize];
            if !slot.present {
                (slot.present, slot.again, self.relist) = (true, true, true);
            }
        }
    }

    fn note_documents(&mut self, at: usize) {
        let mut again = Vec::new();
        self.docs.note(&self.state.facts[at], &mut again);
        for which in again {
            match which {
                Again::Line(line) => self.slots[line as usize].again = true,
                Again::All => self.slots.iter_mut().for_each(|slot| slot.again = true),
            }
        }
    }

    /// Which dates can be believed depends on when the order was made.
    fn note_dates(&mut self, at: usize) {
        let fact = &self.state.facts[at];
        self.earliest = Some(self.earliest.map_or(fact.occurred_at, |t| t.min(fact.occurred_at)));
        let before = self.created;
        if let Some(creation) = &mut self.created
            && creation.place >= at
        {
            creation.place += 1;
        }
        if makes_order(fact) && self.created.is_none_or(|creation| at < creation.place) {
            self.created = Some(Creation {
                at: fact.occurred_at,
                place: at,
            });
            let latest = before.map_or(fact.occurred_at, |was| was.at.max(fact.occurred_at));
            if self.earliest.is_some_and(|t| t.0 < latest.0.saturating_sub(TWO_YEARS)) {
                self.slots.iter_mut().for_each(|slot| slot.again = true);
            }
        }
    }

    /// A fact that sorts before others: the lines it is last for step on, the others start again.
    fn step_late(&mut self, at: usize) {
        let Self {
            state,
            docs,
            slots,
            created,
            ..
        } = self;
        let fact = &state.facts[at];
        let plausible = is_plausible(fact, *created);
        let mut stepped = Vec::new();
        docs.touches(fact, &state.lists, slots.len(), plausible, |line, touch| {
            let slot = &mut slots[line as usize];
            slot.touched = true;
            if slot.again || slot.last.is_some_and(|last| last > at) {
                slot.again = true;
            } else {
                slot.machine.step(touch);
                stepped.push(line);
            }
        });
        stepped
            .into_iter()
            .for_each(|line| self.slots[line as usize].last = Some(at));
    }

    /// What the facts come to.
    pub fn order(&mut self) -> &Order {
        if self.stale {
            self.sweep();
            self.list_lines();
            self.derive();
            self.stale = false;
        }
        &self.order
    }

    /// Goes through the facts not gone through yet, and for lines that start again through all.
    fn sweep(&mut self) {
        let Self {
            state,
            docs,
            slots,
            created,
            swept,
            ..
        } = self;
        let mut from = *swept;
        for slot in slots.iter_mut().filter(|slot| slot.again) {
            (slot.machine, slot.last, slot.touched, from) = (Machine::default(), None, true, 0);
        }
        for (at, fact) in state.facts.iter().enumerate().skip(from) {
            let plausible = is_plausible(fact, *created);
            docs.touches(fact, &state.lists, slots.len(), plausible, |line, touch| {
                let slot = &mut slots[line as usize];
                if slot.again || at >= *swept {
                    slot.machine.step(touch);
                    (slot.last, slot.touched) = (Some(at), true);
                }
            });
        }
        *swept = state.facts.len();
        slots.iter_mut().for_each(|slot| slot.again = false);
    }

    /// Derives the lines that were touched; all of them when there are new ones.
    fn list_lines(&mut self) {
        let names = self.state.lists.lines.items();
        if std::mem::take(&mut self.relist) {
            let mut listed: Vec<usize> = (0..self.slots.len()).filter(|id| self.slots[*id].present).collect();
            listed.sort_unstable_by(|a, b| natural(&names[*a], &names[*b]));
            self.order.lines.clear();
            for (place, id) in listed.into_iter().enumerate() {
                let slot = &mut self.slots[id];
                (slot.place, slot.touched) = (place, false);
                self.order.lines.push(slot.machine.line(&names[id]));
            }
        }
        for (slot, name) in self
            .slots
            .iter_mut()
            .zip(names)
            .filter(|(slot, _)| slot.present && slot.touched)
        {
            self.order.lines[slot.place] = slot.machine.line(name);
            slot.touched = false;
        }
    }
}

/// Line numbers as people count: 9 before 10, letters after.
fn natural(a: &str, b: &str) -> Ordering {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    match (number(a), number(b)) {
        (true, true) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    }
}
