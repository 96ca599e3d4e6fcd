//! The fold at work: takes events in, keeps the order they make.

use std::cmp::Ordering;
use std::sync::Arc;

use super::docs::{Again, Docs};
use super::fact::{Fact, HeaderSaid};
use super::flags::{Flag, FlagKind};
use super::header::{Header, Order, Supplier};
use super::line::is_said_by_orphan;
use super::machine::{Machine, speaks_of_order};
use super::state::OrderState;
use super::steps::{Mark, Milestone, Milestones};
use crate::events::{Event, EventType};
use crate::keys::{DocKey, DocKind};
use crate::time::{Instant, Precision};

/// 2000-01-01T00:00:00Z: nothing of this trade is older (domain §1.7).
const FIRST_DAY: Instant = Instant(946_684_800_000_000);
/// Nothing of an order is older than this before it was made (domain §1.7).
const TWO_YEARS: i64 = 2 * 365 * Instant::DAY;

/// One order in memory: its facts, and what they come to.
#[derive(Clone, Debug, Default)]
pub struct OrderFold {
    state: OrderState,
    docs: Docs,
    /// One per line in the state's list.
    slots: Vec<Slot>,
    /// Facts before this place were gone through.
    swept: usize,
    /// When the order was made, and the earliest date of all.
    created: Option<(Instant, usize)>,
    earliest: Option<Instant>,
    /// The order does not yet show all facts; its lines are not yet all listed.
    stale: bool,
    relist: bool,
    order: Order,
}

#[derive(Clone, Debug, Default)]
struct Slot {
    machine: Machine,
    /// A fact names the line.
    present: bool,
    /// The last fact it went through.
    last: Option<usize>,
    /// It has to start again from its first fact.
    again: bool,
    /// Its line has to be derived anew.
    touched: bool,
    /// Its place among the order's lines.
    place: usize,
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
                fold.created = Some((fact.occurred_at, at));
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
        let Some(at) = self.state.insert(event) else {
            return false;
        };
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
        if let Some((_, first)) = &mut self.created
            && *first >= at
        {
            *first += 1;
        }
        if makes_order(fact) && self.created.is_none_or(|(_, first)| at < first) {
            self.created = Some((fact.occurred_at, at));
            let latest = before.map_or(fact.occurred_at, |(was, _)| was.max(fact.occurred_at));
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

    /// What only the whole of the facts can tell.
    fn derive(&mut self) {
        let mut flags = Vec::new();
        self.read_facts(&mut flags);
        if self.order.lines.is_empty() {
            // An order without lines is judged as if it were one line.
            let machine = self.whole();
            let line = machine.line(&Arc::from(""));
            flags.extend(machine.flags.iter().cloned().chain(machine.late_flags()));
            self.order.header = Header {
                line_count: 0,
                active_count: 0,
                ..Header::of(&[line], self.order.stub)
            };
        } else {
            self.order.header = Header::of(&self.order.lines, self.order.stub);
            for slot in self.slots.iter().filter(|slot| slot.present) {
                let name = &self.order.lines[slot.place].line_no;
                let said = slot.machine.flags.iter().cloned().chain(slot.machine.late_flags());
                flags.extend(said.map(|flag| Flag {
                    line: Some(Arc::clone(name)),
                    ..flag
                }));
            }
        }
        if self.order.stub {
            flags.retain(|flag| !is_said_by_orphan(flag.kind));
        }
        self.order.flags = tidy(flags, self.order.lines.len());
    }

    fn whole(&self) -> Machine {
        let mut machine = Machine::default();
        for fact in self.state.facts.iter().filter(|fact| !fact.is_about_others()) {
            let plausible = is_plausible(fact, self.created);
            self.docs
                .touches(fact, &self.state.lists, 1, plausible, |_, touch| machine.step(touch));
        }
        machine
    }

    /// Header fields, dates, milestones and flags of the order as a whole.
    fn read_facts(&mut self, flags: &mut Vec<Flag>) {
        let facts = &self.state.facts;
        let mut milestones = Milestones::default();
        let (mut own, mut others) = (Fields::default(), Fields::default());
        let (mut version, mut amount, mut requested, mut believed) = (None, None, false, None::<Instant>);
        for fact in facts.iter().filter(|fact| !fact.is_about_others()) {
            let is_order = speaks_of_order(fact.kind);
            let is_request = fact.kind.sort_rank() == EventType::ReqCreated.sort_rank();
            if let Some(said) = fact.header.and_then(|id| self.state.lists.headers.get(id)) {
                (if is_order || is_request { &mut own } else { &mut others }).read(said);
            }
            requested |= is_request;
            if is_order && (fact.version.is_none() || fact.version >= version) {
                (version, amount) = (fact.version.max(version), fact.amount.or(amount));
            }
            if is_plausible(fact, self.created) {
                believed = Some(believed.map_or(fact.occurred_at, |t| t.min(fact.occurred_at)));
                let mark = Mark {
                    at: fact.occurred_at,
                    precision: fact.precision,
                    seq: fact.seq,
                };
                for milestone in Milestone::of(fact.kind, fact.approved).into_iter().flatten() {
                    milestones.pass(milestone, mark);
                }
            }
            flags.extend(date_flag(fact, self.created).map(|kind| flag(fact, kind)));
        }
        let order = &mut self.order;
        order.stub = self.created.is_none() && !requested;
        if let Some(first) = facts.first().filter(|_| order.stub) {
            flags.push(flag(first, FlagKind::Orphan));
        }
        let opened = self.created.map(|(at, _)| at).or(believed).or(self.earliest);
        order.opened_at = opened.unwrap_or_default();
        order.latest_at = facts.iter().map(|fact| fact.occurred_at).max().unwrap_or_default();
        (order.version, order.amount, order.milestones) = (version, amount, milestones);
        if order.keys != self.state.keys {
            order.keys.clone_from(&self.state.keys);
        }
        own.or(&others).write(order);
        if order.entity.is_none() {
            let key = self
                .state
                .primary()
                .filter(|key| key.kind == DocKind::PurchaseOrder && !key.scheme.is_empty());
            order.entity = key.map(|key| Arc::from(key.scheme.as_str()));
        }
    }
}

/// Header fields gathered from facts: what is said last counts.
#[derive(Default)]
struct Fields<'a>([Option<&'a Arc<str>>; 8]);

