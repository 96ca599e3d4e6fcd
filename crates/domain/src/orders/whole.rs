//! The order as a whole: header fields, dates, flags, and the roll-up.

use std::sync::Arc;

use super::dates::{date_flag, is_plausible};
use super::fact::{Fact, HeaderSaid};
use super::flags::{Flag, FlagKind};
use super::fold::OrderFold;
use super::header::{Header, Order, Supplier};
use super::line::is_said_by_orphan;
use super::machine::{Machine, speaks_of_order};
use super::steps::{Mark, Milestone, Milestones};
use crate::events::EventType;
use crate::keys::DocKind;
use crate::time::Instant;

impl OrderFold {
    /// What only the whole of the facts can tell.
    pub(super) fn derive(&mut self) {
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
        for fact in self.state.facts.iter().filter(|fact| fact.counts()) {
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
        let (mut first, mut latest) = (None, None);
        // Docket's own bookkeeping is no part of the order's story.
        for fact in facts.iter().filter(|fact| fact.counts() && !fact.kind.is_internal()) {
            first = first.or(Some(fact));
            latest = latest.max(Some(fact.occurred_at));
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
        flags.extend(first.filter(|_| order.stub).map(|first| flag(first, FlagKind::Orphan)));
        let opened = self.created.map(|order| order.at).or(believed).or(self.earliest);
        order.opened_at = opened.unwrap_or_default();
        order.latest_at = latest.unwrap_or_default();
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