impl<'a> Fields<'a> {
    fn read(&mut self, said: &'a HeaderSaid) {
        if said.supplier.is_some() {
            // A name belongs to the id it came with.
            self.0[5] = None;
        }
        let all = [
            &said.entity,
            &said.site,
            &said.category,
            &said.region,
            &said.supplier,
            &said.supplier_name,
            &said.buyer,
            &said.currency,
        ];
        for (mine, said) in self.0.iter_mut().zip(all) {
            *mine = said.as_ref().or(*mine);
        }
    }

    fn or(mut self, others: &Self) -> Self {
        if self.0[4].is_some() && self.0[4] != others.0[4] {
            // The name of another supplier is not this one's.
        } else {
            self.0[5] = self.0[5].or(others.0[5]);
        }
        for (at, (mine, other)) in self.0.iter_mut().zip(&others.0).enumerate() {
            if at != 5 {
                *mine = mine.or(*other);
            }
        }
        self
    }

    fn write(self, order: &mut Order) {
        let [entity, site, category, region, supplier, name, buyer, currency] = self.0.map(Option::<&Arc<str>>::cloned);
        (order.entity, order.site, order.category, order.region) = (entity, site, category, region);
        order.supplier = supplier.map(|id| Supplier { id, name });
        (order.buyer, order.currency) = (buyer, currency);
    }
}

fn makes_order(fact: &Fact) -> bool {
    fact.kind == EventType::PoCreated && !fact.is_about_others()
}

/// Its date can be believed, so that it may count in latencies (domain §1.7).
fn is_plausible(fact: &Fact, created: Option<(Instant, usize)>) -> bool {
    !fact.ahead && !is_too_old(fact, created)
}

fn is_too_old(fact: &Fact, created: Option<(Instant, usize)>) -> bool {
    fact.occurred_at < FIRST_DAY || created.is_some_and(|(at, _)| fact.occurred_at.0 < at.0.saturating_sub(TWO_YEARS))
}

/// What is remarkable about when it happened.
fn date_flag(fact: &Fact, created: Option<(Instant, usize)>) -> Option<FlagKind> {
    let follows = fact.kind.code() >= 200 && fact.kind.code() < 900 && fact.kind != EventType::PoCreated;
    if is_too_old(fact, created) {
        Some(FlagKind::ImplausiblePast)
    } else if fact.ahead {
        Some(FlagKind::ImplausibleFuture)
    } else if follows && fact.precision != Precision::Day && created.is_some_and(|(at, _)| fact.occurred_at < at) {
        Some(FlagKind::EventBeforeCreation)
    } else {
        None
    }
}

const fn flag(fact: &Fact, kind: FlagKind) -> Flag {
    let (sort_at, occurred_at, seq) = (fact.sort_at, fact.occurred_at, fact.seq);
    Flag {
        sort_at,
        kind,
        event: fact.kind,
        occurred_at,
        seq,
        line: None,
    }
}

/// In event order, each once; what is said of every line of several is said once, of the order.
fn tidy(mut flags: Vec<Flag>, lines: usize) -> Vec<Flag> {
    flags.sort_unstable();
    flags.dedup();
    let mut out: Vec<Flag> = Vec::with_capacity(flags.len());
    for same in flags.chunk_by(|a, b| (a.seq, a.kind) == (b.seq, b.kind)) {
        if lines > 1 && same.len() == lines {
            out.push(Flag {
                line: None,
                ..same[0].clone()
            });
        } else {
            out.extend_from_slice(same);
        }
    }
    out
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
